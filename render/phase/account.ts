// A token and the tokens endpoint's answer in, the account's apps and environments out. Opens the
// account's key at once and an environment's keys when they are first needed.
//
//   account key  share in the token XOR share at the server, which the token's wrapping key opens
//   environment  key pair from a seed, and a salt, both sealed to the account's key

import { quotedName } from '../../manifests/names.ts'
import { deriveKey } from '../../manifests/sealing/entropy.ts'
import type { KeyPair } from './crypto.ts'
import {
  fromHex,
  keyPairFromSeed,
  OpenError,
  openBox,
  openField,
  publicKeyOf,
  xor,
} from './crypto.ts'
import { refusal } from './failures.ts'
import type { Sodium } from './sodium.ts'
import type { PhaseToken } from './token.ts'
import type { WireAccount, WireEnvironment } from './wire.ts'

const CHECKSUM_INFO = 'argocd-phase-plugin/checksum/v1'
const SEALING_INFO = 'argocd-phase-plugin/sealing/environment/v1'

/** What a token sees; apps and environments are sorted by id, each once. */
export interface Account {
  readonly apps: readonly App[]
}

export interface App {
  readonly id: string
  readonly name: string
  readonly environments: readonly Environment[]
}

/** An environment whose keys open on first use. */
export class Environment {
  readonly id: string
  readonly name: string
  readonly app: { readonly id: string; readonly name: string }
  /** See `WireEnvironment`. */
  readonly updatedAt: string | undefined
  readonly #sodium: Sodium
  readonly #wire: WireEnvironment
  readonly #account: KeyPair
  #keys: { readonly pair: KeyPair; readonly salt: Uint8Array } | undefined

  constructor(
    sodium: Sodium,
    wire: WireEnvironment,
    app: { readonly id: string; readonly name: string },
    account: KeyPair,
  ) {
    this.id = wire.id
    this.name = wire.name
    this.app = { id: app.id, name: app.name }
    this.updatedAt = wire.updatedAt
    this.#sodium = sodium
    this.#wire = wire
    this.#account = account
  }

  /** For messages. */
  get title(): string {
    return `environment ${quotedName(this.name)} of app ${quotedName(this.app.name)}`
  }

  /** Opens the environment's keys, so that what is wrong with them is said once. @throws {SourceError} */
  unlock(): void {
    this.#opened()
  }

  /** Opens a field of one of its secrets. @throws {OpenError} for the field, {SourceError} for the keys. */
  open(field: string): string {
    return openField(this.#sodium, field, this.#opened().pair)
  }

  /** HKDF-SHA256 of the salt's 32 bytes, no HKDF salt, 32 bytes long. @throws {SourceError} */
  checksumKey(): Uint8Array {
    return deriveKey(this.#opened().salt, CHECKSUM_INFO)
  }

  /** The same under its own info: neither key tells anything of the other. @throws {SourceError} */
  sealingKey(): Uint8Array {
    return deriveKey(this.#opened().salt, SEALING_INFO)
  }

  #opened(): { readonly pair: KeyPair; readonly salt: Uint8Array } {
    this.#keys ??= this.#openKeys()
    return this.#keys
  }

  #openKeys(): { readonly pair: KeyPair; readonly salt: Uint8Array } {
    const { wrappedSeed, wrappedSalt, identityKey } = this.#wire
    try {
      const seed = fromHex(openField(this.#sodium, wrappedSeed, this.#account), 32)
      const salt = fromHex(openField(this.#sodium, wrappedSalt, this.#account), 32)
      const pair = keyPairFromSeed(this.#sodium, seed)
      if (!this.#sodium.memcmp(pair.publicKey, fromHex(identityKey, 32))) throw new OpenError()
      return { pair, salt }
    } catch (error) {
      if (!(error instanceof OpenError)) throw error
      throw refusal({
        code: 'ERR_UNDECRYPTABLE',
        fault: 'outside',
        field: 'environment',
        message: `the keys of ${this.title} cannot be opened, or do not match its identity key`,
        hint: 'give the service account access to the environment again in the Phase console',
      })
    }
  }
}

/** Opens the account's key. @throws {SourceError} ERR_TOKEN_MISMATCH if token and server do not belong together. */
export function openAccount(sodium: Sodium, token: PhaseToken, wire: WireAccount): Account {
  const keys = openAccountKeys(sodium, token, wire.wrappedKeyShare)
  const environments = new Map<string, Map<string, Environment>>()
  const names = new Map<string, string>()
  for (const app of wire.apps) {
    names.set(app.id, app.name)
    const ofApp = environments.get(app.id) ?? new Map<string, Environment>()
    environments.set(app.id, ofApp)
    for (const each of app.environments) {
      ofApp.set(each.id, new Environment(sodium, each, app, keys))
    }
  }
  return {
    apps: [...names].sort(byFirst).map(([id, name]) => ({
      id,
      name,
      environments: [...(environments.get(id) ?? [])].sort(byFirst).map(([, each]) => each),
    })),
  }
}

function openAccountKeys(sodium: Sodium, token: PhaseToken, wrappedKeyShare: string): KeyPair {
  const { publicKey, keyShare, wrappingKey } = token.revealKeys()
  try {
    const wrapped = fromHex(wrappedKeyShare, wrappedKeyShare.length >> 1)
    const share = openBox(sodium, wrapped, fromHex(wrappingKey, 32))
    const privateKey = xor(
      fromHex(keyShare, 32),
      fromHex(Buffer.from(share).toString('latin1'), 32),
    )
    const pair = { publicKey: publicKeyOf(sodium, privateKey), privateKey }
    if (!sodium.memcmp(pair.publicKey, fromHex(publicKey, 32))) throw new OpenError()
    return pair
  } catch (error) {
    if (!(error instanceof OpenError)) throw error
    throw refusal({
      code: 'ERR_TOKEN_MISMATCH',
      fault: 'outside',
      field: 'token',
      message: 'the Phase token does not open the key that Phase holds for it',
      hint: 'copy the whole token again; if it is complete, create a new one in the Phase console',
    })
  }
}

function byFirst([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0
}
