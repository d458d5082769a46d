// The ledger's state, kept where it survives us. A change is saved before anything is done about it, so that
// whoever comes after us does it; the rest is saved now and then.
import { untilAborted } from '../abortable.ts'
import type { Observe } from './events.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { StateStore, WatchClock, WatchState } from './model.ts'
import { StateError } from './model.ts'

/** Milliseconds between two saves of what could be found out again. */
const PAUSE = 10_000
/** Milliseconds between attempts to load: what waits to be refreshed is in there and nowhere else. */
const LOAD_AGAIN: readonly number[] = [1_000, 2_000, 5_000, 10_000, 20_000]

/** Milliseconds that the last save may take: whoever asked for the end does not wait for long. */
const LONGEST_GOODBYE = 5_000

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
  /** One that has not begun. */
  #queued: Promise<void> | undefined
  #savedAt = Number.NEGATIVE_INFINITY
  /** The state that is kept. */
  #kept: WatchState | undefined
  #isLoaded = false
  #isFailing = false
  #isDirty = false

  constructor(options: MemoryOptions) {
    this.#options = options
  }

  /** Restores the ledger. A state that cannot be read is reported, and at last the start is one without a state. */
  async load(signal: AbortSignal, pauses = LOAD_AGAIN): Promise<void> {
    const { store, ledger, clock, observe } = this.#options
    for (const pause of [...pauses, undefined]) {
      const loading = this.#attempt(async () => ({ state: await store?.load() }))
      const found = await untilAborted(signal, loading).catch(() => undefined)
      // Whoever ends meanwhile must not save that there was nothing.
      if (signal.aborted) return
      if (found !== undefined) {
        this.#isFailing = false
        this.#isLoaded = true
        if (found.state === undefined) break
        const { environments, applications, pending } = found.state
        ledger.restore(found.state, { now: clock.now(), wall: clock.wall() })
        const [seen, known] = [Object.keys(environments).length, Object.keys(applications).length]
        const counts = { environments: seen, applications: known, pending: pending.length }
        observe({ type: 'state-loaded', ...counts })
        return
      }
      if (pause === undefined) break
      await clock.sleep(pause, signal).catch(() => {})
    }
    observe({ type: 'state-missing' })
  }

  /** What was to be kept is not. */
  get isFailing(): boolean {
    return this.#isFailing
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
    const { store, isReadOnly } = this.#options
    if (store === undefined || isReadOnly) return Promise.resolve()
    if (this.#queued === undefined) {
      this.#queued = this.#running.then(() => this.#save(store))
      this.#running = this.#queued
    }
    return this.#queued
  }

  /** Saves for the last time; not where that failed, since somebody else may have taken over. Ends within seconds. */
  async close(): Promise<void> {
    const over = new AbortController()
    const saved = this.#running.then(() =>
      this.#isFailing || !this.#isLoaded ? undefined : this.save(),
    )
    const patience = this.#options.clock.sleep(LONGEST_GOODBYE, over.signal).catch(() => {})
    await Promise.race([saved, patience])
    over.abort()
  }

  async #save(store: StateStore): Promise<void> {
    const { ledger, clock, observe } = this.#options
    this.#queued = undefined
    this.#isDirty = false
    if (!this.#isFailing || (await this.#takeOver(store))) {
      const state = ledger.snapshot()
      const isKept = this.#kept !== undefined && isSame(state, this.#kept)
      if (isKept || (await this.#attempt(async () => ({ saved: await store.save(state) })))) {
        this.#kept = state
        this.#isFailing = false
        if (!isKept) observe({ type: 'state-saved' })
      }
    }
    this.#savedAt = clock.now()
    if (this.#isFailing) this.#isDirty = true
  }

  /** Somebody else may have written since: what we know now is newer, but for what we never knew. */
  async #takeOver(store: StateStore): Promise<boolean> {
    const found = await this.#attempt(async () => ({ state: await store.load() }))
    if (found === undefined) return false
    this.#kept = undefined
    if (!this.#isLoaded)
      this.#options.ledger.remind(found.state?.pending ?? [], this.#options.clock.now())
    this.#isLoaded = true
    return true
  }

  /** Undefined: it failed, and that was reported. */
  async #attempt<T extends object>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task()
    } catch (error) {
      if (!(error instanceof StateError)) throw error
      const trouble = { message: error.message, hint: error.hint }
      this.#options.observe({ type: 'state-failed', trouble, isNew: !this.#isFailing })
      this.#isFailing = true
      return undefined
    }
  }
}

/** Whether nothing has to be written. The ledger never changes what it gave away: who is the same object says the same. */
function isSame(one: WatchState, other: WatchState): boolean {
  return (
    areSame(one.pending, other.pending) &&
    areSame(one.environments, other.environments) &&
    areSame(one.applications, other.applications)
  )
}

function areSame(
  one: Readonly<Record<string, unknown>> | readonly unknown[],
  other: typeof one,
): boolean {
  if (one === other) return true
  const [ones, others] = [new Map(Object.entries(one)), Object.entries(other)]
  return ones.size === others.length && others.every(([key, value]) => ones.get(key) === value)
}
