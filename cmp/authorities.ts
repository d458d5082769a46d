// A file of certificate authorities in, its PEM text out, for those who trust nobody else.
import { X509Certificate } from 'node:crypto'
import { readBounded } from './read-file.ts'

/** Bytes; a bundle of all public authorities has 250 kB. */
const LARGEST_BUNDLE = 4 * 1024 * 1024

/**
 * The PEM text of a file; undefined if it cannot be read or does not begin with a certificate. Node would
 * silently trust nothing more if it held none.
 */
export function readAuthorities(path: string): string | undefined {
  const bytes = readBounded(path, LARGEST_BUNDLE)
  if (typeof bytes === 'string') return undefined
  try {
    new X509Certificate(bytes)
    return bytes.toString('utf8')
  } catch {
    return undefined
  }
}
