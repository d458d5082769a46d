// A plain value and the way a document is laid out in; the value as YAML in that layout out.
import type { Node } from 'yaml'
import { isMap, isScalar, isSeq, visit } from 'yaml'
import { isPlainMap } from '../plain-value.ts'
import { printFlow, printScalar } from '../print.ts'
import { columnOf } from '../splice.ts'

/** How an object is written. */
export interface Layout {
  /** Whether lists of scalars stand in brackets. */
  readonly hasFlowLists: boolean
  /** How far the dashes of a list are indented below its key. */
  readonly dash: number
}

/** Above it a list does not fit into a line. */
const LONGEST_LIST = 80

/** How most lists of an object are written; like Kubernetes' documentation where it has none. */
export function layoutOf(node: Node): Layout {
  let [flow, block] = [0, 0]
  let dash: number | undefined
  visit(node, {
    Map(_, map) {
      for (const { value } of map.items) {
        if (!isSeq(value)) continue
        const isShort = value.items.every((item) => isScalar(item))
        if (isShort && value.flow && value.items.length > 0) flow += 1
        if (isShort && !value.flow) block += 1
        if (!value.flow && !map.flow) dash ??= columnOf(value) - columnOf(map)
      }
    },
  })
  return { hasFlowLists: flow >= block, dash: Math.max(dash ?? 2, 0) }
}

/** A map, or a list, that is not empty, as lines behind `indent`, each with a newline. */
export function printLines(value: unknown, indent: string, layout: Layout): string {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => printItem(item, indent, layout)).join('')
  }
  const entries = isPlainMap(value) ? Object.entries(value) : []
  return entries.map(([key, item]) => printEntry(key, item, indent, layout)).join('')
}

/** An entry of a map in block style. */
export function printEntry(key: string, value: unknown, indent: string, layout: Layout): string {
  const head = `${indent}${printScalar(key)}:`
  if (!hasLines(value, layout)) return `${head} ${printInline(value)}\n`
  const deeper = Array.isArray(value) ? layout.dash : 2
  return `${head}\n${printLines(value, indent + ' '.repeat(deeper), layout)}`
}

/** An item of a list in block style. */
export function printItem(value: unknown, indent: string, layout: Layout): string {
  if (Array.isArray(value) || !hasLines(value, layout)) return `${indent}- ${printInline(value)}\n`
  return `${indent}- ${printLines(value, `${indent}  `, layout).slice(indent.length + 2)}`
}

/** Whether a value stands on lines of its own in block style. */
export function hasLines(value: unknown, { hasFlowLists }: Layout): boolean {
  if (!Array.isArray(value)) return isPlainMap(value) && Object.keys(value).length > 0
  if (value.length === 0) return false
  const isShort = value.every((item) => typeof item !== 'object' || item === null)
  return !(hasFlowLists && isShort && printInline(value).length <= LONGEST_LIST)
}

/** A value on one line, quoted only where it has to be. */
export function printInline(value: unknown): string {
  if (typeof value === 'string') return printScalar(value)
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`
  if (!isPlainMap(value)) return printFlow(value)
  const entries = Object.entries(value).map(
    ([key, item]) => `${printScalar(key)}: ${printInline(item)}`,
  )
  return `{${entries.join(', ')}}`
}

/** A string in the quotes of the scalar that it replaces, if it can be. */
export function printLike(old: unknown, text: string): string {
  const type = isScalar(old) && typeof old.value === 'string' ? old.type : undefined
  if (type === 'QUOTE_DOUBLE') return printFlow(text)
  const isSimple = /^[\x20-\x7e]*$/.test(text)
  return type === 'QUOTE_SINGLE' && isSimple ? `'${text.replaceAll("'", "''")}'` : printScalar(text)
}

/** Whether a collection in flow style quotes its words, as JSON does. */
export function isQuoted(text: string, node: Node): boolean {
  if (text.trimStart().startsWith('{')) return true
  const first = isMap(node) ? node.items[0]?.key : isSeq(node) ? node.items[0] : undefined
  return isMap(node) && isScalar(first) && first.type === 'QUOTE_DOUBLE'
}
