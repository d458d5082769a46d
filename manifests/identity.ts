// In: a document's bytes. Out: what it is called, without parsing it, or `unknown` where that takes
// a parser. Reads the ordinary block style only: root keys at column 0, single-line values.
// It may skip what it does not understand because in a valid document every line at a map's own
// column is structure: what belongs to a value is indented deeper (YAML 1.2.2, section 6.1).
import type { Document, Identity } from './document.ts'
import { isPlainString } from './plain-scalar.ts'
import { contentStart } from './split.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const HASH = 0x23
const DASH = 0x2d
const COLON = 0x3a

const ROOT = ['apiVersion', 'kind', 'metadata'] as const
const METADATA = ['name', 'namespace', 'generateName'] as const
type Field = (typeof ROOT | typeof METADATA)[number]
type Found = Partial<Record<Field, string>>

/** What may open a plain key. Quotes, anchors, tags, `? `, `<<` and flow style may not. */
const KEY_START = new Set(
  Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./$-'),
)

/** After a key's colon: a quoted or plain value that ends on this line, perhaps a comment. */
const VALUE = /^ +(?:'([ -&(-~]+)'|"([ !#-[\]-~]+)"|([^ ]+))(?: *| +#.*)$/

/** After the colon of a key whose value follows on deeper lines. */
const NO_VALUE = /^(?: *| +#.*)$/

/**
 * Reads a document's names. `empty` is a document of comments and blank lines. If a document that
 * gets an answer is valid YAML, its root is a map and these are its fields to any reader.
 */
export function identify(document: Document): Identity | 'empty' | 'unknown' {
  const lines = new Lines(document.body)
  lines.advance()
  if (lines.column < 0) return 'empty'
  const found: Found = {}
  if (lines.column > 0 || !readMap(lines, ROOT, found)) return 'unknown'
  const { apiVersion, kind, namespace, name, generateName } = found
  // Without these the root may not even be a map, and somebody has to say where.
  if (apiVersion === undefined || kind === undefined) return 'unknown'
  return { apiVersion, kind, namespace, name, generateName }
}

/** Reads the map that begins on the current line; false where only a parser can tell. */
function readMap(lines: Lines, fields: readonly Field[], found: Found): boolean {
  const { column } = lines
  if (lines.opensSequence()) return false
  while (lines.column === column) {
    const key = lines.key(fields)
    if (key === 'unclear') return false
    if (key === 'other') {
      do lines.advance()
      while (lines.column > column)
    } else if (found[key] !== undefined || !readField(lines, key, found)) return false
  }
  return lines.column <= 0
}

function readField(lines: Lines, key: Field, found: Found): boolean {
  const { column } = lines
  const rest = lines.rest(key)
  lines.advance()
  if (key === 'metadata') {
    found.metadata = ''
    return NO_VALUE.test(rest) && (lines.column <= column || readMap(lines, METADATA, found))
  }
  const [, single, double, plain = ''] = VALUE.exec(rest) ?? []
  found[key] = single ?? double ?? plain
  const isString = single !== undefined || double !== undefined || isPlainString(plain)
  // A deeper line would go on with the value.
  return isString && lines.column <= column
}

/** Walks over the lines that are neither blank nor comments. */
class Lines {
  readonly #bytes: Uint8Array
  #start = 0
  #end = 0
  #next: number
  /** Leading spaces of the current line; -1 behind the last one. */
  column = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#next = contentStart(bytes)
  }

  advance(): void {
    const bytes = this.#bytes
    while (this.#next < bytes.length) {
      let at = this.#next
      while (bytes[at] === SPACE) at += 1
      const start = at
      while (at < bytes.length && bytes[at] !== NEWLINE) at += 1
      this.column = start - this.#next
      this.#start = start
      this.#next = at + 1
      this.#end = at > start && bytes[at - 1] === RETURN ? at - 1 : at
      if (this.#isDocumentEnd()) break
      if (this.#start < this.#end && bytes[this.#start] !== HASH) return
    }
    this.column = -1
  }

  opensSequence(): boolean {
    return this.#bytes[this.#start] === DASH
  }

  /** Which of these fields the current line's key is. */
  key<F extends Field>(fields: readonly F[]): F | 'other' | 'unclear' {
    const first = this.#bytes[this.#start]
    if (first === undefined || !KEY_START.has(first)) return 'unclear'
    for (const field of fields) {
      if (!this.#startsWith(field)) continue
      const at = this.#start + field.length
      const [colon, after] = [this.#bytes[at], this.#bytes[at + 1]]
      if (at === this.#end || colon === SPACE) return 'unclear'
      if (colon !== COLON) continue
      if (at + 1 === this.#end || after === SPACE) return field
      return 'unclear'
    }
    return 'other'
  }

  /** What follows a key's colon on the current line, one character per byte. */
  rest(key: Field): string {
    let text = ''
    for (let at = this.#start + key.length + 1; at < this.#end; at += 1) {
      text += String.fromCharCode(this.#bytes[at] ?? 0)
    }
    return text
  }

  #startsWith(word: string): boolean {
    for (let n = 0; n < word.length; n += 1) {
      if (this.#bytes[this.#start + n] !== word.charCodeAt(n)) return false
    }
    return true
  }

  #isDocumentEnd(): boolean {
    return this.column === 0 && this.#end - this.#start >= 3 && this.#startsWith('...')
  }
}
