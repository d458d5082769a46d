import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithin } from '../../manifests/plain-size.ts'

const LIMITS = { units: 1000, depth: 10 }

/** A list that holds another twice, and so on. */
function bomb(levels: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level += 1) value = [value, value]
  return value
}

function nested(levels: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level += 1) value = { a: value }
  return value
}

const cases: readonly (readonly [name: string, value: unknown, expected: boolean])[] = [
  ['a small object', { a: 1, b: ['c', null, true] }, true],
  ['a long text', 'x'.repeat(1001), false],
  ['a long key', { ['x'.repeat(1001)]: 1 }, false],
  ['many small values', Array.from({ length: 100 }, () => 1), false],
  ['an alias that is used often', ((each) => [each, each, each])('x'.repeat(400)), false],
  ['lists of lists of one list', bomb(9), false],
  ['the same, far too large to be walked through', bomb(60), false],
  ['as deep as may be', nested(10), true],
  ['deeper', nested(11), false],
  ['deeper than the stack', nested(100_000), false],
  [
    'a shared part that is deep in one place only',
    ((each) => [each, nested(0), [[[each]]]])(nested(7)),
    false,
  ],
]
for (const [name, value, expected] of cases) {
  test(name, () => assert.equal(isWithin(value, LIMITS), expected))
}
