// What times the loops: the pace of refreshes, the alarm that ends a sleep, turns, an outage of Argo CD.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Alarm } from '../../../cmp/watch/alarm.ts'
import { ArgoCdError } from '../../../cmp/watch/model.ts'
import { Outage } from '../../../cmp/watch/outage.ts'
import { Pace } from '../../../cmp/watch/pace.ts'
import { eachOf, Turns } from '../../../cmp/watch/turns.ts'
import { virtualClock } from '../../support/watch-clock.ts'

/** When each of `due` begins, where each takes no time; `more` come when `at` is over. */
function starts(pace: Pace, due: number, more = 0, at = Number.POSITIVE_INFINITY): number[] {
  const moments: number[] = []
  let now = 0
  let left = due
  let later = more
  while (left > 0) {
    now += pace.wait(now)
    if (now >= at) {
      left += later
      later = 0
    }
    pace.begin(now, left)
    moments.push(now)
    left -= 1
  }
  return moments
}

test('few refreshes begin two seconds apart, many within the window', () => {
  const few = starts(new Pace(60_000), 3)
  assert.deepEqual(few, [0, 2000, 4000])
  const many = starts(new Pace(60_000), 600)
  const gaps = many.slice(1).map((moment, index) => moment - (many[index] ?? 0))
  assert.ok((many.at(-1) ?? 0) < 60_000)
  assert.ok(Math.max(...gaps) < 101 && Math.min(...gaps) > 99)
})

test('what comes near the end of a window is spread over one of its own', () => {
  const moments = starts(new Pace(60_000), 600, 600, 59_000)
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0))
  assert.ok(Math.min(...gaps) > 90, `${Math.min(...gaps)}`)
  assert.ok((moments.at(-1) ?? 0) < 120_000)
})

test('without a window, all begin at once', () => {
  assert.deepEqual(starts(new Pace(0), 3), [0, 0, 0])
})

/** Ways in which a sleep ends, and when. */
const wakeUps: Readonly<
  Record<string, { ms: number; after: number; act?: (alarm: Alarm, stop: AbortController) => void }>
> = {
  'its time is over': { ms: 500, after: 500 },
  'the alarm rings': { ms: Number.POSITIVE_INFINITY, after: 100, act: (alarm) => alarm.ring() },
  'the signal aborts': { ms: 10_000, after: 100, act: (_, stop) => stop.abort() },
}

for (const [name, { ms, after, act }] of Object.entries(wakeUps)) {
  test(`a sleep ends when ${name}`, async () => {
    const clock = virtualClock()
    const alarm = new Alarm(clock)
    const stop = new AbortController()
    let wokenAt: number | undefined
    void alarm.wait(ms, stop.signal).then(() => {
      wokenAt = clock.now()
    })
    await clock.advance(100)
    act?.(alarm, stop)
    await clock.advance(900)
    assert.equal(wokenAt, after)
    assert.equal(clock.sleepers(), 0)
  })
}

test('an alarm that rang before ends the next sleep, and only that', async () => {
  const clock = virtualClock()
  const alarm = new Alarm(clock)
  const { signal } = new AbortController()
  alarm.ring()
  alarm.ring()
  await alarm.wait(1000, signal)
  let isAwake = false
  void alarm.wait(1000, signal).then(() => {
    isAwake = true
  })
  await clock.advance(999)
  assert.equal(isAwake, false)
  await clock.advance(1)
  assert.equal(isAwake, true)
})

test('turns: one at a time for each key, in order, also after a failure', async () => {
  const clock = virtualClock()
  const turns = new Turns()
  const log: string[] = []
  const task = (name: string, ms: number) => async () => {
    log.push(`${name} begins`)
    await clock.sleep(ms, new AbortController().signal)
    log.push(`${name} ends`)
    if (name === 'a1') throw new Error('a1 fails')
    return name
  }
  const all = Promise.allSettled([
    turns.take('a', task('a1', 100)),
    turns.take('a', task('a2', 10)),
    turns.take('b', task('b1', 50)),
    turns.take('a', task('a3', 10)),
  ])
  await clock.advance(1000)
  const results = (await all).map((each) => (each.status === 'fulfilled' ? each.value : 'failed'))
  assert.deepEqual(results, ['failed', 'a2', 'b1', 'a3'])
  const ofA = log.filter((line) => line.startsWith('a'))
  assert.deepEqual(
    ofA,
    ['a1', 'a2', 'a3'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  )
  assert.ok(log.indexOf('b1 ends') < log.indexOf('a1 ends'), 'b does not wait for a')
})

test('each of many, some at a time, none after the end', async () => {
  const clock = virtualClock()
  let running = 0
  let most = 0
  const done: number[] = []
  const items = Array.from({ length: 10 }, (_, index) => index)
  const task = async (item: number) => {
    running += 1
    most = Math.max(most, running)
    await clock.sleep(10, new AbortController().signal)
    running -= 1
    done.push(item)
  }
  const all = eachOf(items, 3, task, () => done.length < 6)
  await clock.advance(1000)
  await all
  assert.equal(most, 3)
  assert.deepEqual(done, items.slice(0, done.length))
  assert.ok(done.length >= 6 && done.length <= 8, `${done.length}`)
})

test('an outage: said once, ever longer pauses, over with the first answer', () => {
  const clock = { ...virtualClock(), random: () => 0.999 }
  let now = 0
  const events: string[] = []
  const outage = new Outage({ ...clock, now: () => now }, (event) => {
    events.push('isNew' in event && event.isNew ? `${event.type}, new` : event.type)
  })
  const error = new ArgoCdError('outside', 'Argo CD is down', 'start it')
  const pauses: number[] = []
  for (let failure = 0; failure < 8; failure += 1) {
    outage.failed(error)
    // Of another request that ran at the same time.
    outage.failed(error)
    pauses.push(Math.round(outage.pause / 1000))
    now += outage.pause
  }
  assert.deepEqual(pauses, [5, 10, 20, 40, 80, 120, 120, 120])
  assert.equal(outage.failures, 8)
  outage.answered()
  outage.answered()
  assert.equal(outage.pause, 0)
  assert.deepEqual(events.slice(0, 2), ['argocd-failed, new', 'argocd-failed'])
  assert.equal(events.filter((event) => event.endsWith('new')).length, 1)
  assert.equal(events.filter((event) => event === 'argocd-recovered').length, 1)
})
