// Strict reading of YAML nodes with positions: every function takes a node and what to call it,
// returns its value or undefined, and leaves a problem at the node's line for whatever is wrong.
// Messages name fields and keys, never values.
import type { Document, LineCounter, Node } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Position, Problem } from '../../manifests/problem.ts'

/** What a reading carries along. `problems` grows. */
export interface Reading {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
  readonly problems: Problem[]
}

/** A node, absent where the file has none. */
export type MaybeNode = Node | null | undefined

/** One `key: value` of a mapping, with the key's node for messages. */
export interface Entry {
  readonly key: string
  readonly keyNode: Node
  readonly node: MaybeNode
}

/** Reports an error at a node, or at the start of the file without one. */
export function complain(reading: Reading, node: MaybeNode, message: string, hint?: string): void {
  const at = positionOf(reading, node?.range?.[0] ?? 0)
  reading.problems.push({ severity: 'error', fault: 'input', at, message, hint })
}

/** The place of a character offset. */
export function positionOf({ file, lines }: Reading, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** The entries of a mapping in their order; none, with a problem, if it is something else. */
export function readEntries(reading: Reading, node: MaybeNode, what: string): readonly Entry[] {
  const map = resolve(reading, node)
  if (!isMap(map)) {
    complain(reading, node, `${what} must be a mapping`)
    return []
  }
  return map.items.flatMap(({ key, value }) => {
    const keyNode = isNode(key) ? key : map
    const name = readText(reading, keyNode, `a key of ${what}`)
    return name === undefined ? [] : [{ key: name, keyNode, node: isNode(value) ? value : null }]
  })
}

/** The named fields of a mapping. A field that is not `known` is a problem. */
export function readFields<Name extends string>(
  reading: Reading,
  node: MaybeNode,
  what: string,
  known: readonly Name[],
): Partial<Record<Name, MaybeNode>> {
  const fields: Partial<Record<Name, MaybeNode>> = {}
  for (const { key, keyNode, node: value } of readEntries(reading, node, what)) {
    const name = known.find((candidate) => candidate === key)
    if (name !== undefined) fields[name] = value
    else complain(reading, keyNode, `unknown field in ${what}`, `fields: ${known.join(', ')}`)
  }
  return fields
}

/** The items of a list; none if it is absent, with a problem if it is something else. */
export function readItems(reading: Reading, node: MaybeNode, what: string): readonly Node[] {
  if (node === undefined) return []
  const list = resolve(reading, node)
  if (!isSeq(list)) {
    complain(reading, node, `${what} must be a list`)
    return []
  }
  return list.items.filter(isNode)
}

/** A string. Other scalars are refused: a secret must not depend on how YAML reads `0123` or `1e3`. */
export function readText(reading: Reading, node: MaybeNode, what: string): string | undefined {
  const scalar = resolve(reading, node)
  if (isScalar(scalar) && typeof scalar.value === 'string') return scalar.value
  complain(reading, node, `${what} must be a string`, 'put it in quotes')
  return undefined
}

/** A string, or `fallback` where the field is absent. */
export function readTextOr<Fallback>(
  reading: Reading,
  node: MaybeNode,
  what: string,
  fallback: Fallback,
): string | Fallback {
  return node === undefined ? fallback : (readText(reading, node, what) ?? fallback)
}

/** `true` or `false`; absent is false. */
export function readFlag(reading: Reading, node: MaybeNode, what: string): boolean {
  if (node === undefined) return false
  const scalar = resolve(reading, node)
  if (isScalar(scalar) && typeof scalar.value === 'boolean') return scalar.value
  complain(reading, node, `${what} must be true or false`)
  return false
}

/** A whole number between `least` and `most`, absent if it is absent. */
export function readCount(
  reading: Reading,
  node: MaybeNode,
  what: string,
  [least, most]: readonly [number, number],
): number | undefined {
  if (node === undefined) return undefined
  const scalar = resolve(reading, node)
  const value = isScalar(scalar) ? scalar.value : undefined
  const fits = typeof value === 'number' && Number.isInteger(value)
  if (fits && value >= least && value <= most) return value
  complain(reading, node, `${what} must be a whole number from ${least} to ${most}`)
  return undefined
}

/** One of the given words; the fallback if it is absent or none of them. */
export function readChoice<Word extends string, Fallback>(
  reading: Reading,
  node: MaybeNode,
  what: string,
  words: readonly Word[],
  fallback: Fallback,
): Word | Fallback {
  const text = readTextOr(reading, node, what, undefined)
  const word = words.find((candidate) => candidate === text)
  if (text !== undefined && word === undefined)
    complain(reading, node, `${what} must be one of ${words.join(', ')}`)
  return word ?? fallback
}

function resolve(reading: Reading, node: MaybeNode): MaybeNode {
  return isAlias(node) ? node.resolve(reading.document) : node
}
