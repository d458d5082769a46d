// Bytes of any file in; where Phase tokens stand in them out: as they are, and inside base64 of once or
// twice, wherever in it. Nobody parses anything, so that comments, values files and broken documents count
// too. Of Phase it knows nothing but how a token begins; no piece of one leaves.

import { wrappedBase64 } from './wrapped-base64.ts'

/** Whose token: a service account's or a person's. */
export type TokenKind = 'service' | 'user'

/** A token that was found. Lines and columns are 1-based, columns count UTF-16 units. */
export interface FoundToken {
  readonly line: number
  readonly column: number
  readonly kind: TokenKind
  readonly how: 'plain' | 'base64' | 'base64 twice'
}

/** What is searched for, and how to make sure. */
interface Form {
  readonly text: string
  readonly kind: TokenKind
  readonly how: FoundToken['how']
  /** What decoding must lead to; absent for the token as it is. */
  readonly inner?: Form | undefined
  /** How many characters of base64, and how many decoded bytes, stand before it in its group of four. */
  readonly skip: number
  readonly offset: number
}

const TOKEN = /pss_(?:service|user):v\d{1,9}:[0-9A-Za-z]/y
const BASE64 = /[A-Za-z0-9+/_-]*/y

const PLAIN: readonly Form[] = (['service', 'user'] as const).map((kind) => {
  return { text: `pss_${kind}:v`, kind, how: 'plain', skip: 0, offset: 0 }
})
const ONCE = PLAIN.flatMap((form) => encoded(form, 'base64'))
const TWICE = ONCE.flatMap((form) => encoded(form, 'base64 twice'))
const FORMS = new Map([...PLAIN, ...ONCE, ...TWICE].map((form) => [form.text, form]))
/** Letters, digits, `_` and `:` only. */
const ANY_FORM = new RegExp([...FORMS.keys()].join('|'), 'g')

/**
 * What a text looks like in base64, by how many bytes stand before it in its group of three. At its ends are
 * characters that depend on its neighbours: they are left out.
 */
function encoded(inner: Form, how: Form['how']): Form[] {
  return [0, 1, 2].map((offset) => {
    const base64 = Buffer.from('x'.repeat(offset) + inner.text, 'latin1').toString('base64')
    const skip = Math.ceil((offset * 8) / 6)
    const text = base64.slice(skip, Math.floor(((offset + inner.text.length) * 8) / 6))
    return { text, kind: inner.kind, how, inner, skip, offset }
  })
}

/** All tokens, in the order of the file. */
export function findTokens(bytes: Uint8Array): FoundToken[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const text = buffer.toString('latin1')
  const hits = new Map<number, Form>()
  for (const [at, form] of search(text)) hits.set(at, form)
  for (const { joined, offsetOf } of wrappedBase64(text)) {
    for (const [at, form] of search(joined)) hits.set(offsetOf(at), form)
  }
  return placed(
    buffer,
    text,
    [...hits].sort(([a], [b]) => a - b),
  )
}

function* search(text: string): Generator<readonly [number, Form]> {
  for (const { 0: word, index } of text.matchAll(ANY_FORM)) {
    const form = FORMS.get(word)
    if (form !== undefined && isToken(text, index, form)) yield [index, form]
  }
}

/** Enough base64 for the beginning of a token that is encoded twice. */
const WINDOW = 96

function isToken(text: string, at: number, { inner, skip, offset }: Form): boolean {
  if (inner === undefined) {
    TOKEN.lastIndex = at
    return TOKEN.test(text)
  }
  // The characters that the inner text's own group begins with may stand in the group before.
  const before = inner.skip > offset ? 1 : 0
  const start = at - skip - before * 4
  if (start < 0) return false
  BASE64.lastIndex = 0
  const [base64 = ''] = BASE64.exec(text.slice(start, start + WINDOW)) ?? []
  const decoded = Buffer.from(base64, 'base64').toString('latin1')
  return isToken(decoded, offset + before * 3, inner)
}

function placed(
  buffer: Buffer,
  text: string,
  hits: readonly (readonly [number, Form])[],
): FoundToken[] {
  let [line, column, reached, next] = [1, 1, 0, text.indexOf('\n')]
  return hits.map(([at, { kind, how }]) => {
    while (next >= 0 && next < at) {
      line += 1
      column = 1
      reached = next + 1
      next = text.indexOf('\n', reached)
    }
    // Bytes are not characters: what stands before it in its line is read as UTF-8.
    column += buffer.toString('utf8', reached, at).length
    reached = at
    return { line, column, kind, how }
  })
}
