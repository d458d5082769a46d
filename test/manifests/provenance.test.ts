// What a render writes of a Secret's origin is read again; of what anybody else writes, only what has the
// form of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Origin } from '../../manifests/provenance.ts'
import {
  INTERVALS,
  isOurs,
  MOST_REFERENCED,
  provenanceAnnotations,
  readProvenance,
  spellHost,
} from '../../manifests/provenance.ts'
import { parseHost } from '../../render/phase/source.ts'

const ID = 'cff349b7-4d92-4bd6-8cb8-8fce901aca95'
const OTHER = '076f74c9-6484-4de7-8f97-69dbc7352029'
const HOST = 'https://console.phase.dev'

const origin = (changes: Partial<Origin> = {}): Origin => ({
  host: HOST,
  appId: OTHER,
  environmentId: ID,
  path: '/',
  referencedEnvironmentIds: [],
  ...changes,
})
const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${String(n).padStart(8, '0')}${OTHER.slice(8)}`)

const annotations = {
  host: 'secrets.phase.dev/host',
  environment: 'secrets.phase.dev/environment-id',
  others: 'secrets.phase.dev/referenced-environment-ids',
  interval: 'secrets.phase.dev/polling-interval',
}
/** Annotations as a render writes them, with changes; undefined takes one away. */
const written = (changes: Readonly<Record<string, unknown>> = {}): unknown => {
  const all = { [annotations.host]: HOST, [annotations.environment]: ID, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

test('the annotations have these names, and none says nothing', () => {
  assert.deepEqual(provenanceAnnotations(origin({ path: '/db' })), {
    'secrets.phase.dev/host': HOST,
    'secrets.phase.dev/app-id': OTHER,
    'secrets.phase.dev/environment-id': ID,
    'secrets.phase.dev/path': '/db',
  })
  const all = origin({ referencedEnvironmentIds: ids(2), pollingInterval: 90 })
  assert.deepEqual(provenanceAnnotations(all), {
    ...provenanceAnnotations(origin()),
    'secrets.phase.dev/referenced-environment-ids': ids(2).join(','),
    'secrets.phase.dev/polling-interval': '90',
  })
  assert.ok(Object.keys(provenanceAnnotations(all)).every(isOurs))
})

test('what is written is read', () => {
  const uuid = fc.uuid()
  fc.assert(
    fc.property(
      fc.webUrl({ withQueryParameters: false, withFragments: false, validSchemes: ['https'] }),
      uuid,
      fc.uniqueArray(uuid, { maxLength: MOST_REFERENCED }),
      fc.option(fc.integer({ min: INTERVALS.shortest, max: INTERVALS.longest }), {
        nil: undefined,
      }),
      (url, environmentId, others, pollingInterval) => {
        const host = parseHost(url)
        fc.pre(host.length <= 512)
        const referencedEnvironmentIds = others.filter((id) => id !== environmentId).sort()
        const given = { host, environmentId, referencedEnvironmentIds, pollingInterval }
        assert.deepEqual(readProvenance(provenanceAnnotations(origin(given))), given)
      },
    ),
  )
})

test('more environments than there is room for are cut, and the rest is read', () => {
  const some = origin({ referencedEnvironmentIds: ids(MOST_REFERENCED + 1) })
  const read = readProvenance(provenanceAnnotations(some))
  assert.deepEqual(read?.referencedEnvironmentIds, ids(MOST_REFERENCED))
})

const unreadable: Readonly<Record<string, unknown>> = {
  'no annotations': undefined,
  null: null,
  'a list': [HOST, ID],
  'a text': HOST,
  'none of ours': { team: 'shop' },
  'no host': written({ [annotations.host]: undefined }),
  'no environment': written({ [annotations.environment]: undefined }),
  'an id that is no text': written({ [annotations.environment]: [ID] }),
  'a host that is no text': written({ [annotations.host]: { toString: () => HOST } }),
  'an inherited host': Object.create({ [annotations.host]: HOST, [annotations.environment]: ID }),
  'an id in upper case': written({ [annotations.environment]: ID.toUpperCase() }),
  'an id without dashes': written({ [annotations.environment]: ID.replaceAll('-', '') }),
  'an id with a line end': written({ [annotations.environment]: `${ID}\n` }),
  'two ids': written({ [annotations.environment]: `${ID},${OTHER}` }),
  'a placeholder': written({ [annotations.environment]: '<id of production>' }),
  'an empty host': written({ [annotations.host]: '' }),
}
for (const [name, given] of Object.entries(unreadable)) {
  test(`nothing is read: ${name}`, () => assert.equal(readProvenance(given), undefined))
}

const HOSTS: Readonly<Record<string, boolean>> = {
  'https://console.phase.dev': true,
  'https://phase.example:8443/phase/api': true,
  'http://127.0.0.1:8000': true,
  'https://[::1]:8443': true,
  'https://console.phase.dev/': false,
  'https://console.phase.dev:443': false,
  'https://Console.phase.dev': false,
  'HTTPS://console.phase.dev': false,
  'https://console.phase.dev/a/../b': false,
  'https://user@console.phase.dev': false,
  'https://user:password@console.phase.dev': false,
  'https://console.phase.dev?x=1': false,
  'https://console.phase.dev#x': false,
  'https://console.phase.dev\\x': false,
  'https://console.phase.dev\n': false,
  ' https://console.phase.dev': false,
  'https://con\u200bsole.phase.dev': false,
  'https://': false,
  'console.phase.dev': false,
  'ftp://console.phase.dev': false,
  'file:///etc/passwd': false,
  'javascript:alert(1)': false,
  [`https://console.phase.dev/${'a'.repeat(512)}`]: false,
}
for (const [host, isRead] of Object.entries(HOSTS)) {
  test(`${isRead ? 'a host' : 'no host'}: ${JSON.stringify(host).slice(0, 60)}`, () => {
    assert.equal(
      readProvenance(written({ [annotations.host]: host }))?.host,
      isRead ? host : undefined,
    )
  })
}

const SPELLED: Readonly<Record<string, string>> = {
  ' https://Console.Phase.dev:443/api// ': 'https://console.phase.dev/api',
  'https://user:fake-password@console.phase.dev?token=fake#fake': HOST,
  'console.phase.dev': '<Phase host>',
  'phase:443': '<Phase host>',
  '': '<Phase host>',
}
for (const [text, want] of Object.entries(SPELLED)) {
  test(`a host is spelled: ${JSON.stringify(text)}`, () => assert.equal(spellHost(text), want))
}

const MANY = ids(MOST_REFERENCED + 1)
const LISTS: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['one', OTHER, [OTHER]],
  ['the most there may be', MANY.slice(1).join(','), MANY.slice(1)],
  ['in any order and twice', `${MANY[1]},${MANY[0]},${MANY[1]}`, MANY.slice(0, 2)],
  ['with its own environment', `${ID},${OTHER}`, [OTHER]],
  ['one too many', MANY.join(','), []],
  ['a space', `${ID}, ${OTHER}`, []],
  ['an empty place', `${OTHER},`, []],
  ['something else among them', `${OTHER},x`, []],
  ['nothing', '', []],
  ['no text', [OTHER], []],
  ['a megabyte', `${OTHER},`.repeat(30_000), []],
]
for (const [name, list, want] of LISTS) {
  test(`other environments: ${name}`, () => {
    const read = readProvenance(written({ [annotations.others]: list }))
    assert.deepEqual(read?.referencedEnvironmentIds, want)
    assert.equal(read?.environmentId, ID, 'the rest is read')
  })
}

const SECONDS: readonly (readonly [unknown, number | undefined])[] = [
  ['1', 1],
  ['60', 60],
  ['31536000', 31_536_000],
  ['31536001', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['+60', undefined],
  ['060', undefined],
  ['60 ', undefined],
  ['60s', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['1.5', undefined],
  ['Infinity', undefined],
  ['9'.repeat(400), undefined],
  ['', undefined],
  [60, undefined],
]
for (const [text, want] of SECONDS) {
  test(`an interval of ${JSON.stringify(text)?.slice(0, 20)}`, () => {
    const read = readProvenance(written({ [annotations.interval]: text }))
    assert.deepEqual([read?.pollingInterval, read?.environmentId], [want, ID])
  })
}

test('whatever is read is of the one form, and nothing throws', () => {
  const text = fc.oneof(
    fc.constantFrom(ID, OTHER, HOST, `${ID},${OTHER}`, '60', ''),
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
  )
  const any = fc.oneof(
    fc.anything({ withNullPrototype: true }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.values(annotations), '__proto__'), fc.string()),
      fc.oneof({ weight: 5, arbitrary: text }, fc.anything()),
    ),
  )
  fc.assert(
    fc.property(any, (given) => {
      const read = readProvenance(given)
      if (read === undefined) return
      assert.equal(parseHostOrText(read.host), read.host)
      const all = [read.environmentId, ...read.referencedEnvironmentIds]
      assert.ok(all.every((id) => /^[0-9a-f-]{36}$/.test(id)) && new Set(all).size === all.length)
      assert.ok(all.length <= MOST_REFERENCED + 1)
      const { pollingInterval = 1 } = read
      assert.ok(Number.isInteger(pollingInterval) && pollingInterval >= 1)
    }),
    { numRuns: 2000 },
  )
})

/** Plain http beyond loopback is no host of ours, and does no harm here: nobody asks it. */
function parseHostOrText(text: string): string {
  return text.startsWith('http://') ? text : parseHost(text)
}
