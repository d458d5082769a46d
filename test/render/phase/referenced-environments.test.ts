// Which other environments a result names: those that references lead to, whatever is there.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references under test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access } from '../../../render/source.ts'
import type { FakeApp } from './fake-phase.ts'
import { fakePhase, requestOf, sourceOf } from './fake-phase.ts'

const apps = (root: Record<string, string>): FakeApp[] => [
  {
    name: 'web',
    environments: {
      Production: { '/': root, '/db': { FROM_HERE: '${Staging.CHAIN}' } },
      Staging: { '/': { PLAIN: 'fake', CHAIN: '${api::Production.KEY}', OWN: '${PLAIN}' } },
      Development: { '/': { PLAIN: 'fake' } },
    },
  },
  {
    name: 'api',
    environments: {
      Production: { '/': { KEY: '${Staging.KEY}' } },
      Staging: { '/': { KEY: 'x' } },
    },
  },
]

const [STAGING, DEVELOPMENT] = ['app-0-Staging', 'app-0-Development']
const API = ['app-1-Production', 'app-1-Staging']

const cases: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ['no reference', { A: 'fake' }, []],
  ['its own environment', { A: '${B}', B: 'fake' }, []],
  [
    'its own environment, by name and by id',
    { A: '${production.B}${app-0-Production.B}', B: '' },
    [],
  ],
  ['another environment', { A: '${Staging.PLAIN}' }, [STAGING]],
  [
    'each once, sorted',
    { A: '${staging.PLAIN}', B: '${Development.PLAIN}', C: '${STAGING.OWN}' },
    [DEVELOPMENT, STAGING],
  ],
  ['another app, and what that refers to', { A: '${api::Production.KEY}' }, API],
  ['through its own folder and another environment', { A: '${/db/FROM_HERE}' }, [STAGING, ...API]],
  ['a key that is not there', { A: '${Staging.NOPE}' }, [STAGING]],
  ['a folder that is not there', { A: '${Staging./no/folder/KEY}' }, [STAGING]],
  ['no such environment', { A: '${Nowhere.KEY}' }, []],
  ['no such app', { A: '${nowhere::Production.KEY}' }, []],
  ['what only looks like one', { A: '${{Staging.PLAIN}} ${}' }, []],
]

for (const [name, root, want] of cases) {
  test(`other environments: ${name}`, async () => {
    const read = (order: readonly FakeApp[]) =>
      sourceOf(fakePhase(order)).read(requestOf({ onReferenceError: 'Warn' }))
    assert.deepEqual((await read(apps(root))).referencedEnvironmentIds, want)
    const backwards = Object.fromEntries(Object.entries(root).reverse())
    assert.deepEqual((await read(apps(backwards))).referencedEnvironmentIds, want, 'in any order')
  })
}

test('what may not be read is not named', async () => {
  const access: Access = {
    isLimited: true,
    hint: 'ask the administrator',
    allows: ({ app, environment, path }) =>
      app.name === 'web' && environment?.name !== 'Development' && path !== '/private',
    beside: () => access,
  }
  const read = async (root: Record<string, string>) =>
    sourceOf(fakePhase(apps(root))).read(requestOf({ onReferenceError: 'Warn' }), access)
  const denied = {
    APP: '${api::Production.KEY}',
    ENVIRONMENT: '${Development.PLAIN}',
    PATH: '${Staging./private/KEY}',
  }
  const { referencedEnvironmentIds, warnings } = await read(denied)
  assert.deepEqual([referencedEnvironmentIds, warnings.length], [[], 3])
  assert.deepEqual((await read({ ...denied, A: '${Staging.PLAIN}' })).referencedEnvironmentIds, [
    STAGING,
  ])
})
