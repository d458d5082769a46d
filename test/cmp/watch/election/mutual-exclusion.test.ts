// Whatever the network does and however wrong the clocks are: never do two act at once, and when it is calm
// again, one does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Candidate } from '../../../support/candidates.ts'
import { AT_ONCE, overlaps, stand } from '../../../support/candidates.ts'
import type { Fate } from '../../../support/memory-lease.ts'
import { memoryLease } from '../../../support/memory-lease.ts'
import type { VirtualTime } from '../../../support/virtual-time.ts'
import { virtualTime } from '../../../support/virtual-time.ts'

/** Numbers in [0, 1), the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** From quick to useless, in a mood that lasts a while. */
function network(random: () => number): () => Fate {
  let mood = 0
  let left = 0
  return () => {
    if (left-- <= 0) {
      mood = random()
      left = Math.floor(random() * 8)
    }
    if (mood < 0.4) return { there: random() * 50, back: random() * 50 }
    if (mood < 0.6) return { there: random() * 14_000, back: random() * 14_000 }
    if (mood < 0.7) return 'lost'
    if (mood < 0.8) return 'refused'
    return { there: random() * 3_000, back: random() * 3_000 }
  }
}

interface World {
  readonly seed: number
  readonly candidates: number
  readonly rates: readonly number[]
  readonly offsets: readonly number[]
  readonly hangs: number
}

const worlds = fc.record<World>({
  seed: fc.nat(),
  candidates: fc.integer({ min: 2, max: 3 }),
  // A twentieth too fast or too slow, which no machine is.
  rates: fc.array(fc.double({ min: 0.95, max: 1.05, noNaN: true }), { minLength: 3, maxLength: 3 }),
  offsets: fc.array(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 3, maxLength: 3 }),
  // 10 s ÷ 0.95 and this are less than 15 s ÷ 1.05.
  hangs: fc.integer({ min: 0, max: 3_500 }),
})

/** Ten minutes: candidates come, go and die, and the network has moods. */
async function live(world: World) {
  const random = chance(world.seed)
  const time = virtualTime()
  const lease = memoryLease(time, { holder: '', duration: 0, transitions: 0 })
  const all: Candidate[] = []
  const join = (index: number): Candidate => {
    const deviation = {
      rate: world.rates[index] ?? 1,
      offset: world.offsets[index] ?? 0,
      // Every clock on the wall is wrong in its own way, and jumps.
      wall: () => Math.floor(random() * 2e12),
      random,
    }
    const each = stand(`${index}-${all.length}`, lease, time, { deviation, fate: network(random) })
    each.hangs = world.hangs
    all.push(each)
    return each
  }
  const seats = Array.from({ length: world.candidates }, (_, index) => join(index))
  for (let minute = 0; minute < 10; minute += 1) {
    await time.advance(20_000 + random() * 40_000)
    const index = Math.floor(random() * seats.length)
    const seat = seats[index]
    const what = random()
    if (seat === undefined || what < 0.3) continue
    // Killed: its requests on the way arrive, no other does, and nobody sees it act.
    if (what < 0.6) bury(seat, time)
    else void seat.stop()
    seats[index] = join(index)
  }
  return { time, lease, all, seats }
}

/** The end of a process: its acts end here, and it asks for nothing any more. */
function bury(candidate: Candidate, time: VirtualTime): void {
  candidate.fate = () => 'lost'
  candidate.kill(time.now())
}

test('never two at once; and one, when it is calm', async () => {
  let led = 0
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const { time, all, seats } = await live(world)
      assert.deepEqual(overlaps(all), [])
      for (const each of seats) each.fate = () => AT_ONCE
      await time.advance(60_000)
      assert.equal(seats.filter((each) => each.isActing()).length, 1)
      assert.deepEqual(overlaps(all), [])
      led += all.filter(({ acts }) => acts.length > 0).length
      const over = Promise.all(seats.map((each) => each.stop()))
      await time.advance(60_000)
      await over
    }),
    { numRuns: 20 },
  )
  assert.ok(led > 40, `${led} terms: the worlds are worth something`)
})

test('a world that is too fast is found out: the property can fail', async () => {
  const random = chance(7)
  const time = virtualTime()
  const lease = memoryLease(time, { holder: '', duration: 0, transitions: 0 })
  // Its ten seconds are twenty of everybody else's.
  const slow = stand('slow', lease, time, { deviation: { rate: 0.5, random } })
  const right = stand('right', lease, time, { deviation: { random } })
  await time.advance(10_000)
  slow.fate = () => 'refused'
  await time.advance(30_000)
  assert.notDeepEqual(overlaps([slow, right]), [])
})
