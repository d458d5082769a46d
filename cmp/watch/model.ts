// The nouns of `watch`, and the outside as it sees it: Argo CD, Phase's credentials, where its memory is
// kept. The parts of this folder know each other only by what is here.
import { namespaceFault, objectNameFault } from '../../manifests/names.ts'
import type { Clock } from '../../render/phase/retry.ts'

/** An Application: names are unique within a namespace. */
export interface ApplicationId {
  readonly namespace: string
  readonly name: string
}

/** `namespace/name`, as the argocd command prints it. */
export function applicationKey({ namespace, name }: ApplicationId): string {
  return `${namespace}/${name}`
}

/** Whether an Application can be called so: both become parts of URLs. */
export function isApplicationId({ namespace, name }: ApplicationId): boolean {
  return namespaceFault(namespace) === undefined && objectNameFault(name) === undefined
}

/** The Application of a key. */
export function applicationOf(key: string): ApplicationId {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** Why an Application is left alone: what its owner or Argo CD says of it. */
export type Exclusion = 'annotation' | 'skip-reconcile' | 'deleted'

/** What a list of Applications says of one. */
export interface ListedApplication {
  readonly id: ApplicationId
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /**
   * A digest of the sources and the revision it is compared with: while it stays, so does what Argo CD
   * has in its cache, except for what a hard refresh renders anew.
   */
  readonly origin: string
  /** False where every source says that it is Helm, Kustomize or a plain directory. */
  readonly mayUsePlugin: boolean
  /** The Argo CD project that it is in: none may keep the Applications of another one waiting. */
  readonly project?: string | undefined
  readonly excluded?: Exclusion | undefined
}

/** An environment in Phase: ids are unique at one host. */
export interface EnvironmentId {
  /** As `parseHost` spells it. */
  readonly host: string
  readonly environmentId: string
}

/** One text for one environment, to be looked up by. */
export function environmentKey({ host, environmentId }: EnvironmentId): string {
  return `${host} ${environmentId}`
}

/** The environment of a key. */
export function environmentOf(key: string): EnvironmentId {
  const space = key.indexOf(' ')
  return { host: key.slice(0, space), environmentId: key.slice(space + 1) }
}

/** Environments of one Application that are remembered; those after them are not watched for it. */
export const MOST_ENVIRONMENTS = 200

/** That a rendered Secret took values of an environment, directly or through a reference. */
export interface EnvironmentUse extends EnvironmentId {
  /** Milliseconds: the PhaseSecret's `pollingInterval`; absent where it has none. */
  readonly pollingInterval?: number | undefined
}

/** What Argo CD says of one Application right now. */
export interface ApplicationState {
  /** `status.reconciledAt`, the time when the last comparison began; absent before the first. */
  readonly reconciledAt?: string | undefined
  /** Somebody asked for a refresh that is not over. */
  readonly isRefreshing: boolean
  /** The type of a condition that says that nothing could be rendered or compared, such as `ComparisonError`. */
  readonly failure?: string | undefined
  readonly syncStatus: 'Synced' | 'OutOfSync' | 'Unknown'
  /** Argo CD applies a changed render by itself: automated sync with selfHeal. */
  readonly healsItself: boolean
}

/**
 * Argo CD's API, with an account that has `applications, get`. Nothing here is retried.
 * @throws {ArgoCdError} from every function.
 */
export interface ArgoCd {
  applications(): Promise<readonly ListedApplication[]>
  /** From Argo CD's cache, without a render where it has one. Each environment once, shortest interval first. */
  environments(application: ApplicationId): Promise<readonly EnvironmentUse[]>
  state(application: ApplicationId): Promise<ApplicationState>
  /** Renders anew and answers when that is done; it may take as long as the plugin does. */
  hardRefresh(application: ApplicationId): Promise<ApplicationState>
  /** Whether the sync windows of its project let Argo CD sync it by itself now. */
  isWindowOpen(application: ApplicationId): Promise<boolean>
  /**
   * Syncs what this plugin rendered and is OutOfSync, and nothing else of the Application; needs
   * `applications, sync`. How many objects that were; 0: there was nothing to do.
   */
  sync(application: ApplicationId): Promise<number>
}

/**
 * Why Argo CD did not answer: `outside` it or the network is at fault; `denied` it rejects the token, or
 * says that there is no such Application, which it does not tell from one that the account may not see;
 * `unrendered` it has nothing to say of this one Application: the render fails, or its project is invalid.
 */
export type ArgoCdFault = 'outside' | 'token' | 'denied' | 'unrendered'

/** A failure in words that hold nothing of an answer's body. */
export class ArgoCdError extends Error {
  override readonly name = 'ArgoCdError'
  readonly fault: ArgoCdFault
  readonly hint: string

  constructor(fault: ArgoCdFault, message: string, hint: string) {
    super(message)
    this.fault = fault
    this.hint = hint
  }
}

/** An environment that a credential sees. */
export interface Sighting extends EnvironmentId {
  /** `environment.updated_at`, an opaque text: any other one is a change. */
  readonly updatedAt: string
  /** As people know it, such as `Production of shop`. */
  readonly title: string
}

/** Something to ask Phase with: the same object as long as it is what it was. */
export interface Credential {
  /** What messages call it, such as its file's name: nothing of the token. */
  readonly title: string
  readonly host: string
  /** One request, no retry. @throws {CredentialError} */
  ask(signal: AbortSignal): Promise<readonly Sighting[]>
}

/** Why a credential gave no answer. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
  /** Whether only a person can mend it: a token that is rejected or cannot be read. */
  readonly isPermanent: boolean
  /** Milliseconds that Phase asked to wait. */
  readonly retryAfter: number | undefined
  readonly hint: string

  constructor(
    message: string,
    more: { isPermanent: boolean; retryAfter?: number | undefined; hint: string },
  ) {
    super(message)
    this.isPermanent = more.isPermanent
    this.retryAfter = more.retryAfter
    this.hint = more.hint
  }
}

/** What survives a restart. */
export interface WatchState {
  /** The last `updated_at` of every environment that is used, by `environmentKey`. */
  readonly environments: Readonly<Record<string, string>>
  /** By `applicationKey`. */
  readonly applications: Readonly<Record<string, RememberedApplication>>
  /** The Applications that are still to be refreshed, by `applicationKey`, oldest first. */
  readonly pending: readonly string[]
}

/** Which environments an Application was last known to use. */
export interface RememberedApplication {
  readonly origin: string
  readonly uses: readonly EnvironmentUse[]
}

/** Where the state is kept. One writer at a time: a save fails where somebody else wrote in between. */
export interface StateStore {
  /** Undefined: there is none yet. @throws {StateError} */
  load(): Promise<WatchState | undefined>
  /** @throws {StateError} */
  save(state: WatchState): Promise<void>
}

/** Why the state could not be read or written. */
export class StateError extends Error {
  override readonly name = 'StateError'
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** Time and chance. `now` never jumps and everything is timed by it; `wall` is compared with Phase's and Argo CD's clocks. */
export interface WatchClock extends Clock {
  /** Milliseconds since 1970. */
  wall(): number
}

/** What a platform team may set; all times in milliseconds. */
export interface WatchTuning {
  /** Where no PhaseSecret asks for another interval, and the bounds for those that do. */
  readonly interval: {
    readonly standard: number
    readonly shortest: number
    readonly longest: number
  }
  /** To one Phase host, with all credentials together. */
  readonly requestsPerMinute: number
  /** How long the refreshes of one change are spread over, where there are many. */
  readonly spread: number
  /** Refreshes at a time. */
  readonly concurrency: number
  /** Also sync the Applications that do not heal themselves. */
  readonly sync: boolean
  /** Say what would be refreshed, and do not. */
  readonly dryRun: boolean
}
