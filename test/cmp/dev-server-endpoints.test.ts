// The dev-server against what was recorded from Phase's backend: statuses, headers, bodies.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DevServer } from '../../cmp/dev-server/server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import type { Headers } from '../support/ask.ts'
import { ask, bearer } from '../support/ask.ts'

const DEV = '00000000-0000-4000-8000-00000000000d'
const PROD = '00000000-0000-4000-8000-00000000000e'
const APP = '00000000-0000-4000-8000-00000000000a'
const STORE = `
organisation: lab
apps:
  web:
    id: ${APP}
    environments:
      Development: { id: ${DEV}, secrets: { /: { ONLY_DEV: fake } } }
      Production:
        id: ${PROD}
        secrets:
          /:
            PLAIN: { value: fake-plain, comment: hello, tags: [backend, Data Base] }
            UNICODE: "日本語 🔐\\nline2\\n"
            EMPTY: ''
            RAW: { value: '', unencrypted: true }
            MINE: { value: shared, override: personal }
          /db: { PASSWORD: fake-db, lower.key: { value: fake-lower, tags: [db] } }
          /bäck: { K: fake }
        dynamic:
          - { name: AWS, keys: { username: AWS_USER, secret_access_key: AWS_SECRET } }
tokens:
  - { name: full }
  - { name: expired, expired: true }
  - { name: reader, sees: [web/Production] }
  - { name: norole, role: none }
  - { name: blocked, ipBlocked: true }
  - { name: legacy, kind: service-v1, sees: [web/Production], role: none }
  - { name: user, kind: user, sees: [web/Production] }
`

let server: DevServer
before(async () => {
  server = await startDevServer({ store: STORE, seed: 'endpoints' })
})
after(() => server.close())

const get = (path: string, headers?: Headers, method?: string) => ask(server, path, headers, method)
const as = (name: string, more: Headers = {}): Headers => ({
  Authorization: bearer(server, name),
  ...more,
})

async function rows(headers: Headers, name = 'full'): Promise<readonly Record<string, unknown>[]> {
  const reply = await get('/service/secrets/', as(name, { Environment: PROD, ...headers }))
  assert.equal(reply.status, 200, reply.body)
  const parsed: unknown = JSON.parse(reply.body)
  assert.ok(Array.isArray(parsed))
  return parsed
}

const TOKENS = '/service/secrets/tokens/'
const SECRETS = '/service/secrets/'
const UNKNOWN = `Bearer ServiceAccount ${'0'.repeat(64)}`
const LEASE = { Environment: PROD, dynamic: 'true', lease: 'true' }

type Refusal = readonly [string, string, () => Headers, number, string, string?]
const refusals: readonly Refusal[] = [
  ['tokens without authorization', TOKENS, () => ({}), 500, 'Internal server error.'],
  ['tokens, expired', TOKENS, () => as('expired'), 403, 'Token expired or deleted'],
  ['tokens, unknown', TOKENS, () => ({ Authorization: UNKNOWN }), 403, 'Token expired or deleted'],
  ['tokens, garbled', TOKENS, () => ({ Authorization: 'x' }), 403, 'Token expired or deleted'],
  ['tokens, POST', TOKENS, () => as('full'), 405, 'Method "POST" not allowed.', 'POST'],
  ['no authorization', SECRETS, () => ({}), 401, 'Authentication credentials were not provided.'],
  ['garbled', SECRETS, () => ({ Authorization: 'Bearer X y' }), 401, 'Invalid token'],
  ['expired', SECRETS, () => as('expired'), 401, 'Token expired or deleted'],
  [
    'no environment',
    SECRETS,
    () => as('full'),
    403,
    'Environment context required. Supply `app_id` and `env` as query parameters.',
  ],
  [
    'no environment, v1',
    SECRETS,
    () => as('legacy'),
    401,
    'Service tokens require an environment context',
  ],
  [
    'unknown environment',
    SECRETS,
    () => as('full', { Environment: APP }),
    401,
    'Environment not found',
  ],
  [
    'unknown app',
    `${SECRETS}?app_id=nope&env=production`,
    () => as('full'),
    404,
    'App with ID nope not found',
  ],
  [
    'unknown name',
    `${SECRETS}?app_id=${APP}&env=nope`,
    () => as('full'),
    404,
    `Environment 'nope' not found in App ${APP}`,
  ],
  [
    'environment not granted',
    SECRETS,
    () => as('reader', { Environment: DEV }),
    401,
    'Service account cannot access this environment',
  ],
  [
    'environment not granted, v1',
    SECRETS,
    () => as('legacy', { Environment: DEV }),
    401,
    'Service token cannot access this environment',
  ],
  [
    'environment not granted, user',
    SECRETS,
    () => as('user', { Environment: DEV }),
    403,
    'User cannot access this environment',
  ],
  [
    'role lacks read',
    SECRETS,
    () => as('norole', { Environment: PROD }),
    403,
    "You don't have permission to read secrets in this environment.",
  ],
  [
    'ip blocked',
    SECRETS,
    () => as('blocked', { Environment: PROD }),
    403,
    'Access denied: a network access policy restricts access from your IP address.',
  ],
  [
    'PATCH',
    SECRETS,
    () => as('full', { Environment: PROD }),
    403,
    'Unsupported HTTP method: PATCH',
    'PATCH',
  ],
  [
    'a lease time that is no number',
    SECRETS,
    () => as('full', { ...LEASE, 'lease-ttl': '1h' }),
    400,
    'lease_ttl must be a valid integer (seconds)',
  ],
]
for (const [name, path, headers, status, error, method] of refusals)
  test(`refused as recorded: ${name}`, async () => {
    const reply = await get(path, headers(), method)
    assert.deepEqual([reply.status, reply.body], [status, JSON.stringify({ error })])
    assert.equal(reply.headers['content-type'], 'application/json')
    const authenticate = status === 401 ? 'Bearer' : undefined
    assert.equal(reply.headers['www-authenticate'], authenticate)
    const tokens = path === TOKENS
    assert.equal(reply.headers.vary, tokens ? 'Accept, origin, Cookie' : 'Accept, origin')
    const allow = tokens ? 'OPTIONS, GET' : 'GET, POST, PUT, DELETE, HEAD, OPTIONS'
    assert.equal(reply.headers.allow, allow)
  })

test('a path without its last slash is a page of HTML', async () => {
  const reply = await get('/service/secrets/tokens', as('full'))
  assert.equal(reply.status, 404)
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(reply.body, /^\n<!doctype html>\n<html lang="en">/)
})

test('the prefix /service may be missing', async () => {
  for (const path of ['/service/health/', '/health/'])
    assert.equal((await get(path)).body, '{"status":"alive","version":"v2.73.2"}')
  assert.equal((await get('/secrets/tokens/', as('full'))).status, 200)
})

const filters: readonly (readonly [string, Headers, readonly string[]])[] = [
  ['no path is all paths', {}, ['/', '/', '/', '/', '/', '/bäck', '/db', '/db']],
  ['an empty path too', { Path: '' }, ['/', '/', '/', '/', '/', '/bäck', '/db', '/db']],
  ['the root is not recursive', { Path: '/' }, ['/', '/', '/', '/', '/']],
  ['a path is normalised', { Path: 'db//' }, ['/db', '/db']],
  ['a path keeps its case', { Path: '/DB' }, []],
  ['an unknown path is empty', { Path: '/nope' }, []],
  ['a row comes once per tag', { tags: 'backend,Data Base' }, ['/', '/']],
  ['tags are exact', { tags: 'backend, Data Base,DB' }, ['/']],
  ['a tag asked twice counts once', { tags: 'db,db' }, ['/db']],
  ['dynamic rows when asked', { Path: '/db', dynamic: 'yes' }, ['/db', '/db']],
  ['dynamic rows of the path', { tags: 'db', Path: '/', 'include-dynamic': 'true' }, ['/']],
  ['dynamic: false', { Path: '/', dynamic: 'false' }, ['/', '/', '/', '/', '/']],
]
for (const [name, headers, want] of filters)
  test(name, async () => {
    const paths = (await rows(headers)).map((row) => String(row.path))
    assert.deepEqual(paths.toSorted(), want)
  })

test('a path header is Latin-1, not percent-decoded', async () => {
  const paths = async (Path: string) => (await rows({ Path })).map(({ path }) => path)
  assert.deepEqual([await paths('/bäck'), await paths('/b%C3%A4ck')], [['/bäck'], []])
})

test('camel case when asked', async () => {
  const [row] = await rows({ Path: '/', 'X-Use-Camel-Case': 'true', tags: 'backend' }, 'user')
  assert.ok(row !== undefined && 'keyDigest' in row && 'createdAt' in row && !('key_digest' in row))
})

test('overrides are for users only', async () => {
  const overrides = async (name: string) =>
    (await rows({ Path: '/' }, name)).filter(({ override }) => override !== null).length
  assert.deepEqual([await overrides('user'), await overrides('full')], [1, 0])
})

test('a lease is refused with the recorded body, and counted', async () => {
  const reply = await get(SECRETS, as('full', LEASE))
  assert.equal(reply.status, 400)
  const { error, failed_leases: failed, successful_leases: successful } = JSON.parse(reply.body)
  assert.equal(error, 'One or more dynamic secret leases could not be created')
  assert.deepEqual(Object.keys(failed[0]), ['secret_id', 'secret_name', 'error'])
  assert.deepEqual([failed[0].secret_name, successful], ['AWS', 0])
  assert.ok(server.requests().some(({ lease, count }) => lease && count > 0))
})
