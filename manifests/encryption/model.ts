// The nouns of encryption at rest: what an EncryptionConfiguration says. Key material travels as a
// SecretValue, which refuses to print itself.
// Source: k8s.io/apiserver pkg/apis/apiserver/v1/types_encryption.go.
import type { Position } from '../problem.ts'
import type { SecretValue } from '../secret-value.ts'

/** The API that the file has; it is no object of the cluster. */
export const API_VERSION = 'apiserver.config.k8s.io/v1'
export const KIND = 'EncryptionConfiguration'

/** What encrypts with keys that stand in the file. */
export type KeyedKind = 'aescbc' | 'aesgcm' | 'secretbox'

/** A key of a provider; the bytes are decoded. */
export interface Key {
  readonly name: string
  readonly secret: SecretValue
  /** Absent for a key that is not read from a file. */
  readonly at?: Position | undefined
}

/** One entry of `providers`. The first of a list writes, all of them read. */
export type Provider = { readonly at?: Position | undefined } & (
  | { readonly kind: 'identity' }
  | { readonly kind: KeyedKind; readonly keys: readonly Key[] }
  | {
      readonly kind: 'kms'
      /** As it counts: without one in the file it is `v1`. */
      readonly apiVersion: 'v1' | 'v2'
      readonly name: string
      readonly endpoint: string
      /** A Go duration as written, such as `3s`. */
      readonly timeout?: string | undefined
      /** Of v1 only. */
      readonly cachesize?: number | undefined
    }
)

/** One entry of the top-level `resources`. */
export interface ResourceEntry {
  readonly at?: Position | undefined
  /** As written: `secrets`, `pandas.example.com`, `*.apps`, `*.`, `*.*`. */
  readonly resources: readonly string[]
  readonly providers: readonly Provider[]
}

/** A whole file. */
export interface EncryptionConfiguration {
  readonly entries: readonly ResourceEntry[]
}
