// What --cert names in; the certificate to seal for out. A file, or an https URL whose answer is only
// taken if its key is pinned: TLS says who answered, and that is not who opens what is sealed.
import type { Outcome } from '../../manifests/document.ts'
import { shownName } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import { outsideError, usageError } from '../../manifests/problem.ts'
import type { ChosenCertificate } from '../../manifests/sealing/certificate.ts'
import { readCertificates } from '../../manifests/sealing/certificate.ts'
import type { KeyPin } from '../../manifests/sealing/pin.ts'
import { readPin } from '../../manifests/sealing/pin.ts'
import type { HttpReply } from '../../render/phase/http.ts'
import { httpClient } from '../../render/phase/http.ts'
import { TransportError } from '../../render/phase/transport.ts'
import type { Io } from '../io.ts'
import { readBounded } from '../read-file.ts'
import type { Settings } from '../settings.ts'

/** Bytes. A certificate has 2 kB, and a controller makes twelve a year. */
const LARGEST_FILE = 1024 * 1024

/** What the command line says of the certificate. */
export interface CertificateOptions {
  /** A path or an https URL. */
  readonly cert: string
  readonly certFingerprint: readonly string[]
}

/** @param deadline on the scale of `performance.now()`. */
export async function loadCertificate(
  { cert, certFingerprint }: CertificateOptions,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<ChosenCertificate>> {
  const pins = readPins(certFingerprint)
  if ('problems' in pins) return pins
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(cert)
  const text = isUrl ? await fetchText(cert, pins.value, settings, io, deadline) : readText(cert)
  if ('problems' in text) return text
  const choice = { from: cert, now: new Date() }
  return readCertificates(text.value, { ...choice, pins: pins.value })
}

/** None is no choice at all, not the choice of none. */
function readPins(texts: readonly string[]): Outcome<readonly KeyPin[] | undefined> {
  const pins = texts.map(readPin)
  const read = pins.filter((pin) => pin !== undefined)
  if (read.length === pins.length) return { value: read.length === 0 ? undefined : read }
  const hint = 'it is sha256: and the SHA-256 of the public key; see seal --help'
  return refuse(usageError('--cert-fingerprint is no fingerprint', hint))
}

function readText(path: string): Outcome<string> {
  const bytes = readBounded(path, LARGEST_FILE)
  if (typeof bytes !== 'string') return { value: bytes.toString('latin1') }
  const message = `the certificate file ${shownName(path)} cannot be read (${bytes.replaceAll('-', ' ')})`
  return refuse(usageError(message, 'kubeseal --fetch-cert writes one; check the path'))
}

async function fetchText(
  text: string,
  pins: readonly KeyPin[] | undefined,
  { proxyFor }: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<string>> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    const hint = 'who changes a certificate on its way reads all that is sealed for it'
    return refuse(usageError('--cert is neither a file nor an https URL without a password', hint))
  }
  if (pins === undefined) {
    const hint = 'add --cert-fingerprint sha256:…, which you got another way'
    return refuse(usageError('a certificate from a URL has to be pinned', hint))
  }
  const client = httpClient({ proxyFor })
  try {
    const headers = { accept: 'application/x-pem-file, */*' }
    const timeout = deadline - performance.now()
    return textOf(await client.get({ url, headers, signal: io.signal, timeout }), url)
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    const message = `the certificate cannot be fetched from ${url.host} (${error.fault})`
    return refuse(outsideError(message, 'check the URL, or fetch it yourself and name the file'))
  } finally {
    client.close()
  }
}

function textOf({ status, body }: HttpReply, { host }: URL): Outcome<string> {
  if (status === 200 && body.length <= LARGEST_FILE) {
    return { value: Buffer.from(body).toString('latin1') }
  }
  const what = status === 200 ? `${body.length} bytes` : `status ${status}`
  const hint = 'redirects are not followed; name the URL that has the certificate'
  return refuse(outsideError(`${host} answers with ${what}, not with a certificate`, hint))
}

function refuse(problem: Problem): Outcome<never> {
  return { problems: [problem] }
}
