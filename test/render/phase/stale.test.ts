// `staleIfError`: when the last known answers stand in for Phase, when never, and what is said.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HttpClient } from '../../../render/phase/http.ts'
import { httpClient } from '../../../render/phase/http.ts'
import type { PhaseSourceOptions } from '../../../render/phase/source.ts'
import { TransportError } from '../../../render/phase/transport.ts'
import type { Run } from './cached-phase.ts'
import {
  afterwards,
  brokenClient,
  codesOf,
  faultAt,
  HOUR,
  MINUTE,
  memoryCache,
  readOnce,
  staleStore,
} from './cached-phase.ts'
import { fakeClock } from './fake-phase.ts'

const DOWN: readonly (readonly [string, string])[] = [
  ['status, status: 500', 'answers with a server error (500)'],
  ['status, status: 503', 'answers with a server error (503)'],
  ['status, status: 429, retryAfter: 60', 'is throttled: too many requests in the last minute'],
  ['drop', 'the connection broke'],
  ['cut', 'the connection broke'],
]

describe('Phase is down', { concurrency: 4 }, () => {
  for (const [effect, words] of DOWN) {
    test(`tokens: ${effect}`, () =>
      afterwards(
        async ({ read, known }) => {
          const { values, asked, warnings } = await read()
          assert.deepEqual(values, known.values)
          assert.deepEqual(new Set(asked), new Set(['tokens']), 'no secrets are asked for')
          assertSaid(warnings, words, '37 minutes')
          assert.match(
            warnings[0]?.message ?? '',
            /^Phase could not be reached: 127\.0\.0\.1:\d+\//,
          )
        },
        { changed: staleStore('second', faultAt(effect, 'tokens')) },
      ))
    test(`secrets: ${effect}`, () =>
      afterwards(
        async ({ read, known }) => {
          const { values, warnings } = await read()
          assert.deepEqual(values, known.values, 'what has changed meanwhile cannot be known')
          assertSaid(warnings, words, '37 minutes')
        },
        { changed: staleStore('second', faultAt(effect, 'secrets')) },
      ))
    test(`not asked for: ${effect}`, () =>
      afterwards(
        async ({ read }) =>
          assert.match(codesOf(await read()).join(), /^ERR_(SERVER|THROTTLED|NETWORK)$/),
        { changed: staleStore('first', faultAt(effect, 'tokens')), staleIfError: 'off' },
      ))
  }
})

function assertSaid(warnings: Run['warnings'], words: string, age: string): void {
  assert.deepEqual(
    warnings.map(({ code, fault: whose, field }) => [code, whose, field]),
    [['ERR_STALE_DATA', 'outside', 'host']],
  )
  const [{ message = '', hint = '' } = {}] = warnings
  assert.ok(message.includes(words), message)
  assert.ok(
    message.endsWith(`the last known sealed data is used, which was current ${age} ago`),
    message,
  )
  assert.notEqual(hint, '')
}

test('a server that is gone from the start', () =>
  afterwards(async ({ server, read, known }) => {
    await server.close()
    const { values, warnings } = await read()
    assert.deepEqual(values, known.values)
    assertSaid(warnings, 'connection refused', '37 minutes')
  }))

test('Phase in a black hole: a short patience where the last known answer is of use', () =>
  afterwards(async ({ read, known }) => {
    const run = async (used: number, more: Partial<PhaseSourceOptions> = {}) => {
      const clock = fakeClock()
      const request = brokenClient((timeout) => {
        clock.slept.push(Math.min(timeout, 15_000))
        return new TransportError(timeout <= 15_000 ? 'deadline' : 'stalled')
      })
      const result = await read({ clock, request, ...more })
      assert.equal(clock.now(), used)
      return result
    }
    const { values, warnings } = await run(10_000)
    assert.deepEqual(values, known.values)
    assertSaid(warnings, 'the host does not answer', '37 minutes')
    assert.equal((await run(4_000, { deadline: 4_000 })).warnings.length, 1)
    const cold = await run(45_000, { cache: { ...memoryCache(), staleIfError: HOUR } })
    assert.deepEqual(codesOf(cold), ['ERR_TIMEOUT'])
  }))

test('secrets in a black hole, the account not', () =>
  afterwards(
    async ({ read, known }) => {
      const clock = fakeClock()
      const network = httpClient()
      const request: HttpClient = {
        ...network,
        get(wanted) {
          if (wanted.url.pathname.endsWith('/tokens/')) return network.get(wanted)
          clock.slept.push(Math.min(wanted.timeout, 9_000))
          throw new TransportError(wanted.timeout <= 9_000 ? 'deadline' : 'stalled')
        },
      }
      const { values, warnings } = await read({ clock, request })
      network.close()
      assert.deepEqual(values, known.values)
      assert.equal(warnings.length, 1)
      assert.equal(clock.now(), 10_000, 'Staging is as it was, so one request and its patience')
    },
    { changed: staleStore('second') },
  ))

test('where the last known account stands in, nothing is asked about dynamic secrets', () =>
  afterwards(async ({ server, cache }) => {
    const options = { cache: { ...cache, staleIfError: HOUR }, path: '/broken' }
    assert.deepEqual(codesOf(await readOnce(server, options)), ['ERR_REFERENCE_UNRESOLVED'])
    server.update(staleStore('first', faultAt('status', 'tokens')))
    const run = await readOnce(server, options)
    assert.deepEqual(codesOf(run), ['ERR_REFERENCE_UNRESOLVED'])
    assert.deepEqual(new Set(run.asked), new Set(['tokens']))
  }))

const AGES: readonly (readonly [string, number, string | undefined])[] = [
  ['young', 0, 'less than a minute'],
  ['a minute', MINUTE, '1 minute'],
  ['119 minutes', 2 * HOUR - 1, '119 minutes'],
  ['two hours', 2 * HOUR, '2 hours'],
  ['47 hours', 47 * HOUR, '47 hours'],
  ['as old as may be', 72 * HOUR, '3 days'],
  ['too old', 72 * HOUR + 1, undefined],
  ['from the future', -1, undefined],
]

for (const [name, passed, words] of AGES) {
  test(`last known answers that are ${name}`, () =>
    afterwards(
      async ({ read, known }) => {
        const run = await read()
        if (words !== undefined) {
          assert.deepEqual(run.values, known.values)
          return assertSaid(run.warnings, '(500)', words)
        }
        assert.deepEqual(codesOf(run), ['ERR_SERVER'])
        assert.match(run.failures[0]?.message ?? '', /server error \(500\)$/)
        assert.match(
          run.failures[0]?.hint ?? '',
          /^the cache holds nothing young enough .*; look at/,
        )
      },
      { passed, staleIfError: 72 * HOUR, changed: staleStore('first', '{ effect: status }') },
    ))
}

test('what the account confirmed is current, however long ago it was fetched', () =>
  afterwards(async ({ server, cache, read, known }) => {
    cache.time += 22 * HOUR
    assert.deepEqual((await read()).asked, ['tokens'])
    cache.time += 59 * MINUTE
    server.update(staleStore('first', '{ effect: status }'))
    const { values, warnings } = await read()
    assert.deepEqual(values, known.values)
    assertSaid(warnings, '(500)', '59 minutes')
    cache.time += 2 * MINUTE
    assert.deepEqual(codesOf(await read()), ['ERR_SERVER'])
  }))

test('no secrets are used that are older than both limits together', () =>
  afterwards(async ({ server, cache, read }) => {
    cache.time += 24 * HOUR
    server.update(staleStore('first', faultAt('status', 'secrets')))
    assert.equal((await read()).warnings.length, 1)
    cache.time += HOUR
    assert.deepEqual(codesOf(await read()), ['ERR_SERVER'])
  }))

test('what was never read before is asked for, and is missing if Phase is still down', () =>
  afterwards(
    async ({ server, cache, read }) => {
      const options = { cache: { ...cache, staleIfError: HOUR }, path: '/db' }
      const run = await readOnce(server, options)
      assert.deepEqual(run.values, { C: 'c' })
      assert.ok(run.asked.includes('web/Production /db'))
      assert.equal(run.warnings.length, 1)
      server.update(staleStore('first', '{ effect: status }'))
      assert.deepEqual((await readOnce(server, options)).values, { C: 'c' })
      const missing = await readOnce(server, { ...options, path: '/new' })
      assert.deepEqual(codesOf(missing), ['ERR_SERVER'])
      assert.match(missing.failures[0]?.hint ?? '', /^the cache holds nothing young enough/)
      const other = await read({ token: server.tokens.other ?? '' })
      assert.deepEqual(codesOf(other), ['ERR_SERVER'], 'another token has nothing')
    },
    { changed: staleStore('first', faultAt('status', 'tokens')) },
  ))

test('an app that is not in the last known account may be new: Phase is down, not the author wrong', () =>
  afterwards(
    async ({ server, cache }) => {
      const options = { cache: { ...cache, staleIfError: HOUR }, app: { name: 'new' } }
      const run = await readOnce(server, options)
      assert.deepEqual(codesOf(run), ['ERR_SERVER'])
      assert.match(run.failures[0]?.hint ?? '', /^the cache holds nothing young enough/)
    },
    { changed: staleStore('first', faultAt('status', 'tokens')) },
  ))

test('after a rejection there is nothing left to use', () =>
  afterwards(async ({ server, read }) => {
    server.update(staleStore('first', '', ', expired: true'))
    assert.deepEqual(codesOf(await read()), ['ERR_TOKEN_REJECTED'])
    server.update(staleStore('first', '{ effect: status }'))
    assert.deepEqual(codesOf(await read()), ['ERR_SERVER'])
  }))
