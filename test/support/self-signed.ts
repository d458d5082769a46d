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

/** Makes a certificate of version 1 (RFC 5280 §4.1) for `name` with an ECDSA P-256 key. */
export function selfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
  const subject = sequence(set(sequence(oid('2.5.4.3'), utf8String(name))))
  const validity = ['2020-01-01', '2049-12-31'].map((day) => time(new Date(day)))
  const body = sequence(
    integer(Uint8Array.of(1)),
    ecdsaWithSha256,
    subject,
    sequence(...validity),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = bitString(sign('sha256', body, privateKey))
  const certificate = Buffer.from(sequence(body, ecdsaWithSha256, signature)).toString('base64')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey,
  }
}

/** A private key as unencrypted PKCS #8. */
export function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
