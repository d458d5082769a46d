// A file of certificate authorities in, its PEM text out, for those who trust nobody else.
import { X509Certificate } from 'node:crypto'
import type { Outcome } from '../manifests/document.ts'
import { usageError } from '../manifests/problem.ts'
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

/** The authorities of a Phase host. @param path absent: the public ones. */
export function readHostAuthorities(path: string | undefined): Outcome<string | undefined> {
  if (path === undefined) return { value: undefined }
  const value = readAuthorities(path)
  if (value !== undefined) return { value }
  const message = 'PHASE_CA_FILE or caFile of the host does not name a readable PEM certificate'
  const hint =
    'it must hold the certificate authority of the Phase host, as -----BEGIN CERTIFICATE-----'
  return { problems: [usageError(message, hint)] }
}
