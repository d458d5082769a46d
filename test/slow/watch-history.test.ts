// Any history of changes, commits, failures and deaths, then quiet: every Application shows what Phase
// has, and none was rendered for nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SimulatedApplication } from '../support/watch-world/argocd.ts'
import { isWell } from '../support/watch-world/setup.ts'
import type { Instance } from '../support/watch-world/world.ts'
import { HOUR, INTERVAL, MINUTE, SECOND, World } from '../support/watch-world/world.ts'

const ENVIRONMENTS = ['e0', 'e1', 'e2', 'e3', 'e4', 'e5']
const CREDENTIALS = ['left', 'right']
const APPLICATIONS = ['a0', 'a1', 'a2', 'a3']

interface Play {
  readonly world: World
  instance: Instance
}

type Step = (play: Play) => void

const environment = fc.constantFrom(...ENVIRONMENTS)
const uses = fc.uniqueArray(environment, { maxLength: 3 })
const application = fc.constantFrom(...APPLICATIONS)

/** Does something to an Application, where it is there. */
function to(name: string, world: World, act: (name: string) => void): void {
  if (world.argocd.all.has(name)) act(name)
}

/** A step that a report of a failure can show. */
function step(title: string, run: Step): Step {
  return Object.assign(run, { [fc.toStringMethod]: () => title })
}

/** A step that sets fields of an Application, where it is there. */
function setting(name: string, fields: Partial<SimulatedApplication>): Step {
  return step(`${name}: ${JSON.stringify(fields)}`, ({ world }) => {
    to(name, world, () => Object.assign(world.argocd.at(name), fields))
  })
}

/** What happens without any trouble. */
const ordinary: fc.Arbitrary<Step>[] = [
  environment.map((id) => step(`${id} changes`, ({ world }) => world.phase.change(id))),
  fc
    .tuple(environment, environment)
    .map(([id, other]) => step(`${id} -> ${other}`, ({ world }) => world.phase.refer(id, other))),
  fc.tuple(application, fc.constantFrom('c0', 'c1', 'c2'), uses).map(([name, origin, used]) =>
    step(`${name} at ${origin}, using ${used}`, ({ world }) => {
      // What a commit names does not change.
      to(name, world, () => {
        const known = world.argocd.at(name).uses.get(origin)
        world.argocd.commit(name, origin, known ?? used)
      })
    }),
  ),
  fc
    .tuple(application, fc.constantFrom(undefined, 7 * SECOND))
    .map(([name, pollingInterval]) => setting(name, { pollingInterval })),
  fc
    .constantFrom(200, 2000, 20_000)
    .map((ms) =>
      step(
        `renders take ${ms}`,
        ({ world }) => void Object.assign(world.argocd, { renderTime: ms }),
      ),
    ),
]

/** What goes wrong, or gets in the way, for a while. */
const trouble: fc.Arbitrary<Step>[] = [
  fc.tuple(application, fc.boolean()).map(([name, isBroken]) => setting(name, { isBroken })),
  fc
    .tuple(application, fc.boolean())
    .map(([name, isWindowOpen]) => setting(name, { isWindowOpen })),
  fc
    .tuple(application, fc.constantFrom('annotation' as const, undefined))
    .map(([name, excluded]) => setting(name, { excluded })),
  fc.tuple(application, uses).map(([name, used]) =>
    step(`${name} is removed, or made with ${used}`, ({ world }) => {
      if (world.argocd.all.has(name)) world.argocd.remove(name)
      else world.argocd.create(name, used, `made at ${world.clock.now()}`)
    }),
  ),
  fc
    .boolean()
    .map((isDown) =>
      step(`Phase down: ${isDown}`, ({ world }) => void Object.assign(world.phase, { isDown })),
    ),
  fc
    .boolean()
    .map((isDown) =>
      step(`Argo CD down: ${isDown}`, ({ world }) => void Object.assign(world.argocd, { isDown })),
    ),
  fc
    .constantFrom('nothing' as const, 'load' as const, 'save' as const)
    .map((broken) =>
      step(`store: ${broken}`, ({ world }) => void Object.assign(world.store, { broken })),
    ),
  fc
    // Who starts without a state looks back a day: a clock that is a day ahead would hide it all.
    .constantFrom(-HOUR, HOUR)
    .map((ms) => step(`the clock jumps ${ms}`, ({ world }) => world.clock.jump(ms))),
  fc
    .constantFrom(...CREDENTIALS)
    .map((title) => step(`${title} is revoked`, ({ world }) => world.phase.revoke(title))),
  fc
    .constantFrom(...CREDENTIALS)
    .map((title) => step(`${title} is renewed`, ({ world }) => world.phase.renew(title))),
  fc
    .tuple(fc.constantFrom(...CREDENTIALS), uses)
    .map(([title, sees]) =>
      step(`${title} sees ${sees}`, ({ world }) => world.phase.grant(title, sees)),
    ),
  fc
    .constantFrom(0, 40 * SECOND)
    .map((retryAfter) =>
      step(
        `Phase: wait ${retryAfter}`,
        ({ world }) => void Object.assign(world.phase, { retryAfter }),
      ),
    ),
  fc.constant(
    step('killed', (play) => {
      play.instance.kill()
      play.instance = play.world.start()
    }),
  ),
]

const pause = fc.oneof(
  fc.integer({ min: 0, max: 3 * SECOND }),
  fc.integer({ min: 0, max: 3 * MINUTE }),
  fc.integer({ min: 0, max: 3 * HOUR }),
)

/** Two credentials that see some environments both, and answer at times of their own. */
function grant(world: World): void {
  const latency = () => 50 + 3000 * world.clock.random() ** 4
  world.phase.grant('left', ENVIRONMENTS.slice(0, 4), latency)
  world.phase.grant('right', ENVIRONMENTS.slice(2), latency)
}

function begin(): Play {
  const world = new World()
  for (const id of ENVIRONMENTS) world.phase.environment(id)
  grant(world)
  for (const [index, name] of APPLICATIONS.entries()) {
    world.argocd.create(name, ENVIRONMENTS.slice(index, index + 2), 'c0')
  }
  return { world, instance: world.start() }
}

async function play(history: readonly (readonly [number, Step])[]): Promise<World> {
  const it = begin()
  for (const [ms, act] of history) {
    await it.world.pass(ms)
    act(it)
  }
  await it.world.pass(10 * MINUTE)
  Object.assign(it.world.phase, { isDown: false, retryAfter: 0 })
  grant(it.world)
  for (const title of CREDENTIALS) it.world.phase.renew(title)
  Object.assign(it.world.argocd, { isDown: false, renderTime: 2000 })
  it.world.store.broken = 'nothing'
  for (const each of it.world.argocd.all.values()) {
    Object.assign(each, { isBroken: false, isWindowOpen: true, excluded: undefined })
  }
  it.world.argocd.retryFailed()
  // A poll after ten minutes of back-off, and a refresh after a quarter of an hour.
  await it.world.pass(45 * MINUTE)
  return it.world
}

function histories(steps: fc.Arbitrary<Step>[]) {
  return fc.array(fc.tuple(pause, fc.oneof(...steps)), { minLength: 1, maxLength: 25 })
}

test('nothing is missed, whatever goes wrong', async () => {
  const history = histories([...ordinary, ...trouble])
  await fc.assert(
    fc.asyncProperty(history, async (each) => isWell(await play(each))),
    { numRuns: 40, seed: 5 },
  )
})

test('nothing is missed and nothing is rendered for nothing, where nothing goes wrong', async () => {
  await fc.assert(
    fc.asyncProperty(histories(ordinary), async (each) => {
      const world = await play(each)
      isWell(world)
      assert.deepEqual(world.unneeded(INTERVAL + 30 * SECOND), [])
    }),
    { numRuns: 40, seed: 7 },
  )
})
