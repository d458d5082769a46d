// What tests of encryption at rest share: key material made for one run, and the forms it could leak in.
import { createHash, randomBytes } from 'node:crypto'

/** Base64 of fresh random bytes. */
export function newKey(bytes = 32): string {
  return randomBytes(bytes).toString('base64')
}

/** Base64 that is the same for the same label, and nobody's key. */
export function keyOf(label: string): string {
  return createHash('sha256').update(`test key ${label}`).digest('base64')
}

/** Every text after `secret:` of a file that could be a key. */
export function secretsIn(text: string): string[] {
  const found = [...text.matchAll(/secret"?: *["|]?\s*([A-Za-z0-9+/_\-\s]{12,}={0,2})/g)]
  return found.map(([, secret = '']) => secret.replace(/\s.*$/s, ''))
}

/** A key as it may turn up: base64, hexadecimal, raw, and any 12 characters of its base64. */
export function formsOf(key: string): string[] {
  const bytes = Buffer.from(key, 'base64')
  const pieces = Array.from({ length: Math.max(0, key.length - 12) }, (_, at) =>
    key.slice(at, at + 12),
  )
  return [key, bytes.toString('hex'), bytes.toString('latin1'), ...pieces]
}
