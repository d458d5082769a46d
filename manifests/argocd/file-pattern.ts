// A pattern of a file name as Go's path/filepath.Match reads it, and a text in; whether it fits out. Argo CD
// compares groups, kinds and names of resources so: `*`, `?`, `[a-c]`, `[^a]` and `\`, where `*` and `?` stop
// at a slash. A pattern that is none fits nothing.
import type { Part, Range } from './pattern.ts'
import { codeOf, fits } from './pattern.ts'

/** Longer ones are not looked at: no name of a resource is as long. */
const LONGEST = 2048
const SLASH = '/'

/** Whether a text fits. */
export function filePatternFits(pattern: string, text: string): boolean {
  const parts = pattern.length > LONGEST ? undefined : parsePattern([...pattern])
  return parts !== undefined && fits(parts, text)
}

function parsePattern(letters: readonly string[]): readonly Part[] | undefined {
  const parts: Part[] = []
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? ''
    if (letter === '*') parts.push({ type: 'many', except: SLASH })
    else if (letter === '?') parts.push({ type: 'one', except: SLASH })
    else if (letter === '[') {
      const read = readClass(letters, at + 1)
      if (read === undefined) return undefined
      parts.push(read.part)
      at = read.last
    } else {
      if (letter === '\\') at += 1
      const text = letters[at]
      if (text === undefined) return undefined
      parts.push({ type: 'text', text })
    }
  }
  return parts
}

/** @returns the place of its `]` too; undefined if it is no class. */
function readClass(
  letters: readonly string[],
  start: number,
): { readonly part: Part; readonly last: number } | undefined {
  const isNegated = letters[start] === '^'
  const ranges: Range[] = []
  let at = isNegated ? start + 1 : start
  while (letters[at] !== ']' || ranges.length === 0) {
    const low = readLetter(letters, at)
    if (low === undefined) return undefined
    at = low.next
    let high = low
    if (letters[at] === '-') {
      const read = readLetter(letters, at + 1)
      if (read === undefined) return undefined
      high = read
      at = high.next
    }
    // A range that runs backwards is no error there: it fits nothing.
    if (codeOf(low.letter) <= codeOf(high.letter)) ranges.push([low.letter, high.letter])
    else ranges.push(NOTHING)
  }
  return { part: { type: 'class', isNegated, ranges }, last: at }
}

/** From after the last character to before it. */
const NOTHING: Range = ['\u{10ffff}', '\0']

function readLetter(letters: readonly string[], start: number) {
  const isEscaped = letters[start] === '\\'
  const at = isEscaped ? start + 1 : start
  const letter = letters[at]
  if (letter === undefined) return undefined
  if (!isEscaped && (letter === '-' || letter === ']')) return undefined
  return { letter, next: at + 1 }
}
