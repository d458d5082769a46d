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

/** Few folders and many namespaces: Argo CD unpacks the whole repository for each render. */
const FOLDERS = Array.from({ length: 10 }, (_, index) => `folder-${index}`)
const NAMESPACES = Array.from({ length: 10 }, (_, index) => `many-${index}`)
const NAMES = NAMESPACES.flatMap((namespace) => FOLDERS.map((folder) => `${namespace}-${folder}`))
/** Seconds. */
const SPREAD = 30
const PATIENCE = 240
/** Milliseconds. */
const SLACK = 50
const AT_ONCE = 4
const PORT = 9100

const values = { Production: { API_KEY: secretValue('first') } }
let world: WatchWorld
let run: WatchRun

before(async () => {
  world = await startWatchWorld(values, NAMESPACES)
  world.repository.commit(
    Object.fromEntries(FOLDERS.map((name) => [`${name}/secret.yaml`, phaseSecret(name)])),
  )
  for (const namespace of NAMESPACES) {
    for (const path of FOLDERS) await world.create(`${namespace}-${path}`, { namespace, path })
  }
  await everySecretHas(values.Production.API_KEY)
})
after(() => world.end())

async function everySecretHas(value: string): Promise<void> {
  await waitFor(
    'every Secret has the value',
    async () => {
      const list = await world.cluster.admin.get<{ items: readonly KubernetesObject[] }>(
        '/api/v1/secrets',
      )
      const live = list?.items.filter((each) => decoded(each).API_KEY === value) ?? []
      return live.length === NAMES.length
    },
    PATIENCE,
  )
}

/** How often each was rendered. */
function renders(): readonly number[] {
  return NAMES.map((name) => world.renders(name))
}

test('each is refreshed once, and its Secret has the new value', async () => {
  const before = renders()
  values.Production.API_KEY = secretValue('second')
  world.phase.serve(values)
  run = world.watch({ spread: SPREAD, concurrency: AT_ONCE }, { port: PORT })
  await everySecretHas(values.Production.API_KEY)
  await waitFor('all are refreshed', () => run.of('refreshed').length >= NAMES.length)
  await oneInterval()
  const rendered = renders().map((count, index) => count - (before[index] ?? 0))
  assert.ok(Math.min(...rendered) >= 1)
  // Argo CD itself, when it is busy, now and then does one refresh twice: it has not yet seen that it was done.
  const total = rendered.reduce((sum, count) => sum + count, 0)
  assert.ok(total <= NAMES.length * 1.1, `${total} renders`)
  const refreshed = run.of('refreshed').map(({ application }) => application)
  assert.deepEqual(refreshed.sort(), NAMES.map((name) => `argocd/${name}`).sort())
  assert.equal(run.of('refresh-failed').length, 0)
  assert.deepEqual(
    run.of('changed').map(({ applications }) => applications),
    [NAMES.length],
  )
  assert.equal(await run.metric('phase_watch_pending'), 0)
})

test('they are spread over a while, a few at a time', () => {
  const times = run.of('refreshed').map(({ time, ms }) => {
    const end = Date.parse(time)
    return { begin: end - Number(ms), end }
  })
  const begins = times.map(({ begin }) => begin)
  const took = (Math.max(...begins) - Math.min(...begins)) / 1000
  assert.ok(took > SPREAD * 0.9, `all within ${took} s`)
  // The log may be a little late, never early.
  const atOnce = begins.map(
    (moment) => times.filter(({ begin, end }) => begin < moment && moment < end - SLACK).length + 1,
  )
  assert.ok(Math.max(...atOnce) <= AT_ONCE, `${Math.max(...atOnce)} at once`)
})

test('and Phase is asked by watch as if there were one', async () => {
  const [first, last] = [run.of('changed')[0], run.of('refreshed').at(-1)]
  const seconds = (Date.parse(last?.time ?? '') - Date.parse(first?.time ?? '')) / 1000
  // One interval is 4.5 seconds or longer.
  assert.ok(world.phase.polls() <= seconds / 4.5 + 5, `${world.phase.polls()} in ${seconds} s`)
  assert.equal(await run.end(), 0)
})
