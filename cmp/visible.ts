// Text that anybody may have written in; the same with nothing in it that a reader cannot see, out.

/**
 * Control, format, private and unassigned characters, halves of characters, line and paragraph
 * separators; what Unicode says is drawn as nothing (fillers, variation selectors); the empty Braille cell.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800]/gu

/** Nearly all that is printed: known to have nothing of that many times faster. */
const PLAIN_LINES = /^[\n -~]*$/

/** How a character is spelled out. */
export type Spelling = (codePoint: number) => string

const BRACES: Spelling = (codePoint) => `\\u{${codePoint.toString(16)}}`

/** Control, bidirectional and other invisible characters, line ends included, spelled out. */
export function visible(text: string, spelling: Spelling = BRACES): string {
  return text.replace(INVISIBLE, (character) => spelling(character.codePointAt(0) ?? 0))
}

/** As one line of at most `longest` UTF-16 units, with `…` for what does not fit. */
export function printable(text: string, longest: number): string {
  const line = visible(text)
  if (line.length <= longest) return line
  // The cut may leave half of a character at the end.
  return `${line.slice(0, longest).replace(/\p{Cs}$/u, '')}…`
}

/**
 * One line of YAML; tabs stay. The spelling is that of YAML's own double quotes, so that a quoted text
 * stays what it is.
 */
export function visibleYaml(line: string): string {
  const parts = line.split('\t')
  return parts.map((part) => visible(part, yamlSpelling)).join('\t')
}

function yamlSpelling(codePoint: number): string {
  const digits = codePoint.toString(16)
  if (codePoint > 0xffff) return `\\U${digits.padStart(8, '0')}`
  return codePoint > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`
}

/** JSON as text: nothing outside of a string changes, and no string changes its meaning. */
export function visibleJson(text: string): string {
  if (PLAIN_LINES.test(text)) return text
  return text
    .split('\n')
    .map((line) => visible(line, jsonSpelling))
    .join('\n')
}

function jsonSpelling(codePoint: number): string {
  const units = String.fromCodePoint(codePoint).split('')
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
}
