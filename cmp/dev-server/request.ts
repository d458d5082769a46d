// An HTTP request → what it asks of Phase: endpoint, account, environment, path, filters.
// Also counts requests, for tests and `GET /dev/requests`.
import type { Account } from './accounts.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointOf } from './endpoint.ts'
import type { Environment } from './environments.ts'
import type { World } from './world.ts'

/** The parts of an HTTP request that matter. */
export interface HttpRequest {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly target: string
  /** A header by its lower-case name. */
  header(name: string): string | undefined
}

/** A request read against the world; nothing has been decided about it. */
export interface ApiRequest extends HttpRequest {
  readonly endpoint: Endpoint
  readonly query: URLSearchParams
  /** The account of the bearer, expired or not; absent if there is none such. */
  readonly account: Account | undefined
  /** The environment that the header or the query names, if it exists. */
  readonly environment: Environment | undefined
  /** The header `Path` as sent; absent means all paths. */
  readonly path: string | undefined
  readonly dynamic: boolean
  readonly lease: boolean
}

/** How often one question was asked. */
export interface RequestCount {
  readonly endpoint: Endpoint
  /** The token's name in the store; null if it is none of them. */
  readonly token: string | null
  /** `app/environment`; the id as sent where it is unknown; null where none was sent. */
  readonly environment: string | null
  /** null: no `Path` header, which asks for all paths. */
  readonly path: string | null
  readonly dynamic: boolean
  readonly lease: boolean
  readonly count: number
}

/** Reads an HTTP request. */
export function readRequest(world: World, http: HttpRequest): ApiRequest {
  const [pathname = '', search = ''] = http.target.split('?', 2)
  const endpoint = endpointOf(pathname)
  const query = new URLSearchParams(search)
  const path = http.header('path')
  const asks = (...names: string[]) =>
    endpoint === 'secrets' &&
    names.some((name) => !['', 'false'].includes((http.header(name) ?? '').toLowerCase()))
  const dynamic = asks('dynamic', 'include-dynamic')
  return {
    ...http,
    endpoint,
    query,
    account: findAccount(world, http.header('authorization')),
    environment: endpoint === 'secrets' ? findEnvironment(world, http, query) : undefined,
    path: endpoint === 'secrets' && path !== '' ? path : undefined,
    dynamic,
    lease: dynamic && asks('lease'),
  }
}

/** The scheme and bearer of an Authorization header; `Bearer` in any case, single spaces. */
export function readAuthorization(header: string): { scheme: string; bearer: string } | undefined {
  const [, scheme, bearer] = /^bearer (\S+) (\S+)$/i.exec(header) ?? []
  return scheme === undefined || bearer === undefined ? undefined : { scheme, bearer }
}

function findAccount(world: World, header: string | undefined): Account | undefined {
  const sent = readAuthorization(header ?? '')
  return world.accounts.find(
    ({ bearer, scheme }) => bearer === sent?.bearer && scheme === sent.scheme,
  )
}

function findEnvironment(
  world: World,
  http: HttpRequest,
  query: URLSearchParams,
): Environment | undefined {
  const id = http.header('environment')
  if (id) return world.environments.get(id)
  const app = world.apps.find((candidate) => candidate.id === query.get('app_id'))
  const name = query.get('env')?.toLowerCase()
  return app?.environments.find((environment) => environment.name.toLowerCase() === name)
}

/** Counts requests by what they asked. */
export interface RequestLog {
  add(request: ApiRequest): void
  /** Sorted by first occurrence. */
  counts(): readonly RequestCount[]
}

export function createRequestLog(): RequestLog {
  const counts = new Map<string, RequestCount>()
  return {
    add({ endpoint, account, environment, path, dynamic, lease, header }) {
      const asked = {
        endpoint,
        token: account?.name ?? null,
        environment: environment?.label ?? header('environment') ?? null,
        path: path ?? null,
        dynamic,
        lease,
      }
      const key = JSON.stringify(asked)
      counts.set(key, { ...asked, count: (counts.get(key)?.count ?? 0) + 1 })
    },
    counts: () => [...counts.values()],
  }
}
