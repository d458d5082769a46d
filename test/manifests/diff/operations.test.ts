import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import jsonPatch from 'fast-json-patch'
import { operationsBetween } from '../../../manifests/diff/operations.ts'

const cases = [
  { name: 'equal', before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, want: [] },
  {
    name: 'a slash and a tilde in a name are escaped (RFC 6901)',
    before: { annotations: { 'a/b~c': '1' } },
    after: { annotations: { 'a/b~c': '2' } },
    want: [{ op: 'replace', path: '/annotations/a~1b~0c', value: '2' }],
  },
  {
    name: 'added and removed',
    before: { a: 1 },
    after: { b: { c: [] } },
    want: [
      { op: 'remove', path: '/a' },
      { op: 'add', path: '/b', value: { c: [] } },
    ],
  },
  {
    name: 'another type',
    before: { port: 80 },
    after: { port: '80' },
    want: [{ op: 'replace', path: '/port', value: '80' }],
  },
]

for (const { name, before, after, want } of cases) {
  test(name, () => assert.deepEqual(operationsBetween(before, after), want))
}

test('the operations lead from one state to the other', () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(value, value, (before, after) => {
      fc.pre(!JSON.stringify([before, after]).includes('__proto__'))
      const patch = operationsBetween(before, after).map((each) => ({ ...each }))
      const { newDocument } = jsonPatch.applyPatch(
        structuredClone(before),
        JSON.parse(JSON.stringify(patch)),
      )
      // JSON knows no negative zero.
      assert.deepEqual(newDocument, JSON.parse(JSON.stringify(after)))
    }),
  )
})

test('a field called __proto__ is one like any other', () => {
  const [before, after] = ['1', '2'].map((value) => JSON.parse(`{"__proto__": {"a": ${value}}}`))
  assert.equal(operationsBetween(before, after).length, 1)
  assert.equal(Object.hasOwn(Object.prototype, 'a'), false)
})
