// Which documents rules look into: whatever Argo CD would unpack, whatever it calls itself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf } from '../../support/check.ts'

const SECRET = '{apiVersion: v1, kind: Secret, metadata: {name: a}}'
for (const [name, text, kinds] of [
  [
    'a ConfigMap with items',
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\nitems:\n- ${SECRET}\n`,
    ['Secret'],
  ],
  ['items first', `items: [${SECRET}]\napiVersion: v1\nkind: ConfigMap\n`, ['Secret']],
  ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  items: x\n', []],
] as const) {
  test(`of ${name}`, () => {
    assert.deepEqual(
      factsOf(text).objects.map(({ object }) => object.kind),
      kinds,
    )
  })
}
