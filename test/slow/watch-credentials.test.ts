// Five hundred credentials, restarts and outages, on a clock of our own: no storm, nobody forgotten.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pollPhase } from '../../cmp/watch/phase/poller.ts'
import type { Reply, Stage } from '../cmp/watch/phase/fake-credentials.ts'
import { gaps, lasting, MINUTE, passing, stage } from '../cmp/watch/phase/fake-credentials.ts'

const COUNT = 500
const HOUR = 60 * MINUTE
const titles = Array.from({ length: COUNT }, (_, index) => `team-${index}/phase-token`)

/** 500 credentials that share what happens at a time. */
function many(tuning: Parameters<typeof stage>[0], reply: (now: number) => Reply): Stage {
  const on = stage(tuning)
  on.credentials = titles.map((title) => on.credential(title, reply))
  return on
}

async function play(on: Stage, ms: number): Promise<number[]> {
  const polling = pollPhase(on.options)
  await on.clock.advance(ms)
  on.end()
  await polling
  assert.equal(on.clock.sleepers(), 0)
  return [...on.asked.values()].flat().sort((left, right) => left - right)
}

/** The most times in any window of `ms`. */
function most(times: readonly number[], ms: number): number {
  let start = 0
  let found = 0
  for (const [end, time] of times.entries()) {
    while ((times[start] ?? 0) <= time - ms) start += 1
    found = Math.max(found, end - start + 1)
  }
  return found
}

test('a restart is no burst, and everybody is asked in his interval ever after', async () => {
  const on = many({}, () => ({}))
  const times = await play(on, HOUR)
  assert.equal(times.filter((time) => time < 1000).length, 17)
  assert.ok(most(times, 1000) <= 30, `${most(times, 1000)} in a second`)
  assert.equal(on.asked.size, COUNT)
  for (const asked of on.asked.values()) {
    assert.ok((asked[0] ?? HOUR) <= 30_000)
    assert.ok(gaps(asked).every((gap) => gap > 54_000 && gap < 66_200))
  }
  // 500 a minute, a little less for the first ones and the answers.
  assert.ok(times.length > 29_500 && times.length < 30_500, `${times.length}`)
})

test('a budget that is too small: it is kept, and everybody has his turn', async () => {
  const on = many({ requestsPerMinute: 100 }, () => ({}))
  const times = await play(on, 2 * HOUR)
  assert.ok(most(times, MINUTE - 0.001) <= 100)
  // Nothing is left unused: 8 are saved for quiet times, the others come evenly.
  assert.ok(times.length > 93 * 119, `${times.length}`)
  for (const asked of on.asked.values()) {
    assert.ok(Math.max(...gaps(asked)) < 6.5 * MINUTE, 'in five rounds of an interval, and a half')
  }
})

test('two hosts have a budget each', async () => {
  const on = stage({ requestsPerMinute: 10 })
  on.intervalOf = () => 1000
  on.credentials = ['https://one.example', 'https://two.example'].map((host) =>
    on.credential('the same', () => ({}), host),
  )
  const times = await play(on, HOUR)
  assert.ok(times.length > 2 * 10 * 58 && times.length <= 2 * 10 * 61, `${times.length}`)
})

for (const [name, down] of [
  ['refused at once', { ...passing('connection refused'), ms: 1 }],
  ['not answered', { ...passing('the host does not answer'), ms: 15_000 }],
  ['throttled for two minutes', { ...passing('throttled', 2 * MINUTE), ms: 1 }],
] as const) {
  test(`an outage, ${name}: few requests meanwhile, and all are back soon, spread`, async () => {
    const [from, to] = [HOUR / 6, 1.5 * HOUR]
    const on = many({}, (now) => (now >= from && now < to ? down : {}))
    const times = await play(on, 1.75 * HOUR)
    const meanwhile = times.filter((time) => time >= from + 20 * MINUTE && time < to)
    const perMinute = meanwhile.length / 60
    assert.ok(perMinute > 45 && perMinute < 75, `${perMinute} a minute while it lasts`)
    assert.equal(
      on.events.filter((event) => event.type === 'poll-failed' && event.isNew).length,
      COUNT,
    )
    const back = on.events.filter(({ type }) => type === 'poll-recovered')
    assert.equal(back.length, COUNT)
    const after = times.filter((time) => time >= to)
    const first = [...on.asked.values()].map((asked) => asked.find((time) => time >= to) ?? 0)
    const late = Math.max(...first) - Math.min(...first)
    assert.ok(late < 1.1 * MINUTE + (down.error?.retryAfter ?? 0), `${late} ms late`)
    assert.ok(most(after, 1000) <= 40, `${most(after, 1000)} in a second`)
    assert.ok(
      most(
        first.toSorted((a, b) => a - b),
        1000,
      ) <= 30,
      'the first ones are spread',
    )
  })
}

test('revoked ones do not come back with the others, and one that is well wakes nobody', async () => {
  const on = stage()
  on.credentials = [
    on.credential('revoked', () => lasting()),
    on.credential('down', () => passing()),
    on.credential('well'),
    on.credential('other host', () => passing(), 'https://other.example'),
  ]
  await play(on, 5 * HOUR)
  for (const title of ['revoked', 'down', 'other host']) {
    const last = gaps(on.asked.get(title)).slice(6)
    assert.ok(last.length > 20 && Math.min(...last) > 7.4 * MINUTE, title)
  }
})

test('a flapping host is not asked more for it', async () => {
  // It answers in the first second of each minute only.
  const on = many({}, (now) => (now % MINUTE < 1000 ? {} : passing()))
  const times = await play(on, HOUR)
  assert.ok(times.length < 60 * COUNT, `${times.length}`)
  assert.ok(most(times, 1000) <= 60, `${most(times, 1000)} in a second`)
})

test('no memory of what is over: credentials that come and go for a day', async () => {
  const on = stage({ requestsPerMinute: 1000 })
  let made = 0
  const polling = pollPhase(on.options)
  for (let round = 0; round < 24 * 60; round += 1) {
    on.credentials = Array.from({ length: 5 }, () => {
      made += 1
      return on.credential(`token-${made}`)
    })
    await on.clock.advance(MINUTE)
    assert.ok(on.clock.sleepers() <= 2 * 5 + 1, `${on.clock.sleepers()}`)
  }
  on.end()
  await polling
  assert.equal(on.asked.size, made)
})
