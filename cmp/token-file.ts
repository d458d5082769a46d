// The path of a token's file in; its text out, or why there is none.
import type { ReadFault } from './read-file.ts'
import { readBounded } from './read-file.ts'

/** Bytes. A token has about 280; a mounted Secret cannot be larger than 1 MiB. */
const LONGEST_TOKEN = 64 * 1024

/** Why there is no token in a file. */
type TokenFault = ReadFault | 'empty'

/** The same in words, after what the file is called. */
export const TOKEN_FAULTS: Readonly<Record<TokenFault, string>> = {
  missing: 'does not exist',
  unreadable: 'cannot be read',
  'not-a-file': 'is not a regular file',
  'too-large': 'is too large to be a token',
  empty: 'is empty',
}

/** Reads a token as it was mounted; white space around it is dropped. */
export function readToken(path: string): { text: string } | { fault: TokenFault } {
  const bytes = readBounded(path, LONGEST_TOKEN)
  if (typeof bytes === 'string') return { fault: bytes }
  const text = bytes.toString('utf8').trim()
  return text === '' ? { fault: 'empty' } : { text }
}
