// Applications that were removed in; which origins each had out, should it come back: an answer of Argo CD
// may miss some, and its cache outlives them all.
import type { Application } from './application.ts'
import { CACHE_LIFETIME, leave, originOf } from './application.ts'

/** Applications; who makes and removes them without end makes us forget the oldest. */
const MOST_GONE = 20_000

export class Gone {
  /** The one that was removed last at the end. */
  readonly #byKey = new Map<string, { former: Application['former']; at: number }>()

  add(key: string, application: Application, at: number): void {
    const origin = originOf(application)
    if (origin !== undefined) leave(application, origin, at)
    this.#byKey.set(key, { former: application.former, at })
    const [oldest] = this.#byKey.keys()
    if (this.#byKey.size > MOST_GONE && oldest !== undefined) this.#byKey.delete(oldest)
  }

  /** One that is back. */
  take(key: string): Application['former'] {
    const former = this.#byKey.get(key)?.former
    this.#byKey.delete(key)
    return former ?? new Map()
  }

  /** Forgets what Argo CD's cache has no more. */
  tidy(now: number): void {
    for (const [key, { at }] of this.#byKey) {
      if (now - at <= CACHE_LIFETIME) return
      this.#byKey.delete(key)
    }
  }
}
