// Turns on a clock of our own: never too many in any minute, never idle while somebody waits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestBudget } from '../../../../cmp/watch/phase/budget.ts'
import { virtualClock } from '../../../support/watch-clock.ts'

const never = new AbortController().signal
const MINUTE = 60_000

/** When each of `count` turns came that were all asked for at once. */
async function rush(perMinute: number, count: number): Promise<number[]> {
  const clock = virtualClock()
  const budget = requestBudget(perMinute, clock)
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    void budget.take(never).then(() => times.push(clock.now()))
  }
  await clock.advance((count / perMinute + 2) * 2 * MINUTE)
  assert.equal(times.length, count)
  return times
}

/** The most turns in any 60 seconds; a minute's end is not in it. */
function mostInAMinute(times: readonly number[]): number {
  return Math.max(
    ...times.map(
      (start) => times.filter((time) => time >= start && time < start + MINUTE - 0.001).length,
    ),
  )
}

for (const perMinute of [1, 2, 7, 11, 12, 24, 60, 100, 240, 1000]) {
  test(`${perMinute} a minute: exactly as many in any minute, and no burst`, async () => {
    const times = await rush(perMinute, perMinute * 3)
    assert.equal(mostInAMinute(times), perMinute)
    const atOnce = times.filter((time) => time < 0.001).length
    assert.equal(atOnce, Math.max(1, Math.floor(perMinute / 12)))
    const gaps = times.slice(atOnce).map((time, index) => time - (times[index + atOnce - 1] ?? 0))
    assert.ok(Math.max(...gaps) - Math.min(...gaps) < 0.001, 'evenly')
  })
}

test('random comers: never too many in a minute, never late without need', async () => {
  const clock = virtualClock()
  const budget = requestBudget(30, clock)
  const times: number[] = []
  for (let index = 0; index < 500; index += 1) {
    void budget.take(never).then(() => times.push(clock.now()))
    // Some come together, then there is a quiet time.
    if (index % 10 > 6) await clock.advance(30_000 * clock.random())
  }
  await clock.advance(20 * MINUTE)
  assert.equal(times.length, 500)
  assert.ok(mostInAMinute(times) <= 30)
})

test('first come, first served', async () => {
  const clock = virtualClock()
  const budget = requestBudget(10, clock)
  const order: number[] = []
  for (let index = 0; index < 25; index += 1) {
    void budget.take(never).then(() => order.push(index))
    await clock.advance(100)
  }
  await clock.advance(5 * MINUTE)
  assert.deepEqual(order, [...Array(25).keys()])
})

test('who is called away leaves, and nobody behind him comes too early', async () => {
  const clock = virtualClock()
  const budget = requestBudget(10, clock)
  const controller = new AbortController()
  const times: number[] = []
  const taken = () => times.push(clock.now())
  await budget.take(never).then(taken)
  const away = [1, 2, 3].map(() => budget.take(controller.signal))
  for (let index = 0; index < 30; index += 1) void budget.take(never).then(taken)
  controller.abort(new Error('away'))
  for (const each of away) await assert.rejects(each, /away/)
  await assert.rejects(budget.take(controller.signal), /away/)
  await clock.advance(10 * MINUTE)
  assert.equal(times.length, 31)
  assert.ok(mostInAMinute(times) <= 10)
})
