// Worlds that tests begin with, and what has to be so in all of them at the end.
import assert from 'node:assert/strict'
import type { WatchTuning } from '../../../cmp/watch/model.ts'
import type { Instance } from './world.ts'
import { MINUTE, World } from './world.ts'

/** Environments that did not change for days. */
export const ENVIRONMENTS = ['e1', 'e2', 'e3', 'e4']

/** A world of `ENVIRONMENTS`, one credential that sees them, and Applications by name with what they use. */
export function worldOf(
  uses: Readonly<Record<string, readonly string[]>>,
  tuning: Partial<WatchTuning> = {},
): World {
  const world = new World(tuning)
  for (const id of ENVIRONMENTS) world.phase.environment(id)
  world.phase.grant('c1', ENVIRONMENTS)
  for (const [name, used] of Object.entries(uses)) world.argocd.create(name, used)
  return world
}

/** The same, and a process that watches it and has come to rest. */
export async function watched(
  uses: Readonly<Record<string, readonly string[]>>,
  tuning: Partial<WatchTuning> = {},
): Promise<{ readonly world: World; readonly instance: Instance }> {
  const world = worldOf(uses, tuning)
  const instance = world.start()
  await world.pass(5 * MINUTE)
  assert.deepEqual(world.argocd.count(), {}, 'nothing changed')
  return { world, instance }
}

/** Everything calmed down: nothing is stale, no calls overlapped. */
export function isWell(world: World): void {
  assert.deepEqual(world.stale(), [], 'these miss a change')
  assert.deepEqual(world.argocd.overlaps, [], 'these were rendered twice at a time')
}

/** The most of some moments that fall into any `ms` milliseconds. */
export function mostWithin(ms: number, moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [index, moment] of sorted.entries()) {
    while ((sorted[first] ?? moment) <= moment - ms) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
