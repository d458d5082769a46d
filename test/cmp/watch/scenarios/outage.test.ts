// Phase, Argo CD, a credential or a render fails for a while: nothing is lost, there is no storm, and
// the trouble is said once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWell, mostWithin, watched } from '../../../support/watch-world/setup.ts'
import {
  HOUR,
  INTERVAL,
  MINUTE,
  SECOND,
  TUNING,
  World,
} from '../../../support/watch-world/world.ts'

const SPREAD = TUNING.spread + 5 * SECOND

test('Phase is down for an hour: what changed meanwhile arrives, without a storm', async () => {
  const world = new World({ requestsPerMinute: 60 })
  for (let index = 0; index < 40; index += 1) {
    world.phase.environment(`e${index}`)
    world.phase.grant(`c${index}`, [`e${index}`])
    world.argocd.create(`app-${index}`, [`e${index}`])
  }
  world.start()
  await world.pass(5 * MINUTE)
  world.phase.isDown = true
  await world.pass(30 * MINUTE)
  world.phase.change('e1', 'e2', 'e3')
  await world.pass(30 * MINUTE)
  assert.deepEqual(world.argocd.count(), {})
  world.phase.isDown = false
  await world.pass(11 * MINUTE + SPREAD)
  isWell(world)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), { 'app-1': 1, 'app-2': 1, 'app-3': 1 })
  assert.ok(mostWithin(SECOND, world.phase.requests) <= 10)
  assert.ok(mostWithin(MINUTE, world.phase.requests) <= 60)
  assert.equal(world.all('poll-failed').filter(({ isNew }) => isNew).length, 40)
  assert.equal(world.all('poll-recovered').length, 40)
})

test('Phase asks to wait: nobody asks before', async () => {
  const { world } = await watched({ shop: ['e1'] })
  world.phase.retryAfter = 20 * MINUTE
  await world.pass(2 * MINUTE)
  const before = world.phase.requests.length
  world.phase.change('e1')
  await world.pass(15 * MINUTE)
  assert.equal(world.phase.requests.length, before)
  world.phase.retryAfter = 0
  await world.pass(6 * MINUTE + INTERVAL)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { shop: 1 })
})

test('a credential is revoked: said once, and the new one is used at once', async () => {
  const { world } = await watched({ shop: ['e1'] })
  world.phase.revoke('c1')
  await world.pass(MINUTE)
  world.phase.change('e1')
  const before = world.phase.requests.length
  await world.pass(6 * HOUR)
  assert.ok(world.phase.requests.length - before < 50, 'it is not asked once a minute')
  assert.equal(world.all('poll-failed').filter(({ isNew }) => isNew).length, 1)
  world.phase.renew('c1')
  await world.pass(MINUTE + SPREAD)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { shop: 1 })
})

test('a credential is gone: another takes over at once, and what none sees is said once', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e2'] })
  world.phase.grant('c2', ['e1'])
  await world.pass(2 * MINUTE)
  world.phase.remove('c1')
  world.phase.change('e1', 'e2')
  await world.pass(INTERVAL + 30 * SECOND)
  assert.deepEqual(world.stale(), ['bank'])
  await world.pass(HOUR)
  const unseen = world.all('unseen').map(({ environment }) => environment.environmentId)
  assert.deepEqual(unseen, ['e2'])
})

test('Argo CD is down for two hours: changes wait, and are refreshed soon after', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `app-${index}`)
  const { world } = await watched(Object.fromEntries(names.map((name) => [name, ['e1']])))
  world.argocd.isDown = true
  world.phase.change('e1')
  await world.pass(2 * HOUR)
  world.argocd.isDown = false
  await world.pass(2 * MINUTE + INTERVAL + SPREAD)
  isWell(world)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), Object.fromEntries(names.map((name) => [name, 1])))
  assert.equal(world.all('argocd-failed').filter(({ isNew }) => isNew).length, 1)
  assert.equal(world.all('argocd-recovered').length, 1)
  assert.deepEqual(world.all('refresh-failed'), [])
})

test('Argo CD answers for all but one: the others are refreshed, and it is not asked all the time', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `app-${index}`)
  const { world } = await watched(Object.fromEntries(names.map((name) => [name, ['e1']])))
  world.argocd.unanswerable = 'app-0'
  world.phase.change('e1')
  await world.pass(INTERVAL + 2 * SPREAD)
  assert.deepEqual(world.stale(), ['app-0'])
  await world.pass(6 * HOUR)
  const failures = world.all('argocd-failed').length
  assert.ok(failures < 45, `${failures} failures in six hours`)
  world.argocd.unanswerable = undefined
  await world.pass(16 * MINUTE)
  isWell(world)
})

test('Argo CD goes down in the middle of a refresh, and comes back', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e1'] })
  world.argocd.renderTime = 10 * SECOND
  world.phase.change('e1')
  while (world.argocd.at('shop').calls === 0) await world.pass(SECOND)
  world.argocd.isDown = true
  world.phase.change('e1')
  await world.pass(HOUR)
  world.argocd.isDown = false
  await world.pass(10 * MINUTE)
  isWell(world)
})

test('Argo CD is down at the start: ready later, and what changed is seen', async () => {
  const world = new World()
  world.phase.environment('e1')
  world.phase.grant('c1', ['e1'])
  world.argocd.create('shop', ['e1'])
  world.argocd.isDown = true
  const { progress } = world.start()
  await world.pass(HOUR)
  assert.equal(progress.isReady, false)
  assert.ok(world.clock.now() - progress.lastSign < MINUTE, 'it is alive all the same')
  world.phase.change('e1')
  world.argocd.isDown = false
  await world.pass(2 * MINUTE + INTERVAL + SPREAD)
  assert.equal(progress.isReady, true)
  isWell(world)
})

test('a first survey that takes an hour shows signs of life, and is kept', async () => {
  const world = new World()
  world.phase.environment('e1')
  world.phase.grant('c1', ['e1'])
  world.argocd.renderTime = 40 * SECOND
  for (let index = 0; index < 400; index += 1) {
    world.argocd.create(`app-${index}`, ['e1']).cache.clear()
  }
  const instance = world.start()
  await world.pass(30 * MINUTE)
  assert.equal(instance.progress.isReady, true, 'what is known is watched meanwhile')
  assert.ok(world.clock.now() - instance.progress.lastSign < MINUTE)
  instance.kill()
  await world.pass(MINUTE)
  const { readings } = world.argocd
  world.start()
  await world.pass(50 * MINUTE)
  assert.ok(world.argocd.readings - readings < 250, 'it goes on where the other was killed')
})

test('a render fails: the mapping stays, it is said once, and mended by the next refresh', async () => {
  const { world } = await watched({ shop: ['e1'] })
  const shop = world.argocd.at('shop')
  shop.isBroken = true
  world.phase.change('e1')
  await world.pass(HOUR)
  assert.equal(world.all('refresh-failed').filter(({ isNew }) => isNew).length, 1)
  const failed = world.argocd.count().shop ?? 0
  assert.ok(failed >= 5 && failed < 15, `${failed} attempts in an hour`)
  shop.isBroken = false
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { shop: failed + 1 }, 'a change is no reason to wait')
  shop.isBroken = true
  world.argocd.commit('shop', 'second')
  await world.pass(10 * MINUTE)
  shop.isBroken = false
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  isWell(world)
})

test('a failed render after Argo CD was down is said', async () => {
  const { world } = await watched({ shop: ['e1'] })
  world.argocd.isDown = true
  world.phase.change('e1')
  await world.pass(10 * MINUTE)
  world.argocd.isDown = false
  world.argocd.at('shop').isBroken = true
  await world.pass(HOUR)
  assert.equal(world.all('refresh-failed').filter(({ isNew }) => isNew).length, 1)
})

test('sync windows: nothing is rendered while they are closed, everything after', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e1'] })
  const shop = world.argocd.at('shop')
  shop.isWindowOpen = false
  world.phase.change('e1')
  await world.pass(3 * HOUR)
  assert.deepEqual(world.argocd.count(), { bank: 1 })
  assert.equal(world.all('postponed').length, 1)
  shop.isWindowOpen = true
  await world.pass(2 * MINUTE + SPREAD)
  isWell(world)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), { bank: 1, shop: 1 })
})

for (const jump of [-24 * HOUR, 24 * HOUR]) {
  test(`the wall clock jumps by ${jump / HOUR} h: nothing happens, and changes still arrive`, async () => {
    const { world } = await watched({ shop: ['e1'], bank: ['e2'] })
    world.clock.jump(jump)
    await world.pass(HOUR)
    assert.deepEqual(world.argocd.count(), {})
    world.phase.change('e1')
    await world.pass(INTERVAL + SPREAD)
    isWell(world)
    world.clock.jump(-jump)
    await world.pass(HOUR)
    world.phase.change('e2')
    await world.pass(INTERVAL + SPREAD)
    isWell(world)
    assert.deepEqual(world.argocd.count(), { shop: 1, bank: 1 })
  })
}
