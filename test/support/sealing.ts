// Certificates to seal for, made anew in every run, and a Secret to seal.
import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync, sign } from 'node:crypto'
import {
  bitString,
  integer,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from '../../cmp/dev-server/der.ts'
import type { SealingCertificate } from '../../manifests/sealing/certificate.ts'
import { readCertificates } from '../../manifests/sealing/certificate.ts'
import type { SecretToSeal } from '../../manifests/sealing/seal-secret.ts'
import { SecretValue } from '../../manifests/secret-value.ts'

/** What a controller has: a certificate as PEM, and the private key of it. */
export interface Sealer {
  readonly pem: string
  readonly key: KeyObject
  readonly certificate: SealingCertificate
}

/** The time that certificates are read at. */
export const NOW = new Date('2026-06-01T00:00:00Z')

/** A certificate with an RSA key, valid from `notBefore` to `notAfter`, days as `2026-01-01`. */
export function sealer(bits = 2048, notBefore = '2026-01-01', notAfter = '2035-12-31'): Sealer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const pem = certify(publicKey, privateKey, notBefore, notAfter)
  const read = readCertificates(pem, { from: 'cert.pem', now: new Date(notBefore) })
  assert.ok('value' in read, JSON.stringify(read))
  return { pem, key: privateKey, certificate: read.value.certificate }
}

/** A certificate of version 1 (RFC 5280 §4.1) for an RSA key, signed by `signer`. */
export function certify(
  publicKey: KeyObject,
  signer: KeyObject,
  notBefore: string,
  notAfter: string,
): string {
  const sha256WithRsa = sequence(oid('1.2.840.113549.1.1.11'))
  const subject = sequence(set(sequence(oid('2.5.4.3'), utf8String('sealing'))))
  const validity = [notBefore, notAfter].map((day) => time(new Date(day)))
  const body = sequence(
    integer(Uint8Array.of(1)),
    sha256WithRsa,
    subject,
    sequence(...validity),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = bitString(sign('sha256', body, signer))
  const text = Buffer.from(sequence(body, sha256WithRsa, signature)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** A Secret with these values. */
export function secretOf(
  values: Readonly<Record<string, string | Uint8Array>>,
  rest: Partial<SecretToSeal> = {},
): SecretToSeal {
  const data = new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? SecretValue.ofText(value) : SecretValue.ofBytes(value),
    ]),
  )
  const plain = { namespace: 'keyspace', name: 'web', type: 'Opaque', labels: {}, annotations: {} }
  return { ...plain, ...rest, data }
}
