// Probes and metrics by real HTTP on loopback.
import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointSources, Endpoints } from '../../../cmp/watch/endpoints.ts'
import { openEndpoints } from '../../../cmp/watch/endpoints.ts'
import { listenText, parseListen } from '../../../cmp/watch/listen.ts'

const WELL: EndpointSources = {
  isAlive: () => true,
  isReady: () => true,
  metrics: async () => ({ text: 'a 1\n', type: 'text/plain; version=0.0.4; charset=utf-8' }),
}

/** Milliseconds. */
const PATIENCE = 500

async function open(
  context: TestContext,
  sources: Partial<EndpointSources> = {},
): Promise<Endpoints> {
  const all = { ...WELL, ...sources }
  const opened = await openEndpoints({ host: '127.0.0.1', port: 0 }, all, PATIENCE)
  assert.ok('value' in opened, JSON.stringify(opened))
  context.after(opened.value.close)
  return opened.value
}

interface Reply {
  readonly status: number | undefined
  readonly text: string
  readonly headers: IncomingHttpHeaders
}

function ask({ address }: Endpoints, path: string, method = 'GET', body = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...address, path, method, agent: false }, (response) => {
      textOf(response).then(
        (text) => resolve({ status: response.statusCode, text, headers: response.headers }),
        reject,
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const fails = () => {
  throw new Error('secret')
}
const replies: Record<
  string,
  readonly [Partial<EndpointSources>, path: string, status: number, text: string]
> = {
  alive: [{}, '/healthz', 200, 'ok\n'],
  'alive, with a query': [{}, '/healthz?verbose=1', 200, 'ok\n'],
  'no progress': [{ isAlive: () => false }, '/healthz', 503, 'no progress\n'],
  ready: [{}, '/readyz', 200, 'ok\n'],
  'not ready': [{ isReady: () => false }, '/readyz', 503, 'not ready\n'],
  metrics: [{}, '/metrics', 200, 'a 1\n'],
  'a bug of ours': [{ metrics: fails }, '/metrics', 500, 'internal error\n'],
  'a bug in a probe': [{ isAlive: fails }, '/healthz', 500, 'internal error\n'],
  'no such path': [{}, '/', 404, 'only /healthz, /readyz and /metrics\n'],
  'a longer path': [{}, '/metrics/x', 404, 'only /healthz, /readyz and /metrics\n'],
  'a path that climbs': [{}, '/../healthz', 404, 'only /healthz, /readyz and /metrics\n'],
  'a whole URL': [{}, 'http://evil.example/healthz', 404, 'only /healthz, /readyz and /metrics\n'],
}
for (const [name, [sources, path, status, text]] of Object.entries(replies)) {
  test(`GET and HEAD: ${name}`, async (context) => {
    const endpoints = await open(context, sources)
    const reply = await ask(endpoints, path)
    assert.equal(reply.status, status)
    assert.equal(reply.text, text)
    assert.match(reply.headers['content-type'] ?? '', /^text\/plain; .*charset=utf-8$/)
    assert.equal(reply.headers['x-content-type-options'], 'nosniff')
    for (const banner of ['server', 'x-powered-by']) assert.ok(!(banner in reply.headers))
    const head = await ask(endpoints, path, 'HEAD')
    assert.equal(head.status, status)
    assert.equal(head.text, '')
    assert.equal(head.headers['content-length'], String(text.length))
  })
}

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
  test(`${method} is refused, whatever it brings`, async (context) => {
    const reply = await ask(await open(context), '/healthz', method, 'x'.repeat(100))
    assert.equal(reply.status, 405)
    assert.equal(reply.headers.allow, 'GET, HEAD')
    assert.equal(reply.headers.connection, 'close')
    assert.equal(reply.text, 'only GET and HEAD\n')
  })
}

/** Sends bytes and reads to the end of the connection. */
function raw({ address }: Endpoints, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, address.host, () => socket.write(bytes))
    textOf(socket).then(resolve, reject)
  })
}

const broken: Record<string, readonly [bytes: string, status: RegExp]> = {
  'no HTTP': ['hello\r\n\r\n', /^HTTP\/1\.1 400 /],
  'too many headers': [
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(9000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 /,
  ],
}
for (const [name, [bytes, status]] of Object.entries(broken)) {
  test(`the connection ends: ${name}`, async (context) => {
    assert.match(await raw(await open(context), bytes), status)
  })
}

test('whoever sends slowly is cut off, and the probes answer meanwhile', async (context) => {
  const endpoints = await open(context)
  const slow = raw(endpoints, 'GET /healthz HTTP/1.1\r\nhost: a\r\n')
  const silent = raw(endpoints, '')
  assert.equal((await ask(endpoints, '/healthz')).status, 200)
  assert.match(await slow, /^HTTP\/1\.1 408 /)
  assert.match(await silent, /^HTTP\/1\.1 408 /)
})

test('a port in use', async (context) => {
  const { address } = await open(context)
  const second = await openEndpoints(address, WELL)
  assert.ok('problems' in second)
  assert.deepEqual(second.problems, [
    {
      severity: 'error',
      fault: 'usage',
      message: `--listen: ${listenText(address)} is in use`,
      hint: 'choose another port',
    },
  ])
})

test('an address of another machine', async () => {
  const opened = await openEndpoints({ host: '192.0.2.1', port: 8080 }, WELL)
  assert.ok('problems' in opened)
  assert.match(opened.problems[0]?.message ?? '', /192\.0\.2\.1:8080 is not an address of this/)
})

test('closing ends connections that are open', async (context) => {
  const endpoints = await open(context)
  const idle = raw(endpoints, 'GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
  await ask(endpoints, '/healthz')
  await endpoints.close()
  assert.match(await idle, /^HTTP\/1\.1 200 /)
  await assert.rejects(ask(endpoints, '/healthz'), /ECONNREFUSED/)
})

const addresses: Record<string, readonly [host: string, port: number] | undefined> = {
  '127.0.0.1:8080': ['127.0.0.1', 8080],
  '0.0.0.0:80': ['0.0.0.0', 80],
  'localhost:0': ['localhost', 0],
  '[::1]:8080': ['::1', 8080],
  '[::]:65535': ['::', 65_535],
  ':8080': undefined,
  '8080': undefined,
  '127.0.0.1': undefined,
  '127.0.0.1:': undefined,
  '127.0.0.1:65536': undefined,
  '127.0.0.1:-1': undefined,
  '127.1:80': undefined,
  '::1:8080': undefined,
  '[127.0.0.1]:80': undefined,
  'evil.example:80': undefined,
  'http://127.0.0.1:80': undefined,
  '': undefined,
}
for (const [text, expected] of Object.entries(addresses)) {
  test(`--listen "${text}"`, () => {
    const [host = '', port = 0] = expected ?? []
    const parsed = parseListen(text)
    assert.deepEqual(parsed, expected && { host, port })
    if (parsed !== undefined) assert.equal(listenText(parsed), text)
  })
}

test('who does not read the answer is not waited for', async (context) => {
  const text = 'a 1\n'.repeat(10_000_000)
  const endpoints = await open(context, { metrics: async () => ({ text, type: 'text/plain' }) })
  const { host, port } = endpoints.address
  const socket = connect(port, host)
  context.after(() => socket.destroy())
  socket.pause()
  socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n')
  const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
  await sleep(5 * PATIENCE)
  let read = 0
  socket.resume()
  socket.on('data', (chunk) => {
    read += chunk.length
  })
  await closed
  assert.ok(read < text.length, 'the rest never came')
})
