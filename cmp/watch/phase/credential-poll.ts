// One credential in; its polls out, one after the other, each when it is due, until it is stopped. What
// goes wrong with one credential is nobody else's business.
import { Alarm } from '../alarm.ts'
import type { Observe } from '../events.ts'
import type { Credential, Sighting, WatchClock } from '../model.ts'
import { CredentialError } from '../model.ts'
import type { RequestBudget } from './budget.ts'
import { TroubleRow } from './trouble-row.ts'
import { failureWait, regularWait, retryAfterOf } from './waits.ts'

/** What all polls share. */
export interface PollContext {
  /** Milliseconds between polls of this credential, right now. */
  intervalOf(credential: Credential): number
  /** Takes what a credential saw; the next poll waits for it. */
  seen(credential: Credential, sightings: readonly Sighting[]): void | Promise<void>
  readonly observe: Observe
  readonly clock: WatchClock
}

interface Trouble {
  readonly row: TroubleRow
  isPermanent: boolean
  /** In a row, with the same token. */
  failures: number
  /** On the clock's scale: Phase asked not to be asked before. */
  notBefore: number
}

export class CredentialPoll {
  readonly #context: PollContext
  readonly #budget: RequestBudget
  readonly #onRecovered: () => void
  readonly #stop = new AbortController()
  readonly #alarm: Alarm
  #credential: Credential
  /** When the next poll is, on the clock's scale. */
  #due: number
  #trouble: Trouble | undefined

  /**
   * @param delay milliseconds before the first poll.
   * @param onRecovered called when an answer came after failures that pass by themselves.
   */
  constructor(
    context: PollContext,
    credential: Credential,
    { budget, delay, onRecovered }: { budget: RequestBudget; delay: number; onRecovered(): void },
  ) {
    this.#context = context
    this.#credential = credential
    this.#budget = budget
    this.#onRecovered = onRecovered
    this.#alarm = new Alarm(context.clock)
    this.#due = context.clock.now() + delay
  }

  /** Polls until it is stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stop
    while (await this.#untilItsTurn()) {
      const credential = this.#credential
      const wait = await this.#poll(credential)
      if (signal.aborted) return
      // Changed while it was asked with what it was before.
      this.#due = this.#context.clock.now() + (credential === this.#credential ? wait : 0)
    }
  }

  /** Ends at once, the request that is under way too. */
  stop(): void {
    this.#stop.abort()
  }

  /** What there is to ask with now, and whether another interval is wanted meanwhile. */
  update(credential: Credential): void {
    if (credential !== this.#credential) {
      this.#credential = credential
      if (this.#trouble !== undefined) this.#trouble.failures = 0
      this.#bringForward(0)
      return
    }
    if (this.#trouble !== undefined) return
    const { clock } = this.#context
    const wait = regularWait(this.#context.intervalOf(credential), clock)
    // Chance is no reason to come earlier.
    if (this.#due - clock.now() > 1.25 * wait) this.#bringForward(wait)
  }

  /** Its host answers again, so that there is no reason to wait for long. */
  retrySoon(): void {
    const { clock } = this.#context
    const trouble = this.#trouble
    if (trouble === undefined || trouble.isPermanent) return
    const interval = this.#context.intervalOf(this.#credential)
    // Chance is tried once: the least of many tries would be soon for everybody.
    if (this.#due - clock.now() <= interval) return
    this.#bringForward(Math.max(interval * clock.random(), trouble.notBefore - clock.now()))
  }

  #bringForward(wait: number): void {
    this.#due = Math.min(this.#due, this.#context.clock.now() + wait)
    this.#alarm.ring()
  }

  /** False if it was stopped instead. */
  async #untilItsTurn(): Promise<boolean> {
    const { clock } = this.#context
    const { signal } = this.#stop
    for (;;) {
      const left = this.#due - clock.now()
      if (signal.aborted || left <= 0) break
      await this.#alarm.wait(left, signal)
    }
    if (signal.aborted) return false
    try {
      await this.#budget.take(signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return !signal.aborted
  }

  /** How long to wait for the next one. */
  async #poll(credential: Credential): Promise<number> {
    const { clock, observe } = this.#context
    const { signal } = this.#stop
    const { title, host } = credential
    const start = clock.now()
    let sightings: readonly Sighting[]
    try {
      sightings = await credential.ask(signal)
    } catch (error) {
      if (signal.aborted) return 0
      if (!(error instanceof CredentialError)) throw error
      return this.#failed(credential, error)
    }
    if (signal.aborted) return 0
    const trouble = this.#trouble
    this.#trouble = undefined
    if (trouble !== undefined) observe({ type: 'poll-recovered', credential: title, host })
    const ms = clock.now() - start
    observe({ type: 'polled', credential: title, host, environments: sightings.length, ms })
    if (trouble?.isPermanent === false) this.#onRecovered()
    await this.#context.seen(credential, sightings)
    return regularWait(this.#context.intervalOf(credential), clock)
  }

  #failed(credential: Credential, error: CredentialError): number {
    const { clock, observe } = this.#context
    const { title, host } = credential
    const trouble = this.#trouble ?? {
      row: new TroubleRow(),
      isPermanent: error.isPermanent,
      failures: 0,
      notBefore: 0,
    }
    this.#trouble = trouble
    trouble.failures += 1
    trouble.isPermanent = error.isPermanent
    trouble.notBefore = clock.now() + retryAfterOf(error)
    const interval = this.#context.intervalOf(credential)
    const retryIn = failureWait(error, trouble.failures, interval, clock)
    observe({
      type: 'poll-failed',
      credential: title,
      host,
      trouble: { message: error.message, hint: error.hint },
      isNew: trouble.row.add(error),
      retryIn,
    })
    return retryIn
  }
}
