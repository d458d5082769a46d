// Argo CD, Phase, a store and a clock in one place, and any number of `watch` processes among them: they are
// started, stopped and killed; what they did and what they left undone can be asked.
import type { WatchEvent } from '../../../cmp/watch/events.ts'
import type { ArgoCd, StateStore, WatchTuning } from '../../../cmp/watch/model.ts'
import type { Progress, WatchOptions } from '../../../cmp/watch/watch.ts'
import { watch, watchOnce } from '../../../cmp/watch/watch.ts'
import type { VirtualClock } from '../watch-clock.ts'
import { fixedRandom, virtualClock } from '../watch-clock.ts'
import type { SimulatedApplication } from './argocd.ts'
import { SimulatedArgoCd } from './argocd.ts'
import { SimulatedPhase } from './phase.ts'
import { SimulatedStore } from './store.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const TUNING: WatchTuning = {
  interval: { standard: MINUTE, shortest: 5 * SECOND, longest: HOUR },
  requestsPerMinute: 600,
  spread: 30 * SECOND,
  concurrency: 4,
  sync: false,
  dryRun: false,
}
/** Milliseconds: an interval with its chance, and what calls take. */
export const INTERVAL = 1.1 * MINUTE + 5 * SECOND

/** One process. */
export interface Instance {
  readonly progress: Progress
  /** As `kill -9`: nothing of it goes on, and what Argo CD was asked for happens. */
  kill(): void
  /** As SIGTERM. */
  stop(): Promise<void>
}

type Timed = WatchEvent & { readonly at: number }

export class World {
  readonly clock: VirtualClock
  readonly phase: SimulatedPhase
  readonly argocd: SimulatedArgoCd
  readonly store: SimulatedStore
  readonly events: Timed[] = []
  readonly #tuning: WatchTuning
  /** Events that are not worth their memory. */
  readonly #ignored: ReadonlySet<string>
  #failure: { readonly error: unknown } | undefined

  constructor(tuning: Partial<WatchTuning> = {}, seed = 1, ignored: readonly string[] = []) {
    this.#tuning = { ...TUNING, ...tuning }
    this.#ignored = new Set(ignored)
    this.clock = virtualClock({ random: fixedRandom(seed) })
    this.phase = new SimulatedPhase(this.clock)
    this.argocd = new SimulatedArgoCd(this.clock, this.phase)
    this.store = new SimulatedStore(this.clock)
  }

  start(): Instance {
    const life = new Life()
    const progress: Progress = { isReady: false, lastSign: this.clock.now() }
    const end = watch(this.#options(life), progress).catch((error: unknown) => {
      if (!life.isDead) this.#failure = { error }
    })
    return {
      progress,
      kill: () => life.end(),
      stop: async () => {
        life.signal.abort()
        await this.#until(end)
      },
    }
  }

  /** A run of `watch --once`. */
  async once(tuning: Partial<WatchTuning> = {}): Promise<boolean> {
    const options = this.#options(new Life())
    return await this.#until(watchOnce({ ...options, tuning: { ...options.tuning, ...tuning } }))
  }

  /** Lets time pass. @throws what a process ended with that should not have ended. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Events of a type. */
  all<T extends WatchEvent['type']>(type: T): readonly Extract<Timed, { type: T }>[] {
    return this.events.filter((event): event is Extract<Timed, { type: T }> => event.type === type)
  }

  /** Applications that are watched and whose render misses what Phase has now. */
  stale(): readonly string[] {
    const isDue = ({ excluded, mayUsePlugin, isWindowOpen, isBroken }: SimulatedApplication) =>
      excluded === undefined && mayUsePlugin && isWindowOpen && !isBroken
    return [...this.argocd.all.values()]
      .filter((each) => isDue(each) && !this.#isCurrent(each))
      .map(({ id }) => id.name)
  }

  /**
   * Refreshes of Applications that used nothing which changed since the refresh before, or within `slack`
   * milliseconds before that one: so late may a change be seen. What they used in between counts.
   */
  unneeded(slack: number, from = Number.NEGATIVE_INFINITY): readonly string[] {
    const last = new Map<string, { began: number; uses: Set<string> }>()
    const unneeded: string[] = []
    for (const each of this.argocd.renderings) {
      const before = last.get(each.name) ?? { began: 0, uses: new Set<string>() }
      for (const id of each.environments) before.uses.add(id)
      last.set(each.name, before)
      if (each.by !== 'refresh') continue
      last.set(each.name, { began: each.began, uses: new Set(each.environments) })
      if (each.began < from) continue
      const isNeeded = [...before.uses].some((id) =>
        this.phase.changedWithin(id, before.began - slack, each.began),
      )
      if (!isNeeded) unneeded.push(`${each.name} at ${each.began}`)
    }
    return unneeded
  }

  #isCurrent(application: SimulatedApplication): boolean {
    const shown = this.argocd.shown(application)
    // Its cache has nothing any more: Argo CD renders at its next look, whoever watches.
    if (shown === undefined && application.failure === undefined) return true
    const uses = this.phase.reach(application.uses.get(application.origin) ?? [])
    return uses.every((id) => shown?.contents.get(id) === this.phase.version(id))
  }

  #options(life: Life): WatchOptions {
    return {
      argocd: life.argocd(this.argocd),
      credentials: async () => life.alive(await this.phase.credentials()),
      store: life.store(this.store.open()),
      clock: this.clock,
      observe: (event) => {
        if (life.isDead || this.#ignored.has(event.type)) return
        this.events.push({ ...event, at: this.clock.now() })
      },
      tuning: this.#tuning,
      signal: life.signal.signal,
    }
  }

  async #until<T>(end: Promise<T>): Promise<T> {
    let isOver = false
    const over = end.finally(() => {
      isOver = true
    })
    // Its failure is thrown below.
    over.catch(() => {})
    await this.clock.settle()
    for (let minutes = 0; !isOver; minutes += 1) {
      if (minutes > 600) throw new Error('it does not end')
      await this.clock.advance(SECOND)
    }
    return await over
  }
}

/** The life of a process: once it is over, nothing that it waits for ever comes. */
class Life {
  readonly signal = new AbortController()
  isDead = false

  end(): void {
    this.isDead = true
    this.signal.abort()
  }

  alive<T>(value: T): T | Promise<never> {
    return this.isDead ? new Promise<never>(() => {}) : value
  }

  argocd(real: ArgoCd): ArgoCd {
    return {
      applications: () => this.#call(() => real.applications()),
      environments: (id) => this.#call(() => real.environments(id)),
      state: (id) => this.#call(() => real.state(id)),
      hardRefresh: (id) => this.#call(() => real.hardRefresh(id)),
      isWindowOpen: (id) => this.#call(() => real.isWindowOpen(id)),
      sync: (id) => this.#call(() => real.sync(id)),
    }
  }

  store(real: StateStore): StateStore {
    return {
      load: () => this.#call(() => real.load()),
      save: (state) => this.#call(() => real.save(state)),
    }
  }

  async #call<T>(task: () => Promise<T>): Promise<T> {
    await this.alive(undefined)
    try {
      return await this.alive(await task())
    } catch (error) {
      await this.alive(undefined)
      throw error
    }
  }
}
