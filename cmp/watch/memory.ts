// The ledger's state, kept where it survives us. A change is saved before anything is done about it, so that
// whoever comes after us does it; the rest is saved now and then.
import type { Observe } from './events.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { StateStore, WatchClock, WatchState } from './model.ts'
import { StateError } from './model.ts'

/** Milliseconds between two saves of what could be found out again. */
const PAUSE = 10_000

export interface MemoryOptions {
  /** Absent: nothing is kept. */
  readonly store: StateStore | undefined
  readonly ledger: Ledger
  readonly clock: WatchClock
  readonly observe: Observe
  /** Restore, and save nothing. */
  readonly isReadOnly: boolean
}

export class Memory {
  readonly #options: MemoryOptions
  #running: Promise<void> = Promise.resolve()
  #savedAt = Number.NEGATIVE_INFINITY
  #isFailing = false
  #isDirty = false

  constructor(options: MemoryOptions) {
    this.#options = options
  }

  /** Restores the ledger. A state that cannot be read is reported, and the start is one without a state. */
  async load(): Promise<void> {
    const { store, ledger, clock, observe } = this.#options
    const state = await this.#attempt(async () => store?.load())
    if (state === undefined) {
      observe({ type: 'state-missing' })
      return
    }
    ledger.restore(state, { now: clock.now(), wall: clock.wall() })
    const { environments, applications, pending } = state
    const [seen, known] = [Object.keys(environments).length, Object.keys(applications).length]
    observe({
      type: 'state-loaded',
      environments: seen,
      applications: known,
      pending: pending.length,
    })
  }

  /** Something changed that is worth keeping, soon. */
  touch(): void {
    this.#isDirty = true
  }

  /** Saves what was touched, if the last save is long ago. */
  async tidy(): Promise<void> {
    const due = this.#options.clock.now() - this.#savedAt >= PAUSE
    if (this.#isDirty && due) await this.save()
  }

  /** Saves now, after any save that is running. Never throws: what cannot be saved is still to be done. */
  save(): Promise<void> {
    const { store, ledger, clock, observe, isReadOnly } = this.#options
    if (store === undefined || isReadOnly) return Promise.resolve()
    this.#running = this.#running.then(async () => {
      this.#isDirty = false
      // Somebody else may have written since; what we know now is newer.
      if (this.#isFailing) await this.#attempt(() => store.load())
      const saved = await this.#attempt(async () => {
        await store.save(ledger.snapshot())
        return true
      })
      this.#savedAt = clock.now()
      if (saved === true) observe({ type: 'state-saved' })
      else this.#isDirty = true
    })
    return this.#running
  }

  async #attempt<T extends WatchState | boolean | undefined>(
    task: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const result = await task()
      this.#isFailing = false
      return result
    } catch (error) {
      if (!(error instanceof StateError)) throw error
      const trouble = { message: error.message, hint: error.hint }
      this.#options.observe({ type: 'state-failed', trouble, isNew: !this.#isFailing })
      this.#isFailing = true
      return undefined
    }
  }
}
