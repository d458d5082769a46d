// Secrets, and objects of shapes that no cluster has: what is left of them, and that nothing is revealed.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { comparable } from '../../../manifests/diff/live.ts'
import type { PlainMap } from '../../../manifests/plain-value.ts'

const NONE = { ignoredPointers: [], ignoredManagers: [] }
type Map = Record<string, unknown>

const custom = (spec: unknown): Map => ({
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name: 'a' },
  spec,
})
/** The object with what was applied before, as client-side apply leaves it. */
const after = (object: PlainMap, applied: unknown): PlainMap => ({
  ...object,
  metadata: {
    name: 'a',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) },
  },
})

describe('a Secret', () => {
  const secret = (more: Map): Map => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    ...more,
  })
  const same = (one: Map, other: Map): void => {
    const pair = comparable(secret(one), secret(other), NONE)
    assert.deepEqual(pair.live, pair.desired)
  }
  test('has its texts in its data; they win', () => {
    same(
      { stringData: { a: 'x', b: 'y' }, data: { b: 'AA==' } },
      { data: { a: 'eA==', b: 'eQ==' } },
    )
  })
  test('is compared by the bytes, not by their spelling', () => {
    same(
      { data: { a: 'AAAA\nAAAA\n', b: 'eR==', c: null } },
      { data: { a: 'AAAAAAAA', b: 'eQ==', c: '' } },
    )
  })
  test('of an annotation is not in the result', () => {
    const live = after(
      secret({ data: { a: 'eA==' } }),
      secret({ stringData: { a: 'hidden', b: 'hidden' } }),
    )
    const pair = comparable(live, live, NONE)
    assert.doesNotMatch(JSON.stringify(pair), /hidden|last-applied/)
  })
})

describe('hostile shapes', () => {
  test('the key __proto__ is a key', () => {
    const parse = (text: string): Map => custom(JSON.parse(text))
    const pair = comparable(parse('{"__proto__":{"a":1}}'), parse('{"__proto__":{"a":2}}'), NONE)
    assert.equal(JSON.stringify(pair.desired.spec), '{"__proto__":{"a":1}}')
    assert.equal(JSON.stringify(pair.live.spec), '{"__proto__":{"a":2}}')
    assert.equal(Reflect.get({}, 'a'), undefined)
  })

  const nested = (depth: number, end: unknown): unknown => {
    let value = end
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value }
    return value
  }
  test('what is nested too deeply is compared, and not shown', () => {
    const pair = comparable(custom(nested(100_000, 1)), custom(nested(100_000, 1)), NONE)
    assert.deepEqual(pair.live, pair.desired)
    const other = comparable(custom(nested(100_000, 1)), custom(nested(100_000, 2)), NONE)
    assert.notDeepEqual(other.live, other.desired)
    assert.match(JSON.stringify(other), /nested too deeply to show, and different/)
  })
  test('what is nested too deeply on one side only', () => {
    const applied = custom({ deep: nested(1000, 1) })
    const pair = comparable(custom({}), after(custom({ deep: nested(100_000, 1) }), applied), NONE)
    assert.match(JSON.stringify(pair.live), /nested too deeply to show/)
  })
  for (const metadata of [null, 'x', [], 1, { labels: [], annotations: 'x', managedFields: {} }]) {
    test(`metadata that is ${JSON.stringify(metadata)}`, () => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } }
      const pair = comparable(object, object, NONE)
      assert.deepEqual(pair.live, pair.desired)
    })
  }
})
