// biome-ignore-all lint/suspicious/noTemplateCurlyInString: recorded values hold references.
// Every recorded exchange with a real Phase backend through the real client on loopback.
import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { after, test } from 'node:test'
import { keyDigest } from '../../../render/phase/crypto.ts'
import { httpClient } from '../../../render/phase/http.ts'
import { loadSodium } from '../../../render/phase/sodium.ts'
import { phaseSource } from '../../../render/phase/source.ts'
import type { Source, SourceRequest } from '../../../render/source.ts'
import { FULL_ACCESS } from '../../../render/tenancy/access.ts'
import { failuresOf, fakeClock, requestOf, valuesOf } from './fake-phase.ts'
import type { Replay } from './replay.ts'
import { captures, expected, startReplay } from './replay.ts'

const sodium = await loadSodium()
const TOKENS = '/service/secrets/tokens/'
const SECRETS = '/service/secrets/'
const client = httpClient()
const replays: Replay[] = []
after(async () => {
  client.close()
  for (const replay of replays) await replay.close()
})

async function replayed(
  token: string,
  options?: Parameters<typeof startReplay>[0],
  more: { allowUserToken?: boolean; personalOverrides?: boolean } = {},
): Promise<{ source: Source; replay: Replay }> {
  const replay = await startReplay(options)
  replays.push(replay)
  const source = phaseSource({
    host: replay.host,
    token: expected.keys.tokens[token] ?? token,
    request: client,
    signal: new AbortController().signal,
    deadline: 45_000,
    clock: fakeClock(),
    userAgent: 'test/1',
    ...more,
  })
  return { source, replay }
}

/** Keys whose references cannot resolve; every other recorded key can be read without them. */
const BROKEN = ['BADREF', 'CIRC_A', 'CIRC_B', 'WRONGAPP', 'DEFAULT', 'REFDOT', 'INFOLDER']

const digestsOf = (place: string, keys: readonly string[]) =>
  keys.map((key) => keyDigest(sodium, key, expected.keys.envs[place]?.salt ?? ''))
const broken = digestsOf('web/Production', BROKEN)
const referring = [
  ...digestsOf('web/Production', ['LOCALREF', 'RELPATH', 'INFOLDER']),
  ...digestsOf('api/Production', ['URL']),
]

/** What references become, by the rules in the design. */
const RESOLVED: Readonly<Record<string, string>> = {
  LOCALREF: 'a=plain-value;b=db-prod-pw;c=plain-staging;d=db-staging-pw;e=api-prod-key',
  REFDOLLAR: '<p$$w$&d$1>',
  NEST1: '123',
  NEST2: '23',
  TWICE: 'plain-value-plain-value',
  INJECT: '${{x}}${PLAIN|plain-value',
  RELPATH: 'db-prod-pw db-nested-pw db-nested-pw',
  URL: 'https://api-prod-key@staging.host/plain-value',
}

function plaintext(environment: string, path: string): Record<string, string> {
  const rows = (expected.plaintext[environment] ?? []).filter(
    (row) => row.path === path && !BROKEN.includes(row.key),
  )
  return Object.fromEntries(rows.map(({ key, value }) => [key, RESOLVED[key] ?? value]))
}

const FOLDERS = [
  ['web/Staging', '/', 'secrets all paths: web/Staging'],
  ['web/Staging', '/db', 'secrets all paths: web/Staging'],
  ['web/Production', '/', 'secrets path /'],
  ['web/Production', '/db', 'secrets path /db'],
  ['web/Production', '/db/replica', 'secrets all paths: web/Production'],
  ['web/PreProduction', '/', 'secrets all paths: web/PreProduction'],
  ['api/Staging', '/', 'secrets all paths: api/Staging'],
  ['api/Production', '/', 'secrets all paths: api/Production'],
] as const

for (const [place, path, name] of FOLDERS) {
  test(`${place} ${path}: the recorded plaintexts`, async () => {
    const { source, replay } = await replayed('full', { without: broken })
    const [app = '', environment = ''] = place.split('/')
    const request = requestOf({ app: { name: app }, environment, path })
    const result = await source.read(request, FULL_ACCESS)
    const values = result.secrets.map(({ key, value }) => [key, value.revealText()])
    assert.deepEqual(Object.fromEntries(values), plaintext(place, path))
    assert.deepEqual(
      values.map(([key]) => key),
      values.map(([key]) => key).toSorted(),
    )
    const { id = '', salt = '' } = expected.keys.envs[place] ?? {}
    assert.equal(result.environmentId, id)
    assert.deepEqual(
      Buffer.from(result.checksumKey),
      Buffer.from(
        hkdfSync('sha256', Buffer.from(salt, 'hex'), '', 'argocd-phase-plugin/checksum/v1', 32),
      ),
    )
    assert.ok(replay.served.includes('tokens ok: full') && replay.served.includes(name))
  })
}

/** What a recording means as the answer of its own endpoint, or of the secrets endpoint. */
const FAILURES: Readonly<Record<string, string>> = {
  'tokens: no authorization': 'ERR_SERVER',
  'tokens: expired': 'ERR_TOKEN_REJECTED',
  'tokens: deleted': 'ERR_TOKEN_REJECTED',
  'tokens: unknown': 'ERR_TOKEN_REJECTED',
  'tokens: missing trailing slash': 'ERR_NOT_PHASE',
  health: 'ERR_RESPONSE_INVALID',
  'secrets all paths: web/Development': 'ERR_NO_SECRETS',
  'secrets all paths: web/Production': 'ERR_RESPONSE_INVALID',
  'secrets all paths: api/Development': 'ERR_NO_SECRETS',
  'secrets all paths: web-legacy/Development': 'ERR_NO_SECRETS',
  'secrets all paths: web-legacy/Staging': 'ERR_NO_SECRETS',
  'secrets all paths: web-legacy/Production': 'ERR_NO_SECRETS',
  'secrets path unknown': 'ERR_NO_SECRETS',
  'secrets dynamic lease fails': 'ERR_RESPONSE_INVALID',
  'secrets: no authorization': 'ERR_TOKEN_REJECTED',
  'secrets: expired': 'ERR_TOKEN_REJECTED',
  'secrets: no env': 'ERR_ACCESS_DENIED',
  'secrets: unknown env': 'ERR_ACCESS_DENIED',
  'secrets: env not granted': 'ERR_ACCESS_DENIED',
  'secrets: role lacks read': 'ERR_ACCESS_DENIED',
  'secrets: ip blocked': 'ERR_ACCESS_DENIED',
  'public: not SSE': 'ERR_RESPONSE_INVALID',
  'public: SSE': 'ERR_RESPONSE_INVALID',
  'public: bad app': 'ERR_NOT_PHASE',
  'public: bad env': 'ERR_NOT_PHASE',
}

for (const [name, code] of Object.entries(FAILURES)) {
  test(`the answer "${name}" is ${code}`, async () => {
    const ofTokens = name.startsWith('tokens') || name === 'health'
    const forced = ofTokens ? { [TOKENS]: name } : { [SECRETS]: name }
    const { source, replay } = await replayed('full', { forced })
    const failures = await failuresOf(source)
    assert.deepEqual(
      failures.map((failure) => failure.code),
      [code],
    )
    assert.ok(replay.served.includes(name))
    const fault = code === 'ERR_NO_SECRETS' ? 'input' : 'outside'
    assert.equal(failures[0]?.fault, fault)
  })
}

const DENIALS = [
  ['secrets: unknown env', /and says: Environment not found$/],
  ['secrets: env not granted', /and says: Service account cannot access this environment$/],
  ['secrets: role lacks read', /and says: You don't have permission to read secrets/],
  ['secrets: ip blocked', /and says: Access denied: a network access policy/],
  ['secrets: no env', /app "web" \(403\)$/],
] as const

for (const [name, message] of DENIALS) {
  test(`"${name}" is said in words that are known`, async () => {
    const { source } = await replayed('full', { forced: { [SECRETS]: name } })
    assert.match((await failuresOf(source))[0]?.message ?? '', message)
  })
}

interface Success {
  readonly token: string
  readonly request?: Partial<SourceRequest>
  readonly forced?: Readonly<Record<string, string>>
  readonly more?: { allowUserToken?: boolean; personalOverrides?: boolean }
  readonly key: string
  readonly value: string
}

const API = { app: { name: 'api' } } as const
const USER = { token: 'user', more: { allowUserToken: true } } as const
const ROOT_OF_WEB = { [SECRETS]: 'secrets path /' } as const
const SUCCESSES: Readonly<Record<string, Success>> = {
  'tokens ok: v1': { token: 'v1', forced: ROOT_OF_WEB, key: 'PLAIN', value: 'plain-value' },
  'tokens ok: readonly': {
    token: 'readonly',
    forced: ROOT_OF_WEB,
    key: 'PLAIN',
    value: 'plain-value',
  },
  'tokens ok: user': { ...USER, forced: ROOT_OF_WEB, key: 'OVERRIDDEN', value: 'shared' },
  'secrets user token (override)': { ...USER, key: 'OVERRIDDEN', value: 'shared' },
  'secrets dynamic=true': {
    token: 'full',
    request: API,
    forced: { [SECRETS]: 'secrets dynamic=true' },
    key: 'ROT_KEY',
    value: 'rot-1',
  },
  'secrets camelCase': {
    token: 'full',
    request: { path: '/db' },
    forced: { [SECRETS]: 'secrets camelCase' },
    key: 'PASSWORD',
    value: 'db-prod-pw',
  },
  'secrets tags duplicate': {
    token: 'full',
    forced: { [SECRETS]: 'secrets tags duplicate' },
    key: 'PLAIN',
    value: 'plain-value',
  },
}

for (const [name, { token, request, forced, more, key, value }] of Object.entries(SUCCESSES)) {
  test(`the answer "${name}" is read`, async () => {
    // Without the values that refer elsewhere: those answers are forced, or were not recorded.
    const without = [...broken, ...referring]
    const options = { without, ...(forced === undefined ? {} : { forced }) }
    const { source, replay } = await replayed(token, options, more)
    assert.equal((await valuesOf(source, request))[key], value)
    assert.ok(replay.served.includes(name))
  })
}

test('a personal override wins only where it is asked for', async () => {
  const { source } = await replayed(
    'user',
    { without: [...broken, ...referring] },
    { allowUserToken: true, personalOverrides: true },
  )
  const { OVERRIDDEN } = await valuesOf(source)
  assert.equal(OVERRIDDEN, 'mine')
})

test('every recording has its place in this file', () => {
  const named = [
    ...Object.keys(FAILURES),
    ...Object.keys(SUCCESSES),
    ...FOLDERS.map(([, , name]) => name),
  ]
  assert.deepEqual(
    captures.map(({ name }) => name).filter((name) => !named.includes(name)),
    ['tokens ok: full'],
  )
  assert.equal(captures.length, 39)
})
