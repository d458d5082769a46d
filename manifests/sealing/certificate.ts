// The text of PEM certificates and the time in; the one to seal for out, or why there is none. A
// certificate is public, but who can put another in its place reads all that is sealed from then on:
// hence the pins, which kubeseal does not have. No chain is checked: the controller signs its own.
// kubeseal takes the first certificate and asks only that it is RSA and has not expired.
import type { KeyObject } from 'node:crypto'
import { createHash, X509Certificate } from 'node:crypto'
import type { Outcome } from '../document.ts'
import { shownName } from '../names.ts'
import { pemBlocks } from '../pem.ts'
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import type { KeyPin } from './pin.ts'
import { showPin } from './pin.ts'

/** What values are sealed for. */
export interface SealingCertificate {
  readonly publicKey: KeyObject
  /** SHA-256 of the SubjectPublicKeyInfo, 32 bytes; `showPin` writes it. */
  readonly fingerprint: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
}

/** What the choice depends on. */
export interface CertificateChoice {
  /** For messages: the path or URL that the text came from. */
  readonly from: string
  readonly now: Date
  /** Only these keys are sealed for; absent: any. */
  readonly pins?: readonly KeyPin[] | undefined
}

/** The certificate that was chosen, and what is to be said about it: warnings and notices. */
export interface ChosenCertificate {
  readonly certificate: SealingCertificate
  readonly problems: readonly Problem[]
}

const FEWEST_BITS = 2048
const DAY = 24 * 60 * 60 * 1000
/** Days before its end from which on a certificate is warned about. */
const WARNED_DAYS = 90
/** A controller's newest certificate begins now, by its own clock. */
const CLOCK_SKEW = 5 * 60 * 1000

const HINT = 'get the current one with kubeseal --fetch-cert, and check its fingerprint'

/**
 * Chooses, of all certificates that are valid and pinned, the one that begins last, as the controller
 * does. One that no value may be sealed for (no RSA key, fewer than 2048 bits, unreadable) is an error
 * wherever it stands; one that has expired, only if there is no other. Problems are of fault `usage`.
 */
export function readCertificates(
  text: string,
  choice: CertificateChoice,
): Outcome<ChosenCertificate> {
  const blocks = pemBlocks(Buffer.from(text)).filter(({ label }) => label === 'CERTIFICATE')
  if (blocks.length === 0) return refuse(choice, 'holds no PEM certificate', HINT)
  const read = blocks.map((block) => readCertificate(block.text))
  const problems = read.flatMap((outcome, index) =>
    typeof outcome === 'string'
      ? [usageError(`certificate ${index + 1} of ${choice.from} ${outcome}`, HINT)]
      : [],
  )
  if (problems.length > 0) return { problems }
  return choose(
    read.filter((outcome) => typeof outcome !== 'string'),
    choice,
  )
}

function choose(
  all: readonly SealingCertificate[],
  choice: CertificateChoice,
): Outcome<ChosenCertificate> {
  const { now, pins } = choice
  const newestFirst = all.toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime())
  const valid = newestFirst.filter((each) => isValid(each, now))
  const [newest] = valid
  if (newest === undefined) return refuse(choice, wordsOfTime(newestFirst, now), HINT)
  const certificate = valid.find(({ fingerprint }) => isPinned(fingerprint, pins))
  if (certificate === undefined) {
    const found = valid.map(({ fingerprint }) => showPin(fingerprint)).join(', ')
    const message = `holds no certificate with a pinned key; it holds ${found}`
    return refuse(choice, message, 'find out who changed it before you pin another key')
  }
  const problems = [endsSoon(certificate, choice), passedOver(certificate, newest, choice)]
  return { value: { certificate, problems: problems.filter((each) => each !== undefined) } }
}

function readCertificate(pem: string): SealingCertificate | string {
  try {
    const certificate = new X509Certificate(pem)
    const { publicKey, validFromDate, validToDate } = certificate
    const { modulusLength = 0 } = publicKey.asymmetricKeyDetails ?? {}
    if (publicKey.asymmetricKeyType !== 'rsa') return 'has no RSA key'
    if (modulusLength < FEWEST_BITS) {
      return `has a key of ${modulusLength} bits; ${FEWEST_BITS} are the fewest that are safe`
    }
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const fingerprint = createHash('sha256').update(spki).digest()
    return { publicKey, fingerprint, notBefore: validFromDate, notAfter: validToDate }
  } catch {
    return 'does not parse'
  }
}

function isValid({ notBefore, notAfter }: SealingCertificate, now: Date): boolean {
  return notBefore.getTime() <= now.getTime() + CLOCK_SKEW && now <= notAfter
}

function isPinned(fingerprint: Uint8Array, pins: readonly KeyPin[] | undefined): boolean {
  return pins === undefined || pins.some((pin) => Buffer.compare(pin, fingerprint) === 0)
}

/** Why none of them is valid: of the last one that was, if there is one. */
function wordsOfTime(newestFirst: readonly SealingCertificate[], now: Date): string {
  const ended = newestFirst.find(({ notAfter }) => notAfter < now)
  if (ended !== undefined) return `holds only what has expired, last on ${day(ended.notAfter)}`
  const begins = newestFirst.at(-1)?.notBefore ?? now
  return `holds only what is not valid yet, before ${day(begins)}`
}

function endsSoon({ notAfter }: SealingCertificate, choice: CertificateChoice) {
  const left = Math.floor((notAfter.getTime() - choice.now.getTime()) / DAY)
  if (left >= WARNED_DAYS) return undefined
  const message = `the sealing certificate of ${choice.from} expires on ${day(notAfter)}`
  const hint = 'nothing can be sealed for it from then on; what is sealed already still opens'
  return { ...usageError(message, hint), severity: 'warning' } as const
}

/** A controller that has a newer key still opens what is sealed for an older one. */
function passedOver(
  chosen: SealingCertificate,
  newest: SealingCertificate,
  { from }: CertificateChoice,
) {
  if (chosen === newest) return undefined
  const message = `the newest certificate of ${from} is not pinned; an older one is used`
  const hint = `if the controller made it, pin ${showPin(newest.fingerprint)}, too`
  return { ...usageError(message, hint), severity: 'warning' } as const
}

function refuse({ from }: CertificateChoice, message: string, hint: string): Outcome<never> {
  return { problems: [usageError(`${shownName(from)} ${message}`, hint)] }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
