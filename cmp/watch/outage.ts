// Whether Argo CD answers, for everybody who asks it: said once when it stops, once when it is back, and
// how long to leave it alone meanwhile.
import type { Observe } from './events.ts'
import type { ArgoCdError, WatchClock } from './model.ts'

const FIRST_PAUSE = 5_000
const LAST_PAUSE = 2 * 60 * 1000

export class Outage {
  readonly #clock: WatchClock
  readonly #observe: Observe
  #failures = 0
  #pausedUntil = Number.NEGATIVE_INFINITY

  constructor(clock: WatchClock, observe: Observe) {
    this.#clock = clock
    this.#observe = observe
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures
  }

  /** Milliseconds for which nobody should ask. */
  get pause(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.now())
  }

  /** Twice as long each time; failures of requests that ran side by side count once. */
  failed({ message, hint }: ArgoCdError): void {
    this.#observe({
      type: 'argocd-failed',
      trouble: { message, hint },
      isNew: this.#failures === 0,
    })
    if (this.pause > 0) return
    const longest = Math.min(LAST_PAUSE, FIRST_PAUSE * 2 ** this.#failures)
    this.#pausedUntil = this.#clock.now() + longest * (0.5 + this.#clock.random() / 2)
    this.#failures += 1
  }

  answered(): void {
    if (this.#failures > 0) this.#observe({ type: 'argocd-recovered' })
    this.#failures = 0
    this.#pausedUntil = Number.NEGATIVE_INFINITY
  }
}
