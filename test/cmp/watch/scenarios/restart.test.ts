// The process ends in any way at any moment, and another one begins: the change still arrives.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isWell, watched, worldOf } from '../../../support/watch-world/setup.ts'
import { HOUR, INTERVAL, MINUTE, SECOND, TUNING } from '../../../support/watch-world/world.ts'

const SPREAD = TUNING.spread + 5 * SECOND

test('killed at any moment between change and refresh, for any time', async () => {
  await fc.assert(
    fc.asyncProperty(
      // From before the poll that sees it until after the refresh, with everything between.
      fc.integer({ min: 0, max: 140_000 }),
      fc.constantFrom(0, 30 * SECOND, 10 * MINUTE, 30 * HOUR),
      fc.integer({ min: 0, max: 3000 }),
      async (moment, pause, latency) => {
        const { world, instance } = await watched({ shop: ['e1'], bank: ['e1'], nest: ['e2'] })
        world.store.latency = latency
        world.phase.change('e1')
        await world.pass(moment)
        instance.kill()
        await world.pass(pause)
        world.start()
        await world.pass(3 * MINUTE + INTERVAL + SPREAD)
        isWell(world)
        const { shop = 0, bank = 0, nest = 0 } = world.argocd.count()
        assert.ok(shop <= 2 && bank <= 2 && nest === 0, `${shop} ${bank} ${nest}`)
      },
    ),
    { numRuns: 150, seed: 9, examples: killMoments() },
  )
})

/** Each hundredth of a second around the poll that sees the change, the save and the calls that follow. */
function killMoments(): [number, number, number][] {
  return Array.from({ length: 120 }, (_, index) => [40_000 + index * 500, 0, 300])
}

test('killed again and again, at every step of the first start', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 6 }),
      async (lives) => {
        const world = worldOf({ shop: ['e1'], bank: ['e2'], nest: ['e3'] })
        world.phase.change('e1')
        for (const life of lives) {
          const instance = world.start()
          await world.pass(life)
          world.phase.change('e2')
          instance.kill()
          await world.pass(5 * SECOND)
        }
        world.start()
        await world.pass(3 * MINUTE + SPREAD)
        isWell(world)
        assert.equal(world.argocd.count().nest, undefined)
      },
    ),
    { numRuns: 60, seed: 3 },
  )
})

test('killed while it waits for a window that opens days later', async () => {
  const { world, instance } = await watched({ shop: ['e1'] })
  world.argocd.at('shop').isWindowOpen = false
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  instance.kill()
  await world.pass(70 * HOUR)
  world.start()
  await world.pass(HOUR)
  world.argocd.at('shop').isWindowOpen = true
  await world.pass(3 * MINUTE)
  isWell(world)
})

for (const cannot of ['load', 'all'] as const) {
  test(`the store fails at the start (${cannot}): what waited is not forgotten`, async () => {
    const { world, instance } = await watched({ shop: ['e1'] })
    world.argocd.at('shop').isWindowOpen = false
    world.phase.change('e1')
    await world.pass(INTERVAL + SPREAD)
    instance.kill()
    await world.pass(70 * HOUR)
    world.store.broken = cannot
    const next = world.start()
    await world.pass(10 * MINUTE)
    assert.equal(world.all('state-failed').filter(({ isNew }) => isNew).length, 1)
    world.store.broken = 'nothing'
    await world.pass(2 * MINUTE)
    world.argocd.at('shop').isWindowOpen = true
    await world.pass(3 * MINUTE)
    isWell(world)
    await next.stop()
  })
}

test('stopped while neither the store nor Argo CD answers: the state of before stays', async () => {
  const { world, instance } = await watched({ shop: ['e1'] })
  await instance.stop()
  const { state } = world.store
  world.store.broken = 'load'
  world.argocd.isDown = true
  const next = world.start()
  await world.pass(2 * MINUTE)
  world.store.broken = 'nothing'
  await next.stop()
  assert.deepEqual(world.store.state, state)
})

test('stopped in the middle of refreshes: they end, and what is left is done by the next', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `app-${index}`)
  const { world, instance } = await watched(Object.fromEntries(names.map((name) => [name, ['e1']])))
  world.phase.change('e1')
  while (Object.keys(world.argocd.count()).length < 5) await world.pass(SECOND)
  await instance.stop()
  await world.pass(HOUR)
  world.start()
  await world.pass(SPREAD + MINUTE)
  isWell(world)
  assert.deepEqual(world.argocd.count(), Object.fromEntries(names.map((name) => [name, 1])))
})

test('one leader after the other, and the first does not know that it lost', async () => {
  const { world, instance } = await watched({ shop: ['e1'], bank: ['e2'] })
  const second = world.start()
  await world.pass(MINUTE)
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  await instance.stop()
  world.phase.change('e2')
  await world.pass(INTERVAL + SPREAD)
  second.kill()
  world.start()
  await world.pass(INTERVAL + SPREAD)
  assert.deepEqual(world.stale(), [])
  assert.deepEqual(world.store.state?.pending, [])
})

test('the store fails for an hour: said once, changes still arrive, and are kept afterwards', async () => {
  for (const cannot of ['load', 'save', 'all'] as const) {
    const { world, instance } = await watched({ shop: ['e1'], bank: ['e2'] })
    world.store.broken = cannot === 'load' ? 'all' : cannot
    world.phase.change('e1')
    await world.pass(HOUR)
    isWell(world)
    assert.equal(world.all('state-failed').filter(({ isNew }) => isNew).length, 1, cannot)
    world.store.broken = 'nothing'
    await world.pass(2 * MINUTE)
    instance.kill()
    world.start()
    await world.pass(HOUR)
    assert.deepEqual(world.argocd.count(), { shop: 1 })
  }
})
