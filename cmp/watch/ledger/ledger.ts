// Everything that is known of Applications and environments, and what follows from it: which have to be
// read, which have to be refreshed. No I/O, no clock of its own: times come in with what happened.
//
// An Application is refreshed when an environment that it uses has another `updated_at` than at the last
// sighting. Where there is no last sighting to compare with (the first start, a new Application, another
// commit) the time decides: whatever may have changed after the Application was rendered is news to it.
import type {
  ApplicationId,
  EnvironmentUse,
  ListedApplication,
  RememberedApplication,
  Sighting,
  WatchState,
} from '../model.ts'
import { applicationKey, applicationOf, environmentKey } from '../model.ts'
import type { Application, Moment } from './application.ts'
import {
  CACHE_LIFETIME,
  CLOCK_SKEW,
  follow,
  leave,
  needsReading,
  newApplication,
  originOf,
  sinceCreation,
} from './application.ts'
import type { Change, News } from './environments.ts'
import { Environments } from './environments.ts'
import type { Waiting } from './pending.ts'
import { Pending } from './pending.ts'

/** Where reading failed: once more after a minute, at last after half an hour. */
const FIRST_REREAD = 60 * 1000
const LAST_REREAD = 30 * 60 * 1000
/** A list does not tell all commits (see `ListedApplication.origin`), and a restart of Redis tells nobody. */
const REREAD = 6 * 60 * 60 * 1000

export class Ledger {
  readonly #applications = new Map<string, Application>()
  readonly #environments = new Environments()
  readonly #pending = new Pending()
  /** Applications that were removed less than `CACHE_LIFETIME` ago, and when. */
  readonly #gone = new Map<string, { former: Application['former']; at: number }>()
  #lastList = Number.NEGATIVE_INFINITY

  /** Takes over what was known before a restart. */
  restore(state: WatchState, { now }: Moment): void {
    this.#environments.restore(state.environments, now)
    for (const [key, known] of Object.entries(state.applications)) {
      const application = this.#add(key, applicationOf(key), now - CACHE_LIFETIME)
      application.readAgainAt = now + REREAD
      this.#learn(key, application, known)
    }
    for (const key of state.pending) this.#pending.mark(key, now)
  }

  /** That these waited before a restart, as it turned out later. */
  remind(pending: readonly string[], now: number): void {
    for (const key of pending) if (this.#applications.has(key)) this.#pending.mark(key, now)
  }

  snapshot(): WatchState {
    // Those that use nothing too: otherwise each start would read them all again.
    const known = [...this.#applications].flatMap(([key, { known: it }]) =>
      it === undefined ? [] : [[key, it] as const],
    )
    return {
      environments: this.#environments.snapshot(),
      applications: Object.fromEntries(known),
      pending: this.#pending.keys(),
    }
  }

  /** Takes a complete list; gives the Applications that have to be read. @param asked when it was asked for. */
  list(listed: readonly ListedApplication[], asked: Moment): readonly ApplicationId[] {
    const { now } = asked
    const present = new Set<string>()
    for (const each of listed) {
      const key = applicationKey(each.id)
      present.add(key)
      const known = this.#applications.get(key)
      const application = known ?? this.#add(key, each.id, sinceCreation(each, asked))
      if (!follow(application, each, now, this.#lastList) || each.mayUsePlugin) continue
      this.#learn(key, application, { origin: each.origin, uses: [] })
      this.#pending.forget(key)
    }
    for (const [key, application] of this.#applications) {
      if (!present.has(key)) this.#remove(key, application, now)
    }
    for (const key of this.#pending.keys()) if (!present.has(key)) this.#pending.forget(key)
    for (const [key, { at }] of this.#gone) if (now - at > CACHE_LIFETIME) this.#gone.delete(key)
    this.#lastList = now
    return [...this.#applications.values()]
      .filter((each) => needsReading(each, now))
      .map(({ id }) => id)
  }

  /**
   * What an Application uses, as it was read for the `origin` that is listed now. @param renderedAfter
   * on the clock's scale, where a refresh of ours just rendered it.
   */
  read(
    id: ApplicationId,
    uses: readonly EnvironmentUse[],
    moment: Moment,
    renderedAfter?: number,
  ): void {
    const key = applicationKey(id)
    const application = this.#applications.get(key)
    if (application?.listed === undefined) return
    application.failedReads = 0
    application.readAgainAt = moment.now + REREAD
    if (renderedAfter !== undefined) application.renderedAfter = renderedAfter
    const before = application.isUnsure ? [] : (application.known?.uses ?? []).map(environmentKey)
    application.isUnsure = false
    this.#learn(key, application, { origin: application.listed.origin, uses })
    // The changes of what it used before were noticed when they happened.
    const news = uses.map(environmentKey).filter((each) => !before.includes(each))
    if (news.some((each) => this.#isNews(application, each, moment))) {
      this.#pending.mark(key, moment.now)
    }
  }

  /** That it could not be read: what was known stays. Whether anything was, and whether this is the first failure. */
  readFailed(id: ApplicationId, { now }: Moment): { isKept: boolean; isNew: boolean } {
    const application = this.#applications.get(applicationKey(id))
    if (application === undefined) return { isKept: false, isNew: false }
    const delay = Math.min(LAST_REREAD, FIRST_REREAD * 2 ** application.failedReads)
    application.readAgainAt = now + delay
    application.failedReads += 1
    const isKept = (application.known?.uses.length ?? 0) > 0
    return { isKept, isNew: application.failedReads === 1 }
  }

  /** Takes an answer of Phase; gives what changed for any Application. @param patience see `Environments.see`. */
  see(
    credential: string,
    sightings: readonly Sighting[],
    moment: Moment,
    patience: number,
  ): readonly Change[] {
    const news = this.#environments.see(credential, sightings, moment.now, patience)
    return sightings.flatMap((sighting) => {
      const key = environmentKey(sighting)
      const kind = news.get(key)
      // Each once, though an answer may have it twice.
      if (kind === undefined || !news.delete(key)) return []
      const marked = [...this.#environments.users(key)].filter((user) => {
        const application = this.#applications.get(user)
        return application && (kind === 'change' || this.#isNews(application, key, moment))
      })
      for (const user of marked) this.#pending.mark(user, moment.now)
      return marked.length === 0 ? [] : [this.#change(sighting, kind, marked)]
    })
  }

  #change({ host, environmentId, title }: Sighting, kind: News, marked: readonly string[]): Change {
    const applications = marked.filter(this.#mayGo).length
    return { environment: { host, environmentId }, title, isFirst: kind === 'first', applications }
  }

  /** Who there is to ask with, by the names that `see` takes: what only others saw is seen by nobody now. */
  keepCredentials(names: ReadonlySet<string>): void {
    this.#environments.keepCredentials(names)
  }

  /** The next Application to refresh, until it is settled or put back. */
  take(now: number): { id: ApplicationId; key: string; entry: Waiting } | undefined {
    const taken = this.#pending.take(now, this.#mayGo)
    const id = taken && this.#applications.get(taken.key)?.id
    return taken === undefined || id === undefined ? undefined : { id, ...taken }
  }

  settle(key: string, version: number): void {
    this.#pending.settle(key, version)
  }

  /** See `Pending.putBack`. */
  putBack(key: string, version: number, notBefore: number, attempts: number): void {
    this.#pending.putBack(key, version, notBefore, attempts)
  }

  outlook(now: number): { due: number; next: number } {
    return this.#pending.outlook(now, this.#mayGo)
  }

  /** How many wait, beside those that are left alone. */
  pendingCount(): number {
    return this.#pending.keys().filter(this.#mayGo).length
  }

  /** See `Environments`. */
  shortestInterval(credential: string, standard: number): number | undefined {
    return this.#environments.shortestInterval(credential, standard)
  }

  unseen(): ReturnType<Environments['unseen']> {
    return this.#environments.unseen()
  }

  counts(): { total: number; watched: number; unread: number; environments: number } {
    const all = [...this.#applications.values()]
    return {
      total: all.length,
      watched: all.filter(({ known }) => (known?.uses.length ?? 0) > 0).length,
      unread: all.filter(({ known, listed }) => listed?.mayUsePlugin === true && !known).length,
      environments: this.#environments.count(),
    }
  }

  /** Listed, and not left alone. */
  readonly #mayGo = (key: string): boolean => {
    const listed = this.#applications.get(key)?.listed
    return listed !== undefined && listed.excluded === undefined
  }

  #add(key: string, id: ApplicationId, renderedAfter: number): Application {
    const application = newApplication(id, renderedAfter)
    for (const [origin, was] of this.#gone.get(key)?.former ?? []) {
      application.former.set(origin, was)
    }
    this.#gone.delete(key)
    this.#applications.set(key, application)
    return application
  }

  #learn(key: string, application: Application, known: RememberedApplication): void {
    this.#environments.use(key, application.known?.uses ?? [], known.uses)
    application.known = known
  }

  #remove(key: string, application: Application, now: number): void {
    const origin = originOf(application)
    if (origin !== undefined) leave(application, origin, now)
    this.#gone.set(key, { former: application.former, at: now })
    this.#environments.use(key, application.known?.uses ?? [], [])
    this.#pending.forget(key)
    this.#applications.delete(key)
  }

  /**
   * Whether an environment may have changed after an Application was rendered; what cannot be told counts.
   * Our own clock's scale tells it for sure, unless the change was seen later than the render.
   */
  #isNews({ renderedAfter }: Application, key: string, { now, wall }: Moment): boolean {
    const change = this.#environments.lastChange(key)
    if (change === undefined || change.seenAt <= renderedAfter) return false
    return !(Date.parse(change.updatedAt) < wall - (now - renderedAfter) - CLOCK_SKEW)
  }
}
