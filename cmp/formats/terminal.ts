// Lines for a terminal: names that control nothing, colours, columns that align by what a terminal draws, cuts at its edge.
import stringWidth from 'string-width'
import { printable } from '../visible.ts'

/** UTF-16 units. */
const LONGEST_NAME = 300
const LONGEST_SENTENCE = 600

/** Neutralises a name. */
export function name(text: string): string {
  return printable(text, LONGEST_NAME)
}

/** Neutralises a sentence. */
export function sentence(text: string): string {
  return printable(text, LONGEST_SENTENCE)
}

export type Style = 'added' | 'removed' | 'changed' | 'unknown' | 'hunk' | 'heading' | 'faint'

/** Gives text a style, or leaves it as it is. */
export type Paint = (style: Style | undefined, text: string) => string

/** Select Graphic Rendition (ECMA-48), the colours that git uses; a pager passes them on. */
const CODES: Readonly<Record<Style, string>> = {
  added: '32',
  removed: '31',
  changed: '33',
  unknown: '35',
  hunk: '36',
  heading: '1',
  faint: '2',
}

/** Every line begins and ends without a style: a pager may show any part of it. */
export function paintWith(colour: boolean): Paint {
  if (!colour) return (_, text) => text
  return (style, text) => (style && text !== '' ? `\x1b[${CODES[style]}m${text}\x1b[m` : text)
}

/** Columns beyond which one long cell does not push the next. */
const WIDEST = 44
const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Pads the first cell of each row to the widest of them. */
export function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const widths = rows.map(([first]) => stringWidth(first))
  // No spread: as arguments, the rows of a very large Secret would not fit on the stack.
  const widest = widths.reduce((most, width) => (width <= WIDEST ? Math.max(most, width) : most), 0)
  return rows.map(([first, second], index) => {
    const missing = Math.max(0, widest - (widths[index] ?? 0))
    return second === '' ? first : `${first}${' '.repeat(missing)}  ${second}`
  })
}

/** At most that many columns, with `…` for what does not fit. @param width undefined: any number. */
export function cut(line: string, width: number | undefined): string {
  if (width === undefined || stringWidth(line) <= width) return line
  let kept = ''
  let columns = 1
  for (const { segment } of segments.segment(line)) {
    columns += stringWidth(segment)
    if (columns > width) break
    kept += segment
  }
  return `${kept}…`
}
