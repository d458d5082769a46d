// A ledger and a clock of its own: what Argo CD and Phase say in, in few words; who is to be refreshed out.
import { Ledger } from '../../cmp/watch/ledger/ledger.ts'
import type { ApplicationId, Exclusion, WatchState } from '../../cmp/watch/model.ts'

const MINUTE = 60_000
export const HOUR = 60 * MINUTE
/** Milliseconds since 1970, when the clock's scale says `START_NOW`. */
export const START = Date.UTC(2026, 2, 1)
const START_NOW = 7_000

export function idOf(name: string): ApplicationId {
  return { namespace: 'argocd', name }
}

/** Phase's way to write a time. */
export function stamp(wall: number): string {
  return new Date(wall).toISOString()
}

interface Listed {
  readonly origin?: string
  readonly excluded?: Exclusion
  readonly mayUsePlugin?: boolean
  readonly createdAt?: number
}

export class LedgerCase {
  readonly ledger = new Ledger()
  #elapsed = 0
  #jumped = 0

  /** @param elapsed milliseconds since the machine's start, so that restarts are told in order. */
  constructor(state?: WatchState, elapsed = 0) {
    this.#elapsed = elapsed
    if (state !== undefined) this.ledger.restore(state, this.moment)
  }

  get moment() {
    return { now: START_NOW + this.#elapsed, wall: this.wall }
  }

  get wall(): number {
    return START + this.#elapsed + this.#jumped
  }

  wait(ms: number): void {
    this.#elapsed += ms
  }

  jump(ms: number): void {
    this.#jumped += ms
  }

  /** Lists Applications by name; gives the names that have to be read. */
  list(applications: Readonly<Record<string, Listed>>): string[] {
    const listed = Object.entries(applications).map(([name, more]) => ({
      id: idOf(name),
      createdAt: START - 30 * 24 * HOUR,
      origin: 'a',
      mayUsePlugin: true,
      ...more,
    }))
    return this.ledger.list(listed, this.moment).map(({ name }) => name)
  }

  /** What Argo CD's cache says that an Application uses. */
  read(name: string, ...environments: readonly string[]): void {
    this.ledger.read(idOf(name), environments.map(environment), this.moment)
  }

  /** Lists and reads in one go. */
  know(uses: Readonly<Record<string, readonly string[]>>, listed: Listed = {}): void {
    this.list(Object.fromEntries(Object.keys(uses).map((name) => [name, listed])))
    for (const [name, environments] of Object.entries(uses)) this.read(name, ...environments)
  }

  /** What a credential sees: environments and when they changed last; gives those that are news to somebody. */
  see(changed: Readonly<Record<string, number>>, credential = 'c1', patience = 3 * MINUTE) {
    const sightings = Object.entries(changed).map(([environmentId, wall]) => ({
      ...environment(environmentId),
      updatedAt: stamp(wall),
      title: `${environmentId} of shop`,
    }))
    const changes = this.ledger.see(credential, sightings, this.moment, patience)
    return changes.map((change) => change.environment.environmentId)
  }

  /** Refreshes whatever is due and may be refreshed; gives the names. @param uses what the new renders use. */
  refreshAll(uses: Readonly<Record<string, readonly string[]>> = {}): string[] {
    const names: string[] = []
    for (;;) {
      const taken = this.ledger.take(this.moment.now)
      if (taken === undefined) return names
      const { id, key, entry } = taken
      names.push(id.name)
      const now = this.ledger.snapshot().applications[key]?.uses ?? []
      const rendered = uses[id.name]?.map(environment) ?? now
      this.ledger.settle(key, entry.version)
      this.ledger.read(id, rendered, this.moment, this.moment.now)
    }
  }

  /** The process ends and another one starts. */
  restart(): LedgerCase {
    return new LedgerCase(structuredClone(this.ledger.snapshot()), this.#elapsed)
  }
}

function environment(environmentId: string) {
  return { host: 'https://phase.example', environmentId }
}
