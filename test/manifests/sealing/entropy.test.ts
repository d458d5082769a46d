// The one fatal mistake of derived sealing is a session key that meets two values.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SealingSlot } from '../../../manifests/sealing/entropy.ts'
import { deriveKey, entropyFor } from '../../../manifests/sealing/entropy.ts'

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
const SLOT: SealingSlot = {
  fingerprint: Buffer.alloc(32, 0xaa),
  scope: 'strict',
  namespace: 'keyspace',
  name: 'web',
  key: 'DB_PASSWORD',
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const derive = (slot: Partial<SealingSlot>, value: Uint8Array, key: Uint8Array = KEY) => {
  const { session, seed } = entropyFor({ kind: 'deterministic', key }, { ...SLOT, ...slot }, value)
  return { session: hex(session), seed: hex(seed) }
}

test('the derivation is the one that is written down', () => {
  const value = Buffer.from('correct horse')
  const parts = [
    'phase-seal/v1',
    SLOT.fingerprint,
    'strict',
    'keyspace',
    'web',
    'DB_PASSWORD',
    value,
  ]
  const input = parts.map((part) => {
    const bytes = Buffer.from(part)
    return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  })
  const prk = createHmac('sha256', KEY).update(Buffer.concat(input)).digest()
  const expand = (use: string) => createHmac('sha256', prk).update(`${use}\x01`).digest('hex')
  assert.deepEqual(derive({}, value), { session: expand('session'), seed: expand('oaep-seed') })
  // So that a change of the layout, which reseals everything everywhere, is seen.
  assert.equal(derive({}, value).session.slice(0, 16), '0c42b1e7106ece8d')
})

const changes: Readonly<Record<string, Partial<SealingSlot>>> = {
  certificate: { fingerprint: Buffer.alloc(32, 0xab) },
  scope: { scope: 'namespace-wide' },
  namespace: { namespace: 'keyspac' },
  name: { name: 'web2' },
  key: { key: 'db_password' },
  'a letter from one field to the next': { namespace: 'keyspacew', name: 'eb' },
  'an empty field': { namespace: '', name: 'keyspaceweb' },
}
for (const [what, change] of Object.entries(changes)) {
  test(`another ${what}: another session key and another seed`, () => {
    const value = Buffer.from('v')
    assert.notEqual(derive(change, value).session, derive({}, value).session)
    assert.notEqual(derive(change, value).seed, derive({}, value).seed)
  })
}

test('another K: both differ, and K is 32 bytes or nothing', () => {
  const other = Buffer.alloc(32, 9)
  assert.notEqual(derive({}, KEY, other).session, derive({}, KEY).session)
  assert.notEqual(derive({}, KEY, other).seed, derive({}, KEY).seed)
  for (const length of [0, 16, 31, 33, 64]) {
    assert.throws(() => derive({}, KEY, Buffer.alloc(length, 1)), RangeError, `${length} bytes`)
  }
})

const slots = fc.record({
  fingerprint: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  scope: fc.constantFrom('strict', 'namespace-wide', 'cluster-wide'),
  namespace: fc.string({ maxLength: 4 }),
  name: fc.string({ maxLength: 4 }),
  key: fc.string({ maxLength: 4 }),
}) satisfies fc.Arbitrary<SealingSlot>

test('the same in, the same out; two values or two slots never share a session key or a seed', () => {
  const values = fc.uint8Array({ maxLength: 8 })
  fc.assert(
    fc.property(slots, slots, values, values, (a, b, left, right) => {
      const [one, two] = [derive(a, left), derive(b, right)]
      assert.deepEqual(derive(a, left), one)
      assert.notEqual(one.session, one.seed)
      const same = (slot: SealingSlot, value: Uint8Array) =>
        JSON.stringify({ ...slot, fingerprint: hex(slot.fingerprint), value: hex(value) })
      if (same(a, left) === same(b, right)) return
      assert.notEqual(one.session, two.session)
      assert.notEqual(one.seed, two.seed)
      if (hex(left) !== hex(right)) {
        assert.notEqual(derive(a, right).session, one.session)
        assert.notEqual(derive(a, right).seed, one.seed)
      }
    }),
  )
})

test('random entropy is drawn anew each time', () => {
  const draw = () => entropyFor({ kind: 'random' }, SLOT, KEY)
  const drawn = [draw(), draw()].flatMap(({ session, seed }) => [hex(session), hex(seed)])
  assert.equal(new Set(drawn).size, 4)
  assert.ok(drawn.every((each) => each.length === 64))
})

test('K from a salt: 32 bytes, another for another use and another salt', () => {
  const salt = Buffer.alloc(32, 3)
  const keys = [
    deriveKey(salt, 'argocd-phase-plugin/sealing/v1'),
    deriveKey(salt, 'argocd-phase-plugin/sealing/v2'),
    deriveKey(Buffer.alloc(32, 4), 'argocd-phase-plugin/sealing/v1'),
  ].map(hex)
  assert.equal(new Set(keys).size, 3)
  assert.ok(keys.every((key) => key.length === 64))
  assert.equal(hex(deriveKey(salt, 'argocd-phase-plugin/sealing/v1')), keys[0])
  assert.throws(() => deriveKey(Buffer.alloc(16, 3), 'x'), RangeError)
  assert.throws(() => deriveKey(salt, ''), RangeError)
})
