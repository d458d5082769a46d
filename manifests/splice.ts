// In: a parsed document and changes to its value. Out: replacements of stretches of its text, made
// with the parser's positions. Where the text offers no place nothing is planned: the caller
// compares the outcome and finds the change missing.
import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import type { Change } from './change.ts'
import { byStep, changed, childOf, objectsHere, stringHere } from './change.ts'
import type { ParsedDocument } from './document.ts'
import { printBlock, printFlow, printScalar } from './print.ts'

/** Replace `text[start, end)`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Plans all changes on one text, in its order; they never overlap. */
export function planSplices(
  parsed: ParsedDocument,
  value: unknown,
  changes: readonly Change[],
): Splice[] {
  const splices = planNode(parsed.text, parsed.yaml.contents, value, changes)
  return splices.toSorted((a, b) => a.start - b.start)
}

/** Carries out what was planned. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = ''
  let done = 0
  for (const splice of splices) {
    result += text.slice(done, splice.start) + splice.text
    done = splice.end
  }
  return result + text.slice(done)
}

function planNode(
  text: string,
  node: unknown,
  value: unknown,
  changes: readonly Change[],
): Splice[] {
  // What an alias shows is written elsewhere and may be used elsewhere: write it out here.
  if (isAlias(node)) return overwrite(text, node, printFlow(changed(value, changes)))
  const steps = [...byStep(changes)]
  if (isMap(node)) {
    return steps.flatMap(([key, inner]) => planEntry(text, node, key, childOf(value, key), inner))
  }
  if (!isSeq(node)) return []
  return steps.flatMap(([index, inner]) => {
    const item = node.items[Number(index)]
    const objects = objectsHere(inner)
    return objects === undefined
      ? planNode(text, item, childOf(value, index), inner)
      : replaceItem(text, node, item, objects)
  })
}

function planEntry(
  text: string,
  map: YAMLMap,
  key: string,
  value: unknown,
  changes: readonly Change[],
): Splice[] {
  const pair = map.items.find((entry) => isScalar(entry.key) && entry.key.value === key)
  if (pair === undefined) {
    // A merge key (`<<`) may provide a value; the new entry hides it and so has to repeat it.
    const entry = changed(value, changes)
    if (map.flow) return insertFlow(text, map, `${printFlow(key)}: ${printFlow(entry)}`)
    const indent = ' '.repeat(columnOf(map))
    const isNew = value === undefined
    const lines = isNew
      ? printBlock({ [key]: entry }, indent)
      : `${indent}${key}: ${printFlow(entry)}\n`
    return insertLines(text, map, lines)
  }
  const string = stringHere(changes)
  if (string !== undefined) {
    if (isMap(pair.value) || isSeq(pair.value)) return []
    return fill(text, pair, map.flow ? printFlow(string) : printScalar(string))
  }
  const isNull = pair.value === null || (isScalar(pair.value) && pair.value.value === null)
  if (isNull) return fill(text, pair, printFlow(changed(null, changes)))
  return planNode(text, pair.value, value, changes)
}

/** Puts a value where a key has a scalar, an alias or nothing. */
function fill(text: string, pair: Pair, content: string): Splice[] {
  const { value, srcToken } = pair
  if (isNode(value) && spanOf(value).end > spanOf(value).start)
    return overwrite(text, value, content)
  const colon = srcToken?.sep?.find((token) => token.type === 'map-value-ind')
  if (colon === undefined) return []
  const start = colon.offset + 1
  return [{ start, end: start, text: ` ${content}` }]
}

function overwrite(text: string, node: Node, content: string): Splice[] {
  const { start, end } = spanOf(node)
  // A block scalar's stretch includes its last line end.
  const [lineEnd = ''] = /\r?\n$/.exec(text.slice(start, end)) ?? []
  return [{ start, end, text: content + lineEnd }]
}

function replaceItem(
  text: string,
  list: YAMLSeq,
  item: unknown,
  objects: readonly string[],
): Splice[] {
  if (!isNode(item)) return []
  if (list.flow) return overwrite(text, item, objects.join(', '))
  const next = `${lineEndAt(text, spanOf(list).start)}${' '.repeat(columnOf(list))}- `
  return overwrite(text, item, objects.join(next))
}

/** Before the first entry, in its layout: on a line of its own if that has one. */
function insertFlow(text: string, map: YAMLMap, entry: string): Splice[] {
  const start = spanOf(map).start + 1
  if (text[start - 1] !== '{') return []
  if (map.items.length === 0) return [{ start, end: start, text: entry }]
  const [gap = ''] = /^\s*/.exec(text.slice(start)) ?? []
  return [{ start, end: start, text: `${gap}${entry},${gap === '' ? ' ' : ''}` }]
}

/** Behind the last entry and the comment on its last line. */
function insertLines(text: string, map: YAMLMap, lines: string): Splice[] {
  const { end } = spanOf(map)
  const start = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1
  const lineEnd = lineEndAt(text, spanOf(map).start)
  return [{ start, end: start, text: lines.replaceAll('\n', lineEnd) }]
}

/** From the first to the last character; the parser counts a block's trailing comments too. */
export function spanOf(node: Node): { start: number; end: number } {
  const start = node.range?.[0] ?? 0
  let last: unknown = node
  while ((isMap(last) || isSeq(last)) && !last.flow && last.items.length > 0) {
    const item: unknown = last.items.at(-1)
    last = isPair(item) ? (item.value ?? item.key) : item
  }
  return { start, end: (isNode(last) ? last.range?.[1] : undefined) ?? start }
}

/** The column of a block's keys or dashes. */
export function columnOf(block: YAMLMap | YAMLSeq): number {
  const token = block.srcToken
  return token !== undefined && 'indent' in token ? token.indent : 0
}

export function lineEndAt(text: string, offset: number): string {
  return text[text.indexOf('\n', offset) - 1] === '\r' ? '\r\n' : '\n'
}
