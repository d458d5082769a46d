// An Argo CD without a cluster: Applications, what it rendered of them and has in its cache. A render takes
// time, reads what Phase has in the middle of it, and fails while Phase is down. Renders are counted.
import type {
  ApplicationId,
  ApplicationState,
  ArgoCd,
  ArgoCdFault,
  EnvironmentUse,
  Exclusion,
  ListedApplication,
  WatchClock,
} from '../../../cmp/watch/model.ts'
import { ArgoCdError } from '../../../cmp/watch/model.ts'
import type { SimulatedPhase } from './phase.ts'
import { HOST } from './phase.ts'

const CACHE_LIFETIME = 24 * 60 * 60 * 1000
/** Milliseconds of calls that render nothing. */
const SHORT = 10

/** What came out of a render. */
interface Render {
  /** When Phase was read, on the clock's scale. */
  readonly at: number
  /** The versions of the environments that were read, also through references. */
  readonly contents: ReadonlyMap<string, number>
}

/** A render that happened, by whose doing. */
export interface Rendering {
  readonly name: string
  readonly began: number
  readonly by: 'refresh' | 'commit' | 'read' | 'user'
  readonly environments: readonly string[]
}

export interface SimulatedApplication {
  readonly id: ApplicationId
  readonly createdAt: number
  origin: string
  /** What each commit names, without what is only referred to. */
  readonly uses: Map<string, readonly string[]>
  readonly cache: Map<string, Render>
  reconciledAt: string | undefined
  failure: string | undefined
  /** Its next renders fail. */
  isBroken: boolean
  isWindowOpen: boolean
  /** A refresh is going on, whoever asked for it. */
  isRefreshing: boolean
  healsItself: boolean
  syncStatus: 'Synced' | 'OutOfSync'
  mayUsePlugin: boolean
  excluded: Exclusion | undefined
  pollingInterval: number | undefined
  project: string
  /** Whoever asks for a render of it gets no answer. */
  isHanging: boolean
  calls: number
}

export class SimulatedArgoCd implements ArgoCd {
  readonly #clock: WatchClock
  readonly #phase: SimulatedPhase
  readonly all = new Map<string, SimulatedApplication>()
  /** What is left of removed ones: the cache outlives them. */
  readonly #caches = new Map<string, Map<string, Render>>()
  readonly renderings: Rendering[] = []
  /** Calls that rendered an Application while another call on it was going on. */
  readonly overlaps: string[] = []
  readonly synced: string[] = []
  /** The Application that it fails to answer for, as if it were down. */
  unanswerable: string | undefined
  /** Why it does not sync. */
  syncRefusal: ArgoCdError | undefined
  readings = 0
  isDown = false
  /** Milliseconds of a render. */
  renderTime = 2_000

  constructor(clock: WatchClock, phase: SimulatedPhase) {
    this.#clock = clock
    this.#phase = phase
  }

  /** Makes an Application, which is rendered at once. */
  create(name: string, uses: readonly string[], origin = 'first'): SimulatedApplication {
    const cache = this.#caches.get(name) ?? new Map<string, Render>()
    this.#caches.set(name, cache)
    const application: SimulatedApplication = {
      id: { namespace: 'argocd', name },
      createdAt: this.#clock.wall(),
      origin: '',
      uses: new Map(),
      cache,
      reconciledAt: undefined,
      failure: undefined,
      isBroken: false,
      isWindowOpen: true,
      isRefreshing: false,
      healsItself: true,
      syncStatus: 'Synced',
      mayUsePlugin: true,
      excluded: undefined,
      pollingInterval: undefined,
      project: 'default',
      isHanging: false,
      calls: 0,
    }
    this.all.set(name, application)
    this.commit(name, origin, uses)
    return application
  }

  /** Another commit, which is rendered at once unless the cache has it. @param uses what it names; absent: what it named before. */
  commit(name: string, origin: string, uses?: readonly string[]): void {
    const application = this.at(name)
    const named = uses ?? application.uses.get(origin) ?? application.uses.get(application.origin)
    application.origin = origin
    application.uses.set(origin, named ?? [])
    if (this.shown(application) === undefined) this.#render(application, 'commit')
    this.#compared(application, this.#clock.wall())
  }

  /**
   * Argo CD tries once more to render what it failed to, as it does after its pause. What a refresh of
   * ours failed to is left to us: before 3.5.7 such a failure stays.
   */
  retryFailed(): void {
    const lastBy = new Map(this.renderings.map(({ name, by }) => [name, by]))
    for (const application of this.all.values()) {
      if (application.failure === undefined || lastBy.get(application.id.name) === 'refresh')
        continue
      this.#render(application, 'commit')
    }
  }

  remove(name: string): void {
    this.all.delete(name)
  }

  at(name: string): SimulatedApplication {
    const application = this.all.get(name)
    if (application === undefined) {
      throw new ArgoCdError('denied', 'there is no such Application', 'look for it')
    }
    return application
  }

  /** What Argo CD shows, unless it is older than its cache keeps. */
  shown({ cache, origin }: SimulatedApplication): Render | undefined {
    const render = cache.get(origin)
    return render && this.#clock.now() - render.at < CACHE_LIFETIME ? render : undefined
  }

  /** How often each was rendered by `who` since a time on the clock's scale. */
  count(by: Rendering['by'] = 'refresh', since = Number.NEGATIVE_INFINITY): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const each of this.renderings) {
      if (each.by !== by || each.began < since) continue
      counts[each.name] = (counts[each.name] ?? 0) + 1
    }
    return counts
  }

  async applications(): Promise<readonly ListedApplication[]> {
    await this.#answer(300)
    return [...this.all.values()].map((each) => ({
      id: each.id,
      createdAt: each.createdAt,
      origin: each.origin,
      mayUsePlugin: each.mayUsePlugin,
      project: each.project,
      excluded: each.excluded,
    }))
  }

  async environments({ name }: ApplicationId): Promise<readonly EnvironmentUse[]> {
    this.readings += 1
    await this.#answer(SHORT)
    const application = this.at(name)
    if (application.isHanging) await this.#hang(60_000, 'unrendered')
    if (application.failure === undefined && this.shown(application) === undefined) {
      await this.#alone(application, async () => {
        await this.#answer(this.renderTime)
        this.#render(application, 'read')
      })
    }
    const render = this.shown(application)
    if (render === undefined || application.failure !== undefined) {
      throw new ArgoCdError('unrendered', 'the render fails', 'look at it')
    }
    const { pollingInterval } = application
    return [...render.contents.keys()].map((environmentId) => ({
      host: HOST,
      environmentId,
      pollingInterval,
    }))
  }

  async state({ name }: ApplicationId): Promise<ApplicationState> {
    await this.#answer(SHORT)
    return this.#stateOf(this.at(name))
  }

  async hardRefresh({ name }: ApplicationId): Promise<ApplicationState> {
    await this.#answer(0)
    const application = this.at(name)
    if (application.isHanging) await this.#hang(180_000, 'outside')
    await this.refresh(application, 'refresh')
    await this.#answer(0)
    return this.#stateOf(application)
  }

  /** Renders anew, whoever asked for it. */
  async refresh(application: SimulatedApplication, by: Rendering['by']): Promise<void> {
    await this.#alone(application, async () => {
      const began = this.#clock.wall()
      // The annotation that asks for it, which everybody sees.
      application.isRefreshing = true
      await this.#sleep(this.renderTime / 2)
      this.#render(application, by)
      await this.#sleep(this.renderTime / 2)
      application.isRefreshing = false
      this.#compared(application, began)
    })
  }

  async isWindowOpen({ name }: ApplicationId): Promise<boolean> {
    await this.#answer(SHORT)
    if (name === this.unanswerable) throw new ArgoCdError('outside', 'status 500', 'look at it')
    return this.at(name).isWindowOpen
  }

  async sync({ name }: ApplicationId): Promise<number> {
    const application = this.at(name)
    if (application.calls > 0) this.overlaps.push(name)
    await this.#answer(5 * SHORT)
    if (this.syncRefusal !== undefined) throw this.syncRefusal
    application.syncStatus = 'Synced'
    this.synced.push(name)
    return 1
  }

  #stateOf(application: SimulatedApplication): ApplicationState {
    const { reconciledAt, isRefreshing, failure, healsItself, syncStatus } = application
    const shown = failure === undefined ? syncStatus : 'Unknown'
    return { reconciledAt, isRefreshing, failure, healsItself, syncStatus: shown }
  }

  /** Two renders of one Application at a time are what `watch` must never ask for. */
  async #alone(application: SimulatedApplication, task: () => Promise<void>): Promise<void> {
    if (application.calls > 0 || application.isRefreshing) this.overlaps.push(application.id.name)
    application.calls += 1
    try {
      await task()
    } finally {
      application.calls -= 1
    }
  }

  /** Reads Phase. */
  #render(application: SimulatedApplication, by: Rendering['by']): void {
    const { id, origin, uses, cache, isBroken } = application
    const environments = this.#phase.reach(uses.get(origin) ?? [])
    this.renderings.push({ name: id.name, began: this.#clock.now(), by, environments })
    const isFailing = isBroken || this.#phase.isDown
    application.failure = isFailing ? 'ComparisonError' : undefined
    if (isFailing) {
      cache.delete(origin)
      return
    }
    const contents = new Map(environments.map((each) => [each, this.#phase.version(each)]))
    const before = cache.get(origin)?.contents
    const isSame = environments.every((each) => before?.get(each) === contents.get(each))
    if (!isSame && !application.healsItself) application.syncStatus = 'OutOfSync'
    cache.set(origin, { at: this.#clock.now(), contents })
  }

  /** Argo CD writes whole seconds. */
  #compared(application: SimulatedApplication, began: number): void {
    application.reconciledAt = new Date(began).toISOString().replace(/\.\d+Z$/, 'Z')
  }

  async #hang(ms: number, fault: ArgoCdFault): Promise<never> {
    await this.#sleep(ms)
    throw new ArgoCdError(fault, 'there is no answer', 'look at it')
  }

  async #answer(ms: number): Promise<void> {
    if (ms > 0) await this.#sleep(ms)
    if (this.isDown) throw new ArgoCdError('outside', 'Argo CD is down', 'start it')
  }

  #sleep(ms: number): Promise<void> {
    return this.#clock.sleep(ms, new AbortController().signal)
  }
}
