// How long the transport keeps a connection that nobody uses.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpClient } from '../../../render/phase/http.ts'

test('a connection that nobody uses is closed in time, one that is slow is not', {
  timeout: 20_000,
}, async () => {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    sockets.add(request.socket)
    setTimeout(() => response.end('x'), 150)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = httpClient({ idle: 50 })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const get = async () => {
    const { signal } = new AbortController()
    const { body } = await client.get({ url, headers: {}, signal, timeout: 10_000 })
    return Buffer.from(body).toString()
  }
  try {
    // More than one at a time, so that one is used again before it is idle for long.
    assert.deepEqual(await Promise.all([get(), get()]), ['x', 'x'])
    assert.equal(await get(), 'x')
    assert.equal(sockets.size, 2)
    while ([...sockets].some(({ destroyed }) => !destroyed)) await sleep(5)
    assert.equal(await get(), 'x')
    assert.equal(sockets.size, 3)
  } finally {
    client.close()
    server.close()
    server.closeAllConnections()
  }
})
