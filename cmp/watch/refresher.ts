// The queue of pending Applications in; refreshes out, spread over a while, and repeated until they work.
import { Alarm } from './alarm.ts'
import type { Observe, Trouble } from './events.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Waiting } from './ledger/pending.ts'
import type { Memory } from './memory.ts'
import type { ApplicationId, ArgoCd, WatchClock, WatchTuning } from './model.ts'
import { ArgoCdError } from './model.ts'
import type { Outage } from './outage.ts'
import { Pace } from './pace.ts'
import type { Refreshed, RefreshOutcome } from './refresh.ts'
import { refresh } from './refresh.ts'
import type { Turns } from './turns.ts'

/** Milliseconds until a closed sync window is looked at again. */
const WINDOW_PAUSE = 120_000
/** After a failed refresh: twice as long each time. Argo CD itself gives up for an hour. */
const FIRST_RETRY = 10_000
const LAST_RETRY = 15 * 60 * 1000
/** Where it was Argo CD that failed, as far as can be told: how long to leave that alone is said elsewhere. */
const LAST_OUTAGE_RETRY = 60 * 1000

export interface RefresherOptions {
  readonly argocd: ArgoCd
  readonly ledger: Ledger
  readonly memory: Memory
  readonly outage: Outage
  readonly turns: Turns
  readonly clock: WatchClock
  readonly observe: Observe
  readonly tuning: WatchTuning
  readonly signal: AbortSignal
}

/** A pending Application that was taken from the queue. */
interface Taken {
  readonly id: ApplicationId
  readonly key: string
  readonly project: string
  readonly entry: Waiting
}

export class Refresher {
  readonly #options: RefresherOptions
  readonly #alarm: Alarm
  readonly #pace: Pace
  readonly #running = new Map<Promise<void>, Taken>()
  /** Those that wait for a sync window, so that each is said once, and that were tried often enough, where that is limited. */
  readonly #aside = new Map<string, 'window' | 'failed'>()
  /** Those whose last refresh failed, so that each is said once. */
  readonly #failing = new Set<string>()
  #attempts = Number.POSITIVE_INFINITY
  #bug: unknown
  #lastCount = 0

  constructor(options: RefresherOptions) {
    this.#options = options
    this.#alarm = new Alarm(options.clock)
    const { dryRun, spread } = options.tuning
    this.#pace = new Pace(dryRun ? 0 : spread)
  }

  /** There may be something new to do. */
  wake(): void {
    this.#count()
    this.#alarm.ring()
  }

  /** Works until the signal aborts, and waits for what is running then. */
  async run(): Promise<void> {
    await this.#work(() => false)
  }

  /**
   * Works until nothing is left but what failed `attempts` times or waits for a sync window. Whether all
   * else was refreshed.
   */
  async drain(attempts: number): Promise<boolean> {
    const { ledger, outage } = this.#options
    this.#attempts = attempts
    await this.#work(() => {
      const left = ledger.pendingCount() - this.#aside.size
      return outage.failures >= attempts || (left <= 0 && this.#running.size === 0)
    })
    const postponed = [...this.#aside.values()].filter((why) => why === 'window')
    return ledger.pendingCount() <= postponed.length
  }

  async #work(isOver: () => boolean): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted && this.#bug === undefined && !isOver()) {
      await this.#alarm.wait(this.#startDue(), signal)
    }
    await Promise.all(this.#running.keys())
    if (this.#bug !== undefined) throw this.#bug
  }

  /** Starts what may start; gives the milliseconds until there may be more. The end of each rings the alarm. */
  #startDue(): number {
    const { ledger, clock, outage, tuning } = this.#options
    for (;;) {
      const now = clock.now()
      const wait = Math.max(outage.pause, this.#pace.wait(now))
      if (wait > 0) return wait
      if (this.#running.size >= tuning.concurrency) return Number.POSITIVE_INFINITY
      const { due, next } = ledger.outlook(now)
      const taken = due === 0 ? undefined : ledger.take(now, this.#loads())
      if (taken === undefined) return next - now
      this.#pace.begin(now, due)
      this.#start(taken)
    }
  }

  #start(taken: Taken): void {
    const task = this.#refresh(taken).catch((error) => this.#failedWith(taken, error))
    const running = task.finally(() => {
      this.#running.delete(running)
      this.wake()
    })
    this.#running.set(running, taken)
  }

  /**
   * Whose project has the fewest running goes first, so that no project has to wait for all of another one's,
   * which may hang. What failed before leaves one place to the others.
   */
  #loads(): (key: string, project: string) => number {
    const loads = new Map<string, number>()
    for (const { project } of this.#running.values()) {
      loads.set(project, (loads.get(project) ?? 0) + 1)
    }
    const { concurrency } = this.#options.tuning
    const isLastPlace = concurrency > 1 && this.#running.size === concurrency - 1
    return (key, project) =>
      isLastPlace && this.#failing.has(key) ? Number.POSITIVE_INFINITY : (loads.get(project) ?? 0)
  }

  /** Forgets what was remembered of Applications that do not wait any more. */
  tidy(): void {
    const { ledger } = this.#options
    for (const key of this.#aside.keys()) if (!ledger.isPending(key)) this.#aside.delete(key)
    for (const key of this.#failing) if (!ledger.isPending(key)) this.#failing.delete(key)
  }

  async #refresh(taken: Taken): Promise<void> {
    const { argocd, turns, clock, tuning, observe, ledger, signal, outage } = this.#options
    const { id, key, entry } = taken
    if (tuning.dryRun) {
      observe({ type: 'would-refresh', application: id })
      ledger.settle(key, entry.version)
      return
    }
    const start = clock.now()
    const outcome = await turns.take(key, () => refresh(argocd, id, clock, signal))
    // What we ended ourselves did not fail, and waits for whoever comes after us.
    if (signal.aborted && outcome.is === 'failed') return
    outage.answered()
    await this.#finish(taken, outcome, start)
  }

  async #finish(taken: Taken, outcome: RefreshOutcome, start: number): Promise<void> {
    const { id, key, entry } = taken
    const { ledger, clock, observe, memory, turns } = this.#options
    if (outcome.is === 'closed') {
      if (this.#aside.get(key) !== 'window') observe({ type: 'postponed', application: id })
      this.#aside.set(key, 'window')
      this.#putBack(taken, WINDOW_PAUSE, entry.attempts)
      return
    }
    this.#aside.delete(key)
    ledger.rendered(key)
    if (outcome.is === 'failed') {
      this.#retry(taken, outcome)
      return
    }
    this.#failing.delete(key)
    const { state, uses, began } = outcome
    const now = clock.now()
    ledger.read(id, uses, { now, wall: clock.wall() }, began)
    const { syncStatus, healsItself } = state
    const [delay, ms] = [now - entry.since, now - start]
    observe({ type: 'refreshed', application: id, delay, ms, syncStatus, healsItself })
    // Until then it is still to be done, should this process end.
    if (await turns.take(key, () => this.#sync(id, outcome))) ledger.settle(key, entry.version)
    else this.#tryLater(taken, LAST_RETRY)
    memory.touch()
  }

  /** Argo CD's part where it heals the Application itself. False: another try may succeed. */
  async #sync(id: ApplicationId, { state }: Refreshed): Promise<boolean> {
    const { argocd, observe, tuning } = this.#options
    if (!tuning.sync || state.healsItself || state.syncStatus !== 'OutOfSync') return true
    try {
      const objects = await argocd.sync(id)
      if (objects > 0) observe({ type: 'synced', application: id, objects })
      return true
    } catch (error) {
      if (!(error instanceof ArgoCdError)) throw error
      const { message, hint } = error
      observe({ type: 'sync-failed', application: id, trouble: { message, hint } })
      return error.fault !== 'outside'
    }
  }

  #retry(taken: Taken, trouble: Trouble): void {
    const retryIn = this.#tryLater(taken, LAST_RETRY)
    const isNew = !this.#failing.has(taken.key)
    this.#failing.add(taken.key)
    const { observe } = this.#options
    observe({ type: 'refresh-failed', application: taken.id, trouble, isNew, retryIn })
  }

  /** Argo CD does not answer, which may be this Application's fault all the same. Anything else is a bug, and ends everything. */
  #failedWith(taken: Taken, error: unknown): void {
    const { outage, signal } = this.#options
    if (signal.aborted) return
    if (!(error instanceof ArgoCdError)) {
      this.#bug = error
      return
    }
    outage.failed(error)
    // Where it answered others a moment ago, only this one is to blame.
    this.#tryLater(taken, outage.failures > 1 ? LAST_OUTAGE_RETRY : LAST_RETRY)
  }

  /** Gives the milliseconds until then. */
  #tryLater(taken: Taken, last: number): number {
    const { key, entry } = taken
    const attempts = entry.attempts + 1
    const longest = Math.min(last, FIRST_RETRY * 2 ** entry.attempts)
    if (attempts >= this.#attempts) this.#aside.set(key, 'failed')
    const delay = longest * (0.5 + this.#options.clock.random() / 2)
    this.#putBack(taken, delay, attempts)
    return delay
  }

  #putBack({ key, entry }: Taken, delay: number, attempts: number): void {
    const { ledger, clock } = this.#options
    ledger.putBack(key, entry.version, clock.now() + delay, attempts)
  }

  #count(): void {
    const count = this.#options.ledger.pendingCount()
    if (count !== this.#lastCount) this.#options.observe({ type: 'pending', count })
    this.#lastCount = count
  }
}
