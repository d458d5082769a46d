// In: a file's bytes. Out: its documents, as views of those bytes, and what Argo CD's own splitter
// would refuse or silently drop. `---` at column 0 separates wherever it stands, also inside a
// quoted or block scalar (YAML 1.2.2, c-forbidden; k8s.io/apimachinery util/yaml, YAMLReader).
import type { Document, InputFile } from './document.ts'
import type { Problem } from './problem.ts'

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const HASH = 0x23
const PERCENT = 0x25
const DASH = 0x2d
const DOT = 0x2e

/** A line that begins with `---` or `...`. Offsets are into the file's bytes. */
interface Mark {
  /** `glued` is `----` or `---a`: text to YAML, and refused by Argo CD's splitter. */
  readonly kind: 'separator' | 'end' | 'glued'
  readonly start: number
  /** Where the next line begins. */
  readonly next: number
  /** 1-based. */
  readonly line: number
  /** Nothing but blanks and a comment follows on the line. */
  readonly bare: boolean
}

/**
 * Splits a file. The separators and bodies of its documents, one after the other, are the file.
 * Comments, blank lines and directives before the first `---` belong to its separator.
 * A `.json` file is one document; a file of zero bytes has none.
 */
export function splitFile(file: InputFile): { documents: Document[]; problems: Problem[] } {
  const { path, bytes, firstLine = 1 } = file
  const marks = path.endsWith('.json') ? [] : findMarks(bytes, firstLine)
  const documents: Document[] = []
  let [from, body, line] = [0, 0, firstLine]
  const close = (end: number): void => {
    const [separator, content] = [bytes.subarray(from, body), bytes.subarray(body, end)]
    documents.push({ file: path, line, separator, body: content })
  }
  for (const mark of marks) {
    if (mark.kind !== 'separator') continue
    const isHead = body === 0 && hasOnly(bytes, contentStart(bytes), mark.start, HASH, PERCENT)
    if (!isHead) {
      close(mark.start)
      from = mark.start
    }
    body = mark.next
    line = mark.line + 1
  }
  if (bytes.length > 0) close(bytes.length)
  return { documents, problems: marks.flatMap((mark, n) => judge(file, mark, marks[n + 1])) }
}

/** Where a file or document begins behind its byte order mark. */
export function contentStart(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** What Argo CD's splitter would make of a marker and what follows it: not what YAML says. */
function judge(file: InputFile, mark: Mark, following: Mark | undefined): Problem[] {
  const at = { file: file.path, line: mark.line, column: 1 }
  const end = following?.start ?? file.bytes.length
  if (mark.kind !== 'end' && !mark.bare) {
    const message = "content on a line that begins with '---', which Argo CD refuses"
    return [{ severity: 'error', fault: 'input', at, message, hint: 'move it to the next line' }]
  }
  if (mark.kind === 'end' && !(mark.bare && hasOnly(file.bytes, mark.next, end, HASH))) {
    const message = "content after a '...', which Argo CD silently drops"
    const hint = "put a line '---' before it"
    return [{ severity: 'error', fault: 'input', at, message, hint }]
  }
  return []
}

/** One pass over every byte: all that a document costs into which nobody looks. */
function findMarks(bytes: Uint8Array, firstLine: number): Mark[] {
  const marks: Mark[] = []
  let line = firstLine
  for (let start = contentStart(bytes); start < bytes.length; line += 1) {
    const first = bytes[start]
    const isMark = (first === DASH || first === DOT) && isTriple(bytes, start)
    let next = start
    while (next < bytes.length && bytes[next] !== NEWLINE) next += 1
    next += 1
    const mark = isMark ? readMark(bytes, start, Math.min(next, bytes.length), line) : undefined
    if (mark !== undefined) marks.push(mark)
    start = next
  }
  return marks
}

function readMark(bytes: Uint8Array, start: number, next: number, line: number): Mark | undefined {
  const isApart = start + 3 >= next || isBlank(bytes[start + 3])
  const bare = isApart && hasOnly(bytes, start + 3, next, HASH)
  if (bytes[start] === DASH) {
    return { kind: isApart ? 'separator' : 'glued', start, next, line, bare }
  }
  return isApart ? { kind: 'end', start, next, line, bare } : undefined
}

function isTriple(bytes: Uint8Array, start: number): boolean {
  return bytes[start + 1] === bytes[start] && bytes[start + 2] === bytes[start]
}

/** Whether every line of a range is blank or begins, after blanks, with one of the openers. */
function hasOnly(bytes: Uint8Array, start: number, end: number, ...openers: number[]): boolean {
  let isOpen = true
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]
    if (byte === NEWLINE) isOpen = true
    else if (isOpen && byte !== undefined && openers.includes(byte)) isOpen = false
    else if (isOpen && !isBlank(byte)) return false
  }
  return true
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN || byte === NEWLINE
}
