// A short message, a label and a seed in; the block that RSA encrypts out (RFC 8017 §7.1.1, SHA-256 for
// the label and for MGF1). Node's own RSA-OAEP draws the seed itself; a sealed value that stays the same
// needs one that is given. Only the encoding is here: the RSA operation is OpenSSL's.
import type { KeyObject } from 'node:crypto'
import { constants, createHash, publicEncrypt } from 'node:crypto'

/** Bytes of a seed: as many as SHA-256 has. */
export const SEED_BYTES = 32

/**
 * RSA-OAEP with the seed given.
 * @param message at most the key's bytes less 66.
 * @throws {RangeError} if message or seed have the wrong length.
 */
export function encryptOaep(publicKey: KeyObject, { message, label, seed }: OaepInput): Uint8Array {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  const encoded = encode(Math.ceil(bits / 8), { message, label, seed })
  // The block begins with a zero byte, so it is a smaller number than the modulus, as RSA asks for.
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded)
}

/** What is encoded. */
export interface OaepInput {
  readonly message: Uint8Array
  readonly label: Uint8Array
  readonly seed: Uint8Array
}

/**
 *   data    = SHA-256(label) ‖ 00 … ‖ 01 ‖ message
 *   encoded = 00 ‖ (seed XOR mask(masked data)) ‖ (data XOR mask(seed))
 */
function encode(size: number, { message, label, seed }: OaepInput): Uint8Array {
  if (seed.length !== SEED_BYTES) throw new RangeError(`an OAEP seed has ${SEED_BYTES} bytes`)
  const data = new Uint8Array(Math.max(0, size - SEED_BYTES - 1))
  const start = data.length - message.length
  if (start <= SEED_BYTES) throw new RangeError('the key is too short for the message')
  data.set(createHash('sha256').update(label).digest())
  data[start - 1] = 1
  data.set(message, start)
  const maskedData = xor(data, mask(seed, data.length))
  const maskedSeed = xor(seed, mask(maskedData, SEED_BYTES))
  return Buffer.concat([Uint8Array.of(0), maskedSeed, maskedData])
}

/** MGF1 with SHA-256 (RFC 8017 §B.2.1). */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  const counter = Buffer.alloc(4)
  for (let made = 0; made < length; made += SEED_BYTES) {
    counter.writeUInt32BE(blocks.length)
    blocks.push(createHash('sha256').update(seed).update(counter).digest())
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, at) => byte ^ (right[at] ?? 0))
}
