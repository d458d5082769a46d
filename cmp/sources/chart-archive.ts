// A packaged chart (.tgz) in, the files in it out, as Helm would read them. Only enough of tar: names,
// sizes, and the two extensions that give an entry another name.
import { gunzipSync } from 'node:zlib'

/** One entry of an archive. */
export interface Entry {
  /** Every name that a reader could take it for: programs differ on which extension wins. */
  readonly names: readonly string[]
  readonly bytes: Buffer
}

const BLOCK = 512
/** Bytes; Helm's own limit for a chart (helm pkg/chart/loader/archive: MaxDecompressedChartSize). */
const MOST_BYTES = 100 * 1024 * 1024

/** @returns undefined if it is no such archive, or too large. */
export function readArchive(compressed: Uint8Array): Entry[] | undefined {
  try {
    return [...entriesOf(gunzipSync(compressed, { maxOutputLength: MOST_BYTES }))]
  } catch {
    return undefined
  }
}

/** @throws RangeError if it is damaged, or has what no packaged chart needs. */
function* entriesOf(tar: Buffer): Generator<Entry> {
  let names: string[] = []
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) return
    const size = sizeOf(header)
    const bytes = tar.subarray(at + BLOCK, at + BLOCK + size)
    if (bytes.length < size) throw new RangeError('cut off')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'S') throw new RangeError('sparse')
    if (type === 'L') names.push(textOf(bytes))
    else if (type === 'x' || type === 'g') names.push(...paxPaths(bytes))
    else if (type !== 'K') {
      yield { names: [nameOf(header), ...names], bytes }
      names = []
    }
  }
}

function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136)
  // Base 256, for what does not fit into octal digits: larger than any chart.
  if (((field[0] ?? 0) & 0x80) !== 0) throw new RangeError('too large')
  const text = textOf(field).trim()
  if (!/^[0-7]*$/.test(text)) throw new RangeError('no size')
  return Number.parseInt(text || '0', 8)
}

function nameOf(header: Buffer): string {
  const [name, prefix] = [textOf(header.subarray(0, 100)), textOf(header.subarray(345, 500))]
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Records of `<length> <key>=<value>\n`. */
function paxPaths(bytes: Buffer): string[] {
  const paths: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const [, digits = ''] = /^(\d+) /.exec(bytes.toString('latin1', at, at + 20)) ?? []
    const length = Number(digits)
    if (!(length > digits.length + 1)) throw new RangeError('no record')
    const record = bytes.toString('utf8', at + digits.length + 1, at + length - 1)
    if (/^(size=|GNU\.sparse)/.test(record)) throw new RangeError('sparse, or too large')
    if (record.startsWith('path=')) paths.push(record.slice('path='.length))
    at += length
  }
  return paths
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
}
