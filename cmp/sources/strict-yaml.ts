// YAML that Helm or Kustomize will read in, its nodes out, but only where their parser (Go's) cannot see
// anything else in it than ours does: what we check must be what they do. Field names are found in any
// case, because Go's decoder takes them in any case.
import type { Node, Document as YamlDocument } from 'yaml'
import {
  CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseAllDocuments,
} from 'yaml'

/** A document, and where its nodes stand. */
export interface StrictDocument {
  readonly root: Node | undefined
  /** The fields of a map by lower-case name, those merged into it too; none if it is no map. */
  fields(node: Node | undefined): [name: string, value: Node | undefined][]
  /** The items of a sequence; none if it is none. */
  items(node: Node | undefined): Node[]
  /** The line and column of a node, 1-based. */
  placeOf(node: Node | undefined): { line: number; column: number }
}

/** Why a text is not taken. */
export interface Refusal {
  readonly line: number
  readonly message: string
}

/**
 * What Go's parser takes for the end of a line (YAML 1.1) and ours (1.2) does not, and characters that
 * have no business in a file of settings.
 */
const AMBIGUOUS = /(?![\t\n\r])\p{Cc}|[\u2028\u2029\ufffe\uffff]|\r(?!\n)|.\ufeff/su

/** Reads a text that may hold several documents. */
export function readStrictYaml(text: string): StrictDocument[] | Refusal {
  try {
    return read(text)
  } catch {
    // Brackets in brackets, deeper than the parser's stack.
    return { line: 1, message: 'is no valid YAML' }
  }
}

function read(text: string): StrictDocument[] | Refusal {
  const ambiguous = AMBIGUOUS.exec(text)
  if (ambiguous !== null) return refuse(text, ambiguous.index, 'holds an invisible character')
  const tag = offsetOfTag(text)
  if (tag !== undefined) return refuse(text, tag, 'holds a YAML tag (!…)')
  const lineCounter = new LineCounter()
  const options = { lineCounter, logLevel: 'silent', version: '1.1', uniqueKeys: true } as const
  const documents = parseAllDocuments(text, options)
  if (!Array.isArray(documents)) return []
  for (const { errors } of documents) {
    const [error] = errors
    if (error !== undefined) return refuse(text, error.pos[0], 'is no valid YAML')
  }
  return documents.map((yaml) => strictDocument(yaml, lineCounter))
}

function offsetOfTag(text: string): number | undefined {
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme)
    if (type === 'tag') return offset
    // Marks of the lexer, which are not in the text.
    if (type !== 'doc-mode' && type !== 'flow-error-end' && type !== 'scalar')
      offset += lexeme.length
  }
  return undefined
}

function strictDocument(yaml: YamlDocument, lines: LineCounter): StrictDocument {
  const resolved = (node: unknown): Node | undefined => {
    if (isAlias(node)) return node.resolve(yaml)
    return isNode(node) ? node : undefined
  }
  // Each map counts once, however often it is merged: merges may go round in circles.
  const fieldsOf = (node: Node | undefined, seen: Set<Node>): [string, Node | undefined][] => {
    if (!isMap(node) || seen.has(node)) return []
    seen.add(node)
    return node.items.flatMap(({ key, value }) => {
      const name = foldCase(textOf(resolved(key)) ?? '')
      const target = resolved(value)
      if (name !== '<<') return [[name, target]]
      const merged = isSeq(target) ? target.items.map(resolved) : [target]
      return merged.flatMap((each) => fieldsOf(each, seen))
    })
  }
  return {
    root: resolved(yaml.contents),
    fields: (node) => fieldsOf(node, new Set()),
    items: (node) => {
      const items = isSeq(node) ? node.items.map(resolved) : []
      return items.filter((item) => item !== undefined)
    },
    placeOf: (node) => {
      const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
      return { line, column: col }
    },
  }
}

/** The text of a scalar. */
export function textOf(node: Node | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** As Go's decoder compares names: ſ is an s to it, and the Kelvin sign a k. */
function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase()
}

function refuse(text: string, offset: number, message: string): Refusal {
  return { line: text.slice(0, offset).split('\n').length, message }
}
