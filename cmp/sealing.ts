// What the configuration says of sealing in; certificates and the key, read from their files when they
// are first needed, out. Nothing but the configuration file leads here.
import type { Outcome } from '../manifests/document.ts'
import { usageError } from '../manifests/problem.ts'
import { readCertificates } from '../manifests/sealing/certificate.ts'
import { deriveKey } from '../manifests/sealing/entropy.ts'
import type { Sealing } from '../render/seal.ts'
import { readBounded } from './read-file.ts'
import type { SealingSettings } from './settings.ts'

/** Bytes. A certificate takes two thousand. */
const LARGEST_CERTIFICATES = 256 * 1024
/** Bytes. */
const LARGEST_KEY = 64 * 1024
const FEWEST_KEY_BYTES = 32
/** 32 random bytes have some 30 different ones; fewer than these are a placeholder or a mistake. */
const FEWEST_DISTINCT = 8

const KEY_INFO = 'argocd-phase-plugin/sealing/key-file/v1'
const CHECK_MOUNT = 'check the path, its permissions, and that it is mounted'
const MAKE_KEY = 'make one with: openssl rand -out key 32'

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

function readKey(path: string | undefined): Outcome<Uint8Array | undefined> {
  if (path === undefined) return { value: undefined }
  const bytes = readBounded(path, LARGEST_KEY)
  if (typeof bytes === 'string') return unreadable('sealing.keyFile', path, bytes)
  if (bytes.length < FEWEST_KEY_BYTES) {
    const message = `sealing.keyFile: ${path} has fewer than ${FEWEST_KEY_BYTES} bytes`
    return refuse(message, MAKE_KEY)
  }
  if (new Set(bytes).size < FEWEST_DISTINCT) {
    return refuse(`sealing.keyFile: ${path} does not hold random bytes`, MAKE_KEY)
  }
  return { value: deriveKey(bytes, KEY_INFO) }
}

function unreadable(what: string, path: string, fault: string): Outcome<never> {
  return refuse(`${what}: ${path} cannot be read (${fault.replaceAll('-', ' ')})`, CHECK_MOUNT)
}

function refuse(message: string, hint: string): Outcome<never> {
  return { problems: [usageError(message, hint)] }
}
