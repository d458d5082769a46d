// A glob as Argo CD reads it in destinations and sourceNamespaces, and a text in; whether it fits out.
// The language is that of github.com/gobwas/glob 1.0, as of Argo CD 3.6 (util/glob): `*`, `**`, `?`, `[abc]`,
// `[!a-c]`, `{a,b}` and `\`, without separators. A pattern that is none fits nothing.
import type { Part, Range } from './pattern.ts'
import { codeOf, fits } from './pattern.ts'

/** Longer ones are not looked at: no namespace and no address of a server is as long. */
const LONGEST = 2048
/** Braces inside each other. */
const DEEPEST = 50

class GlobError extends Error {
  override readonly name = 'GlobError'
}

/** Whether a text fits a glob. */
export function globFits(pattern: string, text: string): boolean {
  const parts = parseGlob(pattern)
  return parts !== undefined && fits(parts, text)
}

/** As Argo CD matches destinations: behind a `!` stands what must not fit. */
export function destinationFits(pattern: string, text: string): boolean {
  return isDenial(pattern) ? !globFits(pattern.slice(1), text) : globFits(pattern, text)
}

/** Whether a pattern says what must not fit. */
export function isDenial(pattern: string): boolean {
  return pattern.startsWith('!')
}

/** The parts of a glob; undefined if it is none. */
function parseGlob(pattern: string): readonly Part[] | undefined {
  if (pattern.length > LONGEST) return undefined
  const reader = new Reader([...pattern])
  try {
    return reader.parts(0)
  } catch (error) {
    if (error instanceof GlobError) return undefined
    throw error
  }
}

class Reader {
  readonly #letters: readonly string[]
  #at = 0

  constructor(letters: readonly string[]) {
    this.#letters = letters
  }

  /** Up to the end, or inside braces up to a `,` or `}`. */
  parts(depth: number): Part[] {
    if (depth > DEEPEST) throw new GlobError()
    const found: Part[] = []
    for (let letter = this.#peek(); letter !== undefined; letter = this.#peek()) {
      if (depth > 0 && (letter === ',' || letter === '}')) return found
      this.#at += 1
      found.push(this.#part(letter, depth))
    }
    if (depth > 0) throw new GlobError()
    return found
  }

  #part(letter: string, depth: number): Part {
    if (letter === '*') return { type: 'many' }
    if (letter === '?') return { type: 'one' }
    if (letter === '[') return this.#class()
    if (letter === '{') return this.#either(depth + 1)
    return { type: 'text', text: letter === '\\' ? this.#take() : letter }
  }

  #either(depth: number): Part {
    const alternatives: Part[][] = []
    for (let last = ','; last === ','; last = this.#take()) alternatives.push(this.parts(depth))
    return { type: 'either', alternatives }
  }

  /** One range, whose ends are taken as they are, or a list of characters. */
  #class(): Part {
    const isNegated = this.#peek() === '!'
    if (isNegated) this.#at += 1
    const first = this.#take()
    if (this.#peek() === '-') {
      this.#at += 1
      const last = this.#take()
      if (this.#take() !== ']' || codeOf(last) < codeOf(first)) throw new GlobError()
      return { type: 'class', isNegated, ranges: [[first, last]] }
    }
    const ranges: Range[] = []
    for (let letter = first; letter !== ']'; letter = this.#take()) {
      const meant = letter === '\\' ? this.#take() : letter
      ranges.push([meant, meant])
    }
    if (ranges.length === 0) throw new GlobError()
    return { type: 'class', isNegated, ranges }
  }

  #peek(): string | undefined {
    return this.#letters[this.#at]
  }

  #take(): string {
    const letter = this.#peek()
    if (letter === undefined) throw new GlobError()
    this.#at += 1
    return letter
  }
}
