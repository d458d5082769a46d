// An entry and a new value for it in; the replacements of text that put the one where the other was out.
import type { Node } from 'yaml'
import { isMap, isSeq } from 'yaml'
import { printFlow } from '../print.ts'
import type { Splice } from '../splice.ts'
import { columnOf, lineEndAt } from '../splice.ts'
import type { Collection, Entry } from './entry.ts'
import { blockEnd, entriesOf, isFirstInLine, lineEnd, lineStart } from './entry.ts'
import type { Layout } from './layout.ts'
import { hasLines, isQuoted, printInline, printLike, printLines } from './layout.ts'

/** The value of an entry of `collection` becomes another one. */
export function overwriteEntry(
  text: string,
  collection: Collection,
  index: number,
  value: unknown,
  layout: Layout,
): Splice[] {
  const entries = entriesOf(collection)
  const entry = entries[index]
  if (entry === undefined || entries.length !== collection.items.length) return []
  if (collection.flow) {
    const print = isQuoted(text, collection) ? printFlow : printInline
    const content =
      typeof value === 'string' && print === printInline
        ? printLike(entry.value, value)
        : print(value)
    return [inPlace(text, entry, content)]
  }
  const old = isBlock(entry.value) ? entry.value : undefined
  if (old !== undefined)
    return overwriteBlock(text, { entry, outer: columnOf(collection) }, old, value, layout)
  const isInFlow = isCollection(entry.value) && entry.value.items.length > 0
  if (isInFlow || isSeq(collection) || !hasLines(value, layout)) {
    const content = typeof value === 'string' ? printLike(entry.value, value) : printInline(value)
    return [inPlace(text, entry, content)]
  }
  const deeper = Array.isArray(value) ? layout.dash : 2
  const indent = ' '.repeat(columnOf(collection) + deeper)
  return [...without(text, entry), ...linesBelow(text, entry.end, value, indent, layout)]
}

/** A block of lines gives way to a value on the line of its key or dash, or to another block. */
function overwriteBlock(
  text: string,
  { entry, outer }: { readonly entry: Entry; readonly outer: number },
  old: Collection,
  value: unknown,
  layout: Layout,
): Splice[] {
  const inner = entriesOf(old)
  const [first, last] = [inner[0], inner.at(-1)]
  if (first === undefined || last === undefined) return []
  const end = blockEnd(text, old, last)
  // Only a list may stand in the column of its key.
  const isTooFar = columnOf(old) <= outer && !Array.isArray(value)
  const indent = ' '.repeat(isTooFar ? outer + 2 : columnOf(old))
  const newline = lineEndAt(text, first.start)
  const isAlone = isFirstInLine(text, first.start)
  if (hasLines(value, layout)) {
    const lines = printLines(value, indent, layout).replaceAll('\n', newline)
    return isAlone
      ? [{ start: lineStart(text, first.start), end, text: lines }]
      : [{ start: first.start, end, text: lines.slice(indent.length) }]
  }
  if (!isAlone) return [{ start: first.start, end, text: printInline(value) + newline }]
  return [
    { start: entry.head, end: entry.head, text: ` ${printInline(value)}` },
    { start: lineStart(text, first.start), end, text: '' },
  ]
}

/** On the line of the key; the line end that belongs to a block scalar stays. */
function inPlace(text: string, { head, end, value }: Entry, content: string): Splice {
  const start = value?.range?.[0] ?? head
  if (end <= head) return { start: head, end: head, text: ` ${content}` }
  const [newline = ''] = /\r?\n$/.exec(text.slice(start, end)) ?? []
  return { start, end, text: content + newline }
}

/** The value goes, with the blanks before it; the comment behind it stays. */
function without(text: string, { head, end }: Entry): Splice[] {
  if (end <= head) return []
  const [newline = ''] = /\r?\n$/.exec(text.slice(head, end)) ?? []
  return [{ start: head, end: end - newline.length, text: '' }]
}

function linesBelow(
  text: string,
  offset: number,
  value: unknown,
  indent: string,
  layout: Layout,
): Splice[] {
  const start = lineEnd(text, offset)
  const lines = printLines(value, indent, layout).replaceAll('\n', lineEndAt(text, offset))
  return [{ start, end: start, text: lines }]
}

function isCollection(node: Node | undefined): node is Collection {
  return isMap(node) || isSeq(node)
}

function isBlock(node: Node | undefined): node is Collection {
  return isCollection(node) && node.flow !== true
}
