// A sleep that somebody else can end.
import type { Clock } from '../../render/phase/retry.ts'

export class Alarm {
  readonly #clock: Clock
  #current: AbortController | undefined
  #hasRung = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Ends the sleep of whoever waits, or the next one. */
  ring(): void {
    this.#hasRung = true
    this.#current?.abort()
  }

  /** Sleeps until the time is over, the alarm rings or the signal aborts; never throws. @param ms may be infinite. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#hasRung && !signal.aborted) await this.#sleep(ms, signal)
    this.#hasRung = false
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const current = new AbortController()
    this.#current = current
    const abort = () => current.abort()
    signal.addEventListener('abort', abort, { once: true })
    // Longer than any timer of Node can be.
    await this.#clock.sleep(Math.min(ms, 2 ** 30), current.signal).catch(() => {})
    signal.removeEventListener('abort', abort)
    this.#current = undefined
  }
}
