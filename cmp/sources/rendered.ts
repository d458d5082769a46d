// What a renderer printed in, files for the pipeline out: the same bytes, cut where Helm says which
// template comes next, so that a problem names the template and not a line of a long stream.
import type { InputFile } from '../../manifests/document.ts'

const START = /^---\n# Source: ([^\n]+)\n/gm

/**
 * The output of `helm template`, one file for each `# Source:` comment that stands right behind a
 * `---`. Lines count from the comment on, so that they are near those of the template.
 */
export function cutRendered(output: Uint8Array): InputFile[] {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength)
  // One character a byte: offsets of the text are offsets of the bytes.
  const starts = [...bytes.toString('latin1').matchAll(START)]
  const cuts = starts.map(({ index, 1: source = '' }) => {
    return { index, path: `${Buffer.from(source, 'latin1').toString('utf8')} (rendered)` }
  })
  const head = cuts[0]?.index ?? bytes.length
  const files = cuts.map(({ index, path }, n) => {
    const part = bytes.subarray(index, cuts[n + 1]?.index)
    return { path, bytes: part, firstLine: LINE_OF_SEPARATOR }
  })
  return head === 0 ? files : [{ path: 'helm template', bytes: bytes.subarray(0, head) }, ...files]
}

/** Two lines above line 1: the separator, then the comment. */
const LINE_OF_SEPARATOR = -1

/** Whether a renderer's output holds anything but comments, blank lines and separators. */
export function holdsNothing(output: Uint8Array): boolean {
  return !/^(?!---[ \t]*\r?$)[ \t]*[^\s#]/m.test(Buffer.from(output).toString('latin1'))
}
