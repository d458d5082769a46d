// What the configuration says of sealing in; certificates and the key, read from their files when they
// are first needed, out. Nothing but the configuration file leads here.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { asWarning, usageError } from '../manifests/problem.ts'
import { readCertificates } from '../manifests/sealing/certificate.ts'
import { LARGEST_KEY_FILE, readSealingKey } from '../manifests/sealing/key.ts'
import type { Sealing } from '../render/seal.ts'
import { readBounded } from './read-file.ts'
import type { SealingSettings } from './settings.ts'

/** Bytes. A certificate takes two thousand. */
const LARGEST_CERTIFICATES = 256 * 1024
const CHECK_MOUNT = 'check the path, its permissions, and that it is mounted'
const MAKE_KEY = 'make one with openssl rand -hex 32, and keep it as you keep a token'

/** What to seal with. @param now decides which certificates are valid. */
export function openSealing(settings: SealingSettings | undefined, now: Date): Sealing {
  return {
    certificate(name) {
      const certificate = settings?.certificates.get(name)
      if (certificate === undefined) return refuse(`there is no certificate ${name}`, CHECK_MOUNT)
      const { file, pin } = certificate
      const bytes = readBounded(file, LARGEST_CERTIFICATES)
      if (typeof bytes === 'string') return unreadable(`sealing certificate ${name}`, file, bytes)
      const pins = pin === undefined ? undefined : [pin]
      return readCertificates(bytes.toString('utf8'), { from: file, now, pins })
    },
    key: () => readKey(settings?.keyFile),
  }
}

/** What keeps the configured certificates and the key from being used; what cannot be read here is a warning. */
export function checkSealing(settings: SealingSettings, now: Date): Problem[] {
  const sealing = openSealing(settings, now)
  const { certificates, keyFile } = settings
  const asked = [...certificates].map(([name, { file }]) => {
    const outcome = sealing.certificate(name)
    return { file, problems: 'value' in outcome ? outcome.value.problems : outcome.problems }
  })
  const key = sealing.key()
  if (keyFile !== undefined && 'problems' in key) asked.push({ file: keyFile, ...key })
  return asked.flatMap(({ file, problems }) => (isHere(file) ? problems : problems.map(asWarning)))
}

function isHere(file: string): boolean {
  return typeof readBounded(file, LARGEST_CERTIFICATES) !== 'string'
}

function readKey(path: string | undefined): Outcome<Uint8Array | undefined> {
  if (path === undefined) return { value: undefined }
  const bytes = readBounded(path, LARGEST_KEY_FILE)
  if (bytes === 'too-large')
    return refuse(`sealing.keyFile: ${path} is too large for a key`, MAKE_KEY)
  if (typeof bytes === 'string') return unreadable('sealing.keyFile', path, bytes)
  const key = readSealingKey(bytes)
  if (typeof key === 'string') return refuse(`sealing.keyFile: ${path} ${key}`, MAKE_KEY)
  return { value: key }
}

function unreadable(what: string, path: string, fault: string): Outcome<never> {
  return refuse(`${what}: ${path} cannot be read (${fault.replaceAll('-', ' ')})`, CHECK_MOUNT)
}

function refuse(message: string, hint: string): Outcome<never> {
  return { problems: [usageError(message, hint)] }
}
