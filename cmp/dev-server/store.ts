// What the dev-server serves, as its store file says it. Strict: unknown fields, values that
// are not strings and names that mean nothing are errors (store-file.ts).
//
//   organisation: keyspace                # optional
//   apps:                                 # a mapping, or a list of { name, … } for equal names
//     keyspace.cloud:
//       id: 8d0c…                         # optional UUID, here and at environments
//       environments:
//         Production:
//           secrets:
//             /:                          # a path, then its keys
//               DATABASE_URL: postgres://demo
//               API_KEY: { value: fake, comment: for tests, tags: [backend], type: sealed,
//                          lifecycle: rotating, override: mine }
//               EMPTY: { value: '', unencrypted: true }
//           dynamic:                      # shown only to requests that ask for dynamic secrets
//             - { name: AWS, path: /, keys: { access_key_id: AWS_ACCESS_KEY_ID } }
//   tokens:                               # optional; default: one service token that sees all
//     - { name: default }
//     - { name: legacy, kind: service-v1, sees: [keyspace.cloud/Production] }
//     - { name: gone, expired: true }     # or role: none, or ipBlocked: true
//   faults:                               # optional; effects and parameters: faults.ts
//     - { effect: status, status: 429, retryAfter: 1, endpoint: secrets, path: /, times: 1 }
import type { SecretValue } from '../../manifests/secret-value.ts'
import type { Fault } from './faults.ts'

/** Everything the dev-server serves. Values are closed: they open only to be sealed. */
export interface Store {
  readonly organisation: string
  readonly apps: readonly StoreApp[]
  readonly tokens: readonly StoreToken[]
  readonly faults: readonly Fault[]
}

export interface StoreApp {
  readonly id?: string | undefined
  readonly name: string
  readonly environments: readonly StoreEnvironment[]
}

export interface StoreEnvironment {
  readonly id?: string | undefined
  readonly name: string
  readonly secrets: readonly StoreSecret[]
  readonly dynamic: readonly StoreDynamicSecret[]
}

export interface StoreSecret {
  readonly path: string
  readonly key: string
  readonly value: SecretValue
  /** The value goes out as the text `""`, not as a ciphertext; only an empty value may. */
  readonly unencrypted: boolean
  readonly comment: string
  readonly tags: readonly string[]
  readonly type: 'secret' | 'sealed' | 'config'
  readonly lifecycle: 'static' | 'rotating'
  /** An active personal override; only user tokens see it. */
  readonly override?: SecretValue | undefined
}

export interface StoreDynamicSecret {
  readonly name: string
  readonly path: string
  /** The provider's name of each output → the key it becomes. */
  readonly keys: ReadonlyMap<string, string>
}

export interface StoreToken {
  readonly name: string
  readonly kind: 'service' | 'service-v1' | 'user'
  /** Apps, or `app/environment`; absent: everything. */
  readonly sees?: readonly string[] | undefined
  readonly expired: boolean
  /** `none`: the role lacks the permission to read secrets. */
  readonly role: 'reader' | 'none'
  readonly ipBlocked: boolean
}
