// Everything that is known of Applications and environments, and what follows from it: which have to be
// read, which have to be refreshed. No I/O, no clock of its own: times come in with what happened.
//
// An Application is refreshed when an environment that it uses has another `updated_at` than at the last
// sighting. Where there is no last sighting to compare with (the first start, a new Application, another
// commit) the time decides: whatever changed since the Application may have been rendered is news to it.
import type {
  ApplicationId,
  EnvironmentId,
  EnvironmentUse,
  ListedApplication,
  RememberedApplication,
  Sighting,
  WatchState,
} from '../model.ts'
import { applicationKey, environmentKey } from '../model.ts'
import { Environments } from './environments.ts'
import type { Waiting } from './pending.ts'
import { Pending } from './pending.ts'

/** Argo CD keeps what a plugin rendered for a day, unless it was configured otherwise (argocd-repo-server `--repo-cache-expiration`). */
const CACHE_LIFETIME = 24 * 60 * 60 * 1000
/** How far Phase's clock and ours may be apart. */
const CLOCK_SKEW = 2 * 60 * 1000
/** Where reading failed: once more after a minute, at last after half an hour. */
const FIRST_REREAD = 60 * 1000
const LAST_REREAD = 30 * 60 * 1000
/** A list does not tell all commits (see `ListedApplication.origin`), and a restart of Redis tells nobody. */
const REREAD = 6 * 60 * 60 * 1000

interface Application {
  readonly id: ApplicationId
  listed: ListedApplication | undefined
  /** What was read last, and of which origin. */
  known: RememberedApplication | undefined
  /** Milliseconds since 1970: what Argo CD shows was rendered later than this. */
  renderedAfter: number
  /** Its origin is one that it had before: what Argo CD shows may miss changes that were refreshed since. */
  isBack: boolean
  /** On the clock's scale. */
  readAgainAt: number
  failedReads: number
}

/** What changed, for the log. */
export interface Change {
  readonly environment: EnvironmentId
  readonly title: string
  /** It was never seen before. */
  readonly isFirst: boolean
  /** How many Applications have to be refreshed for it, beside those that are left alone. */
  readonly applications: number
}

/** When something happened: `now` on the clock's scale, `wall` in milliseconds since 1970. */
export interface Moment {
  readonly now: number
  readonly wall: number
}

export class Ledger {
  readonly #applications = new Map<string, Application>()
  readonly #environments = new Environments()
  readonly #pending = new Pending()
  /** When an Application last had an origin that it has no more: Argo CD may still hold that render. */
  readonly #recent = new Map<string, number>()
  #lastList: number | undefined

  /** Takes over what was known before a restart. */
  restore(state: WatchState, { now, wall }: Moment): void {
    this.#environments.restore(state.environments)
    for (const [key, known] of Object.entries(state.applications)) {
      const application = this.#add(key, idOf(key), wall)
      application.readAgainAt = now + REREAD
      this.#learn(key, application, known)
    }
    for (const key of state.pending) this.#pending.mark(key, now)
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

  /** Takes a complete list; gives the Applications that have to be read. */
  list(listed: readonly ListedApplication[], { now, wall }: Moment): readonly ApplicationId[] {
    const present = new Set<string>()
    for (const each of listed) {
      const key = applicationKey(each.id)
      present.add(key)
      const earliest = Math.max(each.createdAt, wall - CACHE_LIFETIME)
      const application = this.#applications.get(key) ?? this.#add(key, each.id, earliest)
      this.#follow(key, application, each, wall)
    }
    for (const [key, application] of this.#applications) {
      if (!present.has(key)) this.#remove(key, application, wall)
    }
    for (const key of this.#pending.keys()) if (!present.has(key)) this.#pending.forget(key)
    this.#lastList = wall
    for (const [key, when] of this.#recent) {
      if (wall - when > CACHE_LIFETIME) this.#recent.delete(key)
    }
    return [...this.#applications.values()]
      .filter((each) => needsReading(each, now))
      .map(({ id }) => id)
  }

  /**
   * What an Application uses, as it was read for the `origin` that is listed now. @param renderedAfter
   * milliseconds since 1970, where a refresh of ours just rendered it.
   */
  read(
    id: ApplicationId,
    uses: readonly EnvironmentUse[],
    { now }: Moment,
    renderedAfter?: number,
  ): void {
    const key = applicationKey(id)
    const application = this.#applications.get(key)
    if (application?.listed === undefined) return
    application.failedReads = 0
    application.readAgainAt = now + REREAD
    if (renderedAfter !== undefined) application.renderedAfter = renderedAfter
    const before = application.isBack ? [] : (application.known?.uses ?? []).map(environmentKey)
    application.isBack = false
    this.#learn(key, application, { origin: application.listed.origin, uses })
    // The changes of what it used before were noticed when they happened.
    const news = uses.map(environmentKey).filter((each) => !before.includes(each))
    if (news.some((each) => this.#isNews(application, each))) this.#pending.mark(key, now)
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
    { now }: Moment,
    patience: number,
  ): readonly Change[] {
    const news = this.#environments.see(credential, sightings, now, patience)
    return sightings.flatMap((sighting) => {
      const key = environmentKey(sighting)
      const kind = news.get(key)
      if (kind === undefined) return []
      const isFirst = kind === 'first'
      const marked = [...this.#environments.users(key)].filter((user) =>
        this.#markIf(user, isFirst ? key : undefined, now),
      )
      if (marked.length === 0) return []
      const { host, environmentId, title } = sighting
      const environment = { host, environmentId }
      return [{ environment, title, isFirst, applications: marked.filter(this.#mayGo).length }]
    })
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
    const news = { listed: undefined, known: undefined, readAgainAt: 0, failedReads: 0 }
    const application: Application = { id, renderedAfter, isBack: false, ...news }
    this.#applications.set(key, application)
    return application
  }

  /** Another origin: the render is a new one, unless it is one from before that Argo CD still has. */
  #follow(key: string, application: Application, listed: ListedApplication, wall: number): void {
    const last = application.listed?.origin ?? application.known?.origin
    application.listed = listed
    if (last === listed.origin) return
    const { renderedAfter } = application
    if (last !== undefined) {
      this.#recent.set(`${key} ${last}`, this.#lastList ?? wall)
      const since = this.#lastList ?? wall - CACHE_LIFETIME
      application.renderedAfter = Math.max(renderedAfter, since)
    }
    const before = this.#recent.get(`${key} ${listed.origin}`)
    application.isBack = before !== undefined
    if (before !== undefined) application.renderedAfter = before
    application.failedReads = 0
    application.readAgainAt = 0
  }

  #learn(key: string, application: Application, known: RememberedApplication): void {
    this.#environments.use(key, application.known?.uses ?? [], known.uses)
    application.known = known
  }

  #remove(key: string, { listed, known }: Application, wall: number): void {
    const origin = listed?.origin ?? known?.origin
    if (origin !== undefined) this.#recent.set(`${key} ${origin}`, this.#lastList ?? wall)
    this.#environments.use(key, known?.uses ?? [], [])
    this.#pending.forget(key)
    this.#applications.delete(key)
  }

  /** Marks a user of an environment; of one seen for the first time, only if that may be news to it. */
  #markIf(user: string, first: string | undefined, now: number): boolean {
    const application = this.#applications.get(user)
    if (application === undefined) return false
    if (first !== undefined && !this.#isNews(application, first)) return false
    this.#pending.mark(user, now)
    return true
  }

  /** Whether an environment may have changed after an Application was rendered; what cannot be told counts. */
  #isNews({ renderedAfter }: Application, environment: string): boolean {
    const updatedAt = this.#environments.updatedAt(environment)
    if (updatedAt === undefined) return false
    return !(Date.parse(updatedAt) < renderedAfter - CLOCK_SKEW)
  }
}

/** Not known for what is listed now, or long ago; not before its time. */
function needsReading({ listed, readAgainAt }: Application, now: number): boolean {
  return listed?.mayUsePlugin === true && readAgainAt <= now
}

function idOf(key: string): ApplicationId {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}
