// Certificates to seal for, made anew in every run, and a Secret to seal.
import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync } from 'node:crypto'
import type { SealingCertificate } from '../../manifests/sealing/certificate.ts'
import { readCertificates } from '../../manifests/sealing/certificate.ts'
import type { SecretToSeal } from '../../manifests/sealing/seal-secret.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import { certify } from './self-signed.ts'

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
  const days = [notBefore, notAfter] as const
  const pem = certify({ name: 'sealing', publicKey, signer: privateKey, days })
  const read = readCertificates(pem, { from: 'cert.pem', now: new Date(notBefore) })
  assert.ok('value' in read, JSON.stringify(read))
  return { pem, key: privateKey, certificate: read.value.certificate }
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
