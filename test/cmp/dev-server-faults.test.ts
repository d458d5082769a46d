import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../../cmp/dev-server/faults.ts'
import type { DevServer } from '../../cmp/dev-server/server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import type { Reply } from '../support/ask.ts'
import { ask, bearer } from '../support/ask.ts'

const ENVIRONMENT = '00000000-0000-4000-8000-00000000000e'
const STORE = `
apps:
  web:
    environments:
      Production: { id: ${ENVIRONMENT}, secrets: { /: { K: fake }, /db: { P: fake } } }
`

async function withFaults(
  faults: readonly Fault[],
  use: (server: DevServer, secrets: (path?: string) => Promise<Reply>) => Promise<void>,
): Promise<void> {
  const server = await startDevServer({ store: STORE, faults, seed: 'faults' })
  const headers = { Authorization: bearer(server), Environment: ENVIRONMENT }
  try {
    await use(server, (path = '/') => ask(server, '/secrets/', { ...headers, Path: path }))
  } finally {
    await server.close()
  }
}

const HTML = /^<!doctype html>/
const answers: readonly (readonly [string, Omit<Fault, 'times'>, number, RegExp, object?])[] = [
  ['500', { effect: 'status' }, 500, /^{"error":"Internal server error\."}$/],
  ['503', { effect: 'status', status: 503, retryAfter: 2 }, 503, HTML, { 'retry-after': '2' }],
  [
    '429',
    { effect: 'status', status: 429, retryAfter: 7 },
    429,
    /^{"error":"Request was throttled\. Expected available in 7 seconds\."}$/,
    { 'retry-after': '7' },
  ],
  ['html', { effect: 'html' }, 200, HTML, { 'content-type': 'text/html; charset=utf-8' }],
  ['redirect', { effect: 'redirect' }, 302, /^$/, { location: '/elsewhere/' }],
  ['wrong path', { effect: 'wrong-path' }, 200, /"path":"\/elsewhere"/],
  ['latency', { effect: 'latency', milliseconds: 1 }, 200, /^\[.*\]$/],
  ['trickle', { effect: 'trickle', milliseconds: 1 }, 200, /^\[.*\]$/],
  ['oversize', { effect: 'oversize', bytes: 300_000 }, 200, /^\[.*\] {290000}/],
]
for (const [name, fault, status, body, headers = {}] of answers)
  test(`fault: ${name}, once`, () =>
    withFaults([{ ...fault, times: 1 }], async (_, secrets) => {
      const reply = await secrets()
      assert.equal(reply.status, status)
      assert.match(reply.body, body)
      for (const [header, value] of Object.entries(headers))
        assert.equal(reply.headers[header], value)
      const next = await secrets()
      assert.equal(next.status, 200)
      assert.match(next.body, /^\[.*"path":"\/".*\]$/)
    }))

test('fault: wrong environment', () =>
  withFaults([{ effect: 'wrong-environment' }], async (_, secrets) => {
    const [row] = JSON.parse((await secrets()).body)
    assert.notEqual(row.environment, ENVIRONMENT)
  }))

test('fault: tampered values differ in one character, keys stay', () =>
  withFaults([{ effect: 'tamper', times: 1 }], async (_, secrets) => {
    const bad = (await secrets()).body
    const good = (await secrets()).body
    assert.equal(bad.length, good.length)
    assert.equal([...bad].filter((character, index) => character !== good[index]).length, 1)
    assert.equal(JSON.parse(bad)[0].key, JSON.parse(good)[0].key)
  }))

test('fault: a truncated answer is complete HTTP and broken JSON', () =>
  withFaults([{ effect: 'truncate' }], async (_, secrets) => {
    const reply = await secrets()
    assert.equal(Number(reply.headers['content-length']), reply.body.length)
    assert.throws(() => JSON.parse(reply.body), SyntaxError)
  }))

for (const effect of ['drop', 'cut'] as const)
  test(`fault: ${effect} breaks the connection`, () =>
    withFaults([{ effect, times: 1 }], async (_, secrets) => {
      await assert.rejects(secrets(), /socket hang up|aborted|ECONNRESET/)
      assert.equal((await secrets()).status, 200)
    }))

const matching: readonly (readonly [string, Partial<Fault>, readonly number[]])[] = [
  ['everything', {}, [500, 500, 500]],
  ['an endpoint', { endpoint: 'tokens' }, [500, 200, 200]],
  ['a path', { path: '/db' }, [200, 200, 500]],
  ['an environment by name', { environment: 'web/Production' }, [200, 500, 500]],
  ['an environment by id', { environment: ENVIRONMENT, path: '/' }, [200, 500, 200]],
  ['a token', { token: 'other' }, [200, 200, 200]],
  ['a number of requests', { times: 2 }, [500, 500, 200]],
]
for (const [name, match, want] of matching)
  test(`a fault meets ${name}`, () =>
    withFaults([{ effect: 'status', ...match }], async (server, secrets) => {
      const tokens = await ask(server, '/secrets/tokens/', { Authorization: bearer(server) })
      const replies = [tokens, await secrets('/'), await secrets('/db')]
      assert.deepEqual(
        replies.map(({ status }) => status),
        want,
      )
    }))

test('the next fault takes over when one is spent; a followed redirect would be counted', () =>
  withFaults(
    [
      { effect: 'latency', milliseconds: 1 },
      { effect: 'redirect', times: 1 },
      { effect: 'status', status: 502, times: 1 },
    ],
    async (server, secrets) => {
      const statuses = [await secrets(), await secrets(), await secrets()].map((r) => r.status)
      assert.deepEqual(statuses, [302, 502, 200])
      await ask(server, '/elsewhere/')
      assert.ok(server.requests().some(({ endpoint }) => endpoint === 'other'))
    },
  ))

test('faults of the store file wear out until it is read again', async () => {
  const store = `${STORE}faults: [{ effect: status, status: 503, endpoint: health, times: 1 }]`
  const server = await startDevServer({ store })
  try {
    const health = async () => (await ask(server, '/service/health/')).status
    assert.deepEqual([await health(), await health()], [503, 200])
    server.update(store)
    assert.equal(await health(), 503)
  } finally {
    await server.close()
  }
})

test('requests are counted by what they asked, and shown without tokens', () =>
  withFaults([], async (server, secrets) => {
    await secrets('/')
    await secrets('/')
    await secrets('/db')
    await ask(server, '/secrets/', { Environment: ENVIRONMENT })
    const shown = (await ask(server, '/dev/requests')).body
    assert.equal(shown, JSON.stringify(server.requests()))
    const asked = server.requests().map((r) => [r.token, r.environment, r.path, r.count])
    assert.deepEqual(asked, [
      ['default', 'web/Production', '/', 2],
      ['default', 'web/Production', '/db', 1],
      [null, 'web/Production', null, 1],
    ])
    assert.ok(!shown.includes(server.token.split(':')[2] ?? ''))
  }))

test('a client may leave in the middle of an oversized body', () =>
  withFaults([{ effect: 'oversize', times: 1 }], async (server, secrets) => {
    const headers = { Authorization: bearer(server), Environment: ENVIRONMENT }
    const stop = new AbortController()
    const reply = await fetch(`${server.host}/secrets/`, { headers, signal: stop.signal })
    const reader = reply.body?.getReader()
    for (let bytes = 0; bytes < 10_000_000; ) bytes += (await reader?.read())?.value?.length ?? 0
    stop.abort()
    assert.equal((await secrets()).status, 200)
  }))

test('close ends connections that hang in a fault', async () => {
  const server = await startDevServer({
    store: STORE,
    faults: [{ effect: 'latency', milliseconds: 600_000 }],
  })
  const hanging = assert.rejects(ask(server, '/service/health/'))
  while (server.requests().length === 0) await new Promise((resolve) => setImmediate(resolve))
  await server.close()
  await hanging
})
