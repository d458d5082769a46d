import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloseNames } from '../../../manifests/check/close-names.ts'

const cases: readonly [name: string, there: readonly string[], meant: string | undefined][] = [
  ['keyspace-ap', ['keyspace-app'], 'keyspace-app'],
  ['keyspace-appp', ['keyspace-app'], 'keyspace-app'],
  ['keypsace-app', ['keyspace-app'], 'keyspace-app'],
  [
    'keyspace-prod-secrets',
    ['keyspace-dev-secret', 'keyspace-prod-secret'],
    'keyspace-prod-secret',
  ],
  ['databse', ['database'], 'database'],
  ['shop-db', ['shop-web'], undefined],
  ['shop-db', ['shop-db-app'], undefined],
  ['keypsace-ap', ['keyspace-app'], undefined],
  ['web', [], undefined],
  ['', ['web'], undefined],
  ['app-7x', Array.from({ length: 60 }, (_, index) => `app-${index}`), undefined],
  ['a-'.repeat(20), ['a-'.repeat(20)], undefined],
]

for (const [name, there, meant] of cases) {
  test(`${name.slice(0, 30)} means ${meant ?? 'none'} of ${there.slice(0, 3).join(', ')}`, () => {
    assert.equal(new CloseNames(there).find(name), meant)
  })
}
