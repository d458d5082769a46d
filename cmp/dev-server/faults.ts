// What may go wrong on demand: faults as the store and tests write them.
import type { Endpoint } from './endpoint.ts'

/** Every effect, and the parameters it takes. */
export const EFFECTS = {
  /** Waits `milliseconds` (100) before anything else; combines with one other effect. */
  latency: ['milliseconds'],
  /** Answers `status` (500), with `Retry-After: retryAfter` seconds if given. */
  status: ['status', 'retryAfter'],
  /** Closes the connection without an answer. */
  drop: [],
  /** Closes the connection in the middle of the body. */
  cut: [],
  /** A complete answer whose JSON ends in the middle. */
  truncate: [],
  /** 200 with a page of HTML, as a web server that is not Phase gives. */
  html: [],
  /** 302 to another path of this server. */
  redirect: [],
  /** One character of every value, or wrapped seed, is another. */
  tamper: [],
  /** The rows claim another path. */
  'wrong-path': [],
  /** The rows claim another environment. */
  'wrong-environment': [],
  /** The body is padded with spaces to `bytes` (64 MiB). */
  oversize: ['bytes'],
  /** The body comes one byte every `milliseconds` (100). */
  trickle: ['milliseconds'],
} as const satisfies Record<string, readonly (keyof FaultParameters)[]>

export type Effect = keyof typeof EFFECTS

export interface FaultParameters {
  readonly status?: number | undefined
  readonly retryAfter?: number | undefined
  readonly milliseconds?: number | undefined
  readonly bytes?: number | undefined
}

/** A fault and the requests it meets; what is left out matches every request. */
export interface Fault extends FaultParameters {
  readonly effect: Effect
  readonly endpoint?: Endpoint | undefined
  /** `app/environment`, or the environment's id. */
  readonly environment?: string | undefined
  /** As the client sent it. */
  readonly path?: string | undefined
  /** A token's name in the store. */
  readonly token?: string | undefined
  /** How many requests it meets before it is spent; all of them if absent. */
  readonly times?: number | undefined
}
