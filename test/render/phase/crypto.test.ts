// Known answers: what Phase's own SDKs make of the same bytes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  fromHex,
  keyDigest,
  keyPairFromSeed,
  OpenError,
  openBox,
  openField,
  publicKeyOf,
  receivingKey,
  sealBox,
  sealField,
  xor,
} from '../../../render/phase/crypto.ts'
import { loadSodium } from '../../../render/phase/sodium.ts'

const sodium = await loadSodium()
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => Buffer.from(text, 'hex')
const vector = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/vector.json', import.meta.url), 'utf8'),
)

const SEEDS = [
  [
    '0123456789abcdef'.repeat(4),
    '24eaf70f070a925d6d5176f20495d4d90867624d9a10379e2a9aef0955c9bf4e',
    'b85c84f9828524519d32b97cd3dda961fdba2dbf407ae4601e2129229aa463c2',
  ],
  [
    'deadbeef'.repeat(8),
    'd3b715edf936a0f7168b2b4972212aba706f5a7ab9d968e903cf7058a77dd752',
    'ca011d08f3f0afd580957644f31648ca2e0175e01144b760a37c88c7e0ac9af1',
  ],
  [
    'fe'.repeat(32),
    '0c4dd67e4067217a07ba10caefc6202c22e47f47ace33d47ea0f6d1d38230a37',
    'ba7bd8fbe711f27e0d726b0ec94c8f3da6963f787abd6c77a2c9d0464b09a545',
  ],
] as const

for (const [seed, publicKey, privateKey] of SEEDS) {
  test(`key pair of the seed ${seed.slice(0, 8)}…`, () => {
    const pair = keyPairFromSeed(sodium, bytes(seed))
    assert.equal(hex(pair.publicKey), publicKey)
    assert.equal(hex(pair.privateKey), privateKey)
    assert.equal(hex(publicKeyOf(sodium, pair.privateKey)), publicKey)
  })
}

test('session keys: the receiving key is the one the sender sends with', () => {
  const client = keyPairFromSeed(sodium, bytes('11'.repeat(32)))
  const server = keyPairFromSeed(sodium, bytes('22'.repeat(32)))
  assert.equal(
    hex(receivingKey(server, client.publicKey)),
    '0f8fd492c10c2dd3dca73ccb41f633d20109e94a4a4a1bbbc3e39387633faa9f',
  )
  assert.equal(
    hex(
      sodium.crypto_kx_client_session_keys(client.publicKey, client.privateKey, server.publicKey)
        .sharedRx,
    ),
    'b0053e142960e91d365043abe725043e227e745ff53fa1f4815056b45a0bc4ea',
  )
})

test('key digests', () => {
  const digests = [
    ['hello', 'world', '38010cfe3a8e684cb17e6d049525e71d4e9dc3be173fc05bf5c5ca1c7e7c25e7'],
    ['', 'some-salt', '27e29d6aff0af8d5df144e7a82e59d3e1bdd2963b6ba5a1a51efbf088c39a8bb'],
  ] as const
  for (const [key, salt, digest] of digests) assert.equal(keyDigest(sodium, key, salt), digest)
  assert.equal(
    sodium.crypto_generichash(32, 'phase secrets manager', null, 'hex'),
    '6c9295d6d31af938dcb6a3730839aa782731565531ac6fad1a25f643f9199ab4',
  )
})

test('boxes', () => {
  const key = bytes('abcdef0123456789'.repeat(4))
  const boxes = [
    [
      'hello world',
      '38e81e26784df4d55585c2a465378c45aa4385e9df29fd11d5a72046491ede02b3f0cbe1fc67da5d118526e302ccc131d25c73',
    ],
    ['', '9cfe59047467fc0063718a8a9bed7eb169f3d50a06e098e00cd6c820fd2c57504c09e4901f4db547'],
  ] as const
  for (const [text, box] of boxes) {
    const body = bytes(box)
    assert.equal(Buffer.from(openBox(sodium, body, key)).toString(), text)
    assert.equal(hex(sealBox(sodium, Buffer.from(text), key, body.subarray(-24))), box)
  }
})

test('a field sealed by another SDK', () => {
  const recipient = keyPairFromSeed(sodium, bytes('fe'.repeat(32)))
  const field =
    'ph:v1:9d3ac13a04e1a68273ac8ce341f215b988f93b444a72098817ba87f934795d02:2JYKMsRIhehCa1PPVHkDxyR8ST7xfPvc5MgBIpHfHFPW0hjD2n5f3qIJAzCgOIbBHjkcDSeehtWpp+d/'
  assert.equal(openField(sodium, field, recipient), 'secret-api-key-12345')
})

test('key shares', () => {
  assert.equal(
    hex(
      xor(
        bytes('6eed8a70ac9e75ab1894b06d4a5e21d1072649529753f3244316c6d9e4c9c951'),
        bytes('a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6'),
      ),
    ),
    'cf5f49a44968d213d144519fe9eae407e0de4048bc6fbe7a2c66474b477d0c87',
  )
  assert.throws(() => xor(bytes('00'), bytes('0000')), OpenError)
})

test('the end-to-end vector, from the token to the plaintext', () => {
  const [, , , publicKey, share0, wrappingKey] = vector.token.split(':')
  const share1 = openBox(sodium, bytes(vector.wrapped_key_share), bytes(wrappingKey))
  const privateKey = xor(bytes(share0), bytes(Buffer.from(share1).toString()))
  assert.equal(hex(privateKey), vector.account_priv)
  const account = { publicKey: bytes(publicKey), privateKey }
  assert.equal(openField(sodium, vector.wrapped_seed, account), vector.seed)
  assert.equal(openField(sodium, vector.wrapped_salt, account), vector.salt)
  const environment = keyPairFromSeed(sodium, bytes(vector.seed))
  assert.equal(hex(environment.privateKey), vector.env_priv)
  assert.equal(hex(environment.publicKey), vector.identity_key)
  for (const { plain, key, value, comment, key_digest } of vector.secrets) {
    assert.equal(openField(sodium, key, environment), plain[0])
    assert.equal(openField(sodium, value, environment), plain[1])
    if (comment !== '') assert.equal(openField(sodium, comment, environment), plain[2])
    assert.equal(keyDigest(sodium, plain[0], vector.salt), key_digest)
  }
})

const pair = keyPairFromSeed(sodium, Buffer.alloc(32, 7))
const sealed = (text: string) =>
  sealField(
    sodium,
    text,
    pair.publicKey,
    keyPairFromSeed(sodium, Buffer.alloc(32, 8)),
    Buffer.alloc(24, 9),
  )

test('what was sealed opens, and any changed character of it does not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
      const field = sealed(text)
      assert.equal(openField(sodium, field, pair), text)
      // The last base64 digit before padding holds bits that stand for nothing, and the case of a
      // hexadecimal digit means nothing.
      const index = at % (field.length - 4)
      const other = field[index] === '0' ? '1' : '0'
      const damaged = field.slice(0, index) + other + field.slice(index + 1)
      assert.throws(() => openField(sodium, damaged, pair), OpenError)
    }),
    { numRuns: 60 },
  )
})

const MALFORMED: Readonly<Record<string, string>> = {
  empty: '',
  'another version': sealed('x').replace('ph:v1', 'ph:v2'),
  'a part too many': `${sealed('x')}:00`,
  'short key': 'ph:v1:00ff:AAAA',
  'too short for nonce and tag': `ph:v1:${'ab'.repeat(32)}:AAAA`,
  'base64url alphabet': `ph:v1:${'ab'.repeat(32)}:${'-_'.repeat(40)}`,
  'key of low order': `ph:v1:${'00'.repeat(32)}:${'A'.repeat(80)}`,
  'line break at the end': `${sealed('x')}\n`,
}

for (const [name, field] of Object.entries(MALFORMED)) {
  test(`does not open: ${name}`, () => {
    assert.throws(() => openField(sodium, field, pair), {
      name: 'OpenError',
      message: 'cannot be decrypted',
    })
  })
}

test('plaintext that is not UTF-8 does not open', () => {
  const ephemeral = keyPairFromSeed(sodium, Buffer.alloc(32, 8))
  const key = receivingKey(pair, ephemeral.publicKey)
  const body = sealBox(sodium, Buffer.from([0xff, 0xfe]), key, Buffer.alloc(24))
  const field = `ph:v1:${hex(ephemeral.publicKey)}:${Buffer.from(body).toString('base64')}`
  assert.throws(() => openField(sodium, field, pair), OpenError)
})

test('hexadecimal of another length or alphabet is refused', () => {
  for (const text of ['', '0', '00f', 'zz', '00 0', '0x00']) {
    assert.throws(() => fromHex(text, 2), OpenError)
  }
  assert.deepEqual(fromHex('00fF', 2), bytes('00ff'))
})
