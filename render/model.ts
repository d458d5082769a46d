// The nouns that travel between the stages of a render.
import type { LabelSelector } from '../manifests/label-selector.ts'
import type { ObjectName, Position } from '../manifests/problem.ts'
import type { SecretValue } from '../manifests/secret-value.ts'
import type { Access, RequestField, SourceRequest } from './source.ts'
import type { SealedOutput } from './tenancy/policy.ts'

/** How a Phase key becomes a key of the Secret; the operator's names. `upper_snake` leaves it as it is. */
export type NameTransformer =
  | 'upper_snake'
  | 'camel'
  | 'upper-camel'
  | 'lower-snake'
  | 'tf-var'
  | 'lower-kebab'

/** What `processors.<KEY>` says of one Phase key. */
export interface Processor {
  readonly at: Position
  readonly asName?: string | undefined
  readonly nameTransformer?: NameTransformer | undefined
  /** `base64`: the value in Phase is base64 and becomes the decoded bytes. */
  readonly type: 'plain' | 'base64'
}

/** One entry of `managedSecretReferences`: a Secret to emit. */
export interface ManagedSecret {
  readonly at: Position
  readonly name: string
  /** As written, else the PhaseSecret's own; absent when neither has one. */
  readonly namespace?: string | undefined
  readonly type: string
  readonly nameTransformer: NameTransformer
  readonly processors: ReadonlyMap<string, Processor>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Where the label `argocd.argoproj.io/secret-type` is written, which makes a Secret Argo CD's own. */
  readonly argocdSecretAt?: Position | undefined
}

/** Which mounted credential the PhaseSecret names. A lookup key, never a path. */
export interface TokenReference {
  readonly at: Position
  readonly name: string
  readonly namespace?: string | undefined
}

/** A PhaseSecret whose shape has been checked. */
export interface PhaseSecret {
  readonly object: ObjectName
  readonly at: Position
  readonly request: SourceRequest
  /** `spec.phaseHost` as written; a wish, never an instruction. */
  readonly host?: string | undefined
  readonly tokenReference?: TokenReference | undefined
  /** Where each field of the request is written, for messages; falls back to `at`. */
  readonly fields: Readonly<Partial<Record<RequestField, Position>>>
  readonly targets: readonly ManagedSecret[]
  readonly redeploySelector?: LabelSelector | undefined
  /** Seconds; for `watch`, not for a render. */
  readonly pollingInterval?: number | undefined
  /** Argo CD's hook, wave and sync annotations of the PhaseSecret: they go to its Secrets. */
  readonly argocdAnnotations: Readonly<Record<string, string>>
}

/** A token Secret that may be looked up. Both parts are names that Kubernetes allows: no slash, no `..`. */
export interface TokenKey {
  readonly namespace: string
  readonly name: string
}

/** Whose token a PhaseSecret is read with: a token Secret, or a credential of the configuration. */
export type TokenChoice = { readonly key: TokenKey } | { readonly credential: string | undefined }

/** What one PhaseSecret is granted. */
export interface Granted {
  /** As configured. */
  readonly host: string
  readonly token: TokenChoice
  readonly access: Access
  /** Its Secrets leave sealed; absent: as they are. */
  readonly sealed?: SealedOutput | undefined
}

/** A Secret ready to be printed: names and metadata checked, keys sorted, values still closed. */
export interface RenderedSecret {
  /** The managedSecretReference it came from. */
  readonly at: Position
  readonly name: string
  readonly namespace?: string | undefined
  readonly type: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly data: ReadonlyMap<string, SecretValue>
  /** Phase was not asked: `data` holds words in the place of values, for the keys that are known. */
  readonly isPlaceholder: boolean
  /** Which environment it came from, and that environment's checksum key. */
  readonly environmentId: string
  readonly checksumKey: Uint8Array
  /** What it is sealed for; absent: it leaves as it is. */
  readonly sealed?: SealedOutput | undefined
  /** See `SourceResult`. */
  readonly sealingKey: Uint8Array
  readonly redeploySelector?: LabelSelector | undefined
}
