// A value, a public key and a label in; the bytes of a sealed value out, and back. The format is that of
// bitnami/sealed-secrets v0.38.4, pkg/crypto/crypto.go, to the byte:
//
//   sealed = length of R, 2 bytes big-endian ‖ R ‖ C
//   R      = RSA-OAEP(session key), SHA-256 and MGF1 with SHA-256, label as given
//   C      = AES-256-GCM(session key, nonce of 12 zero bytes, no further data)(value) ‖ tag, 16 bytes
//
// The nonce never changes, so a session key must never meet two values: see entropy.ts.
import type { KeyObject } from 'node:crypto'
import { constants, createCipheriv, createDecipheriv, privateDecrypt } from 'node:crypto'
import { encryptOaep } from './oaep.ts'

/** What is chosen anew for each value; 32 bytes each. */
export interface Entropy {
  readonly session: Uint8Array
  readonly seed: Uint8Array
}

/** Bytes of a session key, for AES-256. */
export const SESSION_BYTES = 32

const NONCE = new Uint8Array(12)
const TAG_BYTES = 16

/** Seals a value of any length. @throws {RangeError} if `entropy` has the wrong length. */
export function sealBytes(
  value: Uint8Array,
  publicKey: KeyObject,
  label: Uint8Array,
  { session, seed }: Entropy,
): Buffer {
  if (session.length !== SESSION_BYTES) {
    throw new RangeError(`a session key has ${SESSION_BYTES} bytes`)
  }
  const wrapped = encryptOaep(publicKey, { message: session, label, seed })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(wrapped.length)
  const cipher = createCipheriv('aes-256-gcm', session, NONCE)
  const body = [cipher.update(value), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([length, wrapped, ...body])
}

/**
 * Opens a sealed value; undefined if it was not sealed for this key and label, or was changed. Which
 * of these it is, nobody learns: that is what OAEP oracles are made of.
 */
export function unsealBytes(
  sealed: Uint8Array,
  privateKey: KeyObject,
  label: Uint8Array,
): Uint8Array | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
  if (bytes.length < 2) return undefined
  const end = 2 + bytes.readUInt16BE(0)
  if (bytes.length < end + TAG_BYTES) return undefined
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const oaep = { key: privateKey, padding, oaepHash: 'sha256', oaepLabel: label }
    const session = privateDecrypt(oaep, bytes.subarray(2, end))
    const cipher = createDecipheriv('aes-256-gcm', session, NONCE)
    cipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    return Buffer.concat([cipher.update(bytes.subarray(end, -TAG_BYTES)), cipher.final()])
  } catch {
    return undefined
  }
}
