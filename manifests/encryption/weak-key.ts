// Key material in; why everybody could guess it out. Nothing of the key goes into what comes out.

/**
 * Keys that are printed in documentation and tutorials, in standard base64. They are public, and stand here so
 * that nobody can use them.
 */
const PUBLISHED: ReadonlySet<string> = new Set([
  'IPue+NtWYF2dnvKqlLTy2UXok2P+aiJ+eKuVuRd7wt0=',
  'c2VjcmV0IGlzIHNlY3VyZQ==',
  'dGhpcyBpcyBwYXNzd29yZA==',
  'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=',
  'c2VjcmV0IGlzIHNlY3VyZSwgb3IgaXMgaXQ/Cg==',
  'c2VjcmV0IGlzIHNlY3VyZSwgSSB0aGluaw==',
  'c2VjcmV0IGlzIHNlY3VyZSwgaXMgaXQ/',
])

/**
 * Of 16 random bytes, fewer than 11 distinct ones come up once in 50,000 keys; of 24, fewer than 17 once in
 * 8,000; of 32, fewer than 22 once in 200,000. The limits are far below.
 */
const FEWEST_DISTINCT: Readonly<Record<number, number>> = { 16: 8, 24: 12, 32: 16 }

/** Why a key is none: the end of a sentence. Undefined if nothing is seen. */
export function weakness(bytes: Uint8Array): string | undefined {
  if (PUBLISHED.has(Buffer.from(bytes).toString('base64'))) return 'is published in documentation'
  const distinct = new Set(bytes).size
  if (distinct === 1) return 'is one byte, repeated'
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f))
    return 'is readable text, not random bytes'
  if (hasEvenSteps(bytes)) return 'counts up or down'
  if (isRepeated(bytes)) return 'repeats its first half'
  return distinct < (FEWEST_DISTINCT[bytes.length] ?? 0)
    ? 'has too few different bytes to be random'
    : undefined
}

function hasEvenSteps(bytes: Uint8Array): boolean {
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff
  return bytes.every((byte, at) => at === 0 || ((byte - (bytes[at - 1] ?? 0)) & 0xff) === step)
}

function isRepeated(bytes: Uint8Array): boolean {
  const half = bytes.length / 2
  return (
    bytes.length % 2 === 0 && bytes.subarray(0, half).every((byte, at) => byte === bytes[half + at])
  )
}
