// The contents of a key file in; K out, or why it is none. A key that can be guessed is worse than
// sealing at random: whoever guesses it can try out values against what is sealed.
import { weakness } from '../encryption/weak-key.ts'
import { SEALING_KEY_BYTES } from './entropy.ts'

/** The largest file that could be one: 64 digits and a line end. */
export const LARGEST_KEY_FILE = 128

/**
 * Reads 64 hexadecimal digits, 44 characters of base64, or 32 bytes as they are; white space around the
 * texts does not count. @returns K, or the end of a sentence that says what is wrong.
 */
export function readSealingKey(bytes: Uint8Array): Uint8Array | string {
  const key = decode(bytes)
  if (key === undefined) {
    return `is not ${SEALING_KEY_BYTES} bytes, as hexadecimal digits, base64 or as they are`
  }
  return weakness(key) ?? key
}

function decode(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim()
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  const decoded = Buffer.from(text, 'base64')
  if (decoded.length === SEALING_KEY_BYTES && decoded.toString('base64') === text) return decoded
  return bytes.length === SEALING_KEY_BYTES ? bytes : undefined
}
