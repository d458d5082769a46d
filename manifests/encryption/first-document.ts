// The bytes of a file in; what the API server reads of it out: the first YAML document, or the whole
// if it opens as JSON, with the place of what it silently leaves out.
// Source: k8s.io/apimachinery pkg/runtime/serializer (recognizer, json), sigs.k8s.io/yaml.
import type { Document, InputFile, Outcome, ParsedDocument } from '../document.ts'
import { plainValue } from '../objects.ts'
import { parse } from '../parse.ts'
import type { Position, Problem } from '../problem.ts'
import { wholeFile } from '../problem.ts'
import { contentStart } from '../split.ts'

/** Bytes. A configuration with a thousand keys has 100 kB. */
const LARGEST_FILE = 1024 * 1024

const ODD = 'not valid YAML: a control character, a line separator, or a tab on an empty line'

/** What the API server reads of a file. */
export interface FirstDocument {
  readonly parsed: ParsedDocument
  /** Aliases and merge keys resolved. */
  readonly value: unknown
  /** Where content begins that it never looks at. */
  readonly ignoredAt?: Position | undefined
}

/** Reads the first document. Problems quote nothing of the file. */
export function readFirstDocument(
  file: InputFile,
  placed: (inner: Position) => Position = (inner) => inner,
): Outcome<FirstDocument> {
  const { path, bytes, firstLine = 1 } = file
  const whole = placed({ ...wholeFile(path), line: firstLine })
  if (bytes.length === 0) return refused(whole, 'the file is empty')
  if (bytes.length > LARGEST_FILE) {
    return refused(whole, 'the file is larger than 1 MiB, which no configuration is')
  }
  const isJson = opensAsJson(bytes)
  if (isJson && !isValidJson(bytes)) {
    const hint = 'write it as JSON to the end, or in YAML without the outer braces'
    return refused(whole, 'the file opens with { and is not JSON', hint)
  }
  const odd = isJson ? undefined : oddCharacter(bytes)
  if (odd !== undefined)
    return refused(placed({ file: path, line: firstLine + odd - 1, column: 1 }), ODD, 'remove it')
  const { length, rest } = isJson ? { length: bytes.length, rest: undefined } : firstPart(bytes)
  const document: Document = {
    file: path,
    line: firstLine,
    separator: new Uint8Array(),
    body: bytes.subarray(0, length),
  }
  const parsed = parse(document)
  if ('problems' in parsed) {
    const move = (problem: Problem): Problem => ({ ...problem, at: placed(problem.at ?? whole) })
    return { problems: parsed.problems.map(move) }
  }
  const positionOf: ParsedDocument['positionOf'] = (target) =>
    placed(parsed.value.positionOf(target))
  const moved = { ...parsed.value, positionOf }
  const value = plainValue(moved)
  if ('problems' in value) return value
  const ignoredAt =
    rest === undefined ? undefined : placed({ file: path, line: firstLine + rest - 1, column: 1 })
  return { value: { parsed: moved, value: value.value, ignoredAt } }
}

/**
 * The line of a character that readers of YAML disagree on: a control character, a line separator of YAML 1.1
 * (Go's reader ends the line there, others do not), or a tab that indents nothing.
 */
function oddCharacter(bytes: Uint8Array): number | undefined {
  const text = decoded(bytes)
  if (text === undefined) return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that may not be there.
  const found = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|^ *\t[\t ]*(?:#|$)/m.exec(text)
  return found === null ? undefined : text.slice(0, found.index).split('\n').length
}

/** What is no UTF-8 is the parser's to refuse. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether the first character that is no blank is a brace (IsJSONBuffer). */
function opensAsJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => !isBlank(byte))
  return first === 0x7b
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function isValidJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return true
  } catch {
    return false
  }
}

/** How many bytes the first document has, and the line, counted from 1, where ignored content begins. */
function firstPart(bytes: Uint8Array): { length: number; rest: number | undefined } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  let [start, line, isOpen] = [contentStart(bytes), 1, false]
  while (start < text.length) {
    const found = text.indexOf('\n', start)
    const next = found === -1 ? text.length : found + 1
    const content = text.slice(start, next)
    const isSeparator = /^---(?:\s|$)/.test(content)
    if (isSeparator ? isOpen : /^\.\.\.(?:\s|$)/.test(content)) {
      return { length: start, rest: contentLine(text.slice(next), line + 1) }
    }
    if (isSeparator || !/^(?:\s*(?:#.*)?|%.*)$/.test(content.trimEnd())) isOpen = true
    start = next
    line += 1
  }
  return { length: bytes.length, rest: undefined }
}

/** The line of the first content that is no comment; undefined if there is none. */
function contentLine(text: string, firstLine: number): number | undefined {
  const lines = text.split('\n')
  const index = lines.findIndex((line) => !/^\s*(?:#.*|---\s*(?:#.*)?|\.\.\.\s*)?$/.test(line))
  return index === -1 ? undefined : firstLine + index
}

function refused(at: Position, message: string, hint?: string): { problems: Problem[] } {
  return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
}
