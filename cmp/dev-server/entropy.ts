// Everything random in the dev-server comes from here, derived from one seed and a label: the
// same seed gives the same keys, ids, tokens and ciphertexts, and a reload changes none of them.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { KeyPair } from '../../render/phase/crypto.ts'
import { keyPairFromSeed, sealField } from '../../render/phase/crypto.ts'
import type { Sodium } from '../../render/phase/sodium.ts'

/** Labels name what is derived; different labels give independent bytes. */
type Label = readonly (string | number)[]

/** Derived randomness, and sealing with it. */
export interface Entropy {
  readonly sodium: Sodium
  /** 32 bytes. */
  bytes(...label: Label): Uint8Array
  /** 64 hexadecimal digits. */
  hex(...label: Label): string
  /** A UUID, version 4 by its looks. */
  uuid(...label: Label): string
  /** An X25519 key pair. */
  keyPair(...label: Label): KeyPair
  /** 24 bytes. */
  nonce(...label: Label): Uint8Array
  /** A field sealed to a public key. The text is part of the label: no key and nonce meet twice. */
  seal(text: string, recipient: Uint8Array, ...label: Label): string
}

/** @param seed any text; a random one if absent. */
export function createEntropy(sodium: Sodium, seed: string | undefined): Entropy {
  const root =
    seed === undefined
      ? randomBytes(32)
      : Buffer.from(hkdfSync('sha256', seed, '', 'argocd-phase-plugin dev-server', 32))
  const derive = (label: Label): Buffer =>
    createHmac('sha512', root).update(JSON.stringify(label)).digest()
  const bytes = (...label: Label): Uint8Array => derive(label).subarray(0, 32)
  const hex = (...label: Label): string => Buffer.from(bytes(...label)).toString('hex')
  const nonce = (...label: Label): Uint8Array => derive(['nonce', ...label]).subarray(0, 24)
  const keyPair = (...label: Label): KeyPair => keyPairFromSeed(sodium, bytes(...label))
  return {
    sodium,
    bytes,
    hex,
    nonce,
    keyPair,
    uuid: (...label) => formatUuid(bytes('uuid', ...label)),
    seal(text, recipient, ...label) {
      const full = [...label, Buffer.from(recipient).toString('hex'), text]
      return sealField(
        sodium,
        text,
        recipient,
        keyPair('ephemeral', ...full),
        nonce('field', ...full),
      )
    },
  }
}

function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}
