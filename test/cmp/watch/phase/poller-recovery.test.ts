// Who is asked sooner because somebody else got an answer, and who is not; on a clock of our own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CredentialError } from '../../../../cmp/watch/model.ts'
import { pollPhase } from '../../../../cmp/watch/phase/poller.ts'
import { failureWait } from '../../../../cmp/watch/phase/waits.ts'
import type { Reply, Stage } from './fake-credentials.ts'
import { gaps, lasting, MINUTE, passing, stage } from './fake-credentials.ts'

const HOUR = 60 * MINUTE
const downUntil = (end: number) => (now: number) => (now < end ? passing() : {})

async function play(on: Stage, ms: number): Promise<void> {
  const polling = pollPhase(on.options)
  await on.clock.advance(ms)
  on.end()
  await polling
}

test('whom Phase asked to wait waits, though others got an answer', async () => {
  const on = stage()
  let turn = 0
  const throttled = (): Reply => {
    turn += 1
    return turn === 1 ? passing('throttled', HOUR / 2) : {}
  }
  on.credentials = [
    on.credential('told to wait', throttled),
    on.credential('down', downUntil(5 * MINUTE)),
  ]
  await play(on, HOUR)
  assert.ok((on.asked.get('down')?.length ?? 0) > 30)
  const [first = 0, second = 0] = on.asked.get('told to wait') ?? []
  assert.ok(second - first >= HOUR / 2 && second - first < HOUR / 2 + 1.1 * MINUTE)
})

test('neither a revoked token nor another host is asked sooner', async () => {
  const on = stage()
  on.credentials = [
    on.credential('revoked', () => lasting()),
    on.credential('other host', () => passing(), 'https://other.example'),
    ...Array.from({ length: 20 }, (_, index) =>
      on.credential(`down ${index}`, (now) =>
        now % HOUR < (30 + index) * MINUTE ? passing() : {},
      ),
    ),
  ]
  await play(on, 10 * HOUR)
  assert.ok(on.events.filter(({ type }) => type === 'poll-recovered').length > 100)
  for (const title of ['revoked', 'other host']) {
    const late = gaps(on.asked.get(title)).slice(6)
    assert.ok(late.length > 30 && Math.min(...late) > 7.4 * MINUTE, `${title} ${Math.min(...late)}`)
  }
})

test('another token begins anew: what failed before was not its fault', async () => {
  const on = stage()
  on.credentials = [on.credential('a', () => passing())]
  const polling = pollPhase(on.options)
  await on.clock.advance(2 * HOUR)
  on.credentials = [on.credential('a', () => passing('another trouble'))]
  await on.clock.advance(31_000)
  on.end()
  await polling
  const last = on.events.at(-1)
  assert.ok(last?.type === 'poll-failed' && last.trouble.message === 'another trouble')
  assert.ok(last.retryIn <= MINUTE, `${last.retryIn}`)
  assert.equal(on.events.filter(({ type }) => type === 'poll-recovered').length, 0)
})

const WAITS: readonly (readonly [
  string,
  CredentialError,
  number,
  number,
  least: number,
  most: number,
])[] = [
  ['the first', error(false), 1, MINUTE, 45_000, MINUTE],
  ['the third', error(false), 3, MINUTE, 180_000, 240_000],
  ['the hundredth', error(false), 100, MINUTE, 450_000, 600_000],
  ['a revoked one', error(true), 1, MINUTE, 450_000, 600_000],
  ['a long interval', error(true), 5, HOUR, 0.75 * HOUR, HOUR],
  ['told to wait for 5 minutes', error(false, 300_000), 1, MINUTE, 300_000, 360_000],
  ['told to wait for a day', error(false, 24 * HOUR), 1, MINUTE, HOUR, HOUR + MINUTE],
  ['told to wait for a second', error(false, 1_000), 1, MINUTE, 45_000, 61_000],
]
for (const [name, failure, failures, interval, least, most] of WAITS) {
  test(`how long, by chance: ${name}`, () => {
    const at = (chance: number) =>
      failureWait(failure, failures, interval, { random: () => chance })
    const found = Array.from({ length: 100 }, (_, index) => at(index / 100))
    assert.ok(Math.min(...found) >= least * 0.99 && Math.max(...found) <= most * 1.001)
    assert.ok(Math.max(...found) - Math.min(...found) > interval / 8, 'spread')
  })
}

function error(isPermanent: boolean, retryAfter?: number): CredentialError {
  return new CredentialError('x', { isPermanent, retryAfter, hint: 'y' })
}
