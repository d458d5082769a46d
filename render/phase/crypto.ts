// Phase's formats over libsodium's primitives: key pairs, sealed fields, split account keys,
// key digests. Written from the protocol as Phase's own SDKs speak it (phasehq/golang-sdk
// phase/crypto/crypto.go); the vectors in fixtures/vectors hold it to that.
//
//   field   ph:v1:<ephemeral public key, hex>:<base64 of ciphertext ‖ tag(16) ‖ nonce(24)>
//   key     BLAKE2b-512( X25519 ‖ ephemeral public ‖ recipient public )[32..64]
//   cipher  XChaCha20-Poly1305 IETF, no additional data
//
// The X25519 step of opening runs in Node's OpenSSL: libsodium's WebAssembly takes twice as long
// for a whole field (86 against 44 µs), and Argo CD waits for thousands of them.
import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import type { Sodium } from './sodium.ts'

/** An X25519 key pair, 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/**
 * The one error for anything that does not open: wrong key, damaged text, wrong format.
 * It does not say which, and holds nothing of the input.
 */
export class OpenError extends Error {
  override readonly name = 'OpenError'

  constructor() {
    super('cannot be decrypted')
  }
}

const NONCE_BYTES = 24
const TAG_BYTES = 16
const FIELD = /^ph:v1:([0-9a-fA-F]{64}):([A-Za-z0-9+/]+={0,2})$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes of a hex string of exactly `length` bytes. @throws {OpenError} if it is anything else. */
export function fromHex(hex: string, length: number): Uint8Array {
  if (hex.length !== length * 2 || !/^[0-9a-fA-F]*$/.test(hex)) throw new OpenError()
  return Buffer.from(hex, 'hex')
}

/** The key pair that Phase derives from a 32-byte seed (`crypto_kx_seed_keypair`). */
export function keyPairFromSeed(sodium: Sodium, seed: Uint8Array): KeyPair {
  return sodium.crypto_kx_seed_keypair(seed)
}

/** The public key of a 32-byte private key. */
export function publicKeyOf(sodium: Sodium, privateKey: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_base(privateKey)
}

/**
 * Opens one sealed field with the recipient's key pair.
 * @returns the plaintext, decoded as UTF-8.
 * @throws {OpenError} whatever is wrong.
 */
export function openField(sodium: Sodium, field: string, recipient: KeyPair): string {
  const [, ephemeral, body] = FIELD.exec(field) ?? []
  if (ephemeral === undefined || body === undefined) throw new OpenError()
  try {
    const key = receivingKey(recipient, Buffer.from(ephemeral, 'hex'))
    return utf8.decode(openBox(sodium, Buffer.from(body, 'base64'), key))
  } catch {
    throw new OpenError()
  }
}

/** libsodium's `crypto_kx_server_session_keys(…).sharedRx`. OpenSSL throws on a public key of low order. */
export function receivingKey(recipient: KeyPair, ephemeral: Uint8Array): Uint8Array {
  const shared = diffieHellman({
    privateKey: privateKeyObject(recipient),
    publicKey: createPublicKey({ format: 'jwk', key: jwk(ephemeral) }),
  })
  const hash = createHash('blake2b512').update(shared).update(ephemeral)
  return hash.update(recipient.publicKey).digest().subarray(32)
}

const privateKeys = new WeakMap<KeyPair, KeyObject>()

/** One recipient opens many fields, so its key is imported once. */
function privateKeyObject(pair: KeyPair): KeyObject {
  const known = privateKeys.get(pair)
  if (known !== undefined) return known
  const key = createPrivateKey({
    format: 'jwk',
    key: { ...jwk(pair.publicKey), d: Buffer.from(pair.privateKey).toString('base64url') },
  })
  privateKeys.set(pair, key)
  return key
}

/** JWK: the fastest form to import, on some versions of OpenSSL by far. */
function jwk(publicKey: Uint8Array): { kty: string; crv: string; x: string } {
  return { kty: 'OKP', crv: 'X25519', x: Buffer.from(publicKey).toString('base64url') }
}

/** Seals text to a recipient's public key with the given ephemeral key pair, as Phase's clients do. */
export function sealField(
  sodium: Sodium,
  text: string,
  recipient: Uint8Array,
  ephemeral: KeyPair,
  nonce: Uint8Array,
): string {
  const { sharedTx } = sodium.crypto_kx_client_session_keys(
    ephemeral.publicKey,
    ephemeral.privateKey,
    recipient,
  )
  const body = sealBox(sodium, Buffer.from(text, 'utf8'), sharedTx, nonce)
  return `ph:v1:${Buffer.from(ephemeral.publicKey).toString('hex')}:${Buffer.from(body).toString('base64')}`
}

/** Opens `ciphertext ‖ tag ‖ nonce` with a 32-byte key. @throws {OpenError} */
export function openBox(sodium: Sodium, body: Uint8Array, key: Uint8Array): Uint8Array {
  if (body.length < NONCE_BYTES + TAG_BYTES) throw new OpenError()
  const split = body.length - NONCE_BYTES
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      body.subarray(0, split),
      null,
      body.subarray(split),
      key,
    )
  } catch {
    throw new OpenError()
  }
}

/** Seals bytes as `ciphertext ‖ tag ‖ nonce` with a 32-byte key and a 24-byte nonce. */
export function sealBox(
  sodium: Sodium,
  text: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(text, null, null, nonce, key)
  return Buffer.concat([sealed, nonce])
}

/** Byte-wise exclusive or of two strings of one length: how Phase splits an account's private key. */
export function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== right.length) throw new OpenError()
  return left.map((byte, index) => byte ^ (right[index] ?? 0))
}

/**
 * Phase's digest of a key name: BLAKE2b-256 keyed with the salt's hexadecimal text
 * (its 64 ASCII characters, not the bytes they stand for), in lower-case hex.
 */
export function keyDigest(sodium: Sodium, key: string, saltHex: string): string {
  return sodium.crypto_generichash(32, key, saltHex, 'hex')
}
