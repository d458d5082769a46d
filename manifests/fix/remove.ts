// An entry of a map or list in; the replacements of text that take it away out. What stays keeps its
// comments: those above the entry, and those between the brackets of flow style.
import { isMap } from 'yaml'
import type { Splice } from '../splice.ts'
import type { Collection, Entry } from './entry.ts'
import { blockEnd, entriesOf, isFirstInLine, lineStart } from './entry.ts'

/** @param around the entry whose value the collection is; absent for the root. */
export function removeEntry(
  text: string,
  collection: Collection,
  index: number,
  around: Entry | undefined,
): Splice[] {
  const entries = entriesOf(collection)
  const entry = entries[index]
  if (entry === undefined || entries.length !== collection.items.length) return []
  if (collection.flow) return [...removeFlow(text, entries, index)]
  const end = blockEnd(text, collection, entry)
  if (entries.length === 1) return empty(text, collection, { ...entry, end }, around)
  if (isFirstInLine(text, entry.start)) {
    return [{ start: lineStart(text, entry.start), end, text: '' }]
  }
  // It shares its line with a dash: the next one takes its place there.
  const next = entries[index + 1]
  if (next === undefined) return []
  if (text.slice(end, next.start).trim() === '') {
    return [{ start: entry.start, end: next.start, text: '' }]
  }
  return [{ start: behindText(text, entry.start), end: beforeLineEnd(text, end), text: '' }]
}

/** Takes the last entry away and leaves brackets. */
function empty(
  text: string,
  collection: Collection,
  { start, end }: { readonly start: number; readonly end: number },
  around: Entry | undefined,
): Splice[] {
  const brackets = isMap(collection) ? '{}' : '[]'
  if (!isFirstInLine(text, start)) {
    return [{ start, end: beforeLineEnd(text, end), text: brackets }]
  }
  if (around === undefined) return []
  return [
    { start: around.head, end: around.head, text: ` ${brackets}` },
    { start: lineStart(text, start), end, text: '' },
  ]
}

function* removeFlow(text: string, entries: readonly Entry[], index: number): Iterable<Splice> {
  const [before, entry, after] = [entries[index - 1], entries[index], entries[index + 1]]
  if (entry === undefined) return
  const comma = commaBehind(text, entry.end)
  if (after !== undefined) {
    const isPure = !text.slice(entry.end, after.start).includes('#')
    yield { start: entry.start, end: isPure ? after.start : comma, text: '' }
  } else if (before !== undefined && !text.slice(before.end, entry.start).includes('#')) {
    yield { start: before.end, end: entry.end, text: '' }
  } else {
    // A comment keeps the comma before it where it is.
    yield { start: entry.start, end: comma, text: '' }
  }
}

/** Behind the comma that follows; the same offset if none does, or if a comment comes first. */
function commaBehind(text: string, offset: number): number {
  let at = offset
  while (/\s/.test(text[at] ?? '')) at += 1
  return text[at] === ',' ? at + 1 : offset
}

function behindText(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length
}

function beforeLineEnd(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end
  return text[end - 2] === '\r' ? end - 2 : end - 1
}
