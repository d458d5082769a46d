// What is asked for again and what is not, counted at a dev-server.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in values.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codesOf, HOUR, memoryCache, readOnce, withServer } from './cached-phase.ts'
import { failuresOf, fakePhase, jsonReply, sourceOf, valuesOf } from './fake-phase.ts'

interface Content {
  readonly a?: string
  readonly tag?: string
  readonly override?: string
  readonly other?: string
  readonly db?: string
  readonly staging?: string
  readonly dynamic?: string
  readonly more?: string
}

/** A store in which Production refers to a folder of its own and to Staging. */
const store = (content: Content = {}): string => `apps:
  web:
    environments:
      Production:
        secrets:
          /:
            A: { value: "${content.a ?? 'first'}", tags: [${content.tag ?? 'x'}], override: "${content.override ?? 'mine'}" }
            B: "\${/db/PASSWORD} \${Staging.HOST}"
          /db: { PASSWORD: "${content.db ?? 'db-fake'}" }
          /other: { UNUSED: "${content.other ?? 'unused'}" }
        dynamic: [{ name: AWS, path: /, keys: { key: ${content.dynamic ?? 'AWS_KEY'} } }]
      Staging: { secrets: { /: { HOST: "${content.staging ?? 'host'}" } } }
      Elsewhere: { secrets: { /: { X: y } } }
tokens:
  - { name: default }
  - { name: same }
  - { name: legacy, kind: service-v1 }
  - { name: person, kind: user }
  - { name: blocked, ipBlocked: true }
${content.more ?? ''}`

const ALL = ['tokens', 'web/Production /', 'web/Production /db', 'web/Staging /']
const PRODUCTION = ['tokens', 'web/Production /', 'web/Production /db']

const CHANGES: readonly (readonly [string, Content, readonly string[], object])[] = [
  ['nothing', {}, ['tokens'], {}],
  ['a value', { a: 'second' }, PRODUCTION, { A: 'second' }],
  ['a tag', { tag: 'y' }, PRODUCTION, {}],
  ['a value of a folder that is not read', { other: 'new' }, PRODUCTION, {}],
  ['a referenced folder', { db: 'new' }, PRODUCTION, { B: 'new host' }],
  ['a dynamic secret', { dynamic: 'AWS_ID' }, PRODUCTION, {}],
  [
    'a referenced environment',
    { staging: 'new' },
    ['tokens', 'web/Staging /'],
    { B: 'db-fake new' },
  ],
  ["a person's override", { override: 'other' }, ['tokens'], {}],
]

for (const [name, change, asked, values] of CHANGES) {
  test(`after a change of ${name}, only what may have changed is asked for`, () =>
    withServer({ store: store() }, async (server) => {
      const cache = memoryCache()
      const cold = await readOnce(server, { cache })
      assert.deepEqual(cold, await readOnce(server))
      assert.deepEqual(cold.asked, ALL)
      server.update(store(change))
      const warm = await readOnce(server, { cache })
      assert.deepEqual(warm.asked, asked)
      assert.deepEqual(warm.values, { ...cold.values, ...values })
      assert.deepEqual(warm.values, (await readOnce(server)).values)
      assert.deepEqual((await readOnce(server, { cache })).asked, ['tokens'])
    }))
}

test('a change is seen although it is taken back: the same again is not the same tag', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    await readOnce(server, { cache })
    server.update(store({ a: 'second' }))
    server.update(store())
    assert.deepEqual((await readOnce(server, { cache })).asked, PRODUCTION)
  }))

test('what changes while it is read is read again: its tag is of before', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    const { open } = cache
    let isFirst = true
    const racing = {
      ...cache,
      open: (key: Uint8Array) => ({
        ...open(key),
        // Between the account and the secrets.
        async read(name: string) {
          if (isFirst) server.update(store({ a: 'second' }))
          isFirst = false
          return open(key).read(name)
        },
      }),
    }
    assert.equal((await readOnce(server, { cache: racing })).values.A, 'second')
    assert.deepEqual((await readOnce(server, { cache })).asked, PRODUCTION)
    assert.deepEqual((await readOnce(server, { cache })).asked, ['tokens'])
  }))

const AGES: readonly (readonly [string, number, number | undefined, readonly string[]])[] = [
  ['young', 23 * HOUR, undefined, ['tokens']],
  ['exactly of age', 24 * HOUR, undefined, ['tokens']],
  ['too old', 24 * HOUR + 1, undefined, ALL],
  ['too old for a stricter limit', HOUR + 1, HOUR, ALL],
  ['never young', 1, 0, ALL],
  ['from the future', -1, undefined, ALL],
]

for (const [name, passed, maxAge, asked] of AGES) {
  test(`kept answers that are ${name}`, () =>
    withServer({ store: store() }, async (server) => {
      const cache = memoryCache()
      await readOnce(server, { cache: { ...cache, maxAge } })
      cache.time += passed
      const later = await readOnce(server, { cache: { ...cache, maxAge } })
      assert.deepEqual(later.asked, asked)
      // What was asked for again counts from now on.
      assert.deepEqual((await readOnce(server, { cache })).asked, ['tokens'])
    }))
}

test('two tokens, and one token at two hosts, do not see what the others keep', () =>
  withServer({ store: store() }, (server) =>
    withServer({ store: store() }, async (other) => {
      const cache = memoryCache()
      const { default: first = '', same: second = '', legacy = '' } = server.tokens
      assert.equal(other.tokens.default, first)
      for (const [at, token] of [
        [server, first],
        [server, second],
        [other, first],
        [server, legacy],
      ] as const) {
        assert.deepEqual((await readOnce(at, { cache, token })).asked, ALL)
        assert.deepEqual((await readOnce(at, { cache, token })).asked, ['tokens'])
      }
      assert.equal(cache.kept.size, 4)
    }),
  ))

test("nothing of a person's token is kept", () =>
  withServer({ store: store() }, async (server) => {
    const { kept, ...cache } = memoryCache()
    const options = { cache: { ...cache, staleIfError: HOUR }, token: server.tokens.person ?? '' }
    for (const personalOverrides of [true, false]) {
      const run = await readOnce(server, { ...options, allowUserToken: true, personalOverrides })
      assert.deepEqual(run.asked, ALL)
      assert.equal(run.values.A, personalOverrides ? 'mine' : 'first')
    }
    assert.equal(kept.size, 0)
  }))

test('a folder that was emptied is known to be empty; one that never was is not kept', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    const sizes = () => [...cache.kept.values()].map(({ size }) => size)
    for (const _ of [1, 2]) {
      const run = await readOnce(server, { cache, path: '/made-up' })
      assert.deepEqual(run.asked.slice(0, 2), ['tokens', 'web/Production /made-up'])
      assert.deepEqual(sizes(), [0])
    }
    await readOnce(server, { cache, path: '/other' })
    server.update(store().replace('/other: { UNUSED: "unused" }', ''))
    for (const expected of [['tokens', 'web/Production /other'], ['tokens']]) {
      const run = await readOnce(server, {
        cache: { ...cache, staleIfError: HOUR },
        path: '/other',
      })
      assert.deepEqual(codesOf(run), ['ERR_NO_SECRETS'])
      assert.deepEqual(run.asked, [...expected, 'web/Production /other dynamic'])
    }
  }))

test('dynamic secrets are never kept', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    for (const _ of [1, 2]) {
      const run = await readOnce(server, { cache, path: '/nowhere' })
      assert.deepEqual(
        run.failures.map(({ code }) => code),
        ['ERR_NO_SECRETS'],
      )
      const asked = ['tokens', 'web/Production /nowhere', 'web/Production /nowhere dynamic']
      assert.deepEqual(run.asked, asked)
    }
  }))

const DENIALS: readonly (readonly [string, string, string])[] = [
  ['the token was deleted', 'expired: true', 'ERR_TOKEN_REJECTED'],
  ['the role was withdrawn', 'role: none', 'ERR_ACCESS_DENIED'],
  ['the network is no longer allowed', 'ipBlocked: true', 'ERR_ACCESS_DENIED'],
]

for (const [name, how, code] of DENIALS) {
  test(`when ${name}, everything of the token is forgotten`, () =>
    withServer({ store: store() }, async (server) => {
      const cache = memoryCache()
      const options = { cache: { ...cache, staleIfError: HOUR } }
      await readOnce(server, { ...options, token: server.tokens.same ?? '' })
      await readOnce(server, options)
      // Secrets are asked for again, and so the withdrawal is met.
      cache.time += 25 * HOUR
      server.update(store().replace('{ name: default }', `{ name: default, ${how} }`))
      const run = await readOnce(server, options)
      assert.deepEqual(new Set(run.failures.map((failure) => failure.code)), new Set([code]))
      assert.deepEqual(
        [...cache.kept.values()].map(({ size }) => size > 0),
        [true, false],
      )
    }))
}

test('an environment that was taken from the token is not read from the cache', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    await readOnce(server, { cache })
    server.update(store().replace('{ name: default }', '{ name: default, sees: [web/Elsewhere] }'))
    const run = await readOnce(server, { cache })
    assert.deepEqual(run.asked, ['tokens'])
    assert.deepEqual(
      run.failures.map(({ code }) => code),
      ['ERR_ENVIRONMENT_NOT_FOUND'],
    )
  }))

test('kept answers that say something else are asked for again', () =>
  withServer({ store: store() }, async (server) => {
    const cache = memoryCache()
    const before = await readOnce(server, { cache })
    for (const body of ['', 'null', '{}', '[{}]', '\xff', 'of another place']) {
      for (const answers of cache.kept.values()) {
        const bodies = [...answers.values()].map((answer) => answer.body)
        for (const [index, [name, answer]] of [...answers].entries()) {
          const other = bodies[(index + 1) % bodies.length] ?? new Uint8Array()
          const changed = body === 'of another place' ? other : Buffer.from(body, 'latin1')
          answers.set(name, { ...answer, body: changed })
        }
      }
      assert.deepEqual(await readOnce(server, { cache }), before)
    }
  }))

const TAGS: readonly (readonly [string, unknown, boolean])[] = [
  ['none', undefined, false],
  ['null', null, false],
  ['a number', 17, false],
  ['an empty text', '', false],
  ['a text without end', 'x'.repeat(65), false],
  ['another format', 'Thu, 01 Jan 2026 00:00:00 GMT', true],
]

for (const [name, tag, isKept] of TAGS) {
  test(`updated_at of a server that gives ${name}`, async () => {
    const fake = fakePhase([{ name: 'web', environments: { Production: { '/': { A: '1' } } } }])
    fake.tamper = (reply, { url }) => {
      if (!url.pathname.endsWith('/tokens/')) return reply
      const account = JSON.parse(Buffer.from(reply.body).toString())
      for (const key of account.apps[0].environment_keys) key.environment.updated_at = tag
      return jsonReply(200, account)
    }
    const cache = memoryCache()
    for (const _ of [1, 2]) assert.deepEqual(await valuesOf(sourceOf(fake, { cache })), { A: '1' })
    const count = fake.requests.filter((request) => request !== 'tokens').length
    assert.equal(count, isKept ? 1 : 2)
  })
}

test('answers that are not accepted are not kept', async () => {
  const fake = fakePhase([{ name: 'web', environments: { Production: { '/': { A: '1' } } } }])
  const cache = memoryCache()
  for (const body of [[{}], [{ id: 'x' }], {}, null]) {
    fake.tamper = (reply, { url }) =>
      url.pathname.endsWith('/tokens/') ? reply : jsonReply(200, body)
    await failuresOf(sourceOf(fake, { cache }))
  }
  assert.deepEqual(
    [...cache.kept.values()].map(({ size }) => size),
    [0],
  )
})
