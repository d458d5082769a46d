// Randomness and a date in; a new key with a name that nobody has used before, out.
import { SecretValue } from '../secret-value.ts'
import type { Key, KeyedKind } from './model.ts'

/** What is not the same in two runs. */
export interface Chance {
  /** From the system's cryptographic generator. */
  randomBytes(size: number): Uint8Array
  now(): Date
}

/** Bytes of a key: what secretbox takes, and the strongest that AES does. */
const KEY_BYTES = 32

const DATED = /^phase-(\d{8})-[0-9a-f]{4}$/

/**
 * A key.
 * @param name undefined: one with the date in it (UTC), such as `phase-20261125-a1b2`.
 * @param taken names that it may not get: the API server finds a key by its name.
 */
export function newKey(name: string | undefined, taken: readonly string[], chance: Chance): Key {
  const secret = SecretValue.ofBytes(chance.randomBytes(KEY_BYTES))
  if (name !== undefined) return { name, secret }
  for (;;) {
    const dated = datedName(chance)
    if (!taken.includes(dated)) return { name: dated, secret }
  }
}

/** The day in a name that `newKey` made, as a number that grows; undefined for other names. */
export function dayOf(name: string): number | undefined {
  const [, day] = DATED.exec(name) ?? []
  return day === undefined ? undefined : Number(day)
}

/** Why a text cannot be the name of a key; undefined if it can. */
export function keyNameFault(name: string): string | undefined {
  // The API server takes a colon, and then looks for another key: names end at one in etcd.
  if (/^[A-Za-z0-9]([-.\w]*[A-Za-z0-9])?$/.test(name) && name.length <= 63) return undefined
  return 'is not 1 to 63 letters, digits, "-", "_" and ".", the first and last a letter or digit'
}

/** Whether a provider has its keys in the file. */
export function isKeyed(kind: string): kind is KeyedKind {
  return kind === 'secretbox' || kind === 'aescbc' || kind === 'aesgcm'
}

function datedName({ now, randomBytes }: Chance): string {
  const day = now().toISOString().slice(0, 10).replaceAll('-', '')
  return `phase-${day}-${Buffer.from(randomBytes(2)).toString('hex')}`
}
