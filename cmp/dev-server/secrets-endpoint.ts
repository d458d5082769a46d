// `GET /service/secrets/`: a request → rows or a refusal, as recorded from Phase's backend v2.73.
import type { Account } from './accounts.ts'
import type { Answer } from './answer.ts'
import { json, notAllowed } from './answer.ts'
import type { DynamicRow, SecretRow } from './environments.ts'
import type { ApiRequest } from './request.ts'
import { readAuthorization } from './request.ts'
import type { World } from './world.ts'

const HEADERS = { Vary: 'Accept, origin', Allow: 'GET, POST, PUT, DELETE, HEAD, OPTIONS' }

/** Answers with the rows of one environment, or says why not. */
export function answerSecrets(world: World, request: ApiRequest): Answer {
  const { account, environment } = request
  const refusal = refuse(world, request)
  if (refusal !== undefined) return refusal
  // Refused above; said again for the types.
  if (account === undefined || environment === undefined) return contextRequired()
  const path = request.path === undefined ? undefined : normalise(request.path)
  const here = (row: { readonly path: string }) => path === undefined || row.path === path
  const dynamic = request.dynamic ? environment.dynamic.filter(here) : []
  if (request.lease && !/^\d*$/.test(request.header('lease-ttl') ?? ''))
    return secretsError(400, 'lease_ttl must be a valid integer (seconds)')
  if (request.lease && dynamic.length > 0) return refuseLeases(dynamic)
  const rows = filterRows(environment.rows.filter(here), request).map((row) =>
    account.scheme === 'User' ? row : { ...row, override: null },
  )
  const body: readonly unknown[] = [...rows, ...dynamic]
  const camel = request.header('x-use-camel-case')?.toLowerCase() === 'true'
  return json(200, HEADERS, camel ? toCamelCase(body) : body)
}

/** In the backend's order: who asks, for which environment, may they see it, from there, at all. */
function refuse(world: World, request: ApiRequest): Answer | undefined {
  const { method, account, environment } = request
  if (['POST', 'PUT', 'DELETE'].includes(method)) return notAllowed(HEADERS, method)
  const authorization = request.header('authorization')
  if (!authorization) return secretsError(401, 'Authentication credentials were not provided.')
  const scheme = readAuthorization(authorization)?.scheme ?? ''
  if (!['User', 'Service', 'ServiceAccount'].includes(scheme))
    return secretsError(401, 'Invalid token')
  if (account === undefined || account.expired) return secretsError(401, 'Token expired or deleted')
  if (environment === undefined) return refuseContext(world, request, account)
  if (!account.environmentKeys.has(environment.id)) return refuseEnvironment(account)
  if (account.ipBlocked)
    return secretsError(
      403,
      'Access denied: a network access policy restricts access from your IP address.',
    )
  if (method !== 'GET') return secretsError(403, `Unsupported HTTP method: ${method}`)
  if (!account.canRead)
    return secretsError(403, "You don't have permission to read secrets in this environment.")
  return undefined
}

function refuseContext(world: World, request: ApiRequest, account: Account): Answer {
  if (request.header('environment')) return secretsError(401, 'Environment not found')
  const app = request.query.get('app_id')
  const name = request.query.get('env')
  if (app && !world.apps.some(({ id }) => id === app))
    return secretsError(404, `App with ID ${app} not found`)
  if (app && name) return secretsError(404, `Environment '${name}' not found in App ${app}`)
  if (account.scheme === 'Service')
    return secretsError(401, 'Service tokens require an environment context')
  return contextRequired()
}

function contextRequired(): Answer {
  return secretsError(
    403,
    'Environment context required. Supply `app_id` and `env` as query parameters.',
  )
}

function refuseEnvironment({ scheme }: Account): Answer {
  if (scheme === 'User') return secretsError(403, 'User cannot access this environment')
  const who = scheme === 'Service' ? 'Service token' : 'Service account'
  return secretsError(401, `${who} cannot access this environment`)
}

/** No provider is behind dynamic secrets here, so every lease fails as it does without a licence. */
function refuseLeases(dynamic: readonly DynamicRow[]): Answer {
  return json(400, HEADERS, {
    error: 'One or more dynamic secret leases could not be created',
    failed_leases: dynamic.map(({ id, name }) => ({
      secret_id: id,
      secret_name: name,
      error: 'An internal error occurred',
    })),
    successful_leases: 0,
  })
}

function filterRows(rows: readonly SecretRow[], request: ApiRequest): readonly SecretRow[] {
  const digest = request.header('keydigest')
  const tags = request.header('tags')
  const matching = digest ? rows.filter((row) => row.key_digest === digest) : rows
  if (!tags) return matching
  const wanted = [...new Set(tags.split(','))]
  // A row comes once for every tag that matches: the backend joins without DISTINCT.
  return matching.flatMap((row) => wanted.filter((tag) => row.tags.includes(tag)).map(() => row))
}

/** As the backend does it: leading slash, no doubled ones, none at the end, no decoding. */
function normalise(path: string): string {
  return `/${path}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
}

function toCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCamelCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      toCamelCase(inner),
    ]),
  )
}

function secretsError(status: number, error: string): Answer {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
  return json(status, { ...HEADERS, ...headers }, { error })
}
