// `watch --once`: looks, refreshes what has to be, and ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWell, worldOf } from '../../../support/watch-world/setup.ts'
import type { World } from '../../../support/watch-world/world.ts'
import { HOUR, MINUTE } from '../../../support/watch-world/world.ts'

/** Three Applications, and a first run that found nothing to do. */
async function seenOnce(): Promise<World> {
  const world = worldOf({ shop: ['e1'], bank: ['e1'], nest: ['e2'] })
  assert.equal(await world.once(), true)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), {})
  return world
}

test('every run finds what changed since the one before', async () => {
  const world = await seenOnce()
  world.phase.change('e1')
  assert.equal(await world.once(), true)
  isWell(world)
  assert.equal(await world.once(), true)
  assert.deepEqual(world.argocd.count(), { shop: 1, bank: 1 })
})

test('a run that only says what it would do, does nothing and forgets nothing', async () => {
  const world = await seenOnce()
  world.phase.change('e1')
  const { state } = world.store
  for (let run = 0; run < 2; run += 1) {
    assert.equal(await world.once({ dryRun: true }), true)
    const would = world.all('would-refresh').map(({ application }) => application.name)
    assert.deepEqual(would.slice(-2).sort(), ['bank', 'shop'])
  }
  assert.deepEqual(world.store.state, state)
  assert.deepEqual(world.argocd.count(), {})
  await world.once()
  isWell(world)
})

/** What goes wrong, whether the run then says that all was done, and whether it is made up for. */
const troubles: Readonly<Record<string, { begin(world: World): void; isDone: boolean }>> = {
  'a render fails': {
    begin: (world) => {
      world.argocd.at('shop').isBroken = true
    },
    isDone: false,
  },
  'a window is closed': {
    begin: (world) => {
      world.argocd.at('shop').isWindowOpen = false
    },
    isDone: true,
  },
  'an Application is excluded': {
    begin: (world) => {
      world.argocd.at('shop').excluded = 'annotation'
    },
    isDone: true,
  },
  'Phase is down': {
    begin: (world) => {
      world.phase.isDown = true
    },
    isDone: false,
  },
  'the state cannot be saved': {
    begin: (world) => {
      world.store.broken = 'save'
    },
    isDone: false,
  },
  'the token is rejected': { begin: (world) => world.phase.revoke('c1'), isDone: false },
}

for (const [name, { begin, isDone }] of Object.entries(troubles)) {
  test(`${name}: the next run makes up for it`, async () => {
    const world = await seenOnce()
    world.phase.change('e1')
    begin(world)
    const start = world.clock.now()
    assert.equal(await world.once(), isDone)
    assert.ok(world.clock.now() - start < 5 * MINUTE, 'it does not wait for long')
    Object.assign(world.argocd.at('shop'), {
      isBroken: false,
      isWindowOpen: true,
      excluded: undefined,
    })
    world.phase.isDown = false
    world.store.broken = 'nothing'
    world.phase.renew('c1')
    assert.equal(await world.once(), true)
    isWell(world)
  })
}

test('some fail, some wait for a window, the others are refreshed all the same', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `app-${index}`)
  const world = worldOf(Object.fromEntries(names.map((name) => [name, ['e1']])))
  await world.once()
  for (const [index, name] of names.entries()) {
    if (index % 3 === 0) world.argocd.at(name).isBroken = true
    if (index % 3 === 1) world.argocd.at(name).isWindowOpen = false
  }
  world.phase.change('e1')
  assert.equal(await world.once(), false)
  isWell(world)
  const counts = world.argocd.count()
  const expected = names.map((_, index) => [3, undefined, 1][index % 3])
  assert.deepEqual(
    names.map((name) => counts[name]),
    expected,
  )
})

test('Argo CD is down: it fails, and the next run makes up for it', async () => {
  const world = await seenOnce()
  world.phase.change('e1')
  world.argocd.isDown = true
  await assert.rejects(world.once(), { name: 'ArgoCdError', fault: 'outside' })
  world.argocd.isDown = false
  assert.equal(await world.once(), true)
  isWell(world)
})

test('Argo CD goes down while it is refreshing: it ends soon', async () => {
  const world = await seenOnce()
  world.phase.change('e1')
  const run = world.once()
  while (world.all('changed').length === 0) await world.pass(10)
  world.argocd.isDown = true
  assert.equal(await run, false)
  world.argocd.isDown = false
  assert.equal(await world.once(), true)
  isWell(world)
})
