// In: files, and later their documents, some with new text in their place. Out: one list, and one
// stream in which whatever nobody changed stands byte for byte. Only a missing final newline, a
// missing `---` between files and a byte order mark inside the stream are put right.
import type { Document, InputFile } from './document.ts'
import type { Problem } from './problem.ts'
import { wholeFile } from './problem.ts'
import { contentStart, splitFile } from './split.ts'

/** A document and what stands in its place. */
export interface Part {
  readonly document: Document
  /** Bodies without `---` lines, in order; an empty list drops the document. Absent: as read. */
  readonly bodies?: readonly string[] | undefined
}

const SEPARATOR = Buffer.from('---\n')
const NEWLINE = Buffer.from('\n')
const NONE = Buffer.alloc(0)
const DASH = 0x2d

/** Splits all files, in the order given. */
export function readDocuments(files: readonly InputFile[]): {
  documents: Document[]
  problems: Problem[]
} {
  const documents: Document[] = []
  const problems: Problem[] = []
  for (const file of files) {
    const split = splitFile(file)
    const [first] = split.documents
    if (first !== undefined && hasDirectives(first)) {
      const at = wholeFile(file.path)
      const message = 'Argo CD cannot read a % directive'
      problems.push({ severity: 'error', fault: 'input', at, message, hint: 'remove it' })
    }
    for (const document of split.documents) documents.push(document)
    for (const problem of split.problems) problems.push(problem)
  }
  return { documents, problems }
}

/**
 * Writes the stream. A document's separator stays with it, or with the first of its new bodies.
 * A stream of several documents that would open with `{` gets a `---` first: Argo CD's decoder
 * takes a stream for JSON by its first character (k8s.io/apimachinery util/yaml, GuessJSONStream).
 */
export function joinDocuments(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(toPieces)
  const chunks: Uint8Array[] = []
  for (const [index, { separator, body }] of pieces.entries()) {
    const isFirst = index === 0
    const head = isFirst ? separator : withoutByteOrderMark(separator)
    const misread = separator.length === 0 && pieces.length > 1 && opensWithBrace(body)
    if (isFirst ? misread : head[0] !== DASH) chunks.push(SEPARATOR)
    const content = isFirst && head.length === 0 ? body : withoutByteOrderMark(body)
    chunks.push(head, content)
    const last = content.at(-1) ?? head.at(-1)
    if (last !== undefined && last !== NEWLINE[0]) chunks.push(NEWLINE)
  }
  return Buffer.concat(merged(chunks))
}

/** Views that stand one behind the other in one buffer become one: most of a stream is never changed. */
function merged(chunks: readonly Uint8Array[]): Uint8Array[] {
  const runs: { buffer: ArrayBufferLike; start: number; end: number }[] = []
  for (const { buffer, byteOffset, length } of chunks) {
    const last = runs.at(-1)
    if (last?.buffer === buffer && last.end === byteOffset) last.end += length
    else runs.push({ buffer, start: byteOffset, end: byteOffset + length })
  }
  return runs.map(({ buffer, start, end }) => new Uint8Array(buffer, start, end - start))
}

function toPieces({ document, bodies }: Part): Pick<Document, 'separator' | 'body'>[] {
  if (bodies === undefined) return [document]
  const separator = withoutByteOrderMark(document.separator)
  return bodies.map((body, index) => ({
    separator: index === 0 ? separator : NONE,
    body: Buffer.from(body),
  }))
}

function hasDirectives(document: Document): boolean {
  const text = Buffer.from(withoutByteOrderMark(document.separator)).toString('latin1')
  return /^%/m.test(text)
}

function opensWithBrace(body: Uint8Array): boolean {
  const start = body.findIndex((byte) => byte > 0x20)
  return body[start] === 0x7b
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  const start = contentStart(bytes)
  return start === 0 ? bytes : bytes.subarray(start)
}
