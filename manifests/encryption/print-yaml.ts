// Plain values in; block YAML as people write it out: for files that are read by others than us. Go's
// YAML 1.1 and everybody's YAML 1.2 read exactly these values in it; equal values are equal texts.
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap } from '../plain-value.ts'
import { printFlow, printScalar } from '../print.ts'

/** A map as one document, each line ended. Fields that are undefined are left out; nothing is sorted or folded. */
export function printYaml(map: PlainMap): string {
  return printMap(map, '')
}

/** Items of a list as block YAML, their dashes behind `indent`. */
export function printItems(items: readonly unknown[], indent: string): string {
  return items.map((item) => printItem(item, indent)).join('')
}

/** One entry of a map as block YAML, behind `indent`. */
export function printField(name: string, value: unknown, indent: string): string {
  return printEntry(printScalar(name), value, indent)
}

/** Several documents, one after the other. */
export function printDocuments(documents: readonly string[]): string {
  return documents.join('---\n')
}

/** Lines of a comment; each text is one line, whatever is in it. */
export function printComment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line.replace(/\s+/g, ' ')}\n`).join('')
}

function printMap(map: PlainMap, indent: string): string {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined)
  return entries.map(([key, value]) => printEntry(printScalar(key), value, indent)).join('')
}

function printEntry(key: string, value: unknown, indent: string): string {
  if (isFilled(value)) return `${indent}${key}:\n${printInside(value, `${indent}  `)}`
  return `${indent}${key}: ${printLeaf(value)}\n`
}

function printInside(value: PlainMap | readonly unknown[], indent: string): string {
  return isList(value) ? printItems(value, indent) : printMap(value, indent)
}

/** An item's first line follows the dash, the others stand below it. */
function printItem(item: unknown, indent: string): string {
  if (!isFilled(item)) return `${indent}- ${printLeaf(item)}\n`
  return `${indent}- ${printInside(item, `${indent}  `).slice(indent.length + 2)}`
}

function printLeaf(value: unknown): string {
  // What is not empty was printed as a block.
  if (isPlainMap(value)) return '{}'
  return typeof value === 'string' ? printScalar(value) : printFlow(value)
}

function isFilled(value: unknown): value is PlainMap | readonly unknown[] {
  if (isList(value)) return value.length > 0
  return isPlainMap(value) && Object.values(value).some((inner) => inner !== undefined)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
