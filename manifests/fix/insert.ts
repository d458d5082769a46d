// A map or list and a new entry in; the replacement of text that puts it there, in the layout of its
// neighbours, out.
import { isMap } from 'yaml'
import { printFlow } from '../print.ts'
import type { Splice } from '../splice.ts'
import { columnOf, lineEndAt, spanOf } from '../splice.ts'
import type { Collection, Entry } from './entry.ts'
import { blockEnd, entriesOf, isFirstInLine, lineStart } from './entry.ts'
import type { Layout } from './layout.ts'
import { isQuoted, printEntry, printInline, printItem } from './layout.ts'

/** A new entry: of a map under a key, behind all others; of a list at an index. */
export interface Addition {
  readonly step: string | number
  readonly value: unknown
}

/** Puts an entry into a collection that has some; one without has no layout. */
export function insertEntry(
  text: string,
  collection: Collection,
  addition: Addition,
  layout: Layout,
): Splice[] {
  const entries = entriesOf(collection)
  if (entries.length !== collection.items.length) return []
  const index = typeof addition.step === 'number' ? addition.step : entries.length
  if (collection.flow) return insertFlow(text, collection, entries, index, addition)
  const print = typeof addition.step === 'number' ? printItem : printKeyed(addition.step)
  const indent = ' '.repeat(columnOf(collection))
  const newline = lineEndAt(text, spanOf(collection).start)
  const lines = print(addition.value, indent, layout).replaceAll('\n', newline)
  const before = entries[index - 1]
  if (before !== undefined) {
    const start = blockEnd(text, collection, before)
    return [{ start, end: start, text: lines }]
  }
  const start = entries[0]?.start
  if (start === undefined) return []
  return [{ start, end: start, text: lines.slice(indent.length) + indent }]
}

function printKeyed(key: string): typeof printItem {
  return (value, indent, layout) => printEntry(key, value, indent, layout)
}

function insertFlow(
  text: string,
  collection: Collection,
  entries: readonly Entry[],
  index: number,
  { step, value }: Addition,
): Splice[] {
  const print = isQuoted(text, collection) ? printFlow : printInline
  const entry = typeof step === 'string' ? `${print(step)}: ${print(value)}` : print(value)
  const before = entries[index - 1]
  const first = entries[0]
  if (first === undefined) return intoBrackets(text, collection, entry)
  if (before === undefined) {
    return [{ start: first.start, end: first.start, text: `${entry},${gapBefore(text, first)}` }]
  }
  return [{ start: before.end, end: before.end, text: `,${gapBefore(text, before)}${entry}` }]
}

/** Brackets with nothing but comments in them. */
function intoBrackets(text: string, collection: Collection, entry: string): Splice[] {
  const start = spanOf(collection).start + 1
  return text[start - 1] === (isMap(collection) ? '{' : '[')
    ? [{ start, end: start, text: entry }]
    : []
}

/** A line end and indentation, if the entry stands on a line of its own. */
function gapBefore(text: string, { start }: Entry): string {
  const line = lineStart(text, start)
  if (line === 0 || !isFirstInLine(text, start)) return ' '
  return lineEndAt(text, line - 1) + text.slice(line, start)
}
