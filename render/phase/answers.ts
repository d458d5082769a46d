// Phase's endpoints and a cache in; checked answers out, with fewer requests and, where that is
// allowed, the last known ones while Phase is down. The account is always asked for first, and its
// environments' `updated_at` of this very run decides which secrets are asked for again.
import type { SourceFailure } from '../source.ts'
import { SourceError } from '../source.ts'
import type { Environment } from './account.ts'
import type { PhaseApi } from './api.ts'
import { checkPlaces } from './api.ts'
import type { AnswerCache, CachedAnswer, CacheOptions } from './cache.ts'
import { refusal } from './failures.ts'
import type { WireAccount, WireDynamicSecret, WireSecret } from './wire.ts'
import { parseBody, readAccount, readSecrets, ShapeError } from './wire.ts'

/** What a session asks Phase for. */
export interface Answers {
  /** @throws {SourceError} */
  account(): Promise<WireAccount>
  /** @throws {SourceError} */
  secrets(environment: Environment, path: string): Promise<readonly WireSecret[]>
  /** Never kept. @throws {SourceError} */
  dynamicSecrets(environment: Environment, path: string): Promise<readonly WireDynamicSecret[]>
  /** What there is to say of answers that are not Phase's latest: each sentence once in a session. */
  takeWarnings(): readonly SourceFailure[]
  /** Throws a read's error; what is missing in a last known account is missing because Phase is down. */
  fail(error: unknown): never
}

const DAY = 24 * 3_600_000
/**
 * Milliseconds for a request whose last known answer could be used: with Phase in a black hole, the
 * retries would eat the run's whole budget (45 s), and Argo CD kills the plugin at 60 s.
 */
const PATIENCE = 10_000
const ACCOUNT = 'account'

const DOWN: ReadonlySet<SourceFailure['code']> = new Set([
  'ERR_NETWORK',
  'ERR_TIMEOUT',
  'ERR_SERVER',
  'ERR_THROTTLED',
])
const DENIED: ReadonlySet<SourceFailure['code']> = new Set([
  'ERR_TOKEN_REJECTED',
  'ERR_ACCESS_DENIED',
])
const MISSING: ReadonlySet<SourceFailure['code']> = new Set([
  'ERR_APP_NOT_FOUND',
  'ERR_ENVIRONMENT_NOT_FOUND',
])

/** Asks for everything, keeps nothing. */
export function plainAnswers(api: PhaseApi): Answers {
  return {
    account: async () => (await api.account()).value,
    secrets: async (environment, path) => (await api.secrets(environment, path)).value,
    dynamicSecrets: api.dynamicSecrets,
    takeWarnings: () => [],
    fail(error) {
      throw error
    },
  }
}

/** Keeps answers under the credential's key. */
export function cachedAnswers(api: PhaseApi, options: CacheOptions, key: Uint8Array): Answers {
  return new CachedAnswers(api, options, key)
}

/** An answer to use while Phase is down. */
interface LastKnown<T> {
  readonly value: T
  /** Milliseconds since it was known to be current. */
  readonly age: number
}

class CachedAnswers implements Answers {
  readonly #api: PhaseApi
  readonly #cache: AnswerCache
  readonly #maxAge: number
  readonly #staleIfError: number | undefined
  readonly #now: () => number
  /** When the account in use was asked for. */
  #accountAsOf = Number.NEGATIVE_INFINITY
  /** Why the account in use is the last known one. */
  #accountFailure: SourceFailure | undefined
  readonly #warnings = new Map<string, SourceFailure>()
  readonly #said = new Set<string>()

  constructor(api: PhaseApi, options: CacheOptions, key: Uint8Array) {
    this.#api = api
    this.#cache = options.open(key)
    this.#maxAge = options.maxAge ?? DAY
    this.#staleIfError = options.staleIfError
    this.#now = options.now ?? Date.now
  }

  async account(): Promise<WireAccount> {
    // Only to be used while Phase is down: whether the token still holds is asked on every run.
    const kept = this.#staleIfError === undefined ? undefined : await this.#cache.read(ACCOUNT)
    const last = this.#lastKnown(kept, '', (body) => readAccount(parseBody(body)))
    const asked = this.#now()
    try {
      const { value, body } = await this.#api.account(last && PATIENCE)
      this.#accountAsOf = asked
      if (this.#staleIfError !== undefined) {
        await this.#cache.write(ACCOUNT, { body, asked, tag: '' })
      }
      return value
    } catch (error) {
      const [value, failure] = await this.#insteadOf(error, last)
      this.#accountFailure = failure
      this.#accountAsOf = kept?.asked ?? this.#accountAsOf
      return value
    }
  }

  async secrets(environment: Environment, path: string): Promise<readonly WireSecret[]> {
    const { id, updatedAt: tag } = environment
    const name = `secrets ${id} ${path}`
    const kept = tag === undefined ? undefined : await this.#cache.read(name)
    const read = (body: Uint8Array) => readRows(body, environment, path)
    const fresh = this.#isFresh(kept, tag) ? attempt(kept, read) : undefined
    if (fresh !== undefined) return fresh
    const last = this.#lastKnown(kept, tag, read)
    if (this.#accountFailure !== undefined && last !== undefined) {
      this.#warn(this.#accountFailure, last.age)
      return last.value
    }
    const asked = this.#now()
    try {
      const { value, body } = await this.#api.secrets(environment, path, last && PATIENCE)
      // Nothing at a path that somebody made up is not worth a file; nothing left at a known one is.
      const isNews = value.length > 0 || kept !== undefined
      if (tag !== undefined && isNews) await this.#cache.write(name, { body, asked, tag })
      return value
    } catch (error) {
      return (await this.#insteadOf(error, last))[0]
    }
  }

  async dynamicSecrets(
    environment: Environment,
    path: string,
  ): Promise<readonly WireDynamicSecret[]> {
    if (this.#accountFailure !== undefined) throw refusal(this.#accountFailure)
    return this.#api.dynamicSecrets(environment, path)
  }

  takeWarnings(): readonly SourceFailure[] {
    const news = [...this.#warnings.values()].filter(({ message }) => !this.#said.has(message))
    for (const { message } of news) this.#said.add(message)
    return news
  }

  fail(error: unknown): never {
    if (this.#accountFailure === undefined || !(error instanceof SourceError)) throw error
    const isMissing = error.failures.every(({ code }) => MISSING.has(code))
    throw isMissing ? refusal(unhelped(this.#accountFailure)) : error
  }

  #isFresh(kept: CachedAnswer | undefined, tag: string | undefined): kept is CachedAnswer {
    if (kept === undefined || kept.tag !== tag) return false
    const age = this.#now() - kept.asked
    // A clock that went backwards: nobody knows how old it is.
    return age >= 0 && age <= this.#maxAge
  }

  #lastKnown<T>(
    kept: CachedAnswer | undefined,
    tag: string | undefined,
    read: (body: Uint8Array) => T,
  ): LastKnown<T> | undefined {
    if (kept === undefined || this.#staleIfError === undefined) return undefined
    // Who asked for the account and found the same tag has confirmed the secrets.
    const current = kept.tag === tag ? Math.max(kept.asked, this.#accountAsOf) : kept.asked
    const age = this.#now() - current
    if (!(age >= 0 && age <= this.#staleIfError)) return undefined
    if (this.#now() - kept.asked > this.#maxAge + this.#staleIfError) return undefined
    const value = attempt(kept, read)
    return value === undefined ? undefined : { value, age }
  }

  /** The last known value and what it stands in for. @throws the error, if it is not for this one. */
  async #insteadOf<T>(error: unknown, last: LastKnown<T> | undefined): Promise<[T, SourceFailure]> {
    const failure = error instanceof SourceError ? error.failures[0] : undefined
    if (failure === undefined) throw error
    if (DENIED.has(failure.code)) await this.#cache.clear()
    if (this.#staleIfError === undefined || !DOWN.has(failure.code)) throw error
    if (last === undefined) throw refusal(unhelped(failure))
    this.#warn(failure, last.age)
    return [last.value, failure]
  }

  #warn({ message, hint }: SourceFailure, age: number): void {
    const said = `Phase could not be reached: ${message}; the last known sealed data is used, which was current ${inWords(age)} ago`
    this.#warnings.set(said, {
      code: 'ERR_STALE_DATA',
      fault: 'outside',
      field: 'host',
      message: said,
      hint,
    })
  }
}

function readRows(body: Uint8Array, environment: Environment, path: string): WireSecret[] {
  const rows = readSecrets(parseBody(body))
  checkPlaces(rows, environment, path)
  return rows
}

/** What a kept body says; nothing if it says nothing to this version of ours. */
function attempt<T>({ body }: CachedAnswer, read: (body: Uint8Array) => T): T | undefined {
  try {
    return read(body)
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SourceError) return undefined
    throw error
  }
}

function unhelped(failure: SourceFailure): SourceFailure {
  const hint = `the cache holds nothing young enough to use instead; ${failure.hint ?? 'run it again'}`
  return { ...failure, hint }
}

const UNITS = [
  [DAY, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** Such as `37 minutes`: whole ones of the largest unit of which there are at least two. */
function inWords(age: number): string {
  const [ms, unit] = UNITS.find(([each]) => age >= 2 * each) ?? [60_000, 'minute']
  const count = Math.floor(age / ms)
  if (count === 0) return 'less than a minute'
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`
}
