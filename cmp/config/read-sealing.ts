// The section `sealing` of a configuration and the output of a policy in; for whom Secrets may be sealed,
// and which policy has it done, out. Nothing else chooses either: who could name another certificate
// would read every value.
import type { Fields } from '../../manifests/fields.ts'
import type { KeyPin } from '../../manifests/sealing/pin.ts'
import { readPin } from '../../manifests/sealing/pin.ts'
import { SEALING_SCOPES } from '../../manifests/sealing/scope.ts'
import type { SealedOutput } from '../../render/tenancy/policy.ts'
import type { CertificateFile, SealingSettings } from '../settings.ts'
import { readPath } from './field-types.ts'

/** The fields of a policy's `allow` that say how its Secrets leave. */
export const OUTPUT_FIELDS = ['output', 'certificate', 'scope'] as const

/** Reads `sealing`; undefined without it. */
export function readSealing(root: Fields): SealingSettings | undefined {
  const sealing = root.map('sealing')
  if (sealing === undefined) return undefined
  sealing.only(['keyFile', 'certificates'])
  const certificates = readCertificates(sealing.map('certificates'))
  if (!sealing.names().includes('certificates')) {
    sealing.reject('certificates', 'is missing', 'name the certificate of at least one cluster')
  }
  return { keyFile: readPath(sealing, 'keyFile'), certificates }
}

function readCertificates(certificates: Fields | undefined): Map<string, CertificateFile> {
  const found = new Map<string, CertificateFile>()
  for (const name of certificates?.names() ?? []) {
    if (!/^[\w.-]{1,63}$/.test(name)) certificates?.reject(name, 'is not a name for a certificate')
    const certificate = certificates?.map(name)
    certificate?.only(['file', 'fingerprint'])
    const pin = certificate && readFingerprint(certificate)
    const file = certificate && readPath(certificate, 'file')
    if (file !== undefined) found.set(name, { file, pin })
    else if (certificate?.names().includes('file') === false) {
      certificate.reject('file', 'is missing', 'name the file that holds it, in PEM')
    }
  }
  return found
}

/** A pin that cannot be read would be none at all: an error, never ignored. */
function readFingerprint(certificate: Fields): KeyPin | undefined {
  const text = certificate.string('fingerprint')
  const pin = text === undefined ? undefined : readPin(text)
  if (text !== undefined && pin === undefined) {
    const hint = 'sha256: and 64 hexadecimal digits, over the public key of the certificate'
    certificate.reject('fingerprint', 'is not a fingerprint', hint)
  }
  return pin
}

/** How the Secrets of a policy leave; undefined: as they are. */
export function readOutput(
  allow: Fields,
  sealing: SealingSettings | undefined,
): SealedOutput | undefined {
  const output = allow.choice('output', ['plain', 'sealed'])
  const certificate = allow.string('certificate')
  const scope = allow.choice('scope', SEALING_SCOPES)
  if (output !== 'sealed') {
    for (const name of OUTPUT_FIELDS.slice(1)) {
      if (allow.names().includes(name)) allow.reject(name, 'needs "output: sealed"')
    }
    return undefined
  }
  if (certificate === undefined) {
    if (!allow.names().includes('certificate')) {
      const hint = 'output: sealed needs one: name it under sealing.certificates'
      allow.reject('certificate', 'is missing', hint)
    }
    return undefined
  }
  if (sealing?.certificates.has(certificate) !== true) {
    const hint = 'name it under sealing.certificates'
    allow.reject('certificate', 'is not the name of a certificate', hint)
  }
  return { certificate, scope: scope ?? 'strict' }
}
