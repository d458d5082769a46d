// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in values.
// What an unfriendly or broken server brings about: the right code, and nothing of what it said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { quotedName } from '../../../manifests/names.ts'
import type { HttpReply, HttpRequest } from '../../../render/phase/http.ts'
import type { SourceFailure } from '../../../render/source.ts'
import type { FakePhase } from './fake-phase.ts'
import { failuresOf, fakePhase, jsonReply, requestOf, sourceOf } from './fake-phase.ts'

const apps = [
  {
    name: 'web',
    environments: {
      Production: { '/': { A: 'hunter2', B: '${Staging.S}' } },
      Staging: { '/': { S: 'hunter3' } },
    },
  },
]

/** Replaces the answers of one endpoint, or of one environment. */
function answering(
  where: 'tokens' | 'secrets' | 'Staging',
  answer: (reply: HttpReply, request: HttpRequest) => HttpReply,
): FakePhase {
  const fake = fakePhase(apps)
  fake.tamper = (reply, request) => {
    const ofTokens = request.url.pathname.endsWith('/tokens/')
    const here =
      where === 'tokens'
        ? ofTokens
        : !ofTokens && (where === 'secrets' || request.headers.Environment?.endsWith(where))
    return here ? answer(reply, request) : reply
  }
  return fake
}

const html = (status: number): HttpReply => ({
  status,
  contentType: 'text/html',
  retryAfter: undefined,
  body: Buffer.from('<html>hunter2</html>'),
})
const raw = (text: string | Uint8Array): HttpReply => ({
  ...jsonReply(200, null),
  body: Buffer.from(text),
})

const ANSWERS = [
  ['a web page', html(200), 'ERR_NOT_PHASE', /not a Phase API: .* answers with a web page \(200\)/],
  ['a missing page', html(404), 'ERR_NOT_PHASE', /not a Phase API/],
  ['a refusal by something in between', html(403), 'ERR_NOT_PHASE', /web page \(403\)/],
  ['an unknown host name', html(400), 'ERR_NOT_PHASE', /\(400\)/],
  ['a redirect', html(302), 'ERR_NOT_PHASE', /redirect \(302\), which is never followed/],
  ['a permanent redirect', jsonReply(308, {}), 'ERR_NOT_PHASE', /redirect \(308\)/],
  ['no content type', { ...raw('[]'), contentType: '' }, 'ERR_NOT_PHASE', /no JSON/],
  ['another API', jsonReply(404, { message: 'hunter2' }), 'ERR_NOT_PHASE', /JSON \(404\)/],
  ['no content', jsonReply(204, null), 'ERR_RESPONSE_INVALID', /unexpected status \(204\)/],
  ['a status nobody expects', jsonReply(418, {}), 'ERR_RESPONSE_INVALID', /\(418\)/],
  ['cut JSON', raw('{"a": "hunter2'), 'ERR_RESPONSE_INVALID', /no valid JSON/],
  [
    'text that is not UTF-8',
    raw(Uint8Array.of(0x22, 0xff, 0x22)),
    'ERR_RESPONSE_INVALID',
    /no valid JSON/,
  ],
  ['another shape', jsonReply(200, { a: 'hunter2' }), 'ERR_RESPONSE_INVALID', /has no valid/],
  ['server errors', jsonReply(500, { error: 'hunter2' }), 'ERR_SERVER', /\(500\)/],
  ['throttling', jsonReply(429, { error: 'hunter2' }, '600'), 'ERR_THROTTLED', /throttled/],
] as const

for (const [name, reply, code, message] of ANSWERS) {
  for (const where of ['tokens', 'secrets'] as const) {
    test(`${where}: ${name}`, async () => {
      const failures = await failuresOf(sourceOf(answering(where, () => reply)))
      assert.equal(failures.length, 1)
      assert.equal(failures[0]?.code, code)
      assert.equal(failures[0]?.fault, 'outside')
      assert.match(failures[0]?.message ?? '', message)
      assertClean(failures)
    })
  }
}

test('403 and 401 mean a bad token on one endpoint and no access on the other', async () => {
  for (const status of [401, 403]) {
    const denied = () => jsonReply(status, { error: 'hunter2' })
    const [token] = await failuresOf(sourceOf(answering('tokens', denied)))
    assert.deepEqual([token?.code, token?.field], ['ERR_TOKEN_REJECTED', 'token'])
    const [access] = await failuresOf(sourceOf(answering('secrets', denied)))
    assert.deepEqual([access?.code, access?.field], ['ERR_ACCESS_DENIED', 'environment'])
  }
})

test('no access to what a reference needs is a failure of its own, also under Warn', async () => {
  const fake = answering('Staging', () => jsonReply(401, { error: 'Environment not found' }))
  for (const onReferenceError of ['Fail', 'Warn'] as const) {
    const failures = await failuresOf(sourceOf(fake), { onReferenceError })
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['ERR_ACCESS_DENIED'],
    )
    assert.match(failures[0]?.message ?? '', /"Staging".*, which the value of "B" refers to$/)
  }
})

function changedKeys(change: (key: Record<string, unknown>) => object): FakePhase {
  return answering('tokens', (reply) => {
    const body = JSON.parse(Buffer.from(reply.body).toString())
    for (const app of body.apps) app.environment_keys = app.environment_keys.map(change)
    return jsonReply(200, body)
  })
}

const KEY_CHANGES: readonly (readonly [string, (key: Record<string, unknown>) => object])[] = [
  ['another identity key', (key) => ({ ...key, identity_key: 'ab'.repeat(32) })],
  ['a damaged identity key', (key) => ({ ...key, identity_key: 'hunter2' })],
  ['a damaged seed', (key) => ({ ...key, wrapped_seed: 'ph:v1:hunter2' })],
  ['seed and salt exchanged', (key) => ({ ...key, wrapped_seed: key.wrapped_salt })],
]

for (const [name, change] of KEY_CHANGES) {
  test(`environment keys: ${name}`, async () => {
    const fake = changedKeys(change)
    const failures = await failuresOf(sourceOf(fake))
    assert.deepEqual(
      failures.map(({ code, field }) => [code, field]),
      [['ERR_UNDECRYPTABLE', 'environment']],
    )
    assert.deepEqual(fake.requests, ['tokens'])
    assertClean(failures)
  })
}

test('token and account that do not belong together', async () => {
  const fake = fakePhase(apps)
  const other = fakePhase(apps).token.split(':')
  const own = fake.token.split(':')
  const mixes = [3, 4, 5].map((at) => own.map((part, index) => (index === at ? other[at] : part)))
  for (const mix of mixes) {
    const failures = await failuresOf(sourceOf(fake, { token: mix.join(':') }))
    assert.deepEqual(
      failures.map(({ code, field, fault }) => [code, field, fault]),
      [['ERR_TOKEN_MISMATCH', 'token', 'outside']],
    )
  }
})

/** Nothing in a failure may hold a secret, a token or a ciphertext, or break a line. */
function assertClean(failures: readonly SourceFailure[], forbidden: readonly string[] = []): void {
  const text = inspect(failures, { depth: 9 }) + failures.map(({ message }) => message).join()
  assert.doesNotMatch(text, /hunter\d|ph:v1|pss_service:v2:\w|[0-9a-f]{24}|\\n|\\x1b/)
  for (const word of forbidden) assert.ok(!text.includes(word))
}

test('a server that echoes what it was sent leaves no trace of it', async () => {
  for (const where of ['tokens', 'secrets', 'Staging'] as const) {
    for (const status of [200, 302, 400, 401, 403, 404, 418, 429, 500, 503]) {
      for (const contentType of ['application/json', 'text/html']) {
        const fake = answering(where, (reply, { headers }) => {
          const echo = `${headers.Authorization} ${Buffer.from(reply.body)}`
          const body = jsonReply(status, { error: echo, [echo]: echo }, `${headers.Authorization}`)
          return { ...body, contentType }
        })
        const failures = await failuresOf(sourceOf(fake))
        assert.ok(failures.length > 0)
        assertClean(failures, fake.token.split(':').slice(2))
      }
    }
  }
})

test('a result prints no value', async () => {
  const result = await sourceOf(fakePhase(apps)).read(requestOf())
  const printed = inspect(result, { depth: 9, showHidden: true }) + JSON.stringify(result)
  assert.doesNotMatch(printed, /hunter/)
})

test('an end from outside ends a read', async () => {
  const controller = new AbortController()
  const fake = answering('secrets', () => {
    controller.abort()
    return jsonReply(503, {})
  })
  const failures = await failuresOf(sourceOf(fake, { signal: controller.signal }))
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['ERR_ABORTED'],
  )
})

test('names are shown on one line, and not for ever', () => {
  assert.equal(quotedName('a\n\u001b\u2028\u202eb'), '"a????b"')
  assert.equal(quotedName('x'.repeat(101)), `"${'x'.repeat(99)}…"`)
  assert.equal(quotedName('日本'), '"日本"')
})
