// The checksum's bytes, pinned by vectors of an independent implementation of the header's layout,
// and what it does and does not depend on.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { SecretReference } from '../../manifests/secret-references.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { ChecksummedSecret } from '../../render/checksum.ts'
import { checksum } from '../../render/checksum.ts'

const KEY_A = new Uint8Array(32).fill(1)
const KEY_B = new Uint8Array(32).fill(2)

type Values = Readonly<Record<string, string | Uint8Array>>

function secret(name: string, values: Values, checksumKey = KEY_A): ChecksummedSecret {
  const data = Object.entries(values).map(([key, value]) => {
    const closed =
      typeof value === 'string' ? SecretValue.ofText(value) : SecretValue.ofBytes(value)
    return [key, closed] as const
  })
  return { name, data: new Map(data), checksumKey }
}

function reference(name: string, keys: SecretReference['keys'], optional = false): SecretReference {
  return { name, keys, optional, path: [] }
}

function named(...secrets: ChecksummedSecret[]): Map<string, ChecksummedSecret> {
  return new Map(secrets.map((item) => [item.name, item]))
}

const SHOP = { API_KEY: 'fake-key', URL: '' }
const BILL = { TOKEN: 'fake-tökén' }
const shop = secret('shop', SHOP)

describe('golden vectors', () => {
  const cases: readonly [string, SecretReference[], ChecksummedSecret[], string][] = [
    ['a whole Secret', [reference('shop', 'all')], [shop], '39554934fa22225b4a08cb109bfcb5ba'],
    ['one key', [reference('shop', ['API_KEY'])], [shop], '810a4a951b0de6a8bd77d8cc0f9d406e'],
    [
      'an absent key',
      [reference('shop', ['LATER', 'API_KEY'], true)],
      [shop],
      'eea41d2926dab78cced4815702cb13e1',
    ],
    [
      'bytes that are no text',
      [reference('shop', 'all')],
      [secret('shop', { B: Uint8Array.of(0, 255, 254) })],
      'bb475034767fef6efe71f7b7aa1c58b6',
    ],
    [
      'two environments',
      [reference('shop', 'all'), reference('bill', 'all')],
      [secret('shop', SHOP, KEY_B), secret('bill', BILL)],
      '72df7202689fe05301606a446ca65066',
    ],
    [
      'two Secrets of one environment',
      [reference('shop', 'all'), reference('bill', 'all')],
      [shop, secret('bill', BILL)],
      'ebfa1c05574d070a870c8848e7b5c291',
    ],
  ]
  for (const [name, references, secrets, expected] of cases) {
    test(name, () => assert.equal(checksum(references, named(...secrets)), expected))
  }
})

describe('equal checksums', () => {
  const whole = checksum([reference('shop', 'all')], named(shop))
  const cases: readonly [string, SecretReference[], ChecksummedSecret[]][] = [
    ['all keys one by one', [reference('shop', ['URL']), reference('shop', ['API_KEY'])], [shop]],
    ['a key twice', [reference('shop', 'all'), reference('shop', ['URL'])], [shop]],
    ['an optional reference', [reference('shop', 'all', true)], [shop]],
    ['a Secret of elsewhere', [reference('shop', 'all'), reference('other', 'all')], [shop]],
    ['a Secret not referenced', [reference('shop', 'all')], [shop, secret('bill', BILL, KEY_B)]],
    [
      'another order of keys',
      [reference('shop', 'all')],
      [secret('shop', { URL: '', API_KEY: 'fake-key' })],
    ],
  ]
  for (const [name, references, secrets] of cases) {
    test(name, () => assert.equal(checksum(references, named(...secrets)), whole))
  }
})

describe('different checksums', () => {
  const all = [reference('s', 'all')]
  const cases: readonly [string, SecretReference[], ChecksummedSecret, ChecksummedSecret][] = [
    ['a value', all, secret('s', { A: 'x' }), secret('s', { A: 'y' })],
    ['a key', all, secret('s', { A: 'x' }), secret('s', { B: 'x' })],
    ['swapped values', all, secret('s', { A: 'x', B: 'y' }), secret('s', { A: 'y', B: 'x' })],
    ['a moved boundary', all, secret('s', { A: 'xB', C: '' }), secret('s', { A: 'x', BC: '' })],
    ['absent, empty', [reference('s', ['A'], true)], secret('s', {}), secret('s', { A: '' })],
    ['the environment', all, secret('s', { A: 'x' }), secret('s', { A: 'x' }, KEY_B)],
    ['a key more', all, secret('s', { A: 'x' }), secret('s', { A: 'x', B: '' })],
  ]
  for (const [name, references, one, other] of cases) {
    test(name, () =>
      assert.notEqual(checksum(references, named(one)), checksum(references, named(other))),
    )
  }

  test('two Secrets that trade names', () => {
    const references = [reference('a', 'all'), reference('b', 'all')]
    assert.notEqual(
      checksum(references, named(secret('a', { K: '1' }), secret('b', { K: '2' }))),
      checksum(references, named(secret('a', { K: '2' }), secret('b', { K: '1' }))),
    )
  })
})

test('a key of another length is refused: HMAC would take an empty one', () => {
  for (const length of [0, 31, 33]) {
    const weak = secret('shop', SHOP, new Uint8Array(length))
    assert.throws(() => checksum([reference('shop', 'all')], named(weak)), RangeError)
  }
})

test('two Secrets have equal checksums only if they have equal content', () => {
  const name = fc.stringMatching(/^[A-C]{1,3}$/)
  const values = fc.dictionary(name, fc.stringMatching(/^[A-C]{0,3}$/), { maxKeys: 3 })
  const sorted = (map: Values) => JSON.stringify(Object.entries(map).sort())
  fc.assert(
    fc.property(values, values, (left, right) => {
      const sums = [left, right].map((map) =>
        checksum([reference('s', 'all')], named(secret('s', map))),
      )
      assert.equal(sums[0] === sums[1], sorted(left) === sorted(right))
    }),
  )
})
