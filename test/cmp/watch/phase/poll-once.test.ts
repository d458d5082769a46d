// One round and no more, on a clock of our own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pollOnce } from '../../../../cmp/watch/phase/poller.ts'
import type { Reply, Stage } from './fake-credentials.ts'
import { lasting, MINUTE, passing, stage } from './fake-credentials.ts'

/** The outcome, if there is one within the time. */
async function outcome(on: Stage, ms = 10 * MINUTE): Promise<boolean | undefined> {
  let answered: boolean | undefined
  const polling = pollOnce(on.options).then((all) => {
    answered = all
  })
  await on.clock.advance(ms)
  const before = answered
  on.end()
  await polling
  assert.equal(on.clock.sleepers(), 0)
  return before
}

const said = (on: Stage) =>
  on.events.map((event) =>
    event.type === 'poll-failed'
      ? `failed${event.isNew ? ' new' : ''}${event.retryIn === 0 ? ' for good' : ''}`
      : event.type,
  )

const cases: readonly (readonly [string, readonly Reply[], boolean, readonly string[]])[] = [
  ['an answer', [{}], true, ['polled']],
  ['a failure that passes', [passing(), {}], true, ['failed new', 'poll-recovered', 'polled']],
  [
    'two of them',
    [passing(), passing(), {}],
    true,
    ['failed new', 'failed', 'poll-recovered', 'polled'],
  ],
  [
    'one that lasts',
    [passing(), passing(), passing(), {}],
    false,
    ['failed new', 'failed', 'failed for good'],
  ],
  ['a revoked token', [lasting(), {}], false, ['failed new for good']],
  [
    'throttled for a while',
    [passing('', 50_000), {}],
    true,
    ['failed new', 'poll-recovered', 'polled'],
  ],
  ['throttled for long', [passing('', 61_000), {}], false, ['failed new for good']],
]

for (const [name, replies, want, events] of cases) {
  test(name, async () => {
    const on = stage()
    let turn = -1
    on.credentials = [
      on.credential('a', () => {
        turn += 1
        return replies[turn] ?? {}
      }),
    ]
    assert.equal(await outcome(on), want)
    assert.deepEqual(said(on), events)
    assert.deepEqual(on.seen, want ? ['a'] : [])
  })
}

test('quick: it is over within seconds, and Retry-After is kept', async () => {
  const on = stage()
  on.credentials = [on.credential('a', () => passing())]
  assert.equal(await outcome(on, 7_000), false)
  const slow = stage()
  slow.credentials = [slow.credential('a', () => passing('', 50_000))]
  await outcome(slow)
  const [first = 0, second = 0] = slow.asked.get('a') ?? []
  assert.ok(second - first >= 50_000)
})

test('one that fails keeps no other from being asked, within the budget', async () => {
  const on = stage({ requestsPerMinute: 60 })
  on.credentials = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((title) =>
    on.credential(title, () => (title === 'c' ? lasting() : {})),
  )
  assert.equal(await outcome(on), false)
  assert.deepEqual(on.seen.toSorted(), ['a', 'b', 'd', 'e', 'f', 'g', 'h'])
  const times = [...on.asked.values()].flat()
  assert.ok(Math.max(...times) > 3000)
})

test('nobody to ask: nobody did not answer', async () => {
  assert.equal(await outcome(stage()), true)
})

test('the end in the middle: not all answered', async () => {
  const on = stage({ requestsPerMinute: 1 })
  on.credentials = ['a', 'b', 'c'].map((title) => on.credential(title, () => passing()))
  const polling = pollOnce(on.options)
  await on.clock.advance(500)
  on.end()
  assert.equal(await polling, false)
  assert.equal(on.clock.sleepers(), 0)
})

test('a defect is not taken for trouble', async () => {
  const on = stage()
  const defect = () => {
    throw new TypeError('a defect')
  }
  on.credentials = [on.credential('a', defect)]
  await assert.rejects(pollOnce(on.options), /a defect/)
})
