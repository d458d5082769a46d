import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isZero } from '../../manifests/plain-value.ts'

const zeros: readonly [value: unknown, zero: boolean][] = [
  [undefined, true],
  [null, true],
  ['', true],
  [0, true],
  [false, true],
  [[], true],
  [{}, true],
  [{ a: { b: false, c: [] }, d: '' }, true],
  ['x', false],
  [1n, false],
  [true, false],
  [[0], false],
  [{ a: { b: 'x' } }, false],
]
for (const [value, zero] of zeros) {
  test(`${typeof value} ${value} ${zero ? 'says nothing' : 'says something'}`, () => {
    assert.equal(isZero(value), zero)
  })
}
