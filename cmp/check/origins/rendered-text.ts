// The files that came out of a renderer in; the text around a position of theirs out. Helm's files may
// be several of one name, one for each document of a template, until they are set apart here.
import type { InputFile } from '../../../manifests/document.ts'
import type { Position } from '../../../manifests/problem.ts'

/** Bytes of one rendered file whose lines are looked at. */
const LARGEST = 4 * 1024 * 1024
const NEWLINE = 0x0a

/** A rendered file. */
export interface RenderedText {
  readonly file: InputFile
  /** The number of its first line. */
  readonly firstLine: number
  /** The number of its last line. */
  readonly lastLine: number
}

/**
 * Gives files of one name line numbers that go on from one to the next, so that a position is of one
 * of them. Everything that is going to be located has to be read from what this returns.
 */
export function setApart(files: readonly InputFile[]): InputFile[] {
  const ends = new Map<string, number>()
  return files.map((file) => {
    const { path, bytes, firstLine = 1 } = file
    const end = ends.get(path)
    const start = end === undefined ? firstLine : end + 1
    ends.set(path, start + countLines(bytes) - 1)
    return end === undefined ? file : { ...file, firstLine: start }
  })
}

/** Rendered files by name. */
export function textsByPath(files: readonly InputFile[]): ReadonlyMap<string, RenderedText[]> {
  const texts = new Map<string, RenderedText[]>()
  for (const file of files) {
    const { path, bytes, firstLine = 1 } = file
    const text = { file, firstLine, lastLine: firstLine + countLines(bytes) - 1 }
    const others = texts.get(path)
    if (others === undefined) texts.set(path, [text])
    else others.push(text)
  }
  return texts
}

/** The text that a line is of; the last one that begins before it. */
export function textAt(
  texts: readonly RenderedText[],
  { line }: Position,
): RenderedText | undefined {
  let [low, high] = [0, texts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle]?.firstLine ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return texts[Math.max(low - 1, 0)]
}

/** Lines without their ends; undefined if there is too much of it. */
export function linesOf(bytes: Uint8Array): string[] | undefined {
  if (bytes.length > LARGEST) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return bytes.at(-1) === NEWLINE || bytes.length === 0 ? count : count + 1
}
