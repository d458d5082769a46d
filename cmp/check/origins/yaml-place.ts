// Places in YAML: a line and column in, the path of the field there out; and a path in, where the same
// field is in another document out. Lists are followed by what their items are, not by their number alone.
import type { Node, Pair, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import { isSame } from '../../../manifests/diff/same.ts'
import type { ParsedDocument } from '../../../manifests/document.ts'
import { isPlainMap } from '../../../manifests/plain-value.ts'
import type { Position } from '../../../manifests/problem.ts'

export type Path = readonly (string | number)[]

/** A field that was looked for. */
export interface FieldFound {
  /** How many steps of the path are there. */
  readonly depth: number
  /** The name of the deepest field, or the item; absent if it is the document itself. */
  readonly node: Node | undefined
  /** What is there. */
  readonly value: unknown
  /** Whether each item on the way is certainly the same: by its name or all that is in it. */
  readonly isCertain: boolean
}

/** A part of a document, as it is written and as a plain value. */
export interface Part {
  readonly yaml: YamlDocument
  readonly node: unknown
  readonly value: unknown
}

/** Steps; what is nested more deeply is no manifest. */
const DEEPEST = 100
/** Items of a list that are compared with one. */
const MOST_ITEMS = 1000

/** The path to the field whose name, or the item, begins at a place or last before it. */
export function pathAt({ yaml, text, document }: ParsedDocument, at: Position): Path {
  const offset = offsetOf(text, at.line - document.line, at.column)
  const path: (string | number)[] = []
  let node: unknown = resolve(yaml, yaml.contents)
  while (path.length < DEEPEST) {
    const items: readonly unknown[] = isMap(node) || isSeq(node) ? node.items : []
    const index = items.findLastIndex((item) => startOf(item) <= offset)
    const item = items[index]
    if (item === undefined) return path
    if (!isPair(item)) {
      path.push(index)
      node = item
      // The first field of an item begins where the item does.
      if (startOf(item) === offset) return path
    } else {
      path.push(nameOf(item) ?? '')
      node = item.value
      if (startOf(node) > offset) return path
    }
  }
  return path
}

/**
 * Follows a path of one document in another.
 * @param wanted the value that the path begins in.
 */
export function findField(part: Part, path: Path, wanted: unknown): FieldFound {
  let node = resolve(part.yaml, part.node)
  let { value } = part
  let here = wanted
  let found: FieldFound = { depth: 0, node: undefined, value, isCertain: true }
  for (const step of path.slice(0, DEEPEST)) {
    here = childOf(here, step)
    if (typeof step === 'string') {
      const pair: Pair | undefined = isMap(node)
        ? node.items.find((each) => nameOf(each) === step)
        : undefined
      if (pair === undefined || !isNode(pair.key)) return found
      node = resolve(part.yaml, pair.value)
      value = childOf(value, step)
      found = { ...found, depth: found.depth + 1, node: pair.key, value }
    } else {
      const items = Array.isArray(value) ? value : []
      const same = isSeq(node) ? indexOfSame(items, here) : -1
      const index = same === -1 ? step : same
      const item: unknown = isSeq(node) ? node.items[index] : undefined
      if (!isNode(item)) return found
      node = resolve(part.yaml, item)
      value = items[index]
      const isCertain = found.isCertain && same !== -1
      found = { depth: found.depth + 1, node: item, value, isCertain }
    }
  }
  return found
}

/** What stands under one step; undefined for what a value inherits. */
export function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isPlainMap(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

/** The item of the same name, else the same item. */
function indexOfSame(items: readonly unknown[], wanted: unknown): number {
  const few = items.slice(0, MOST_ITEMS)
  const same = few.findIndex((item) => isSame(item, wanted))
  const name = childOf(wanted, 'name')
  if (same !== -1 || typeof name !== 'string') return same
  return few.findIndex((item) => childOf(item, 'name') === name)
}

function resolve(yaml: YamlDocument, node: unknown): unknown {
  return isAlias(node) ? node.resolve(yaml) : node
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) && typeof key.value !== 'symbol' ? String(key.value) : undefined
}

function startOf(item: unknown): number {
  const node = isPair(item) ? item.key : item
  return (isNode(node) ? node.range?.[0] : undefined) ?? Number.POSITIVE_INFINITY
}

/** @param line from 0. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let n = 0; n < line; n += 1) {
    const end = text.indexOf('\n', start)
    if (end === -1) return text.length
    start = end + 1
  }
  return start + column - 1
}
