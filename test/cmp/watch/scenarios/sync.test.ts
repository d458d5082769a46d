// Where `watch` may sync: the Applications that do not heal themselves, each after its refresh.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArgoCdFault } from '../../../../cmp/watch/model.ts'
import { ArgoCdError } from '../../../../cmp/watch/model.ts'
import { isWell, watched } from '../../../support/watch-world/setup.ts'
import type { World } from '../../../support/watch-world/world.ts'
import { HOUR, INTERVAL, MINUTE } from '../../../support/watch-world/world.ts'

/** `shop` has to be synced, `bank` heals itself. */
async function syncing(sync: boolean): Promise<World> {
  const { world } = await watched({ shop: ['e1'], bank: ['e1'] }, { sync })
  world.argocd.at('shop').healsItself = false
  return world
}

function refuse(world: World, fault: ArgoCdFault): void {
  world.argocd.syncRefusal = new ArgoCdError(fault, 'Argo CD does not sync', 'look at it')
}

test('what does not heal itself is synced, once, and only that', async () => {
  const world = await syncing(true)
  world.phase.change('e1')
  await world.pass(HOUR)
  isWell(world)
  assert.deepEqual(world.argocd.synced, ['shop'])
  assert.deepEqual(world.argocd.count(), { shop: 1, bank: 1 })
  assert.deepEqual(
    world.all('synced').map(({ objects }) => objects),
    [1],
  )
})

test('nothing is synced where it may not', async () => {
  const world = await syncing(false)
  world.phase.change('e1')
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.synced, [])
  assert.deepEqual(world.argocd.count(), { shop: 1, bank: 1 })
})

test('another operation is going on: it is synced after that', async () => {
  const world = await syncing(true)
  refuse(world, 'outside')
  world.phase.change('e1')
  await world.pass(10 * MINUTE)
  assert.deepEqual(world.argocd.synced, [])
  world.argocd.syncRefusal = undefined
  await world.pass(10 * MINUTE)
  assert.deepEqual(world.argocd.synced, ['shop'])
  isWell(world)
  assert.equal(world.argocd.count().bank, 1)
  assert.deepEqual(world.store.state?.pending, [])
})

test('a sync that is denied is said and not tried again', async () => {
  const world = await syncing(true)
  refuse(world, 'denied')
  world.phase.change('e1')
  await world.pass(HOUR)
  assert.equal(world.all('sync-failed').length, 1)
  assert.deepEqual(world.argocd.count(), { shop: 1, bank: 1 })
})

test('killed between refresh and sync: the next one syncs', async () => {
  for (let ms = 0; ms <= 200; ms += 10) {
    const { world, instance } = await watched({ shop: ['e1'] }, { sync: true })
    world.argocd.at('shop').healsItself = false
    world.phase.change('e1')
    while (world.all('refreshed').length === 0) await world.pass(10)
    await world.pass(ms)
    instance.kill()
    world.start()
    await world.pass(INTERVAL + MINUTE)
    assert.equal(world.argocd.at('shop').syncStatus, 'Synced', `after ${ms} ms`)
  }
})
