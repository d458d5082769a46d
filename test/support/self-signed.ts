// Throw-away certificates with their keys, made anew in every run.

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

/** A self-signed certificate as PEM, and its private key. */
export interface SelfSigned {
  readonly certificate: string
  readonly key: KeyObject
}

/** Makes a certificate for `name` with an ECDSA P-256 key. */
export function selfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const days = ['2020-01-01', '2049-12-31'] as const
  return { certificate: certify({ name, publicKey, signer: privateKey, days }), key: privateKey }
}

/** What is certified, by whose key, and from which day to which, as `2026-01-01`. */
export interface Certified {
  readonly name: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly days: readonly [notBefore: string, notAfter: string]
}

/** A certificate of version 1 (RFC 5280 §4.1) as PEM, signed with SHA-256 by an ECDSA or RSA key. */
export function certify({ name, publicKey, signer, days }: Certified): string {
  const algorithm = sequence(
    oid(signer.asymmetricKeyType === 'rsa' ? '1.2.840.113549.1.1.11' : '1.2.840.10045.4.3.2'),
  )
  const subject = sequence(set(sequence(oid('2.5.4.3'), utf8String(name))))
  const body = sequence(
    integer(Uint8Array.of(1)),
    algorithm,
    subject,
    sequence(...days.map((day) => time(new Date(day)))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = bitString(sign('sha256', body, signer))
  const text = Buffer.from(sequence(body, algorithm, signature)).toString('base64')
  const lines = text.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** A private key as unencrypted PKCS #8. */
export function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
