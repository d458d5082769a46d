// The election in time that the test makes: who acts, when, and what is said. The lease is one in memory.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Candidate } from '../../../support/candidates.ts'
import { overlaps, stand } from '../../../support/candidates.ts'
import type { MemoryLease } from '../../../support/memory-lease.ts'
import { memoryLease } from '../../../support/memory-lease.ts'
import type { VirtualTime } from '../../../support/virtual-time.ts'
import { virtualTime } from '../../../support/virtual-time.ts'

const FREE = { holder: '', duration: 0, transitions: 0 }
const typesOf = ({ events }: Candidate): readonly string[] => events.map(({ type }) => type)

/** Candidates a, b, c, … of one lease; a begins, and leads. */
async function begin(count: number, first: typeof FREE | undefined = FREE) {
  const time: VirtualTime = virtualTime()
  const lease: MemoryLease = memoryLease(time, first)
  const candidates: Candidate[] = []
  for (const identity of ['a', 'b', 'c'].slice(0, count)) {
    candidates.push(stand(identity, lease, time))
    await time.advance(1)
  }
  const [a, b = a, c = b] = candidates
  assert.ok(a !== undefined && b !== undefined && c !== undefined)
  return { time, lease, a, b, c, all: candidates }
}

async function end(time: VirtualTime, all: readonly Candidate[]): Promise<void> {
  const over = Promise.all(all.map((each) => each.stop()))
  await time.advance(60_000)
  await over
  assert.deepEqual(overlaps(all), [])
}

test('one leads, the others stand by, for half an hour', async () => {
  const { time, lease, a, b, c, all } = await begin(3)
  await time.advance(1_800_000)
  assert.deepEqual(typesOf(a), ['leading'])
  assert.deepEqual([typesOf(b), typesOf(c)], [['standing-by'], ['standing-by']])
  assert.deepEqual(lease.record, { holder: 'a', duration: 15_000, transitions: 1 })
  // One write in two seconds, and nothing else.
  assert.equal(lease.history.length, 1 + 900)
  await end(time, all)
})

test('a leader that ends gives the lease back, and the next one has it with its next attempt', async () => {
  const { time, lease, a, b, all } = await begin(2)
  await time.advance(10_000)
  a.hangs = 3_000
  const stopped = time.now()
  const over = a.stop()
  await time.advance(2_999)
  assert.ok(a.isActing() && !b.isActing(), 'the work is still ending')
  await time.advance(4_500)
  await over
  assert.ok(b.isActing())
  const [{ from } = { from: 0 }] = b.acts
  assert.ok(from >= stopped + 3_000 && from <= stopped + 3_000 + 4_400, String(from - stopped))
  assert.equal(lease.record?.transitions, 2)
  await end(time, all)
})

test('a leader that is killed is followed after the lease’s time, not before', async () => {
  const { time, lease, a, b, all } = await begin(2)
  await time.advance(10_000)
  // Nothing of it arrives any more.
  a.fate = () => 'lost'
  const last = lease.history.at(-1)?.at ?? 0
  await time.advance(15_000 - (time.now() - last))
  assert.ok(!b.isActing())
  await time.advance(2 * 4_400)
  assert.ok(b.isActing())
  assert.deepEqual([...new Set(typesOf(a))], ['leading', 'election-failed', 'leadership-lost'])
  await end(time, all)
})

describe('the API is down', () => {
  for (const fate of ['refused', 'lost', 'denied'] as const) {
    test(`for 5 s (${fate}): the leader goes on`, async () => {
      const { time, a, b, all } = await begin(2)
      await time.advance(10_000)
      for (const each of all) each.fate = () => fate
      await time.advance(5_000)
      for (const each of all) each.fate = () => ({ there: 0, back: 0 })
      await time.advance(60_000)
      assert.equal(a.acts.length, 1)
      assert.ok(a.isActing() && !b.isActing())
      await end(time, all)
    })

    test(`for 30 s (${fate}): the leader ends its work, and one of the two leads again after it`, async () => {
      const { time, a, b, all } = await begin(2)
      await time.advance(10_000)
      const start = time.now()
      for (const each of all) each.fate = () => fate
      await time.advance(30_000)
      const [act] = a.acts
      assert.ok(
        act?.to !== undefined && act.to <= start + 10_000,
        'ten seconds after its last renewal',
      )
      assert.ok(!a.isActing() && !b.isActing())
      assert.ok(typesOf(a).includes('leadership-lost'))
      for (const each of all) each.fate = () => ({ there: 0, back: 0 })
      await time.advance(20_000)
      assert.ok(a.isActing() !== b.isActing())
      await end(time, all)
    })
  }

  test('the trouble is said once as new, and again after it was over', async () => {
    const { time, a, b, all } = await begin(2)
    const news = (each: Candidate) =>
      each.events.filter((event) => event.type === 'election-failed' && event.isNew).length
    for (const round of [1, 2]) {
      for (const each of all) each.fate = () => 'refused'
      await time.advance(7_000)
      for (const each of all) each.fate = () => ({ there: 0, back: 0 })
      await time.advance(7_000)
      assert.deepEqual([news(a), news(b)], [round, round])
    }
    const failed = a.events.find((event) => event.type === 'election-failed')
    assert.ok(failed?.type === 'election-failed')
    assert.equal(failed.trouble.message, 'the lease is outside')
    assert.equal(typesOf(b).at(-1), 'standing-by', 'said again when the trouble is over')
    await end(time, all)
  })
})

test('the time counts from before the request: an answer that took long gives no more of it', async () => {
  const { time, lease, a, b, all } = await begin(2)
  const fates = [{ there: 0, back: 4_900 }, 'lost' as const]
  a.fate = () => (fates.length > 1 ? fates.shift() : fates[0]) ?? 'lost'
  await time.advance(30_000)
  const renewed = lease.history.findLast(({ record }) => record.holder === 'a')?.at ?? 0
  const [{ to } = { to: 0 }] = a.acts
  assert.equal(to, renewed + 10_000)
  assert.ok(b.isActing())
  await end(time, all)
})

test('a leader whose work hangs does not stand again before it has ended', async () => {
  const { time, a, b, all } = await begin(2)
  a.hangs = 100_000
  a.fate = () => 'refused'
  await time.advance(30_000)
  assert.ok(a.isActing(), 'it cannot be ended from outside')
  assert.ok(b.isActing(), 'nobody waits for it for ever')
  a.fate = () => ({ there: 0, back: 0 })
  const gone = b.stop()
  await time.advance(40_000)
  await gone
  assert.equal(a.acts.length, 1)
  await time.advance(60_000)
  assert.equal(a.acts.length, 2)
  const over = Promise.all(all.map((each) => each.stop()))
  await time.advance(200_000)
  await over
})

test('somebody else changes the object: that is no loss of leadership', async () => {
  const { time, lease, a, all } = await begin(1)
  for (let round = 0; round < 10; round += 1) {
    lease.touch()
    await time.advance(2_000)
  }
  assert.deepEqual(typesOf(a), ['leading'])
  assert.equal(lease.record?.transitions, 1)
  await end(time, all)
})

test('the lease is taken away: the work ends with the next renewal', async () => {
  const { time, lease, a, all } = await begin(1)
  lease.record = { holder: 'somebody', duration: 15_000, transitions: 7 }
  lease.touch()
  await time.advance(2_000)
  assert.deepEqual(typesOf(a).slice(0, 2), ['leading', 'leadership-lost'])
  assert.ok(!a.isActing())
  // It is not given back: it is not ours.
  assert.equal(lease.record.holder, 'somebody')
  await end(time, all)
})

test('a lease that somebody wrote for sixty years is waited for a minute', async () => {
  const { time, lease, a, all } = await begin(1)
  lease.record = { holder: 'somebody', duration: 2_000_000_000_000, transitions: 7 }
  lease.touch()
  await time.advance(50_000)
  assert.ok(!a.isActing())
  await time.advance(20_000)
  assert.ok(a.isActing())
  await end(time, all)
})

test('the lease is missing, or is deleted: it is made anew', async () => {
  const { time, lease, a, all } = await begin(1, undefined)
  lease.record = undefined
  await time.advance(2_000)
  assert.deepEqual(typesOf(a), ['leading'])
  assert.equal(lease.history.at(-1)?.record.holder, 'a')
  await end(time, all)
})

for (const [kind, error] of [
  ['ends', undefined],
  ['fails', new Error('the work failed')],
] as const) {
  test(`the work ${kind} by itself: the election is over, and the lease free`, async () => {
    const { time, lease, a } = await begin(1)
    const over = a.finish(error)
    await time.advance(100)
    if (error === undefined) await over
    else await assert.rejects(over, error)
    assert.equal(lease.record?.holder, '')
    await time.advance(60_000)
    assert.equal(a.acts.length, 1)
  })
}

test('an end while standing by changes nothing, and takes no time', async () => {
  const { time, lease, b, all } = await begin(2)
  const writes = lease.history.length
  const over = b.stop()
  await time.advance(0)
  await over
  assert.equal(lease.history.length, writes)
  await end(time, all)
})

test('an end while the answer to the winning request is on its way gives the lease back', async () => {
  const time = virtualTime()
  const lease = memoryLease(time, FREE)
  const a = stand('a', lease, time, { fate: () => ({ there: 10, back: 500 }) })
  await time.advance(600)
  assert.equal(lease.record?.holder, 'a')
  const over = a.stop()
  await time.advance(5_000)
  await over
  assert.equal(a.acts.length, 0)
  assert.equal(lease.record?.holder, '')
})
