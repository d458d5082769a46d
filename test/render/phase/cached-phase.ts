// A dev-server, a cache in memory and a wall clock that tests move: one run in, what it read, asked
// for and said out.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in values.
import type { Endpoint } from '../../../cmp/dev-server/endpoint.ts'
import type { DevServer, DevServerOptions } from '../../../cmp/dev-server/server.ts'
import { startDevServer } from '../../../cmp/dev-server/server.ts'
import type { HttpClient } from '../../../render/phase/http.ts'
import { httpClient } from '../../../render/phase/http.ts'
import type {
  CachedAnswer,
  CacheOptions,
  PhaseSourceOptions,
} from '../../../render/phase/source.ts'
import { phaseSource } from '../../../render/phase/source.ts'
import type { SourceFailure, SourceRequest } from '../../../render/source.ts'
import { SourceError } from '../../../render/source.ts'
import { FULL_ACCESS } from '../../../render/tenancy/access.ts'
import { fakeClock, requestOf } from './fake-phase.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** A cache that is whole and private by nature. */
export interface MemoryCache extends Required<Pick<CacheOptions, 'open' | 'now'>> {
  /** Credential → name → answer. */
  readonly kept: Map<string, Map<string, CachedAnswer>>
  /** Milliseconds since 1970. */
  time: number
}

export function memoryCache(): MemoryCache {
  const cache: MemoryCache = {
    kept: new Map(),
    time: Date.UTC(2026, 0, 1),
    now: () => cache.time,
    open(key) {
      const id = Buffer.from(key).toString('hex')
      const answers = cache.kept.get(id) ?? new Map<string, CachedAnswer>()
      cache.kept.set(id, answers)
      return {
        read: async (name) => answers.get(name),
        write: async (name, answer) => {
          answers.set(name, answer)
        },
        clear: async () => answers.clear(),
      }
    },
  }
  return cache
}

/** What one run did. */
export interface Run {
  readonly values: Readonly<Record<string, string>>
  /** `tokens`, or `<app>/<environment> <path>`, `dynamic` behind it; sorted, one for each request. */
  readonly asked: readonly string[]
  readonly warnings: readonly SourceFailure[]
  readonly failures: readonly SourceFailure[]
}

/** Starts a dev-server with fixed keys for one test. */
export async function withServer(
  options: DevServerOptions,
  use: (server: DevServer) => Promise<void>,
): Promise<void> {
  const server = await startDevServer({ seed: 'cache', ...options })
  try {
    await use(server)
  } finally {
    await server.close()
  }
}

type Options = Partial<PhaseSourceOptions> & Partial<SourceRequest>

/** One run of one source, on monotonic time that only sleeping moves. */
export async function readOnce(server: DevServer, options: Options = {}): Promise<Run> {
  const client = httpClient()
  const before = requestsOf(server)
  const source = phaseSource({
    host: server.host,
    token: server.token,
    request: client,
    signal: new AbortController().signal,
    deadline: 45_000,
    clock: fakeClock(),
    userAgent: 'test/1',
    ...options,
  })
  try {
    const result = await source.read(requestOf(options), FULL_ACCESS)
    const { warnings } = result
    const values = result.secrets.map(({ key, value }) => [key, value.revealText()])
    const asked = minus(requestsOf(server), before)
    return { values: Object.fromEntries(values), asked, warnings, failures: [] }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const asked = minus(requestsOf(server), before)
    return { values: {}, asked, warnings: [], failures: error.failures }
  } finally {
    client.close()
  }
}

function requestsOf(server: DevServer): string[] {
  return server.requests().flatMap(({ endpoint, environment, path, dynamic, count }) => {
    const what = endpoint === 'tokens' ? 'tokens' : `${environment} ${path}`
    return Array.from({ length: count }, () => (dynamic ? `${what} dynamic` : what))
  })
}

function minus(all: readonly string[], before: readonly string[]): string[] {
  const left = [...all]
  for (const each of before) left.splice(left.indexOf(each), 1)
  return left.sort()
}

/** A network that fails before there is a reply, with the time that it takes to find out. */
export function brokenClient(fail: (timeout: number) => Error): HttpClient {
  return {
    async get({ timeout }) {
      throw fail(timeout)
    },
    close() {},
  }
}

/** A store in which Production refers to Staging; faults, and what follows the token's name. */
export const staleStore = (a = 'first', faults = '', token = '') => `apps:
  web:
    environments:
      Production: { secrets: { /: { A: ${a}, B: "\${Staging.HOST}" }, /db: { C: c }, /broken: { X: "\${NO}" } } }
      Staging: { secrets: { /: { HOST: host } } }
tokens: [{ name: default${token} }, { name: other }]
faults: [${faults}]
`

/** A cache that a run has filled, and Phase as it is afterwards. */
export interface Down {
  readonly server: DevServer
  readonly cache: MemoryCache
  /** What the last run before knew. */
  readonly known: Run
  read(options?: Partial<PhaseSourceOptions>): Promise<Run>
}

/** Fills a cache, lets time pass and the store change, and reads with Phase as it is then. */
export async function afterwards(
  use: (down: Down) => Promise<void>,
  { changed = staleStore(), passed = 37 * MINUTE, staleIfError = HOUR as number | 'off' } = {},
): Promise<void> {
  await withServer({ store: staleStore() }, async (server) => {
    const cache = memoryCache()
    const limit = staleIfError === 'off' ? undefined : staleIfError
    const settings = { cache: { ...cache, staleIfError: limit } }
    const known = await readOnce(server, settings)
    cache.time += passed
    server.update(changed)
    await use({
      server,
      cache,
      known,
      read: (more = {}) => readOnce(server, { ...settings, ...more }),
    })
  })
}

/** One fault of `staleStore`. */
export const faultAt = (effect: string, endpoint: Endpoint) =>
  `{ effect: ${effect}, endpoint: ${endpoint} }`
export const codesOf = ({ failures }: Run) => failures.map(({ code }) => code)
