// In: a document. Out: its tree with positions, scalars read as Kubernetes reads them, or problems
// that name the place and the kind of mistake and never a word of the document.
import type { ErrorCode, YAMLError, Document as YamlDocument } from 'yaml'
import { isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Outcome, ParsedDocument } from './document.ts'
import { kubernetesTags } from './kubernetes-schema.ts'
import { misreadMerges } from './merge-order.ts'
import type { Problem } from './problem.ts'

/** What YAML allows and Kubernetes reads as something else. */
type OwnCode = 'ODD_BREAK' | 'MERGE_ORDER'

/** The parser quotes the line in its messages; these say the same without it. */
const MISTAKES: Readonly<Record<ErrorCode | OwnCode, string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag',
  BAD_ALIAS: 'an alias or anchor is malformed',
  BAD_COLLECTION_TYPE: 'a tag does not fit its value',
  BAD_DIRECTIVE: 'a % directive is malformed',
  BAD_DQ_ESCAPE: 'a double-quoted text has an escape that YAML does not know',
  BAD_INDENT: 'the indentation does not fit',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BAD_SCALAR_START: 'an unquoted text begins with a character that has to be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a map or list begins on the line of its key',
  BLOCK_IN_FLOW: 'an indented map or list stands inside brackets',
  DUPLICATE_KEY: 'this key is already in the same map',
  IMPOSSIBLE: 'the structure is broken',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MERGE_ORDER: 'a << below keys that it has too: Kubernetes takes those of the <<',
  MISSING_CHAR: 'a colon, comma, quote, bracket or blank is missing',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines, or a line has no colon',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: "there is more after the document's end",
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'a key is not text',
  ODD_BREAK: 'a character that ends the line to Kubernetes and not to others (CR, NEL, LS or PS)',
  RESOURCE_EXHAUSTION: 'the nesting is too deep',
  TAB_AS_INDENT: 'a tab is used as indentation',
  TAG_RESOLVE_FAILED: 'a tag does not fit its value',
  UNEXPECTED_TOKEN: 'something stands where YAML does not allow it',
}

/** Parses a document. `text` is its body without byte order mark and with a final newline. */
export function parse(document: Document): Outcome<ParsedDocument> {
  const text = decode(document.body)
  if (text === undefined) return { problems: [unreadable(document, 'it is not UTF-8 text')] }
  return parseText(document, text)
}

/** Parses a text in a document's place: what an edit made of it. */
export function parseText(document: Document, text: string): Outcome<ParsedDocument> {
  const lineCounter = new LineCounter()
  const positionOf: ParsedDocument['positionOf'] = (target) => {
    const offset = typeof target === 'number' ? target : (target.range?.[0] ?? 0)
    const { line, col } = lineCounter.linePos(offset)
    const column = Math.max(col, 1)
    return { file: document.file, line: document.line + Math.max(line, 1) - 1, column }
  }
  try {
    const yaml = parseDocument(text, {
      version: '1.1',
      customTags: kubernetesTags,
      // The parser would compare each key with every other of its map.
      uniqueKeys: false,
      keepSourceTokens: true,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter,
    })
    const mistakes = [
      ...oddBreaks(text, yaml),
      ...yaml.errors.map(mistakeOf),
      ...duplicateKeys(yaml),
      ...merges(yaml),
    ]
    if (mistakes.length === 0) return { value: { document, text, yaml, positionOf } }
    const problems = telling(mistakes).map(({ code, offset }): Problem => {
      const message = `not valid YAML: ${MISTAKES[code]}`
      return { severity: 'error', fault: 'input', at: positionOf(offset), message }
    })
    return { problems }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { problems: [unreadable(document, MISTAKES.RESOURCE_EXHAUSTION)] }
  }
}

function decode(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text === '' || text.endsWith('\n') ? text : `${text}\n`
  } catch {
    return undefined
  }
}

function unreadable(document: Document, reason: string): Problem {
  const at = { file: document.file, line: Math.max(document.line, 1), column: 1 }
  return { severity: 'error', fault: 'input', at, message: `not valid YAML: ${reason}` }
}

interface Mistake {
  readonly code: ErrorCode | OwnCode
  readonly offset: number
}

function mistakeOf({ code, pos }: YAMLError): Mistake {
  return { code, offset: pos[0] }
}

/** Keys that become one in JSON: `1` and `"1"`. Several `<<` are allowed; they read as symbols. */
function duplicateKeys(yaml: YamlDocument): Mistake[] {
  const found: Mistake[] = []
  visit(yaml, {
    Map(_, map) {
      const names = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key) || typeof key.value === 'symbol') continue
        const name = String(key.value)
        if (names.has(name)) found.push({ code: 'DUPLICATE_KEY', offset: key.range?.[0] ?? 0 })
        names.add(name)
      }
    },
  })
  return found
}

/**
 * Go's reader (yamlprivateh.go, is_break) ends a line, and so a comment, at characters that this parser and
 * most editors take for text: behind one, a manifest may hide what no reviewer sees. Between quotes it only
 * folds the text.
 */
const ODD_BREAK = /\r(?!\n)|[\u0085\u2028\u2029]/g

function oddBreaks(text: string, yaml: YamlDocument): Mistake[] {
  const offsets = [...text.matchAll(ODD_BREAK)].map(({ index }) => index)
  if (offsets.length === 0) return []
  const quoted: (readonly [start: number, end: number])[] = []
  visit(yaml, {
    Scalar(_, { type, range }) {
      if (range && (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE')) {
        quoted.push([range[0], range[1]])
      }
    },
  })
  // Both are in the order of the text.
  let next = 0
  const odd = offsets.find((offset) => {
    while ((quoted[next]?.[1] ?? offset + 1) <= offset) next += 1
    return (quoted[next]?.[0] ?? offset + 1) > offset
  })
  return odd === undefined ? [] : [{ code: 'ODD_BREAK', offset: odd }]
}

function merges(yaml: YamlDocument): Mistake[] {
  const offsets = misreadMerges(yaml)
  if (offsets === undefined) return [{ code: 'RESOURCE_EXHAUSTION', offset: 0 }]
  return offsets.map((offset) => ({ code: 'MERGE_ORDER', offset }))
}

/** After its first mistake a parser mostly reports consequences; duplicate keys stand alone. */
function telling(mistakes: readonly Mistake[]): readonly Mistake[] {
  const inOrder = mistakes.toSorted((a, b) => a.offset - b.offset)
  return inOrder.filter(({ code }, index) => index === 0 || code === 'DUPLICATE_KEY')
}
