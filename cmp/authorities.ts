// The path of a Phase host's certificate authorities in; their PEM text out, or why there is none.
import { X509Certificate } from 'node:crypto'
import type { Outcome } from '../manifests/document.ts'
import { readBounded } from './read-file.ts'

/** Bytes; a bundle of all public authorities has 250 kB. */
const LARGEST_BUNDLE = 4 * 1024 * 1024

/** The PEM text of a host's authority. Node would silently trust nothing more if it held no certificate. */
export function readAuthorities(path: string): Outcome<string> {
  const bytes = readBounded(path, LARGEST_BUNDLE)
  try {
    if (typeof bytes === 'string') throw new TypeError(bytes)
    new X509Certificate(bytes)
    return { value: bytes.toString('utf8') }
  } catch {
    const message = 'PHASE_CA_FILE or caFile of the host does not name a readable PEM certificate'
    const hint =
      'it must hold the certificate authority of the Phase host, as -----BEGIN CERTIFICATE-----'
    return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
  }
}
