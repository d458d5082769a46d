// What a value is sealed with: drawn at random, or derived from a key K so that the same value in the
// same place is the same ciphertext. Derived, this is deterministic authenticated encryption with a key
// from a pseudo-random function, the idea of SIV, and OAEP with a derived seed; no cipher of our own.
//
//   lp(x)   = byte length of x, 4 bytes big-endian ‖ x
//   prk     = HMAC-SHA256(K, lp("phase-seal/v1") ‖ lp(SHA-256 of the certificate's public key) ‖
//               lp(scope) ‖ lp(namespace) ‖ lp(name) ‖ lp(key) ‖ lp(value))
//   session = HMAC-SHA256(prk, "session" ‖ 01)
//   seed    = HMAC-SHA256(prk, "oaep-seed" ‖ 01)
//
// The value is in it because the nonce of the format never changes: two values under one session key
// would show their XOR. Whoever knows K can try out values against a ciphertext; without K nobody can.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Entropy } from './hybrid.ts'
import { SESSION_BYTES } from './hybrid.ts'
import { SEED_BYTES } from './oaep.ts'
import type { SealingScope } from './scope.ts'

/** How values are sealed. `deterministic` needs a key K of 32 random bytes that no one else has. */
export type SealingMode =
  | { readonly kind: 'random' }
  | { readonly kind: 'deterministic'; readonly key: Uint8Array }

/** What makes a value's place its own; parts that are missing are empty. */
export interface SealingSlot {
  /** SHA-256 of the certificate's SubjectPublicKeyInfo, 32 bytes. */
  readonly fingerprint: Uint8Array
  readonly scope: SealingScope
  readonly namespace: string
  readonly name: string
  /** The key in the Secret's data. */
  readonly key: string
}

/** Bytes of K. */
export const SEALING_KEY_BYTES = 32

const DOMAIN = 'phase-seal/v1'

/** Session key and seed for one value. @throws {RangeError} if K does not have 32 bytes. */
export function entropyFor(mode: SealingMode, slot: SealingSlot, value: Uint8Array): Entropy {
  if (mode.kind === 'random') {
    return { session: randomBytes(SESSION_BYTES), seed: randomBytes(SEED_BYTES) }
  }
  requireKey(mode.key)
  const { fingerprint, scope, namespace, name, key } = slot
  const mac = createHmac('sha256', mode.key)
  for (const part of [DOMAIN, fingerprint, scope, namespace, name, key, value]) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    mac.update(length).update(bytes)
  }
  const prk = mac.digest()
  return { session: expand(prk, 'session'), seed: expand(prk, 'oaep-seed') }
}

/**
 * K from a Phase environment's salt, which every replica that may read the environment has, and which
 * outlives its tokens: HKDF-SHA256, no HKDF salt.
 * @param info names the use, so that no two uses of a salt share a key.
 * @throws {RangeError} if the salt is shorter than 32 bytes or `info` is empty.
 */
export function deriveKey(salt: Uint8Array, info: string): Uint8Array {
  if (salt.length < SEALING_KEY_BYTES || info === '') {
    throw new RangeError(`a sealing key is derived from ${SEALING_KEY_BYTES} bytes, for a use`)
  }
  return new Uint8Array(hkdfSync('sha256', salt, new Uint8Array(), info, SEALING_KEY_BYTES))
}

function requireKey(key: Uint8Array): void {
  if (key.length !== SEALING_KEY_BYTES) {
    throw new RangeError(`a sealing key has ${SEALING_KEY_BYTES} bytes`)
  }
}

function expand(prk: Uint8Array, use: string): Uint8Array {
  return createHmac('sha256', prk).update(use).update(Uint8Array.of(1)).digest()
}
