// The bytes of a value in; a few digits by which a reader can tell whether two are the same out. Keyed:
// whoever reads a preview cannot test guesses of a short value against it.
import { createHmac, hkdfSync } from 'node:crypto'

/** Makes the fingerprints of one run. */
export type Fingerprint = (value: Uint8Array) => string

/** Hexadecimal digits: two of 10,000 different values are alike once in five million runs. */
const DIGITS = 12
const INFO = 'argocd-phase-plugin/preview/fingerprint/v1'

/**
 * @param key random for one run; or somebody's own, at least 32 bytes that nobody can guess, and the
 * fingerprints of all runs with it can be compared.
 */
export function fingerprintWith(key: Uint8Array): Fingerprint {
  const derived = new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), INFO, 32))
  return (value) => createHmac('sha256', derived).update(value).digest('hex').slice(0, DIGITS)
}
