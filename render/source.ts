// The one narrow interface between rendering and wherever secrets come from.
// render/phase/ implements it over Phase's protocol; tests implement it over a map.
import type { Fault } from '../manifests/problem.ts'
import type { SecretValue } from '../manifests/secret-value.ts'

/** What one PhaseSecret asks of Phase. */
export interface SourceRequest {
  /** `id` wins over `name`; names match exactly, then exactly ignoring case, never by substring. */
  readonly app: { readonly id?: string | undefined; readonly name?: string | undefined }
  /** An environment's id or name, matched like an app's. */
  readonly environment: string
  /** One folder, not recursive. `/` is the root; the source normalises it. */
  readonly path: string
  /** The operator's tag filter: ignoring case, substring, `_` reads as a space. */
  readonly tag?: string | undefined
  /** `Warn` keeps the text of a reference that does not resolve and reports a warning. */
  readonly onReferenceError: 'Fail' | 'Warn'
}

/** What a request calls its app, for people: the id decides where there is one. */
export function appOf({ app }: Pick<SourceRequest, 'app'>): string {
  if (app.id === undefined) return app.name ?? ''
  return app.name === undefined ? app.id : `${app.name} (${app.id})`
}

/** One opened secret, its references resolved. */
export interface SourceSecret {
  readonly key: string
  readonly value: SecretValue
}

/** Everything the request asked for. `secrets` is sorted by key (code units) and never empty. */
export interface SourceResult {
  /** The host that was asked, as `parseHost` spells it. */
  readonly host: string
  readonly appId: string
  readonly environmentId: string
  /** The other environments that references lead to, whether or not their keys are there: ids, sorted. */
  readonly referencedEnvironmentIds: readonly string[]
  /** Normalised: leading slash, no trailing or doubled ones. */
  readonly path: string
  /** 32 bytes, derived from the environment's salt: stable across tokens, replicas and restarts. */
  readonly checksumKey: Uint8Array
  /** 32 bytes, derived like the checksum key and for one use only: values are sealed with it where no other is configured. */
  readonly sealingKey: Uint8Array
  readonly secrets: readonly SourceSecret[]
  /** Nothing was read: ids and values are words, and there may be more secrets. */
  readonly isPlaceholder?: true | undefined
  /** Not errors: unresolved references under `Warn`, rotating secrets, ignored overrides, last known data. */
  readonly warnings: readonly SourceFailure[]
}

/** Something with an id and a name in Phase. */
export interface Entity {
  readonly id: string
  readonly name: string
}

/** A place in Phase; what is absent stands for anything below. */
export interface Place {
  readonly app: Entity
  readonly environment?: Entity | undefined
  /** Normalised, as in `SourceResult`. */
  readonly path?: string | undefined
}

/**
 * What trusted input lets one PhaseSecret see of Phase, beside what its token can. Everything else
 * is to it as if it did not exist: it is not read, not listed, and not told from what is missing.
 */
export interface Access {
  /** Whether there are limits at all, which the words of a failure depend on. */
  readonly isLimited: boolean
  /** Who would have to allow more, as the hint of a failure. */
  readonly hint: string
  allows(place: Place): boolean
  /** What is left once a place is read: policies that do not allow it allow nothing beside it either. */
  beside(place: Place): Access
}

/** Reads secrets of one account at one host. Reads of one (environment, path) are shared within a run. */
export interface Source {
  /**
   * References in values are followed as far as `access` allows too.
   * @throws {SourceError} with every failure of this request.
   */
  read(request: SourceRequest, access: Access): Promise<SourceResult>
}

/** Which field of the PhaseSecret a failure is about, so that the message can point at its line. */
export type RequestField = 'app' | 'environment' | 'path' | 'tag' | 'host' | 'token' | 'secrets'

/** One reason why a read failed, in words that never hold a value, a ciphertext or a token. */
export interface SourceFailure {
  /** Closed set, for tests and callers: see `SourceFailureCode`. */
  readonly code: SourceFailureCode
  readonly fault: Fault
  readonly field: RequestField
  readonly message: string
  readonly hint?: string | undefined
  /** Milliseconds that the server asked to wait, where it did. */
  readonly retryAfter?: number | undefined
}

/** Every way in which reading from Phase can go wrong. */
export type SourceFailureCode =
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_KIND'
  | 'ERR_TOKEN_REJECTED'
  | 'ERR_TOKEN_MISMATCH'
  | 'ERR_APP_NOT_FOUND'
  | 'ERR_APP_AMBIGUOUS'
  | 'ERR_ENVIRONMENT_NOT_FOUND'
  | 'ERR_ENVIRONMENT_AMBIGUOUS'
  | 'ERR_ACCESS_DENIED'
  | 'ERR_PATH_INVALID'
  | 'ERR_PATH_DENIED'
  | 'ERR_NO_SECRETS'
  | 'ERR_DYNAMIC_SECRET'
  | 'ERR_ROTATING_SECRET'
  | 'ERR_OVERRIDE_IGNORED'
  | 'ERR_DUPLICATE_KEY'
  | 'ERR_REFERENCE_UNRESOLVED'
  | 'ERR_REFERENCE_CYCLE'
  | 'ERR_REFERENCE_DEPTH'
  | 'ERR_UNDECRYPTABLE'
  | 'ERR_HOST_INVALID'
  | 'ERR_NOT_PHASE'
  | 'ERR_RESPONSE_INVALID'
  | 'ERR_RESPONSE_TOO_LARGE'
  | 'ERR_THROTTLED'
  | 'ERR_SERVER'
  | 'ERR_STALE_DATA'
  | 'ERR_NETWORK'
  | 'ERR_TLS'
  | 'ERR_TIMEOUT'
  | 'ERR_ABORTED'

/** Thrown by a source; carries all failures of the request, first found first. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly failures: readonly SourceFailure[]

  constructor(failures: readonly SourceFailure[], options?: ErrorOptions) {
    super(failures.map((failure) => failure.message).join('; '), options)
    this.failures = failures
  }
}
