// POST requests, and the limits of a reply that a caller may set.
import assert from 'node:assert/strict'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { httpClient } from '../../../render/phase/http.ts'
import { TransportError } from '../../../render/phase/transport.ts'

const { signal } = new AbortController()
const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function serve(handler: RequestListener): Promise<URL> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)
}

function client() {
  const made = httpClient()
  closers.push(() => made.close())
  return made
}

const isFault = (fault: string) => (error: unknown) =>
  error instanceof TransportError && error.fault === fault

test('a body arrives whole, as JSON, with the headers', async () => {
  const seen: { request?: IncomingMessage; body?: string } = {}
  const url = await serve(async (request, response) => {
    seen.request = request
    seen.body = await text(request)
    response.end('done')
  })
  const json = JSON.stringify({ name: 'ü€', list: ['x'.repeat(300_000)] })
  const request = { url, headers: { 'x-one': '1' }, signal, timeout: 5000 }
  const reply = await client().post({ ...request, json })
  assert.equal(Buffer.from(reply.body).toString(), 'done')
  assert.equal(seen.request?.method, 'POST')
  assert.equal(seen.body, json)
  const { 'content-type': type, 'content-length': length, 'x-one': one } = seen.request.headers
  assert.deepEqual([type, length, one], ['application/json', `${Buffer.byteLength(json)}`, '1'])
})

test('a GET has no body and no length', async () => {
  const url = await serve((request, response) => response.end(JSON.stringify(request.headers)))
  const reply = await client().get({ url, headers: {}, signal, timeout: 5000 })
  assert.doesNotMatch(Buffer.from(reply.body).toString(), /content-/)
})

test('a POST is not repeated where the other side closes the connection', async () => {
  let count = 0
  const url = await serve((request) => {
    count += 1
    request.socket.destroy()
  })
  const post = client().post({ url, headers: {}, signal, timeout: 5000, json: '{}' })
  await assert.rejects(post, isFault('closed'))
  assert.equal(count, 1)
})

test('the most that is read may be more or less than what is usual', async () => {
  const url = await serve((_, response) => response.end('x'.repeat(2000)))
  const request = { url, headers: {}, signal, timeout: 5000 }
  await assert.rejects(client().get({ ...request, largest: 1999 }), isFault('too-large'))
  const whole = await client().get({ ...request, largest: 2000 })
  assert.equal(whole.body.length, 2000)
})

test('silence may last as long as the caller says', async () => {
  const url = await serve((_, response) => {
    setTimeout(() => response.end('late'), 200)
  })
  const request = { url, headers: {}, signal, timeout: 5000 }
  await assert.rejects(client().get({ ...request, stall: 50 }), isFault('stalled'))
  const late = await client().get({ ...request, stall: 5000 })
  assert.equal(Buffer.from(late.body).toString(), 'late')
})
