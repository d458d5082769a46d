// Who means no good, or is broken in a way that looks like it: Applications that hang, an environment that
// changes without end, lists that miss what is there. The others are refreshed all the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, INTERVAL, MINUTE, SECOND, World } from '../../../support/watch-world/world.ts'

/** Two projects with an environment each, of which one has many Applications. */
function neighbours(count: number): World {
  const world = new World()
  for (const id of ['theirs', 'ours']) world.phase.environment(id)
  world.phase.grant('c1', ['theirs', 'ours'])
  for (let index = 0; index < count; index += 1) {
    world.argocd.create(`a-${index}`, ['theirs']).project = 'theirs'
  }
  world.argocd.create('z', ['ours']).project = 'ours'
  return world
}

test('two hundred Applications that hang: those of another project are refreshed', async () => {
  const world = neighbours(200)
  world.start()
  await world.pass(5 * MINUTE)
  for (const each of world.argocd.all.values()) each.isHanging = each.project === 'theirs'
  world.phase.change('theirs')
  await world.pass(20 * MINUTE)
  for (let round = 1; round <= 3; round += 1) {
    world.phase.change('ours')
    await world.pass(INTERVAL + 3 * MINUTE)
    assert.deepEqual(world.argocd.count(), { z: round })
    await world.pass(30 * MINUTE)
  }
  for (const each of world.argocd.all.values()) each.isHanging = false
  await world.pass(2 * HOUR)
  assert.deepEqual(world.stale(), [], 'nobody is forgotten')
})

test('of one project: once they failed, they leave a place to the others', async () => {
  const world = neighbours(50)
  for (const each of world.argocd.all.values()) each.project = 'default'
  world.start()
  await world.pass(5 * MINUTE)
  for (const each of world.argocd.all.values()) each.isHanging = each.id.name !== 'z'
  world.phase.change('theirs')
  await world.pass(2 * HOUR)
  world.phase.change('ours')
  await world.pass(INTERVAL + 5 * SECOND)
  assert.deepEqual(world.argocd.count(), { z: 1 })
})

test('two hundred Applications that hang from the beginning: the others are read and watched', async () => {
  const world = neighbours(200)
  for (const each of world.argocd.all.values()) each.isHanging = each.project === 'theirs'
  const instance = world.start()
  await world.pass(3 * MINUTE)
  assert.equal(instance.progress.isReady, true)
  world.phase.change('ours')
  await world.pass(INTERVAL + 5 * SECOND)
  assert.deepEqual(world.argocd.count(), { z: 1 })
  await world.pass(5 * MINUTE)
  world.argocd.create('new', ['ours']).project = 'ours'
  await world.pass(5 * MINUTE)
  world.phase.change('ours')
  await world.pass(INTERVAL + 5 * SECOND)
  assert.deepEqual(world.argocd.count(), { z: 2, new: 1 })
})

test('an environment that changes at every poll: a few refreshes at once, then one in ten minutes', async () => {
  const world = neighbours(3)
  world.start()
  await world.pass(5 * MINUTE)
  for (let minute = 0; minute < 120; minute += 1) {
    world.phase.change('theirs')
    await world.pass(MINUTE)
  }
  for (const [name, count] of Object.entries(world.argocd.count())) {
    assert.ok(count >= 12 && count <= 22, `${name}: ${count} in two hours`)
  }
  await world.pass(15 * MINUTE)
  assert.deepEqual(world.stale(), [], 'the last change arrives')
  world.phase.change('ours')
  await world.pass(INTERVAL + 5 * SECOND)
  assert.deepEqual(world.stale(), [], 'at once where it is quiet')
})

test('an environment that changes at every poll while its render fails is no more than that', async () => {
  const world = neighbours(1)
  world.start()
  await world.pass(5 * MINUTE)
  world.argocd.at('a-0').isBroken = true
  for (let minute = 0; minute < 120; minute += 1) {
    world.phase.change('theirs')
    await world.pass(MINUTE)
  }
  const { 'a-0': count = 0 } = world.argocd.count()
  assert.ok(count >= 10 && count <= 45, `${count} in two hours`)
})

test('a list that is empty for once: what waited for its window still waits for it', async () => {
  const world = neighbours(1)
  world.start()
  await world.pass(5 * MINUTE)
  const application = world.argocd.at('a-0')
  application.isWindowOpen = false
  world.phase.change('theirs')
  await world.pass(HOUR)
  const all = [...world.argocd.all]
  world.argocd.all.clear()
  await world.pass(2 * MINUTE)
  for (const [name, each] of all) world.argocd.all.set(name, each)
  await world.pass(5 * MINUTE)
  application.isWindowOpen = true
  await world.pass(5 * MINUTE)
  assert.deepEqual(world.argocd.count(), { 'a-0': 1 })
})
