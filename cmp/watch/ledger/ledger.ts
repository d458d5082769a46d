// Everything that is known of Applications and environments, and what follows from it: which have to be
// read, which have to be refreshed. No I/O, no clock of its own: times come in with what happened.
// An Application is refreshed when an environment that it uses has another `updated_at` than before. Where
// there is no before (the first start, a new Application, another commit) the time decides.
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
  countsOf,
  failedToRead,
  follow,
  mayMiss,
  newApplication,
  projectOf,
  rememberedOf,
  sinceCreation,
  toBeRead,
} from './application.ts'
import type { Change, News } from './environments.ts'
import { Environments } from './environments.ts'
import { Gone } from './gone.ts'
import { changed, rendered } from './heat.ts'
import type { Waiting } from './pending.ts'
import { Pending } from './pending.ts'

/** A list does not tell all commits (see `ListedApplication.origin`), and a restart of Redis tells nobody. */
const REREAD = 6 * 60 * 60 * 1000

export class Ledger {
  readonly #applications = new Map<string, Application>()
  readonly #environments = new Environments()
  readonly #pending = new Pending()
  readonly #gone = new Gone()
  #lastList = Number.NEGATIVE_INFINITY
  /** Until something else is known of an Application: it is asked for often, and there are thousands. */
  #remembered: WatchState['applications'] | undefined

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
    this.#remembered ??= rememberedOf(this.#applications)
    return {
      environments: this.#environments.snapshot(),
      applications: this.#remembered,
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
      if (application.known === undefined) continue
      this.#learn(key, application, { origin: each.origin, uses: [] })
      this.#pending.forget(key)
    }
    for (const [key, application] of this.#applications) {
      if (!present.has(key)) this.#remove(key, application, now)
    }
    for (const key of this.#pending.keys()) if (!present.has(key)) this.#pending.forget(key)
    this.#gone.tidy(now)
    this.#lastList = now
    return toBeRead(this.#applications.values(), now)
  }

  /**
   * What an Application uses, as it was read for the `origin` that is listed now. @param renderedAfter
   * on the clock's scale, where a refresh of ours just rendered it.
   */
  read(
    id: ApplicationId,
    found: readonly EnvironmentUse[],
    moment: Moment,
    renderedAfter?: number,
  ): void {
    const uses = this.#environments.fitting(found)
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
    if (news.some((each) => this.#isNews(application, each, moment))) this.#mark(key, moment.now)
  }

  /** What was known stays. Whether anything was, and whether this is the first failure. */
  readFailed(id: ApplicationId, { now }: Moment): { isKept: boolean; isNew: boolean } {
    const application = this.#applications.get(applicationKey(id))
    if (application === undefined) return { isKept: false, isNew: false }
    failedToRead(application, now)
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
      for (const user of marked) this.#mark(user, moment.now)
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

  /**
   * The next Application to refresh, until it is settled or put back. @param load that of its project: who has
   * the least goes first; infinite: not now.
   */
  take(
    now: number,
    load: (key: string, project: string) => number = () => 0,
  ): { id: ApplicationId; key: string; project: string; entry: Waiting } | undefined {
    const loadOf = (key: string) => load(key, projectOf(this.#applications.get(key)))
    const taken = this.#pending.take(now, this.#mayGo, loadOf)
    const application = taken && this.#applications.get(taken.key)
    if (taken === undefined || application === undefined) return undefined
    return { id: application.id, project: projectOf(application), ...taken }
  }

  /** Argo CD was asked to render it, whatever came of it. */
  rendered(key: string): void {
    rendered(this.#applications.get(key)?.heat)
  }

  settle(key: string, version: number): void {
    this.#pending.settle(key, version)
  }

  putBack(key: string, version: number, notBefore: number, attempts: number): void {
    this.#pending.putBack(key, version, notBefore, attempts)
  }

  isPending(key: string): boolean {
    return this.#pending.has(key)
  }

  outlook(now: number): { due: number; next: number } {
    return this.#pending.outlook(now, this.#mayGo)
  }

  /** How many wait, beside those that are left alone. */
  pendingCount(): number {
    return this.#pending.keys().filter(this.#mayGo).length
  }

  shortestInterval(credential: string, standard: number): number | undefined {
    return this.#environments.shortestInterval(credential, standard)
  }

  unseen(): ReturnType<Environments['unseen']> {
    return this.#environments.unseen()
  }

  counts(): { total: number; watched: number; unread: number; environments: number } {
    return { ...countsOf(this.#applications), environments: this.#environments.count() }
  }

  /** There is something new for it; not as often as somebody may say so. */
  #mark(key: string, now: number): void {
    this.#pending.mark(key, now, changed(this.#applications.get(key)?.heat, now))
  }

  /** Listed, and not left alone. */
  readonly #mayGo = (key: string): boolean => {
    const listed = this.#applications.get(key)?.listed
    return listed !== undefined && listed.excluded === undefined
  }

  #add(key: string, id: ApplicationId, renderedAfter: number): Application {
    const application = newApplication(id, renderedAfter, this.#gone.take(key))
    this.#applications.set(key, application)
    return application
  }

  #learn(key: string, application: Application, known: RememberedApplication): void {
    if (JSON.stringify(known) === JSON.stringify(application.known)) return
    this.#environments.use(key, application.known?.uses ?? [], known.uses)
    application.known = known
    this.#remembered = undefined
  }

  #remove(key: string, application: Application, now: number): void {
    this.#gone.add(key, application, now)
    this.#environments.use(key, application.known?.uses ?? [], [])
    this.#pending.forget(key)
    this.#applications.delete(key)
    this.#remembered = undefined
  }

  #isNews(application: Application, key: string, moment: Moment): boolean {
    const change = this.#environments.lastChange(key)
    return change !== undefined && mayMiss(application, change, moment)
  }
}
