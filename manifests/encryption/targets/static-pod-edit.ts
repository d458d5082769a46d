// The text of a manifest and a JSON patch in; the text with exactly that changed out. Everything else stays
// byte for byte: comments, quotes, indentation. The result is parsed again, and must be what the patch makes
// of the value.
import type { Operation as StandardOperation } from 'fast-json-patch'
import jsonPatch from 'fast-json-patch'
import type { Node } from 'yaml'
import { isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Operation } from '../../diff/operations.ts'
import { isSame } from '../../diff/same.ts'
import type { ParsedDocument } from '../../document.ts'
import { plainValue } from '../../objects.ts'
import { parseText } from '../../parse.ts'
import { printScalar } from '../../print.ts'
import { printField, printItems } from '../print-yaml.ts'

/** Undefined where the text offers no place: flow style, anchors on the way. */
export function editText(
  parsed: ParsedDocument,
  operations: readonly Operation[],
): string | undefined {
  const before = plainValue(parsed)
  if ('problems' in before) return undefined
  const patch = operations.map(standard)
  const wanted: unknown = jsonPatch.applyPatch(structuredClone(before.value), patch).newDocument
  let current: ParsedDocument = parsed
  for (const operation of operations) {
    const text = spliced(current, operation)
    const again = text === undefined ? undefined : parseText(parsed.document, text)
    if (again === undefined || 'problems' in again) return undefined
    current = again.value
  }
  const after = plainValue(current)
  return 'value' in after && isSame(after.value, wanted) ? current.text : undefined
}

/** An operation as the library types it. Nothing is ever removed. */
function standard({ op, path, value }: Operation): StandardOperation {
  return op === 'replace' ? { op, path, value } : { op: 'add', path, value }
}

function spliced({ text, yaml }: ParsedDocument, { path, value }: Operation): string | undefined {
  const steps = path.split('/').slice(1)
  const last = steps.at(-1) ?? ''
  const found = yaml.getIn(steps, true)
  if (isScalar(found) && isNode(found) && found.range) {
    const [start, end] = found.range
    return text.slice(0, start) + printLeaf(value) + text.slice(end)
  }
  const parent = yaml.getIn(steps.slice(0, -1), true)
  if (!(isSeq(parent) || isMap(parent)) || parent.flow === true) return undefined
  const end = lineAfter(text, parent)
  const indent = indentOf(text, parent)
  if (end === undefined || indent === undefined) return undefined
  const added = isSeq(parent) ? printItems([value], indent) : printField(last, value, indent)
  return text.slice(0, end) + added + text.slice(end)
}

/** The offset behind the last line of what is in a map or list; comments below it are not its own. */
function lineAfter(text: string, node: Node): number | undefined {
  const last = lastLeaf(node)
  const [start, end] = last?.range ?? []
  if (start === undefined || end === undefined) return undefined
  // A block scalar ends with its line already.
  if (end > start && text[end - 1] === '\n') return end
  const newline = text.indexOf('\n', end)
  return newline === -1 ? undefined : newline + 1
}

function lastLeaf(node: unknown): Node | undefined {
  if (isSeq(node) && node.flow !== true) return lastLeaf(node.items.at(-1))
  if (isMap(node) && node.flow !== true) {
    const pair = node.items.at(-1)
    // A null has no text of its own: its key has.
    const value = pair?.value
    const isEmpty = isScalar(value) && value.value === null && value.source === ''
    return lastLeaf(value === null || isEmpty ? pair?.key : value)
  }
  return isNode(node) ? node : undefined
}

/** Blanks as far as the column in which a map or list begins. */
function indentOf(text: string, { range }: Node): string | undefined {
  if (!range) return undefined
  const column = range[0] - (text.lastIndexOf('\n', range[0] - 1) + 1)
  return ' '.repeat(column)
}

function printLeaf(value: unknown): string {
  return typeof value === 'string' ? printScalar(value) : String(value)
}
