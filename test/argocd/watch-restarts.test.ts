// `watch` is killed, runs now and then, or runs twice: a change arrives all the same, and is acted on once.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import type { WatchRun } from './support/watch-process.ts'
import type { WatchWorld } from './support/watch-world.ts'
import { keptState, oneInterval, startWatchWorld, WITH_LEASE } from './support/watch-world.ts'

const APPLICATIONS = ['one', 'two', 'three']
/** Seconds: two seconds between two refreshes. */
const SPREAD = 6
/** Seconds: as long as a lease, an interval and a refresh. */
const TAKEOVER = 45
const values = { Production: { KEY: secretValue('first') } }
let world: WatchWorld
let run: WatchRun

before(async () => {
  world = await startWatchWorld(values, APPLICATIONS)
  world.repository.commit(
    Object.fromEntries(APPLICATIONS.map((name) => [`${name}/secret.yaml`, phaseSecret(name)])),
  )
  for (const name of APPLICATIONS) await world.create(name)
  for (const name of APPLICATIONS) await world.synced(name)
})
after(() => world.end())

function change(faults: Parameters<WatchWorld['phase']['serve']>[1] = []): void {
  values.Production.KEY = secretValue('next')
  world.phase.serve(values, faults)
}

async function allArrive(seconds?: number): Promise<void> {
  for (const name of APPLICATIONS) await world.arrives(name, values.Production, seconds)
}

async function allRefreshed(of: WatchRun): Promise<void> {
  for (const name of APPLICATIONS) await of.entry('refreshed', { application: `argocd/${name}` })
}

describe('with --once and its state in a file', () => {
  const once = async (): Promise<{ code: number | null; entries: WatchRun['entries'] }> => {
    const state = { file: join(world.folder, 'state.json') }
    const started = world.watch({ state }, { args: ['--once'] })
    return { code: await started.ended(), entries: started.entries }
  }
  const refreshedIn = ({ entries }: { entries: WatchRun['entries'] }): number =>
    entries().filter(({ event }) => event === 'refreshed').length

  test('it refreshes what may be new, and nothing the second time', async () => {
    const first = await once()
    assert.equal(first.code, 0)
    assert.equal(refreshedIn(first), APPLICATIONS.length)
    const second = await once()
    assert.equal(second.code, 0)
    assert.equal(refreshedIn(second), 0)
  })

  test('it ends with 3 while Phase is down, and the next run does what is left', async () => {
    change([{ effect: 'drop' }])
    assert.equal((await once()).code, 3)
    world.phase.serve(values)
    const next = await once()
    assert.equal(next.code, 0)
    assert.equal(refreshedIn(next), APPLICATIONS.length)
    await allArrive()
  })

  test('it ends with 3 while Argo CD is down', async () => {
    await world.server.stop()
    change()
    const { code, entries } = await once()
    assert.equal(code, 3)
    assert.equal(entries().filter(({ level }) => level === 'error').length, 1)
    await world.server.start()
    assert.equal((await once()).code, 0)
    await allArrive()
  })
})

describe('killed', () => {
  test('between a change and its refreshes, it does them after its start', async () => {
    run = world.watch({ spread: SPREAD })
    await allRefreshed(run)
    const before = run.of('refreshed').length
    change()
    await run.entry('refreshed', { skip: before })
    await run.kill()
    assert.equal(run.of('refreshed').length, before + 1)
    assert.equal((await keptState(world)).pending.length, APPLICATIONS.length)
    run = world.watch({ spread: SPREAD })
    const { pending } = await run.entry('state-loaded')
    assert.equal(pending, APPLICATIONS.length)
    await allArrive()
    await allRefreshed(run)
  })

  test('at the moment when it notices a change, it notices it again, or knows it', async () => {
    const before = run.of('changed').length
    change()
    await run.entry('changed', { skip: before })
    await run.kill()
    run = world.watch({ spread: SPREAD })
    await allArrive()
    await allRefreshed(run)
    // Argo CD 3.2 lists no revision: of what was synced after the last list, a restart cannot tell whether it is
    // another commit, and it is refreshed once more.
    await oneInterval()
    assert.equal(await run.end(), 0)
  })
})

describe('two replicas with a lease', () => {
  const replica = (): WatchRun => world.watch({ ...WITH_LEASE, spread: SPREAD })
  let other: WatchRun

  test('one acts, the other stands by and asks nobody', async () => {
    run = replica()
    await run.entry('leading')
    await run.entry('listed')
    other = replica()
    await other.entry('standing-by')
    const before = run.of('refreshed').length
    const polls = world.phase.polls()
    change()
    await allArrive()
    await allRefreshed(run)
    assert.equal(run.of('refreshed').length, before + APPLICATIONS.length)
    // As often as one does in as long as this takes: each interval is 4.5 seconds or longer.
    assert.ok(world.phase.polls() - polls <= 4)
    const events = new Set(other.entries().map(({ event }) => event))
    assert.deepEqual([...events], ['standing-by'])
  })

  test('the other one takes over when the first is killed, and does what was left', async () => {
    const before = run.of('refreshed').length
    change()
    await run.entry('refreshed', { skip: before })
    await run.kill()
    assert.equal(run.of('refreshed').length, before + 1)
    await other.entry('leading', { seconds: TAKEOVER })
    const { pending } = await other.entry('state-loaded')
    assert.equal(pending, APPLICATIONS.length)
    await allArrive()
  })

  test('a leader that ends gives the lease back: there is no wait', async () => {
    run = replica()
    await run.entry('standing-by')
    assert.equal(await other.end(), 0)
    // Sooner than a lease ends by itself.
    await run.entry('leading', { seconds: 10 })
    change()
    await allArrive()
    await allRefreshed(run)
    assert.equal(await run.end(), 0)
    assert.deepEqual((await keptState(world)).pending, [])
  })
})
