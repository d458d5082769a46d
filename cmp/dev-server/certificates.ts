// A folder → a certificate authority of one use and a server certificate for loopback, in PEM.
// The authority's key signs once and is thrown away, so trusting it means trusting one server.
import type { KeyObject } from 'node:crypto'
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  bitString,
  boolean,
  element,
  integer,
  octetString,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from './der.ts'

/** What a TLS server needs, and where its clients find the authority. */
export interface Certificates {
  /** Absolute path of the authority's certificate. */
  readonly caFile: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const HOUR = 3_600_000
const LIFETIME = 365 * 24 * HOUR
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))
const FILES = { ca: 'ca.pem', certificate: 'server.pem', key: 'server-key.pem' } as const

/** Uses the folder's certificates if they hold for another day, else makes new ones there. */
export async function loadCertificates(directory: string): Promise<Certificates> {
  const folder = resolve(directory)
  const caFile = join(folder, FILES.ca)
  const known = await readCertificates(folder)
  if (known !== undefined && areUsable(known)) return { caFile, ...known }
  const made = makeCertificates()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(join(folder, FILES.key), made.key, 0o600)
  await replaceFile(join(folder, FILES.certificate), made.certificate, 0o644)
  await replaceFile(caFile, made.ca, 0o644)
  return { caFile, ...made }
}

type Pems = Omit<Certificates, 'caFile'>

async function readCertificates(folder: string): Promise<Pems | undefined> {
  try {
    const [ca, certificate, key] = await Promise.all(
      [FILES.ca, FILES.certificate, FILES.key].map((name) => readFile(join(folder, name), 'utf8')),
    )
    if (ca === undefined || certificate === undefined || key === undefined) return undefined
    await chmod(join(folder, FILES.key), 0o600)
    return { ca, certificate, key }
  } catch {
    return undefined
  }
}

/** Whether they belong together, are ours, and hold until tomorrow. Anything unreadable is not. */
function areUsable(pems: Pems): boolean {
  try {
    const ca = new X509Certificate(pems.ca)
    const server = new X509Certificate(pems.certificate)
    const tomorrow = Date.now() + 24 * HOUR
    return (
      server.verify(ca.publicKey) &&
      server.checkPrivateKey(createPrivateKey(pems.key)) &&
      server.checkHost('localhost') !== undefined &&
      server.checkIP('127.0.0.1') !== undefined &&
      [ca, server].every(({ validToDate }) => validToDate.getTime() > tomorrow)
    )
  } catch {
    return false
  }
}

/** Replaces at once: a reader sees the old file or the new one. */
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode, flag: 'wx' })
  await rename(draft, path)
}

function makeCertificates(): Pems {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // Its own name each time, so that a client that trusts several never takes one for another.
  const issuer = commonName(`dev-server authority ${randomBytes(4).toString('hex')}`)
  const issuerId = keyIdentifier(authority.publicKey)
  const signing = { issuer, issuerId, key: authority.privateKey }
  return {
    ca: issue(signing, issuer, authority.publicKey, [
      extension('2.5.29.19', true, sequence(boolean(true), integer(Uint8Array.of(0)))),
      extension('2.5.29.15', true, bitString(Uint8Array.of(0x04), 2)),
    ]),
    certificate: issue(signing, commonName('localhost'), server.publicKey, [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bitString(Uint8Array.of(0x80), 7)),
      extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', false, loopbackNames()),
    ]),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function commonName(name: string): Uint8Array {
  return sequence(set(sequence(oid('2.5.4.3'), utf8String(name))))
}

function loopbackNames(): Uint8Array {
  const ipv6 = new Uint8Array(16)
  ipv6[15] = 1
  return sequence(
    element(0x82, Buffer.from('localhost', 'ascii')),
    element(0x87, Uint8Array.of(127, 0, 0, 1)),
    element(0x87, ipv6),
  )
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

/** The first 20 bytes of the key's SHA-256: what certificates call a key by. */
function keyIdentifier(publicKey: KeyObject): Uint8Array {
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest().subarray(0, 20)
}

interface Signing {
  readonly issuer: Uint8Array
  readonly issuerId: Uint8Array
  readonly key: KeyObject
}

/** An X.509 v3 certificate (RFC 5280 §4.1) with an ECDSA signature. */
function issue(
  signing: Signing,
  subject: Uint8Array,
  publicKey: KeyObject,
  extensions: readonly Uint8Array[],
): string {
  const now = Date.now()
  const keyNames = [
    extension('2.5.29.14', false, octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', false, sequence(element(0x80, signing.issuerId))),
  ]
  const body = sequence(
    tagged(0, integer(Uint8Array.of(2))),
    integer(randomBytes(16)),
    ECDSA_SHA256,
    signing.issuer,
    sequence(time(new Date(now - HOUR)), time(new Date(now + LIFETIME))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions, ...keyNames)),
  )
  const signature = sign('sha256', body, signing.key)
  const certificate = sequence(body, ECDSA_SHA256, bitString(signature))
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
