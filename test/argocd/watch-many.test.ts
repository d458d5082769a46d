// A hundred Applications that use one environment, which changes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KubernetesObject } from './support/manifests.ts'
import { decoded, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { waitFor } from './support/wait.ts'
import type { WatchRun } from './support/watch-process.ts'
import type { WatchWorld } from './support/watch-world.ts'
import { oneInterval, startWatchWorld } from './support/watch-world.ts'

const NAMESPACE = 'many'
const NAMES = Array.from({ length: 100 }, (_, index) => `many-${index}`)
/** Seconds. */
const SPREAD = 20
const PORT = 9100

const values = { Production: { API_KEY: secretValue('first') } }
let world: WatchWorld
let run: WatchRun

before(async () => {
  world = await startWatchWorld(values, [NAMESPACE])
  world.repository.commit(
    Object.fromEntries(NAMES.map((name) => [`${name}/secret.yaml`, phaseSecret(name)])),
  )
  for (const name of NAMES) await world.create({ name, namespace: NAMESPACE })
  await everySecretHas(values.Production.API_KEY)
})
after(() => world.end())

async function everySecretHas(value: string): Promise<void> {
  await waitFor('every Secret has the value', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets`
    const list = await world.cluster.admin.get<{ items: readonly KubernetesObject[] }>(path)
    const live = list?.items.filter((each) => decoded(each).API_KEY === value) ?? []
    return live.length === NAMES.length
  })
}

/** How often each was rendered. */
function renders(): readonly number[] {
  return NAMES.map((name) => world.renders(name))
}

test('what changed before the first start is refreshed, each Application once', async () => {
  const before = renders()
  values.Production.API_KEY = secretValue('second')
  world.phase.serve(values)
  run = world.watch({ spread: SPREAD }, { port: PORT })
  await everySecretHas(values.Production.API_KEY)
  await waitFor('all are refreshed', () => run.of('refreshed').length >= NAMES.length)
  await oneInterval()
  assert.deepEqual(
    renders(),
    before.map((count) => count + 1),
  )
})

test('what changes later is, too: spread over a while, a few at a time', async () => {
  const [before, polls] = [renders(), world.phase.polls()]
  values.Production.API_KEY = secretValue('third')
  world.phase.serve(values)
  await run.entry('changed', { skip: 1 })
  await everySecretHas(values.Production.API_KEY)
  await waitFor('all are refreshed', () => run.of('refreshed').length >= 2 * NAMES.length)
  await oneInterval()
  assert.deepEqual(
    renders(),
    before.map((count) => count + 1),
  )
  assert.equal(run.of('changed')[1]?.applications, NAMES.length)
  const times = run
    .of('refreshed')
    .slice(NAMES.length)
    .map(({ time }) => Date.parse(time))
  const took = (Math.max(...times) - Math.min(...times)) / 1000
  assert.ok(took > SPREAD / 2, `all within ${took} s`)
  // The load of a change is on Argo CD: Phase is asked no more often than before.
  assert.ok(world.phase.polls() - polls < (took + 30) / 4)
  assert.equal(run.of('refresh-failed').length, 0)
})
