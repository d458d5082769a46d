// Ten thousand Applications and five hundred environments: what is asked of Phase and of Argo CD, counted.
// Six hours and not a day, for the sake of who waits for the tests; `npm run bench` simulates the day: 7056
// refreshes, as many as changes asked for, 68,766 requests to Phase, 33 s of CPU with the world; and measures
// the memory of what is known: 12 MB, of which 2.5 MB are written, before they are packed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostWithin } from '../support/watch-world/setup.ts'
import { simulate } from '../support/watch-world/simulation.ts'
import { MINUTE, SECOND } from '../support/watch-world/world.ts'

const COMPANY = {
  applications: 10_000,
  environments: 500,
  credentials: 50,
  changes: 100,
  commits: 20,
  hours: 6,
}
/** Milliseconds of CPU on the machine that this was written on: 4000; the world is a part of that. */
const MOST_CPU = 20_000

test('ten thousand Applications: exactly what changed, and no request too many', async () => {
  const day = await simulate(COMPANY)
  const { world } = day
  assert.deepEqual(day.refreshes, day.expected, 'who was refreshed, and how often')
  assert.ok(day.refreshed > 1500, `${day.refreshed} refreshes are no test`)
  assert.deepEqual(world.stale(), [])
  assert.deepEqual(world.argocd.overlaps, [])
  const rounds = (COMPANY.hours - 1) * 60 * COMPANY.credentials
  assert.ok(Math.abs(day.requests - rounds) < rounds / 50, `${day.requests} requests`)
  assert.ok(mostWithin(MINUTE, world.phase.requests) <= 600)
  assert.ok(mostWithin(SECOND, world.phase.requests) <= 50)
  // Each once at the start, then after each refresh and commit, and all others before six hours are over.
  assert.equal(day.readings.first, COMPANY.applications)
  assert.equal(day.readings.later, day.refreshed + COMPANY.commits)
  assert.ok(day.cpu < MOST_CPU, `${day.cpu} ms of CPU`)
})
