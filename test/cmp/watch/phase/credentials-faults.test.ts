// What is said of a Phase that is not well, and of a network that is not; against the real wire.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../../../cmp/dev-server/faults.ts'
import { selfSigned } from '../../../support/self-signed.ts'
import { devServer, errorOf, folder, never, only, open, seenBy, write } from './real-credentials.ts'

type Case = readonly [name: string, fault: Omit<Fault, 'endpoint'>, RegExp, wait?: number]

const PASSING: readonly Case[] = [
  ['500', { effect: 'status' }, /server error \(500\)/],
  ['502', { effect: 'status', status: 502 }, /server error \(502\)/],
  ['503', { effect: 'status', status: 503 }, /server error \(503\)/],
  ['503 with a time', { effect: 'status', status: 503, retryAfter: 3 }, /\(503\)/, 3_000],
  ['429', { effect: 'status', status: 429, retryAfter: 60 }, /throttled/, 60_000],
  ['429 for a day', { effect: 'status', status: 429, retryAfter: 86_400 }, /throttled/, 86_400_000],
  ['404', { effect: 'status', status: 404 }, /not a Phase API/],
  ['403 of something else', { effect: 'status', status: 403 }, /a web page \(403\)/],
  ['a web page', { effect: 'html' }, /not a Phase API.*a web page/],
  ['a redirect', { effect: 'redirect' }, /redirect \(302\), which is never followed/],
  ['no answer', { effect: 'drop' }, /connection broke/],
  ['half an answer', { effect: 'cut' }, /connection broke/],
  ['half a JSON', { effect: 'truncate' }, /no valid JSON/],
  ['an answer that is too slow', { effect: 'latency', milliseconds: 5_000 }, /does not answer/],
  ['an answer in drops', { effect: 'trickle', milliseconds: 50 }, /does not answer/],
  ['a large answer', { effect: 'oversize', bytes: 40_000_000 }, /larger than 32 MiB/],
]
for (const [name, fault, message, wait] of PASSING) {
  test(`it passes, one request: ${name}`, async () => {
    const server = await devServer({ faults: [{ ...fault, endpoint: 'tokens', times: 1 }] })
    const timeout = /slow|drops/.test(name) ? 200 : 20_000
    const error = await errorOf(seenBy(server.host, server.token, { timeout }), server.token)
    assert.match(error.message, message)
    assert.equal(error.isPermanent, false)
    assert.equal(error.retryAfter, wait)
    const counts = server.requests().map(({ endpoint, count }) => `${endpoint} ${count}`)
    assert.deepEqual(counts, ['tokens 1'])
    if (name === '429') assert.match(error.hint, /requestsPerMinute/)
    assert.equal((await seenBy(server.host, server.token)).length, 2)
  })
}

test('nobody listens, and a name that there is not', async () => {
  const server = await devServer()
  await server.close()
  const text = server.token
  const refused = await errorOf(seenBy(server.host, text), text)
  assert.match(refused.message, /connection refused/)
  const unknown = await errorOf(seenBy('https://nowhere.invalid', text), text)
  assert.match(unknown.message, /does not resolve/)
  assert.ok(!refused.isPermanent && !unknown.isPermanent)
})

test('a proxy that is not there is said to be at fault, and is not shown', async () => {
  const proxyFor = () => 'http://user:hunter2hunter2hunter2@127.0.0.1:1'
  const error = await errorOf(
    seenBy('https://phase.example', `ServiceAccount ${'a'.repeat(64)}`, { proxyFor }),
    'hunter2hunter2hunter2',
  )
  assert.equal(error.isPermanent, false)
})

test('the signal ends a request at once', async () => {
  const latency = { effect: 'latency', milliseconds: 60_000, endpoint: 'tokens' } as const
  const server = await devServer({ faults: [latency] })
  const credential = await only({ host: server.host, token: { text: server.token } })
  const controller = new AbortController()
  const asking = credential.ask(controller.signal)
  while (server.requests().length === 0) await sleep(1)
  controller.abort()
  const error = await errorOf(asking, server.token)
  assert.match(error.message, /ended from outside/)
})

test('TLS: with its authority, with another, with the public ones, with none, and with it again', async () => {
  const tlsDir = join(folder(), 'tls')
  mkdirSync(tlsDir)
  const server = await devServer({ tlsDir })
  const { host, token: text } = server
  const right = readFileSync(server.caFile ?? assert.fail(), 'utf8')
  const caFile = write(join(folder(), 'ca.crt'), right)
  const credential = await only({ host, caFile, token: { text } })
  const ask = () => credential.ask(never)
  assert.equal((await ask()).length, 2)
  writeFileSync(caFile, selfSigned('another').certificate)
  const wrong = await errorOf(ask(), text)
  assert.match(wrong.message, /certificate not trusted/)
  writeFileSync(caFile, 'no certificate')
  const broken = await errorOf(ask(), text)
  assert.match(broken.message, /does not name a readable PEM certificate/)
  rmSync(caFile)
  assert.match((await errorOf(ask(), text)).message, /readable PEM/)
  writeFileSync(caFile, right)
  assert.equal((await ask()).length, 2)
  const publicly = await errorOf(seenBy(host, text), text)
  assert.match(publicly.message, /certificate not trusted/)
  for (const error of [wrong, broken, publicly]) assert.equal(error.isPermanent, false)
})

test('an authority that is replaced ends no request that is under way, and leaves nothing open', async () => {
  const tlsDir = join(folder(), 'tls')
  mkdirSync(tlsDir)
  const faults = [{ effect: 'latency', milliseconds: 300, endpoint: 'tokens', times: 1 }] as const
  const server = await devServer({ tlsDir, faults })
  const right = readFileSync(server.caFile ?? assert.fail(), 'utf8')
  const caFile = write(join(folder(), 'ca.crt'), right)
  const credential = await only({ host: server.host, caFile, token: { text: server.token } })
  const slow = credential.ask(never)
  while (server.requests().length === 0) await sleep(1)
  writeFileSync(caFile, `${right}\n`)
  assert.equal((await credential.ask(never)).length, 2)
  assert.equal((await slow).length, 2)
})

test('two at a time, and the others when it is their turn', async () => {
  let [now, most] = [0, 0]
  const sockets = new Set<Socket>()
  const body = JSON.stringify({ wrapped_key_share: '', apps: [] })
  const reply = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      now += 1
      most = Math.max(most, now)
      setTimeout(() => {
        now -= 1
        socket.write(reply)
      }, 20)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const directory = folder()
  for (let index = 0; index < 30; index += 1) {
    const id = index.toString(16).padStart(64, '0')
    write(join(directory, `team-${index}/phase/token`), `ServiceAccount ${id}`)
  }
  try {
    const listed = await open([{ host: `http://127.0.0.1:${port}`, token: { directory } }]).list()
    assert.equal(listed.length, 30)
    const answers = await Promise.all(listed.map((each) => each.ask(never)))
    assert.deepEqual(answers.flat(), [])
    assert.equal(most, 2)
    assert.equal(sockets.size, 2, 'connections are used again')
  } finally {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
})
