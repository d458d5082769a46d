// A Phase that means harm: what it can make of us is an error, or sightings of its own environments.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { errorOf, never, only } from './real-credentials.ts'

const TOKEN = `ServiceAccount ${'abcdef0123456789'.repeat(4)}`
let answer: (response: ServerResponse) => void = () => {}
const requests: string[] = []
const server = createServer((request, response) => {
  requests.push(`${request.headers.host}${request.url} ${request.headers.authorization}`)
  answer(response)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => {
  server.close()
  server.closeAllConnections()
})
const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
const credential = await only({ host: `http://${address}`, token: { text: TOKEN } })

const json = (body: string, status = 200) => {
  answer = (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  }
}
const environment = (id: unknown, more: object = {}) => ({
  id,
  name: 'n',
  updated_at: 'u',
  ...more,
})
const key = (of: unknown, more: object = {}) => ({
  environment: of,
  identity_key: '',
  wrapped_seed: 'x',
  wrapped_salt: '',
  deleted_at: null,
  ...more,
})
const accountOf = (keys: readonly unknown[]) =>
  JSON.stringify({
    wrapped_key_share: '',
    apps: [{ id: 'a', name: 'n', environment_keys: keys }],
  })
const account = (...keys: readonly unknown[]) => accountOf(keys)

/** Environment ids and what they were at. */
async function seen(body: string): Promise<readonly string[]> {
  json(body)
  const sightings = await credential.ask(never)
  assert.ok(sightings.every(({ host }) => host === `http://${address}`))
  return sightings.map(({ environmentId, updatedAt }) => `${environmentId} ${updatedAt}`)
}

const ODD: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing', JSON.stringify({ wrapped_key_share: '', apps: [] }), []],
  [
    'an environment with two keys',
    account(key(environment('e', { updated_at: '1' })), key(environment('e', { updated_at: '2' }))),
    ['e 2'],
  ],
  [
    'the same in another order',
    account(key(environment('e', { updated_at: '2' })), key(environment('e', { updated_at: '1' }))),
    ['e 2'],
  ],
  ['no time, as old servers have it', account(key({ id: 'e', name: 'n' })), []],
  ...[7, null, {}, [], '', 'x'.repeat(65), 'a\nb', true].map(
    (time) =>
      [
        `a time that is none: ${JSON.stringify(time)}`.slice(0, 50),
        account(key(environment('e', { updated_at: time }))),
        [],
      ] as const,
  ),
  ['a key that was taken back', account(key(environment('e'), { deleted_at: 'now' })), []],
  [
    'names of prototypes',
    account(key(environment('__proto__')), key(environment('constructor'))),
    ['__proto__ u', 'constructor u'],
  ],
  [
    'a host of its own',
    account({
      ...key(environment('e', { host: 'https://evil.example' })),
      host: 'https://evil.example',
    }),
    ['e u'],
  ],
  [
    'a prototype',
    account(key(environment('e'))).replace('{', '{"__proto__":{"updated_at":"p"},'),
    ['e u'],
  ],
]
for (const [name, body, want] of ODD) {
  test(`an odd answer: ${name}`, async () => {
    assert.deepEqual(await seen(body), want)
    assert.equal(Reflect.get({}, 'updated_at'), undefined)
  })
}

const BROKEN: readonly (readonly [string, string])[] = [
  ['an id that is an object', account(key(environment({ id: 'e' })))],
  ['an id that is a list', account(key(environment(['e'])))],
  ['an id that is a number', account(key(environment(7)))],
  ['an id with a new line', account(key(environment('e\nf')))],
  ['an id with a space', account(key(environment('e f')))],
  ['an id that is empty', account(key(environment('')))],
  ['an id that is long', account(key(environment('e'.repeat(65))))],
  ['an environment that is none', account(key(null))],
  ['keys that are none', JSON.stringify({ wrapped_key_share: '', apps: [{ id: 'a', name: 'n' }] })],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"x"'],
  ['no JSON', '{'],
  ['nothing at all', ''],
  ['deep JSON', `${'['.repeat(5_000_000)}`],
  ['deep JSON that is whole', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['no UTF-8', '\u0000\ufffe'],
  ['the token itself', JSON.stringify({ error: TOKEN, apps: TOKEN })],
]
for (const [name, body] of BROKEN) {
  test(`a broken answer: ${name}`, async () => {
    json(body)
    const error = await errorOf(credential.ask(never), TOKEN)
    assert.match(error.message, /has no valid [\w.[\]]+$/)
    assert.equal(error.isPermanent, false)
  })
}

for (const status of [400, 401, 403, 404, 429, 500, 302]) {
  test(`an echo of the token, with status ${status}`, async () => {
    answer = (response) => {
      const body = JSON.stringify({ error: TOKEN })
      const headers = {
        'Content-Type': 'application/json',
        'Retry-After': TOKEN,
        Location: `/${TOKEN}`,
      }
      response.writeHead(status, headers).end(body)
    }
    const error = await errorOf(credential.ask(never), TOKEN)
    assert.equal(error.retryAfter, undefined)
    assert.equal(error.isPermanent, status === 401 || status === 403)
  })
}

test('100 MB are not read to their end', async () => {
  let sent = 0
  answer = (response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    response.writeHead(200, { 'Content-Type': 'application/json' })
    const write = () => {
      while (!response.destroyed && sent < 100 * chunk.length) {
        sent += chunk.length
        if (!response.write(chunk)) return
      }
    }
    response.on('drain', write)
    write()
  }
  const error = await errorOf(credential.ask(never), TOKEN)
  assert.match(error.message, /larger than 32 MiB/)
  assert.ok(sent < 60 * 1024 * 1024, `${sent}`)
})

test('a million environments are refused, ten thousand are not', async () => {
  const many = (count: number) =>
    accountOf(Array.from({ length: count }, (_, index) => key(environment(`e${index}`))))
  assert.equal((await seen(many(10_000))).length, 10_000)
  // As many as there are room for.
  json(many(200_000))
  const few = await errorOf(credential.ask(never), TOKEN)
  assert.match(few.message, /more than 10000 environments/)
  json(many(1_000_000))
  const error = await errorOf(credential.ask(never), TOKEN)
  assert.match(error.message, /larger than 32 MiB/)
})

test('no other host was asked, and nothing else', () => {
  const asked = new Set(requests)
  assert.deepEqual([...asked], [`${address}/service/secrets/tokens/ Bearer ${TOKEN}`])
})
