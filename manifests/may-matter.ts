// In: a document's bytes and the words that make a document matter. Out: whether it could hold one,
// in any spelling YAML allows. Only documents that could are ever parsed.
import type { Document } from './document.ts'

/**
 * Spellings that a search for a word's own letters misses: the double-quoted escapes `\x41`,
 * `\u0041`, `\U00000041` and `\/`, and a backslash that joins two lines; and UTF-16, which
 * Kubernetes reads when it opens with a byte order mark. And line breaks that only Kubernetes sees: CR
 * alone, NEL, LS and PS.
 */
const DISGUISES = String.raw`\\[xuU/\r\n]|^(?:\xff\xfe|\xfe\xff)|\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]`

/**
 * Makes the question whether a document could hold one of the markers. Markers are words of names:
 * letters, digits, `.`, `/`, `-`, `_`. The answer errs in one direction only: true for a document
 * that holds none.
 */
export function mayMatter(markers: readonly string[]): (document: Document) => boolean {
  const words = markers.map((marker) => marker.replace(/[^\w/-]/g, String.raw`\$&`))
  const pattern = new RegExp([DISGUISES, ...words].join('|'))
  return ({ body }) => {
    // One character per byte: the fastest search that V8 has, and the string is gone at once.
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
    return pattern.test(text)
  }
}
