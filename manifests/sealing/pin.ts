// The text of a pin in, the fingerprint that it names out; and back. A pin is SHA-256 over a public key
// (SubjectPublicKeyInfo, DER), so a certificate that is renewed for the same key keeps it:
//
//   openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum

/** 32 bytes. */
export type KeyPin = Uint8Array

const PREFIX = 'sha256:'
const PIN_BYTES = 32

/** Reads `sha256:` and 64 hexadecimal digits or 44 characters of base64; undefined if it is neither. */
export function readPin(text: string): KeyPin | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const digits = text.slice(PREFIX.length)
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return Buffer.from(digits, 'hex')
  const bytes = Buffer.from(digits, 'base64')
  return bytes.length === PIN_BYTES && bytes.toString('base64') === digits ? bytes : undefined
}

/** `sha256:` and 64 hexadecimal digits. */
export function showPin(fingerprint: Uint8Array): string {
  return `${PREFIX}${Buffer.from(fingerprint).toString('hex')}`
}
