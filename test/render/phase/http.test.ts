// The transport over loopback sockets: one reply or one class of failure.
import assert from 'node:assert/strict'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { connect, createServer as createTcpServer } from 'node:net'
import { after, test } from 'node:test'
import type { HttpClientOptions, HttpRequest } from '../../../render/phase/http.ts'
import { httpClient } from '../../../render/phase/http.ts'
import { TransportError } from '../../../render/phase/transport.ts'
import { pem, selfSigned } from '../../support/self-signed.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function listening(server: NetServer): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function serve(handler: Handler): Promise<{ url: URL; server: Server }> {
  const server = createServer(handler)
  return { url: new URL(`http://127.0.0.1:${await listening(server)}/a/b?c`), server }
}

function client(options?: HttpClientOptions) {
  const made = httpClient(options)
  closers.push(() => made.close())
  return made
}

function requestTo(url: URL, more: Partial<HttpRequest> = {}): HttpRequest {
  const { signal } = new AbortController()
  return { url, headers: { 'X-One': '1' }, signal, timeout: 10_000, ...more }
}

async function faultOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof TransportError)
    assert.equal(error.message, error.fault)
    return error.fault
  }
  return 'none'
}

test('a reply comes whole, with what was asked', async () => {
  const { url } = await serve((request, response) => {
    assert.equal(request.method, 'GET')
    assert.equal(request.url, '/a/b?c')
    assert.equal(request.headers['x-one'], '1')
    response.writeHead(418, {
      'Content-Type': 'Application/JSON; charset=utf-8',
      'Retry-After': '7',
    })
    response.write('{"a":')
    response.end('1}')
  })
  const reply = await client().get(requestTo(url))
  assert.equal(reply.status, 418)
  assert.equal(reply.contentType, 'application/json')
  assert.equal(reply.retryAfter, '7')
  assert.equal(Buffer.from(reply.body).toString(), '{"a":1}')
})

test('a path in Latin-1 arrives as its bytes', async () => {
  const { url } = await serve((request, response) => {
    response.end(String(request.headers.path), 'latin1')
  })
  const reply = await client().get(requestTo(url, { headers: { Path: '/bäck' } }))
  assert.equal(Buffer.from(reply.body).toString('latin1'), '/bäck')
})

test('one connection serves one request after the other', async () => {
  const sockets = new Set<Socket>()
  const { url } = await serve((request, response) => {
    sockets.add(request.socket)
    response.end('x')
  })
  const one = client()
  for (let count = 0; count < 3; count += 1) await one.get(requestTo(url))
  assert.equal(sockets.size, 1)
})

test('a redirect is a reply like any other', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()
  })
  assert.equal((await client().get(requestTo(url))).status, 302)
})

const CUTS: Readonly<Record<string, Handler>> = {
  'no reply': (_, response) => response.destroy(),
  'a body shorter than announced': (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' })
    response.write('half')
    setImmediate(() => response.destroy())
  },
  'a chunked body without its end': (_, response) => {
    response.writeHead(200)
    response.write('half')
    setImmediate(() => response.destroy())
  },
}

for (const [name, handler] of Object.entries(CUTS)) {
  test(`closed: ${name}`, async () => {
    const { url } = await serve(handler)
    assert.equal(await faultOf(client().get(requestTo(url))), 'closed')
  })
}

test('a body over 32 MiB is cut off while it is read', async () => {
  let sent = 0
  const { url } = await serve((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const write = () => {
      while (!response.destroyed && sent < 200 * chunk.length) {
        sent += chunk.length
        if (!response.write(chunk)) break
      }
    }
    response.on('drain', write)
    write()
  })
  assert.equal(await faultOf(client().get(requestTo(url))), 'too-large')
  assert.ok(sent < 100 * 1024 * 1024)
})

const silent: Handler = () => {}
const half: Handler = (_, response) => {
  response.writeHead(200)
  response.write('half')
}

for (const [name, handler] of Object.entries({ silent, half })) {
  test(`${name}: the time for the request ends it`, async () => {
    const { url } = await serve(handler)
    assert.equal(await faultOf(client().get(requestTo(url, { timeout: 5 }))), 'deadline')
  })

  test(`${name}: the signal ends it`, async () => {
    const controller = new AbortController()
    const { url } = await serve((request, response) => {
      handler(request, response)
      setImmediate(() => controller.abort())
    })
    const { signal } = controller
    assert.equal(await faultOf(client().get(requestTo(url, { signal }))), 'aborted')
  })
}

test('a signal that has ended lets nothing begin', async () => {
  let asked = false
  const { url } = await serve((_, response) => {
    asked = true
    response.end()
  })
  assert.equal(
    await faultOf(client().get(requestTo(url, { signal: AbortSignal.abort('why') }))),
    'aborted',
  )
  assert.equal(asked, false)
})

test('a port where nobody listens', async () => {
  const server = createTcpServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  const url = new URL(`http://127.0.0.1:${port}/`)
  assert.equal(await faultOf(client().get(requestTo(url))), 'refused')
})

test('a name that does not resolve', async () => {
  const url = new URL('https://nowhere.invalid/')
  assert.equal(await faultOf(client().get(requestTo(url))), 'unresolved')
})

test('a server that does not speak HTTP', async () => {
  const port = await listening(createTcpServer((socket) => socket.end('SSH-2.0-fake\r\n')))
  const url = new URL(`http://127.0.0.1:${port}/`)
  assert.equal(await faultOf(client().get(requestTo(url))), 'not-http')
})

test('a header that cannot be sent is a failure, not an exception of another kind', async () => {
  const { url } = await serve(silent)
  assert.equal(await faultOf(client().get(requestTo(url, { headers: { Path: 'a\nb' } }))), 'closed')
})

async function serveTls(name: string): Promise<{ port: number; ca: string }> {
  const { key, certificate } = selfSigned(name)
  const server = createTlsServer({ key: pem(key), cert: certificate }, (_, response) => {
    response.end('tls')
  })
  return { port: await listening(server), ca: certificate }
}

test('TLS: only the named authority is trusted', async () => {
  const { port, ca } = await serveTls('localhost')
  const url = new URL(`https://localhost:${port}/`)
  const reply = await client({ ca }).get(requestTo(url))
  assert.equal(Buffer.from(reply.body).toString(), 'tls')
  assert.equal(await faultOf(client().get(requestTo(url))), 'untrusted')
  const stranger = selfSigned('localhost').certificate
  assert.equal(await faultOf(client({ ca: stranger }).get(requestTo(url))), 'untrusted')
})

test('TLS: no setting of the environment turns the check off', async () => {
  const { port } = await serveTls('localhost')
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    const url = new URL(`https://localhost:${port}/`)
    assert.equal(await faultOf(client().get(requestTo(url))), 'untrusted')
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  }
})

test('TLS: a certificate for another name', async () => {
  const { port, ca } = await serveTls('phase.test')
  const url = new URL(`https://localhost:${port}/`)
  assert.equal(await faultOf(client({ ca }).get(requestTo(url))), 'misnamed')
})

test('TLS: a server without it', async () => {
  const { url } = await serve(silent)
  url.protocol = 'https:'
  assert.equal(await faultOf(client().get(requestTo(new URL(`https://${url.host}/`)))), 'tls')
})

/** A CONNECT proxy that leads every name to one port on loopback. */
async function proxy(port: number, status = 200): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer()
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    assert.equal(request.headers.authorization, undefined)
    socket.on('error', () => socket.destroy())
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    closers.push(() => upstream.destroy())
  })
  return { url: `http://user:fake@127.0.0.1:${await listening(server)}`, asked }
}

test('proxy: the tunnel ends in TLS with the host itself', async () => {
  const { port, ca } = await serveTls('phase.test')
  const { url, asked } = await proxy(port)
  const headers = { Authorization: 'Bearer fake' }
  const request = requestTo(new URL('https://phase.test/'), { headers })
  const reply = await client({ ca, proxyFor: () => url }).get(request)
  assert.equal(Buffer.from(reply.body).toString(), 'tls')
  assert.deepEqual(asked, [`phase.test:443 Basic ${Buffer.from('user:fake').toString('base64')}`])
})

test('proxy: never for loopback', async () => {
  const { port, ca } = await serveTls('localhost')
  const { url, asked } = await proxy(port)
  await client({ ca, proxyFor: () => url }).get(requestTo(new URL(`https://localhost:${port}/`)))
  assert.deepEqual(asked, [])
})

for (const status of [403, 407, 502]) {
  test(`proxy: one that answers ${status}`, async () => {
    const { url } = await proxy(1, status)
    const one = client({ proxyFor: () => url })
    assert.equal(await faultOf(one.get(requestTo(new URL('https://phase.test/')))), 'proxy')
  })
}

test('proxy: an address that is none', async () => {
  for (const address of ['', 'socks5://127.0.0.1', 'nonsense']) {
    const one = client({ proxyFor: () => address })
    assert.equal(await faultOf(one.get(requestTo(new URL('https://phase.test/')))), 'proxy')
  }
})
