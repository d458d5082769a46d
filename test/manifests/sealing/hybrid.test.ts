// The format against vectors of upstream's own code, and OAEP against Node's.
import assert from 'node:assert/strict'
import { constants, createHash, privateDecrypt, publicEncrypt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCertificates } from '../../../manifests/sealing/certificate.ts'
import { sealBytes, unsealBytes } from '../../../manifests/sealing/hybrid.ts'
import { encryptOaep } from '../../../manifests/sealing/oaep.ts'
import type { SealingScope } from '../../../manifests/sealing/scope.ts'
import { sealingLabel } from '../../../manifests/sealing/scope.ts'
import { NOW, sealer } from '../../support/sealing.ts'

interface Golden {
  readonly spkiSha256: string
  readonly session: string
  readonly seed: string
  readonly cases: readonly {
    readonly scope: SealingScope
    readonly plaintext: string
    readonly length: number
    readonly sha256: string
    readonly base64Begins?: string
    readonly tag?: string
  }[]
}

const golden: Golden = JSON.parse(readFileSync('fixtures/sealing/golden.json', 'utf8'))
const pem = readFileSync('fixtures/sealing/certificate.pem', 'utf8')
const entropy = {
  session: Buffer.from(golden.session, 'hex'),
  seed: Buffer.from(golden.seed, 'hex'),
}
const { key, certificate } = sealer()
const { publicKey } = certificate
const padding = constants.RSA_PKCS1_OAEP_PADDING
const bytes = (most: number) => fc.uint8Array({ maxLength: most })

for (const [n, { scope, plaintext, ...expected }] of golden.cases.entries()) {
  test(`golden row ${n + 1}: ${scope}, ${plaintext.length} bytes`, () => {
    const read = readCertificates(pem, { from: 'certificate.pem', now: NOW })
    assert.ok('value' in read)
    const { publicKey: upstream, fingerprint } = read.value.certificate
    assert.equal(Buffer.from(fingerprint).toString('hex'), golden.spkiSha256)
    const label = sealingLabel({ scope, namespace: 'testns', name: 'testname' })
    const sealed = sealBytes(Buffer.from(plaintext), upstream, label, entropy)
    assert.equal(sealed.length, expected.length)
    assert.equal(createHash('sha256').update(sealed).digest('hex'), expected.sha256)
    assert.ok(sealed.toString('base64').startsWith(expected.base64Begins ?? ''))
    assert.ok(sealed.toString('hex').endsWith(expected.tag ?? ''))
  })
}

test('Node opens what our OAEP encodes, with the same label only', () => {
  fc.assert(
    fc.property(bytes(190), bytes(40), bytes(40), (message, label, other) => {
      const seed = createHash('sha256').update(message).update(label).digest()
      const block = encryptOaep(publicKey, { message, label, seed })
      const open = (oaepLabel: Uint8Array) =>
        privateDecrypt({ key, padding, oaepHash: 'sha256', oaepLabel }, block)
      assert.deepEqual(open(label), Buffer.from(message))
      if (Buffer.compare(label, other) !== 0) assert.throws(() => open(other))
    }),
    { numRuns: 40 },
  )
})

test('we open what Node encodes: the format with its own random OAEP', () => {
  const label = Buffer.from('keyspace/web')
  const session = Buffer.alloc(32, 7)
  const wrapped = publicEncrypt(
    { key: publicKey, padding, oaepHash: 'sha256', oaepLabel: label },
    session,
  )
  const ours = sealBytes(Buffer.from('value'), publicKey, label, { session, seed: session })
  const theirs = Buffer.concat([ours.subarray(0, 2), wrapped, ours.subarray(2 + wrapped.length)])
  assert.equal(Buffer.from(unsealBytes(theirs, key, label) ?? []).toString(), 'value')
})

test('OAEP refuses what does not fit', () => {
  const label = new Uint8Array()
  const tooLong = { message: new Uint8Array(191), label, seed: new Uint8Array(32) }
  assert.throws(() => encryptOaep(publicKey, tooLong), RangeError)
  const shortSeed = { message: new Uint8Array(32), label, seed: new Uint8Array(31) }
  assert.throws(() => encryptOaep(publicKey, shortSeed), RangeError)
  const shortSession = { ...entropy, session: new Uint8Array(16) }
  assert.throws(() => sealBytes(label, publicKey, label, shortSession), RangeError)
})

for (const size of [0, 1, 15, 16, 17, 4096, 1024 * 1024]) {
  test(`${size} bytes come back`, () => {
    const value = Buffer.alloc(
      size,
      Uint8Array.from({ length: 256 }, (_, n) => 255 - n),
    )
    for (const text of ['keyspace/web', 'keyspace', '']) {
      const label = Buffer.from(text)
      const sealed = sealBytes(value, publicKey, label, entropy)
      assert.equal(sealed.length, 2 + 256 + size + 16)
      assert.ok(value.equals(unsealBytes(sealed, key, label) ?? Buffer.of(0)))
    }
  })
}

test('any changed byte, another label and another key do not open', () => {
  const label = Buffer.from('keyspace/web')
  const sealed = sealBytes(Buffer.from('correct horse'), publicKey, label, entropy)
  for (const at of [0, 1, 2, 130, 257, 258, 265, sealed.length - 16, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(unsealBytes(changed, key, label), undefined, `byte ${at}`)
  }
  for (const other of ['keyspace/we', 'keyspace', '', 'keyspace/web/']) {
    assert.equal(unsealBytes(sealed, key, Buffer.from(other)), undefined, other)
  }
  assert.equal(unsealBytes(sealed, sealer().key, label), undefined)
  for (let length = 0; length < sealed.length; length += 7) {
    assert.equal(unsealBytes(sealed.subarray(0, length), key, label), undefined, `${length} bytes`)
  }
})
