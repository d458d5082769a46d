// When Stakater Reloader would restart a workload too.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reloaderWatches } from '../../manifests/reloader.ts'

const AUTO = 'reloader.stakater.com/auto'
const SECRET_AUTO = 'secret.reloader.stakater.com/auto'
const RELOAD = 'secret.reloader.stakater.com/reload'
const EXCLUDE = 'secrets.exclude.reloader.stakater.com/reload'
const SEARCH = 'reloader.stakater.com/search'
const MATCH = { 'reloader.stakater.com/match': 'true' }
const IGNORE = { 'reloader.stakater.com/ignore': 'true' }

const cases: readonly [string, Record<string, string>, boolean, Record<string, string>?][] = [
  ['nothing', {}, false],
  ['auto', { [AUTO]: 'true' }, true],
  ['auto for Secrets', { [SECRET_AUTO]: 'true' }, true],
  ['auto, off', { [AUTO]: 'false', [SECRET_AUTO]: '' }, false],
  ['auto for ConfigMaps', { 'configmap.reloader.stakater.com/auto': 'true' }, false],
  ['auto, but excluded', { [AUTO]: 'true', [EXCLUDE]: 'other, shop-secret' }, false],
  ['auto, another excluded', { [AUTO]: 'true', [EXCLUDE]: 'other' }, true],
  ['auto, an ignored Secret', { [AUTO]: 'true' }, false, IGNORE],
  ['named', { [RELOAD]: 'other, shop-secret' }, true],
  ['named, ignored', { [RELOAD]: 'shop-secret' }, false, IGNORE],
  ['another one named', { [RELOAD]: 'shop,secret,shop-secret2' }, false],
  ['an empty list', { [RELOAD]: '' }, false],
  ['a pattern for all', { [RELOAD]: '.*' }, true],
  ['a prefix', { [RELOAD]: 'shop-.*' }, true],
  ['another prefix', { [RELOAD]: 'bill-.*' }, false],
  ['a suffix', { [RELOAD]: '.*-secret' }, true],
  ['parts in order', { [RELOAD]: 's.*p.*sec.*t' }, true],
  ['parts out of order', { [RELOAD]: 's.*sec.*p.*t' }, false],
  ['anchored at both ends', { [RELOAD]: 'hop.*,.*secre' }, false],
  ['ends that overlap', { [RELOAD]: 'shop-secret.*t' }, false],
  ['a middle that overlaps the end', { [RELOAD]: 'shop.*secret.*t' }, false],
  ['a pattern that is not run', { [RELOAD]: '(a+)+$' }, true],
  ['search without match', { [SEARCH]: 'true' }, false],
  ['search and match', { [SEARCH]: 'true' }, true, MATCH],
  ['match without search', {}, false, MATCH],
]

for (const [name, annotations, expected, ofSecret = {}] of cases) {
  test(name, () => {
    const secret = { name: 'shop-secret', annotations: ofSecret }
    assert.equal(reloaderWatches(annotations, secret), expected)
  })
}
