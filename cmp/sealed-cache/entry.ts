// One kept answer as the bytes of a file, and back:
//
//   {"format":1,"name":…,"asked":…,"tag":…}\n   <body as received>   <HMAC-SHA256 of all before it>
//
// Nothing is believed of a file before its MAC is verified, under a key that only the token gives.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CachedAnswer } from '../../render/phase/source.ts'

const FORMAT = 1
const MAC_BYTES = 32
const NEWLINE = 0x0a

/** Bytes of a file at most: the largest answer that is accepted from Phase, and room for the header. */
export const LARGEST_ENTRY = 32 * 1024 * 1024 + 64 * 1024

/** The file's bytes. */
export function encodeEntry(key: Uint8Array, name: string, answer: CachedAnswer): Buffer {
  const { body, asked, tag } = answer
  const header = `${JSON.stringify({ format: FORMAT, name, asked, tag })}\n`
  const content = Buffer.concat([Buffer.from(header, 'utf8'), body])
  return Buffer.concat([content, macOf(key, content)])
}

/** The answer in a file's bytes; undefined unless it is authentic and of exactly this name. */
export function decodeEntry(
  key: Uint8Array,
  name: string,
  bytes: Buffer,
): CachedAnswer | undefined {
  if (bytes.length < MAC_BYTES) return undefined
  const content = bytes.subarray(0, -MAC_BYTES)
  if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), macOf(key, content))) return undefined
  const end = content.indexOf(NEWLINE)
  const header = end < 0 ? undefined : parseHeader(content.toString('utf8', 0, end))
  if (header?.name !== name) return undefined
  return { body: content.subarray(end + 1), asked: header.asked, tag: header.tag }
}

function macOf(key: Uint8Array, content: Uint8Array): Buffer {
  return createHmac('sha256', key).update(content).digest()
}

interface Header {
  readonly name: string
  readonly asked: number
  readonly tag: string
}

/** What an authentic header says, unless another version of ours wrote it. */
function parseHeader(text: string): Header | undefined {
  try {
    const { format, name, asked, tag } = JSON.parse(text)
    const isOurs =
      format === FORMAT &&
      typeof name === 'string' &&
      Number.isFinite(asked) &&
      typeof tag === 'string'
    return isOurs ? { name, asked, tag } : undefined
  } catch {
    return undefined
  }
}
