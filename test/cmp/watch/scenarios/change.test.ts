// A change in Phase: exactly the Applications concerned are refreshed, once each, in time.
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

test('only who uses it, once, within an interval', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e2'], both: ['e1', 'e2'], none: [] })
  world.phase.change('e1')
  await world.pass(INTERVAL + 5 * SECOND)
  isWell(world)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), { shop: 1, both: 1 })
  const [change] = world.all('changed')
  assert.deepEqual([change?.environment.environmentId, change?.applications], ['e1', 2])
})

test('a day without a change: not one refresh, and hardly a save', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e2'] })
  const saves = world.store.saves
  await world.pass(24 * HOUR)
  assert.deepEqual(world.argocd.count(), {})
  assert.ok(world.store.saves - saves <= 1, `${world.store.saves - saves} saves of nothing new`)
})

test('the intervals that are asked for, within bounds', async () => {
  const { world } = await watched({ shop: ['e1'] })
  const shop = world.argocd.at('shop')
  for (const [asked, requests] of [
    [undefined, 60],
    [10 * SECOND, 360],
    [SECOND, 720],
    [10 * HOUR, 1],
  ] as const) {
    shop.pollingInterval = asked
    world.phase.change('e1')
    await world.pass(2 * HOUR)
    const before = world.phase.requests.length
    await world.pass(HOUR)
    const rate = world.phase.requests.length - before
    assert.ok(Math.abs(rate - requests) <= 0.08 * requests + 1, `${asked}: ${rate} an hour`)
  }
})

test('a hundred Applications on one environment: once each, spread', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `app-${index}`)
  const { world } = await watched({ ...Object.fromEntries(names.map((name) => [name, ['e1']])) })
  world.argocd.renderTime = SECOND
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  isWell(world)
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), Object.fromEntries(names.map((name) => [name, 1])))
  const starts = world.argocd.renderings.filter(({ by }) => by === 'refresh')
  const most = mostWithin(
    SECOND,
    starts.map(({ began }) => began),
  )
  assert.ok(most <= 5, `${most} within a second`)
})

test('a second change while the first is being spread is spread as well', async () => {
  const first = Array.from({ length: 60 }, (_, index) => `a-${index}`)
  const second = Array.from({ length: 60 }, (_, index) => `b-${index}`)
  const world = new World({ concurrency: 100, requestsPerMinute: 6000 })
  for (const id of ['e1', 'e2']) world.phase.environment(id)
  world.phase.grant('c1', ['e1'])
  world.phase.grant('c2', ['e2'])
  for (const name of first) world.argocd.create(name, ['e1']).pollingInterval = 5 * SECOND
  for (const name of second) world.argocd.create(name, ['e2']).pollingInterval = 5 * SECOND
  world.start()
  await world.pass(5 * MINUTE)
  world.phase.change('e1')
  await world.pass(29 * SECOND)
  world.phase.change('e2')
  await world.pass(2 * MINUTE)
  isWell(world)
  const starts = world.argocd.renderings.filter(({ by }) => by === 'refresh')
  assert.equal(starts.length, 120)
  const most = mostWithin(
    SECOND,
    starts.map(({ began }) => began),
  )
  assert.ok(most <= 8, `${most} within a second`)
})

test('what is only referred to, through others', async () => {
  const { world } = await watched({ shop: ['e1'], bank: ['e4'] })
  world.phase.refer('e1', 'e2')
  world.phase.refer('e2', 'e3')
  await world.pass(INTERVAL + SPREAD)
  assert.deepEqual(world.argocd.count(), { shop: 1 })
  for (const [changed, total] of [
    ['e3', 2],
    ['e2', 3],
  ] as const) {
    world.phase.change(changed)
    await world.pass(INTERVAL + SPREAD)
    isWell(world)
    assert.deepEqual(world.argocd.count(), { shop: total })
  }
  world.phase.refer('e1')
  await world.pass(INTERVAL + SPREAD)
  world.phase.change('e3')
  await world.pass(INTERVAL + SPREAD)
  assert.deepEqual(world.argocd.count(), { shop: 4 }, 'no longer referred to')
})

test('a change during a refresh: one more refresh', async () => {
  const { world } = await watched({ shop: ['e1'] })
  world.argocd.at('shop').pollingInterval = 5 * SECOND
  world.phase.change('e1')
  await world.pass(INTERVAL + SPREAD)
  assert.deepEqual(world.argocd.count(), { shop: 1 })
  world.argocd.renderTime = 40 * SECOND
  world.phase.change('e1')
  await world.pass(35 * SECOND)
  world.phase.change('e1')
  await world.pass(10 * MINUTE)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { shop: 3 })
})

test("somebody else's refresh is waited for", async () => {
  const { world } = await watched({ shop: ['e1'] })
  const shop = world.argocd.at('shop')
  shop.isRefreshing = true
  world.phase.change('e1')
  await world.pass(2 * MINUTE)
  assert.deepEqual(world.argocd.count(), {})
  shop.isRefreshing = false
  await world.pass(10 * SECOND)
  isWell(world)
})

test('a new Application, another commit, one that is removed: watched from the next list on', async () => {
  const { world } = await watched({ shop: ['e1'] })
  world.argocd.create('bank', ['e2'])
  world.argocd.commit('shop', 'second', ['e3'])
  await world.pass(2 * MINUTE)
  assert.deepEqual(world.argocd.count(), {})
  world.phase.change('e1', 'e2')
  await world.pass(INTERVAL + SPREAD)
  assert.deepEqual(world.argocd.count(), { bank: 1 })
  world.phase.change('e3')
  await world.pass(INTERVAL + SPREAD)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { bank: 1, shop: 1 })
  world.argocd.remove('bank')
  world.phase.change('e2')
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), { bank: 1, shop: 1 })
})

test('excluded, and no longer', async () => {
  const { world } = await watched({ shop: ['e1'] })
  const shop = world.argocd.at('shop')
  shop.excluded = 'annotation'
  await world.pass(2 * MINUTE)
  world.phase.change('e1')
  await world.pass(HOUR)
  assert.deepEqual(world.argocd.count(), {})
  shop.excluded = undefined
  await world.pass(INTERVAL + SPREAD)
  isWell(world)
  assert.deepEqual(world.argocd.count(), { shop: 1 })
})
