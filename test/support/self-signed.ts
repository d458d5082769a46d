// Throw-away certificates with their keys, made anew in every run.

import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync, sign } from 'node:crypto'

/** A self-signed certificate as PEM, and its private key. */
export interface SelfSigned {
  readonly certificate: string
  readonly key: KeyObject
}

/** Makes a certificate of version 1 (RFC 5280 §4.1) for `name` with an ECDSA P-256 key. */
export function selfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'))
  const commonName = sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))
  const subject = sequence(der(0x31, commonName))
  const validity = ['200101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time)))
  const body = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    subject,
    sequence(...validity),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = Buffer.concat([Buffer.alloc(1), sign('sha256', body, privateKey)])
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, signature)).toString('base64')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey,
  }
}

/** A private key as unencrypted PKCS #8. */
export function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
