// When which credential is asked, on a clock of our own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatchEvent } from '../../../../cmp/watch/events.ts'
import { pollPhase } from '../../../../cmp/watch/phase/poller.ts'
import type { Stage } from './fake-credentials.ts'
import { gaps, lasting, MINUTE, passing, stage } from './fake-credentials.ts'

const HOUR = 60 * MINUTE

/** Polls for a while, then ends it and waits for the end. */
async function play(on: Stage, ...scenes: readonly (() => Promise<void>)[]): Promise<void> {
  const polling = pollPhase(on.options)
  for (const scene of scenes) await scene()
  on.end()
  await polling
  assert.equal(on.clock.sleepers(), 0, 'nothing is under way')
}

const ofType = <T extends WatchEvent['type']>(on: Stage, type: T) =>
  on.events.filter((event): event is Extract<WatchEvent, { type: T }> => event.type === type)

test('few are asked at once, then in their intervals, a tenth more or less', async () => {
  const on = stage()
  on.credentials = ['a', 'b', 'c'].map((title) => on.credential(title))
  await play(on, () => on.clock.advance(10 * HOUR))
  for (const title of ['a', 'b', 'c']) {
    const times = on.asked.get(title) ?? []
    assert.ok((times[0] ?? HOUR) < 1000)
    // Each takes 100 ms.
    const between = gaps(times).map((gap) => gap - 100)
    assert.ok(Math.min(...between) >= 54_000 && Math.max(...between) <= 66_000)
    assert.ok(Math.max(...between) - Math.min(...between) > 10_000, 'not all the same')
    const mean = between.reduce((sum, gap) => sum + gap, 0) / between.length
    assert.ok(Math.abs(mean - MINUTE) < 1000, `${mean}`)
  }
})

test('what was seen is handed on, and said', async () => {
  const on = stage()
  const host = 'https://phase.example'
  const sightings = [{ host, environmentId: 'e', updatedAt: 'today', title: 'e of app' }]
  on.credentials = [on.credential('a', () => ({ ms: 70, sightings }))]
  await play(on, () => on.clock.advance(1000))
  assert.deepEqual(on.seen, ['a today'])
  assert.deepEqual(on.events, [{ type: 'polled', credential: 'a', host, environments: 1, ms: 70 }])
})

test('one request at a time, and none before the last answer was taken', async () => {
  const on = stage()
  on.intervalOf = () => 1000
  on.credentials = [on.credential('a', () => ({ ms: 5000 })), on.credential('b')]
  const seen: number[] = []
  const options = {
    ...on.options,
    seen: async ({ title }: { title: string }) => {
      if (title === 'a') seen.push(on.clock.now())
      if (title === 'a') await on.clock.sleep(3000, on.options.signal).catch(() => {})
    },
  }
  await play({ ...on, options }, () => on.clock.advance(MINUTE))
  assert.equal(on.mostAtOnce.get('a'), 1)
  for (const [index, time] of seen.entries()) {
    const next = on.asked.get('a')?.[index + 1] ?? Number.POSITIVE_INFINITY
    assert.ok(next - time >= 3900)
  }
  assert.ok((on.asked.get('b')?.length ?? 0) > 45, 'the other one does not wait')
})

test('another interval counts from now on, not only after the last one', async () => {
  const on = stage()
  on.intervalOf = () => HOUR
  on.credentials = [on.credential('a')]
  await play(
    on,
    () => on.clock.advance(10 * MINUTE),
    async () => {
      on.intervalOf = () => 10_000
      await on.clock.advance(5 * MINUTE)
    },
    async () => {
      on.intervalOf = () => HOUR
      await on.clock.advance(HOUR / 2)
    },
  )
  const times = on.asked.get('a') ?? []
  assert.equal(times[0], 0)
  const second = (times[1] ?? 0) - 10 * MINUTE
  assert.ok(second > 0 && second <= 30_000 + 11_000, `${second}`)
  const short = times.filter((time) => time > 10 * MINUTE).length
  assert.ok(short >= 25 && short <= 31, `${short}`)
})

test('who comes is asked soon, who goes is not asked again, not even a request is finished', async () => {
  const on = stage()
  on.credentials = [on.credential('a', () => ({ ms: 40_000 }))]
  await play(
    on,
    () => on.clock.advance(25_000),
    async () => {
      on.credentials = [on.credential('b')]
      await on.clock.advance(MINUTE)
    },
  )
  assert.equal(on.asked.get('a')?.length, 1)
  const first = on.asked.get('b')?.[0] ?? HOUR
  assert.ok(first <= 25_000 + 30_000, `${first}`)
  assert.ok(on.seen.every((line) => line === 'b'))
  assert.ok(on.events.every(({ type }) => type === 'polled'))
})

test('the end comes at once, in the middle of requests and naps, and once more is no harm', async () => {
  const on = stage({ requestsPerMinute: 1 })
  on.credentials = ['a', 'b', 'c'].map((title) => on.credential(title, () => ({ ms: HOUR })))
  const polling = pollPhase(on.options)
  await on.clock.advance(5000)
  on.end()
  await polling
  assert.equal(on.clock.sleepers(), 0)
  assert.deepEqual(on.events, [])
  await pollPhase(on.options)
  assert.equal(on.asked.size, 1)
})

test('the end waits for who is taking what was seen', async () => {
  const on = stage()
  const lines: string[] = []
  const { signal } = new AbortController()
  const seen = async () => {
    await on.clock.sleep(3000, signal)
    lines.push('taken')
  }
  on.credentials = [on.credential('a')]
  const polling = pollPhase({ ...on.options, seen }).then(() => lines.push('over'))
  await on.clock.advance(1000)
  on.end()
  await on.clock.advance(5000)
  await polling
  assert.deepEqual(lines, ['taken', 'over'])
})

test('a defect ends everything and is not hidden', async () => {
  const on = stage()
  const defect = () => {
    throw new TypeError('a defect')
  }
  on.credentials = [on.credential('a'), on.credential('b', defect)]
  const polling = pollPhase(on.options)
  const rejected = assert.rejects(polling, /a defect/)
  await on.clock.advance(1000)
  await rejected
  assert.equal(on.clock.sleepers(), 0)
})

test('what passes: twice as long each time up to 10 minutes, said once, and over when it is over', async () => {
  const on = stage()
  on.credentials = [on.credential('a', (now) => (now < 2 * HOUR ? passing() : {}))]
  await play(on, () => on.clock.advance(3 * HOUR))
  const failed = ofType(on, 'poll-failed')
  const want = [1, 2, 4, 8, 10, 10, 10]
  for (const [index, minutes] of want.entries()) {
    const { retryIn = 0 } = failed[index] ?? {}
    assert.ok(retryIn > minutes * 0.74 * MINUTE && retryIn <= minutes * MINUTE, `${retryIn}`)
  }
  assert.deepEqual(
    failed.map(({ isNew }) => isNew),
    failed.map((_, index) => index === 0),
  )
  const between = gaps(on.asked.get('a'))
  for (const [index, { retryIn }] of failed.entries()) {
    assert.ok(Math.abs((between[index] ?? 0) - 100 - retryIn) < 0.001)
  }
  assert.equal(ofType(on, 'poll-recovered').length, 1)
  const types = on.events.map(({ type }) => type)
  assert.equal(types[types.indexOf('poll-recovered') + 1], 'polled')
  assert.ok(ofType(on, 'polled').length > 40, 'the usual interval again')
})

test('a long interval is not made shorter by failures', async () => {
  const on = stage()
  on.intervalOf = () => HOUR
  on.credentials = [on.credential('a', () => passing()), on.credential('b', () => lasting())]
  await play(on, () => on.clock.advance(10 * HOUR))
  for (const title of ['a', 'b']) {
    assert.ok(gaps(on.asked.get(title)).every((gap) => gap > 0.74 * HOUR && gap < 1.01 * HOUR))
  }
})

test('another kind of trouble is news, one that was said already is not, and kinds have an end', async () => {
  const on = stage()
  const script = ['500', '500', '503', '500', '503', 'refused', ...'abcdefghijkl']
  let turn = -1
  on.credentials = [
    on.credential('a', () => {
      turn += 1
      return passing(script[turn] ?? 'm')
    }),
  ]
  await play(on, () => on.clock.advance(5 * HOUR))
  const news = ofType(on, 'poll-failed').filter(({ isNew }) => isNew)
  assert.deepEqual(
    news.map(({ trouble }) => trouble.message),
    ['500', '503', 'refused', 'a', 'b', 'c', 'd', 'e'],
  )
})

test('Retry-After is kept, within an hour', async () => {
  for (const [asked, least, most] of [
    [300_000, 300_000, 361_000],
    [1_000, 45_000, 60_000],
    [1e12, HOUR, HOUR + 61_000],
    [Number.POSITIVE_INFINITY, HOUR, HOUR + 61_000],
    [-5, 45_000, 60_000],
  ] as const) {
    const on = stage()
    on.credentials = [on.credential('a', () => passing('throttled', asked))]
    await play(on, () => on.clock.advance(1000))
    const { retryIn = 0 } = ofType(on, 'poll-failed')[0] ?? {}
    assert.ok(retryIn >= least && retryIn <= most, `${asked}: ${retryIn}`)
  }
})

test('a revoked token is asked every 10 minutes, said once, and at once when it is another', async () => {
  const on = stage()
  on.credentials = [on.credential('a', () => lasting())]
  await play(
    on,
    () => on.clock.advance(5 * HOUR),
    async () => {
      on.credentials = [on.credential('a')]
      await on.clock.advance(31_000)
    },
  )
  const times = on.asked.get('a') ?? []
  const before = gaps(times.filter((time) => time < 5 * HOUR))
  assert.ok(before.every((gap) => gap > 7.4 * MINUTE && gap < 10.1 * MINUTE))
  assert.equal(ofType(on, 'poll-failed').filter(({ isNew }) => isNew).length, 1)
  assert.equal(ofType(on, 'poll-recovered').length, 1)
  assert.equal(ofType(on, 'polled').length, 1)
})

test('changed in the middle of a request: asked again with what it is now', async () => {
  const on = stage()
  on.credentials = [on.credential('a', () => ({ ...lasting(), ms: 35_000 }))]
  await play(
    on,
    () => on.clock.advance(1000),
    async () => {
      on.credentials = [on.credential('a')]
      await on.clock.advance(40_000)
    },
  )
  assert.deepEqual(on.asked.get('a'), [0, 35_000])
})
