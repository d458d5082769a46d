// One file in, its bytes out, or why there are none. No read is longer than its limit, and none
// can hang: a pipe in the place of a file is refused, not waited for.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** Why a file could not be read. */
export type ReadFault = 'missing' | 'unreadable' | 'not-a-file' | 'too-large'

/** The bytes of a regular file of at most `most` bytes; links are followed. */
export function readBounded(path: string, most: number): Buffer | ReadFault {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return isMissing(error) ? 'missing' : 'unreadable'
  }
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return 'not-a-file'
    return stats.size > most ? 'too-large' : readBytes(descriptor, stats.size)
  } catch {
    return 'unreadable'
  } finally {
    closeSync(descriptor)
  }
}

/** Up to `size` bytes from the start of an open file: what a file gains while it is read is not ours. */
export function readBytes(descriptor: number, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let length = 0
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, null)
    if (count === 0) break
    length += count
  }
  return bytes.subarray(0, length)
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  )
}
