// What is tried again, for how long, and what is said in the end; on fake time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpClient, HttpReply } from '../../../render/phase/http.ts'
import { getOnce, getWithRetries, systemClock } from '../../../render/phase/retry.ts'
import type { TransportFault } from '../../../render/phase/transport.ts'
import { TransportError } from '../../../render/phase/transport.ts'
import type { SourceFailure } from '../../../render/source.ts'
import { SourceError } from '../../../render/source.ts'
import { fakeClock, jsonReply } from './fake-phase.ts'

type Step = TransportFault | HttpReply

interface Run {
  readonly reply?: HttpReply
  readonly failure?: SourceFailure
  readonly attempts: number
  readonly slept: readonly number[]
}

/** Plays the steps, the last one for ever. */
async function play(steps: readonly Step[], deadline = 45_000): Promise<Run> {
  const clock = fakeClock()
  let attempts = 0
  const client: HttpClient = {
    async get() {
      const step = steps[Math.min(attempts, steps.length - 1)] ?? 'closed'
      attempts += 1
      if (typeof step === 'string') throw new TransportError(step)
      return step
    },
    close() {},
  }
  const { signal } = new AbortController()
  const url = new URL('https://phase.example:8443/base/service/secrets/?token=hunter2')
  try {
    const reply = await getWithRetries({ client, signal, deadline, clock }, url, {})
    return { reply, attempts, slept: clock.slept }
  } catch (error) {
    assert.ok(error instanceof SourceError)
    const [failure, ...more] = error.failures
    assert.ok(failure !== undefined && more.length === 0)
    assert.match(failure.message, /^phase\.example:8443\/base\/service\/secrets\/(:| )/)
    assert.doesNotMatch(JSON.stringify(failure), /hunter2|https:/)
    assert.equal(failure.fault, 'outside')
    assert.ok(failure.hint)
    return { failure, attempts, slept: clock.slept }
  }
}

const ok = jsonReply(200, [])
const status = (code: number, retryAfter?: string) => jsonReply(code, { error: 'x' }, retryAfter)

const PASSING: Readonly<Record<string, Step>> = {
  'a closed connection': 'closed',
  'a stalled connection': 'stalled',
  'a refused connection': 'refused',
  'a name that does not resolve': 'unresolved',
  'no route': 'unreachable',
  'a proxy that does not answer': 'proxy',
  '429': status(429),
  '500': status(500),
  '502': { ...status(502), contentType: 'text/html' },
  '503': status(503, '1'),
  '504': status(504),
}

for (const [name, step] of Object.entries(PASSING)) {
  test(`tried again: ${name}`, async () => {
    const { reply, attempts } = await play([step, step, ok])
    assert.equal(reply, ok)
    assert.equal(attempts, 3)
  })
}

for (const code of [200, 204, 301, 400, 401, 403, 404, 405, 418, 501]) {
  test(`a reply as good as any: ${code}`, async () => {
    const { reply, attempts } = await play([status(code)])
    assert.equal(reply?.status, code)
    assert.equal(attempts, 1)
  })
}

const LASTING = [
  ['untrusted', 1, 'ERR_TLS', /certificate not trusted/],
  ['expired', 1, 'ERR_TLS', /expired/],
  ['misnamed', 1, 'ERR_TLS', /another name/],
  ['tls', 1, 'ERR_TLS', /TLS/],
  ['not-http', 1, 'ERR_NOT_PHASE', /does not speak HTTP/],
  ['too-large', 1, 'ERR_RESPONSE_TOO_LARGE', /32 MiB/],
  ['deadline', 1, 'ERR_TIMEOUT', /no answer/],
  ['aborted', 1, 'ERR_ABORTED', /ended from outside/],
  ['refused', 5, 'ERR_NETWORK', /connection refused/],
  ['unresolved', 5, 'ERR_NETWORK', /does not resolve/],
  ['unreachable', 5, 'ERR_NETWORK', /no route/],
  ['proxy', 5, 'ERR_NETWORK', /proxy/],
  ['closed', 7, 'ERR_NETWORK', /connection broke/],
  ['stalled', 7, 'ERR_TIMEOUT', /does not answer/],
] as const

for (const [fault, tries, code, message] of LASTING) {
  test(`${fault} for ever: ${tries} attempts, ${code}`, async () => {
    const { failure, attempts } = await play([fault])
    assert.equal(attempts, tries)
    assert.equal(failure?.code, code)
    assert.match(failure?.message ?? '', message)
  })
}

test('an untrusted certificate names the setting that mends it', async () => {
  const { failure } = await play(['untrusted'])
  assert.match(failure?.hint ?? '', /PHASE_CA_FILE/)
})

test('back-off doubles up to 5 s, and chance only shortens it', async () => {
  const { slept } = await play([status(500)])
  assert.deepEqual(
    slept.map((ms) => Math.round(ms / 0.999)),
    [250, 500, 1000, 2000, 4000, 5000],
  )
})

test('a wrong name or port gives up within 10 s', async () => {
  const { slept } = await play(['unresolved'])
  assert.ok(slept.reduce((sum, ms) => sum + ms, 0) < 10_000)
})

test('429 and 5xx have their own codes', async () => {
  assert.equal((await play([status(429)])).failure?.code, 'ERR_THROTTLED')
  assert.equal((await play([status(503)])).failure?.code, 'ERR_SERVER')
})

const WAITS = [
  ['seconds', '3', [3000]],
  ['no wait is still a back-off', '0', [250]],
  ['words are no time', 'soon', [250]],
  ['a negative number is no time', '-5', [250]],
  ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', [250]],
] as const

for (const [name, header, waits] of WAITS) {
  test(`Retry-After: ${name}`, async () => {
    const { reply, slept } = await play([status(429, header), ok])
    assert.equal(reply, ok)
    assert.deepEqual(
      slept.map((ms) => Math.ceil(ms)),
      waits,
    )
  })
}

for (const header of ['60', '999999999', 'Fri, 31 Dec 9999 23:59:59 GMT']) {
  test(`Retry-After: ${header} is beyond the budget and fails at once`, async () => {
    const { failure, attempts, slept } = await play([status(429, header)])
    assert.equal(failure?.code, 'ERR_THROTTLED')
    assert.equal(attempts, 1)
    assert.deepEqual(slept, [])
  })
}

test('no attempt begins after the deadline, and no sleep goes beyond it', async () => {
  assert.equal((await play([ok], 0)).failure?.code, 'ERR_TIMEOUT')
  assert.equal((await play([ok], 0)).attempts, 0)
  const { failure, slept } = await play([status(500)], 1000)
  assert.equal(failure?.code, 'ERR_SERVER')
  assert.ok(slept.reduce((sum, ms) => sum + ms, 0) < 1000)
})

test('the signal ends a sleep at once', async () => {
  const controller = new AbortController()
  const client: HttpClient = {
    async get() {
      setImmediate(() => controller.abort())
      return status(429, '30')
    },
    close() {},
  }
  const budget = {
    client,
    signal: controller.signal,
    deadline: systemClock.now() + 45_000,
    clock: systemClock,
  }
  await assert.rejects(getWithRetries(budget, new URL('https://phase.example/'), {}), {
    name: 'SourceError',
    message: 'phase.example/: the run was ended from outside',
  })
})

const ONCE = [
  ['a reply', [ok], undefined, undefined],
  ['a status that says something', [status(403)], undefined, undefined],
  ['429 with a time', [status(429, '7'), ok], 'ERR_THROTTLED', 7_000],
  ['503 without', [status(503), ok], 'ERR_SERVER', undefined],
  ['a closed connection', ['closed', ok], 'ERR_NETWORK', undefined],
  ['its time is up', ['deadline', ok], 'ERR_TIMEOUT', undefined],
  ['untrusted', ['untrusted', ok], 'ERR_TLS', undefined],
] as const
for (const [name, steps, code, retryAfter] of ONCE) {
  test(`once is once: ${name}`, async () => {
    let attempts = 0
    const client: HttpClient = {
      async get() {
        const step = steps[attempts]
        attempts += 1
        if (step === undefined || typeof step === 'string') throw new TransportError(step ?? 'tls')
        return step
      },
      close() {},
    }
    const { signal } = new AbortController()
    const url = new URL('https://phase.example/x')
    const reply = getOnce(client, { url, headers: {}, signal, timeout: 1000 })
    if (code === undefined) assert.equal(await reply, steps[0])
    else {
      const error: unknown = await reply.catch((reason: unknown) => reason)
      assert.ok(error instanceof SourceError)
      assert.equal(error.failures[0]?.code, code)
      assert.equal(error.failures[0]?.retryAfter, retryAfter)
      assert.doesNotMatch(error.failures[0]?.message ?? '', /within the time for this run/)
    }
    assert.equal(attempts, 1)
  })
}
