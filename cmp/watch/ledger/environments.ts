// Which environments are used, by whom, and their last known `updated_at`. A sighting in; whether it is news out.
import type { EnvironmentId, EnvironmentUse, Sighting } from '../model.ts'
import { environmentKey, environmentOf } from '../model.ts'

/** What a sighting means, where it is news: the first one of this environment, or a change. */
export type News = 'first' | 'change'

/** What changed, for the log. */
export interface Change {
  readonly environment: EnvironmentId
  readonly title: string
  /** It was never seen before. */
  readonly isFirst: boolean
  /** How many Applications have to be refreshed for it, beside those that are left alone. */
  readonly applications: number
}

interface Environment {
  updatedAt: string | undefined
  /** When that was first seen, or restored, on the clock's scale. */
  changeSeenAt: number
  /** The title of the credential whose sightings count. */
  owner: string | undefined
  /** When the owner saw it last, on the clock's scale. */
  seenAt: number
  /** By application key: the interval that it asks for; undefined where it leaves it to us. */
  readonly users: Map<string, number | undefined>
}

/** Of all Applications together: ten times as many as ten thousand usual ones have. Anybody may write annotations. */
const MOST_USES = 200_000
const MOST_WHEN_FULL = 20

export class Environments {
  #uses = 0
  readonly #byKey = new Map<string, Environment>()
  /** What each credential saw last, by its title. */
  readonly #seen = new Map<string, ReadonlySet<string>>()

  /** Takes over what was known before a restart. */
  restore(updatedAt: Readonly<Record<string, string>>, now: number): void {
    for (const [key, text] of Object.entries(updatedAt)) {
      Object.assign(this.#at(key), { updatedAt: text, changeSeenAt: now })
    }
  }

  /** The last `updated_at` of everything that is used. */
  snapshot(): Record<string, string> {
    const used = [...this.#byKey].filter(([, { users }]) => users.size > 0)
    return Object.fromEntries(
      used.flatMap(([key, { updatedAt }]) => (updatedAt === undefined ? [] : [[key, updatedAt]])),
    )
  }

  /** That an Application now uses these, and of what it used before, only these. */
  use(
    application: string,
    before: readonly EnvironmentUse[],
    after: readonly EnvironmentUse[],
  ): void {
    for (const use of after) {
      this.#at(environmentKey(use)).users.set(application, use.pollingInterval)
    }
    this.#uses += after.length - before.length
    const kept = new Set(after.map(environmentKey))
    for (const key of before.map(environmentKey)) {
      if (kept.has(key)) continue
      this.#byKey.get(key)?.users.delete(application)
      this.#forgetIfIdle(key)
    }
  }

  /** The last `updated_at`, and when it was first seen. */
  lastChange(key: string): { updatedAt: string; seenAt: number } | undefined {
    const { updatedAt, changeSeenAt = 0 } = this.#byKey.get(key) ?? {}
    return updatedAt === undefined ? undefined : { updatedAt, seenAt: changeSeenAt }
  }

  users(key: string): Iterable<string> {
    return this.#byKey.get(key)?.users.keys() ?? []
  }

  /**
   * Takes what one credential saw. Where several see an environment, only one of them counts: their
   * answers may overtake each other, and an old one would look like a change back. Another takes over
   * when the owner sees it no more, or gave no answer for `patience` ms.
   */
  see(
    credential: string,
    sightings: readonly Sighting[],
    now: number,
    patience: number,
  ): Map<string, News> {
    // Once each, or two that differ would be a change at every poll.
    const texts = new Map(sightings.map((each) => [environmentKey(each), each.updatedAt]))
    this.#disown(credential, new Set(texts.keys()))
    const news = new Map<string, News>()
    for (const [key, updatedAt] of texts) {
      const environment = this.#at(key)
      const isOwner = environment.owner === undefined || environment.owner === credential
      if (!isOwner && now - environment.seenAt <= patience) continue
      const { updatedAt: last } = environment
      environment.owner = credential
      environment.seenAt = now
      environment.updatedAt = updatedAt
      if (last === updatedAt) continue
      environment.changeSeenAt = now
      news.set(key, last === undefined ? 'first' : 'change')
    }
    return news
  }

  /** Forgets what the others saw: another credential may take over at once. */
  keepCredentials(names: ReadonlySet<string>): void {
    for (const name of this.#seen.keys()) {
      if (names.has(name)) continue
      this.#disown(name, new Set())
      this.#seen.delete(name)
    }
  }

  /** The shortest interval that is asked for what a credential is to watch, in milliseconds; undefined: nothing is. */
  shortestInterval(credential: string, standard: number): number | undefined {
    let shortest: number | undefined
    for (const key of this.#seen.get(credential) ?? []) {
      const environment = this.#byKey.get(key)
      if (environment?.owner !== credential) continue
      for (const asked of environment.users.values()) {
        shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, asked ?? standard)
      }
    }
    return shortest
  }

  /** What is used and no credential sees, by key, with how many use it. */
  unseen(): Map<string, { environment: EnvironmentId; applications: number }> {
    const unseen = [...this.#byKey].filter(
      ([, { owner, users }]) => owner === undefined && users.size > 0,
    )
    return new Map(
      unseen.map(([key, { users }]) => [
        key,
        { environment: environmentOf(key), applications: users.size },
      ]),
    )
  }

  /** How many are used. */
  count(): number {
    return [...this.#byKey.values()].filter(({ users }) => users.size > 0).length
  }

  #disown(credential: string, keys: ReadonlySet<string>): void {
    for (const key of this.#seen.get(credential) ?? []) {
      const environment = this.#byKey.get(key)
      if (keys.has(key) || environment?.owner !== credential) continue
      environment.owner = this.#otherThatSees(key, credential)
      this.#forgetIfIdle(key)
    }
    this.#seen.set(credential, keys)
  }

  #otherThatSees(key: string, credential: string): string | undefined {
    for (const [name, keys] of this.#seen) if (name !== credential && keys.has(key)) return name
    return undefined
  }

  /** What nobody uses and nobody sees: there may be others at each answer. */
  #forgetIfIdle(key: string): void {
    const environment = this.#byKey.get(key)
    if (environment?.owner === undefined && environment?.users.size === 0) this.#byKey.delete(key)
  }

  /** What is remembered of the uses of an Application: all, unless those of all together are very many. */
  fitting(uses: readonly EnvironmentUse[]): readonly EnvironmentUse[] {
    return this.#uses < MOST_USES ? uses : uses.slice(0, MOST_WHEN_FULL)
  }

  #at(key: string): Environment {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const made = {
      updatedAt: undefined,
      changeSeenAt: 0,
      owner: undefined,
      seenAt: 0,
      users: new Map(),
    }
    this.#byKey.set(key, made)
    return made
  }
}
