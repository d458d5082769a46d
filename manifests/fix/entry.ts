// A map or list of a syntax tree in; where each of its entries stands in the text out.
import type { CST, Node, YAMLMap, YAMLSeq } from 'yaml'
import { isMap, isNode } from 'yaml'
import { columnOf, spanOf } from '../splice.ts'

export type Collection = YAMLMap | YAMLSeq

/** A pair of a map or an item of a list; offsets into the text. */
export interface Entry {
  /** Its first character: of its key, its dash, or its value in a list in flow style. */
  readonly start: number
  /** Behind its colon or dash and what an anchor or a tag adds to them: where a value would begin. */
  readonly head: number
  /** Behind the last character of its value; behind the line end of a block scalar. */
  readonly end: number
  readonly value: Node | undefined
}

/** What stands between entries. */
const SPACING = new Set(['space', 'newline', 'comment', 'comma'])

/** All entries in order. @returns fewer than there are only for what no manifest has. */
export function entriesOf(collection: Collection): Entry[] {
  if (isMap(collection)) {
    return collection.items.flatMap(({ srcToken, key, value }) =>
      srcToken === undefined ? [] : [entryOf(srcToken, nodeOr(value), nodeOr(key))],
    )
  }
  const { srcToken } = collection
  const tokens = srcToken !== undefined && 'items' in srcToken ? srcToken.items : []
  const items = tokens.filter(({ start, key, sep, value }) => {
    if (!collection.flow) return start.some(({ type }) => type === 'seq-item-ind')
    return value !== undefined || key != null || sep !== undefined
  })
  return items.flatMap((token, index) => {
    const item: unknown = collection.items[index]
    return isNode(item) ? [entryOf(token, item)] : []
  })
}

function nodeOr(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}

function entryOf({ start, key, sep, value }: CST.CollectionItem, node?: Node, name?: Node): Entry {
  const signs = [...start, ...(sep ?? [])].filter(({ type }) => !SPACING.has(type))
  const keyStart = key == null ? [] : [key.offset]
  const valueStart = value === undefined ? [] : [value.offset]
  const first = Math.min(...signs.map(({ offset }) => offset), ...keyStart, ...valueStart)
  const last = signs.at(-1)
  const behindSigns = last === undefined ? first : last.offset + last.source.length
  const head = Math.max(behindSigns, name === undefined ? first : spanOf(name).end)
  const span = node === undefined ? undefined : spanOf(node)
  // A value that is not written may be said to stand behind a comment.
  const end = span === undefined || span.end <= span.start ? head : span.end
  return { start: first, head, end, value: node }
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Whether nothing but blanks precedes an offset in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === ''
}

/** Behind the line in which an offset stands; an offset behind a line end is there already. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

/**
 * Where an entry of a collection in block style ends with all that is its own: the comment on its last
 * line, and comments below that are indented more than the entry.
 */
export function blockEnd(text: string, collection: Collection, entry: Entry): number {
  const column = columnOf(collection)
  let end = lineEnd(text, entry.end)
  for (let at = end; at < text.length; ) {
    const next = lineEnd(text, at + 1)
    const line = text.slice(at, next)
    const indent = line.length - line.trimStart().length
    if (line.trim() !== '' && (indent <= column || line[indent] !== '#')) break
    if (line.trim() !== '') end = next
    at = next
  }
  return end
}
