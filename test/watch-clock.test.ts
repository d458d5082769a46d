// The clock that the tests of watch trust: what is due happens in order, and nothing else does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from './support/watch-clock.ts'

const never = new AbortController().signal

test('sleepers wake in the order of their times, then of their beds', async () => {
  const clock = virtualClock()
  const woken: string[] = []
  for (const [name, ms] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['late', 31],
  ] as const) {
    void clock.sleep(ms, never).then(() => woken.push(`${name} ${clock.now()}`))
  }
  await clock.advance(30)
  assert.deepEqual(woken, ['a 10', 'b1 20', 'b2 20', 'c 30'])
  assert.equal(clock.now(), 30)
  assert.equal(clock.sleepers(), 1)
})

test('what follows from a wake-up comes to rest before the next, however long the chain', async () => {
  const clock = virtualClock()
  const seen: string[] = []
  const chain = async (name: string) => {
    for (let count = 0; count < 1000; count += 1) await Promise.resolve()
    await new Promise<void>((resolve) => process.nextTick(resolve))
    seen.push(`${name} ${clock.now()}`)
  }
  void clock.sleep(5, never).then(() => chain('first'))
  void clock.sleep(6, never).then(() => chain('second'))
  await clock.advance(10)
  assert.deepEqual(seen, ['first 5', 'second 6'])
})

test('who sleeps again meanwhile wakes meanwhile, at the right times', async () => {
  const clock = virtualClock()
  const times: number[] = []
  const loop = async () => {
    for (;;) {
      await clock.sleep(7, never)
      times.push(clock.now())
    }
  }
  void loop()
  await clock.advance(20)
  await clock.advance(8)
  assert.deepEqual(times, [7, 14, 21, 28])
})

test('nobody wakes by himself, and no time is due only at 0', async () => {
  const clock = virtualClock()
  let woken = 0
  void clock.sleep(0, never).then(() => {
    woken += 1
  })
  void clock.sleep(-5, never).then(() => {
    woken += 1
  })
  await clock.settle()
  assert.equal(woken, 0)
  await clock.advance(0)
  assert.equal(woken, 2)
})

test('a signal ends a sleep at once, and the bed is free', async () => {
  const clock = virtualClock()
  const controller = new AbortController()
  const sleep = clock.sleep(10, controller.signal)
  const other = clock.sleep(10, never)
  controller.abort(new Error('why'))
  await assert.rejects(sleep, /why/)
  assert.equal(clock.sleepers(), 1)
  await assert.rejects(clock.sleep(10, controller.signal), /why/)
  await clock.advance(10)
  await other
  assert.equal(clock.sleepers(), 0)
})

test('the wall jumps alone', async () => {
  const clock = virtualClock({ wall: 1_000_000 })
  await clock.advance(5)
  clock.jump(-3_600_000)
  assert.equal(clock.wall(), 1_000_005 - 3_600_000)
  assert.equal(clock.now(), 5)
})

test('chance is the same every time, in [0, 1), and spread', () => {
  const draw = () => {
    const { random } = virtualClock()
    return Array.from({ length: 10_000 }, () => random())
  }
  const numbers = draw()
  assert.deepEqual(numbers, draw())
  assert.ok(numbers.every((number) => number >= 0 && number < 1))
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length
    assert.ok(share > 850 && share < 1150, `${share} in tenth ${tenth}`)
  }
})

test('a sleep for no time without an end is found out', async () => {
  const clock = virtualClock({ mostAtOneTime: 1000 })
  const loop = async () => {
    for (;;) await clock.sleep(0, never)
  }
  void loop()
  await assert.rejects(clock.advance(1), /over and over/)
})
