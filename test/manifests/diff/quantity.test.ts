// Amounts as Kubernetes reads them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { amountOf } from '../../../manifests/diff/quantity.ts'

const equal: readonly (readonly [unknown, unknown])[] = [
  ['1000m', 1],
  ['1', 1],
  ['1.0', '1'],
  ['.5', 0.5],
  ['5.', 5],
  ['+1', '1'],
  ['1Gi', 1073741824],
  ['1Gi', '1024Mi'],
  ['0.5Gi', '512Mi'],
  ['1e3', '1k'],
  ['1E3', '1000'],
  ['1E', '1e18'],
  ['1e-3', '1m'],
  ['1.5k', '1500'],
  ['100n', '0.1u'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['0', '0Ki'],
  ['-0', 0],
  ['9223372036854775807', '100E'],
  ['8Ei', '1e30'],
  [1e21, '1e21'],
  [9007199254740993n, '9007199254740993'],
]
for (const [one, other] of equal) {
  test(`${one} is ${other}`, () => {
    assert.notEqual(amountOf(one), undefined)
    assert.equal(amountOf(one), amountOf(other))
  })
}

test('different amounts', () => {
  const amounts = ['1', '1m', '1u', '1n', '1k', '1Ki', '1M', '1Mi', '1G', '-1', '0', '1.1']
  assert.equal(new Set(amounts.map(amountOf)).size, amounts.length)
})

const none = [
  '',
  '.',
  '+',
  'm',
  'Ki',
  '1s',
  '1h',
  '1KI',
  '1 Gi',
  '1e',
  '1e1000',
  '1e3Ki',
  '1Kim',
  '0x1',
]
for (const value of [
  ...none,
  '1'.repeat(101),
  'NaN',
  Number.NaN,
  true,
  null,
  undefined,
  {},
  ['1'],
]) {
  test(`${JSON.stringify(value) ?? value} is no quantity`, () => {
    assert.equal(amountOf(value), undefined)
  })
}

test('any way to write a whole number of thousandths is one amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (milli) => {
      const expected = BigInt(milli) * 1_000_000n
      for (const text of [`${milli}m`, `${milli}000u`, `${milli}e-3`, (milli / 1000).toFixed(3)]) {
        assert.equal(amountOf(text), expected, text)
      }
    }),
  )
})
