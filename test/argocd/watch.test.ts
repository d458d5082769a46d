// `watch` among the real ones: a value changes in Phase, and nobody touches Argo CD. The tests are one
// story: each starts where the one before it ended.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { objectPlaces, secretPlaces } from './support/cluster-stack.ts'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import { deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { waitFor } from './support/wait.ts'
import type { WatchRun } from './support/watch-process.ts'
import { addSealedSidecar, encryptedData, SEALED } from './support/watch-sealed.ts'
import type { WatchWorld } from './support/watch-world.ts'
import { ACCOUNT, oneInterval, startWatchWorld, watchPlaces } from './support/watch-world.ts'

const PORT = 9100
/** Milliseconds. */
const QUIET = 1500
const POLL_FAILURES = 'phase_watch_poll_failures_total'
/** All outcomes together: what is refreshed meanwhile is none. */
const REFRESHES = 'phase_watch_refreshes_total'
const APPLICATIONS = ['shop', 'other', 'borrower', 'encoded']
/** Seconds: an interval, what it varies by, a refresh and a sync, on a busy machine. */
const SOON = 12

/** Environment → key → value; a test changes one at a time. */
const values = {
  Production: { API_KEY: secretValue('first') },
  Staging: { KEY: secretValue('staging') },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as Phase writes references.
  Borrowing: { NEAR: '${Staging.KEY}', FAR: '${billing::Production.KEY}' },
  Encoded: { BLOB: encoded('first') },
  Sealed: { KEY: secretValue('sealed') },
  'billing/Production': { KEY: secretValue('billing') },
}
let world: WatchWorld
let run: WatchRun

before(async () => {
  world = await startWatchWorld(values, [...APPLICATIONS, SEALED])
  await addSealedSidecar(world)
  const decode = `${phaseSecret('encoded', 'Encoded')}      processors:
        BLOB: { asName: BLOB, type: base64 }
`
  world.repository.commit({
    'shop/secret.yaml': phaseSecret('shop'),
    'shop/deployment.yaml': deployment('shop', 'shop'),
    'other/secret.yaml': phaseSecret('other', 'Staging'),
    'borrower/secret.yaml': phaseSecret('borrower', 'Borrowing'),
    'encoded/secret.yaml': decode,
    'sealed/secret.yaml': phaseSecret('sealed', 'Sealed'),
  })
  for (const name of APPLICATIONS) await world.create(name)
  await world.create(SEALED, { type: { plugin: { name: SEALED } } })
  for (const name of [...APPLICATIONS, SEALED]) await world.synced(name)
})
after(() => world.end())

function encoded(label: string): string {
  return Buffer.from(secretValue(label)).toString('base64')
}

function serve(environment: keyof typeof values, secrets: object, faults: readonly string[] = []) {
  Object.assign(values[environment], secrets)
  world.phase.serve(
    values,
    faults.map((effect) => ({ effect: effect as 'drop' })),
  )
}

/**
 * Checks that something made `watch` refresh exactly these, once each, and that Argo CD rendered these and
 * no others. It may do one refresh twice: where it has not yet seen that it was done.
 */
async function refreshes(names: readonly string[], action: () => Promise<void>): Promise<void> {
  await waitFor('nothing is rendered any more', async () => {
    const before = world.allRenders()
    await sleep(QUIET)
    return world.allRenders() === before
  })
  const before = new Map(APPLICATIONS.map((name) => [name, world.renders(name)]))
  const done = run.of('refreshed').length
  await action()
  const refreshed = run.of('refreshed').slice(done)
  assert.deepEqual(
    refreshed.map(({ application }) => application).sort(),
    names.map((name) => `argocd/${name}`).sort(),
  )
  for (const name of APPLICATIONS) {
    const count = world.renders(name) - (before.get(name) ?? 0)
    assert.ok(names.includes(name) ? count === 1 || count === 2 : count === 0, `${name}: ${count}`)
  }
}

describe('at its first start', () => {
  test('it refreshes what may have changed since it was rendered, once each', async () => {
    const renders = APPLICATIONS.map(world.renders)
    run = world.watch({}, { port: PORT })
    const all = [...APPLICATIONS, SEALED].map((name) => `argocd/${name}`).sort()
    for (const application of all) await run.entry('refreshed', { application })
    await oneInterval()
    assert.deepEqual(
      run
        .of('refreshed')
        .map(({ application }) => application)
        .sort(),
      all,
    )
    for (const [index, name] of APPLICATIONS.entries()) {
      assert.ok(world.renders(name) > (renders[index] ?? 0), name)
    }
    assert.equal(run.of('state-missing').length, 1)
    assert.equal(await run.metric('phase_watch_applications_watched'), APPLICATIONS.length + 1)
    assert.equal(await run.metric('phase_watch_pending'), 0)
  })
})

describe('a value that is changed in Phase', () => {
  test('is in the live Secret within one interval, and the Deployment rolls', async () => {
    await waitFor('a ReplicaSet', async () => (await world.replicaSets('shop')) === 1)
    const reads = world.phase.reads('shop/Staging')
    await refreshes(['shop'], async () => {
      serve('Production', { API_KEY: secretValue('second') })
      await world.arrives('shop', values.Production, SOON)
      await waitFor('a second ReplicaSet', async () => (await world.replicaSets('shop')) === 2)
    })
    // Nothing of another environment is asked for.
    assert.equal(world.phase.reads('shop/Staging'), reads)
    const [changed] = run.of('changed').slice(-1)
    assert.equal(changed?.applications, 1)
  })

  test('refreshes those that only refer to its environment, and no others', async () => {
    await refreshes(['other', 'borrower'], async () => {
      serve('Staging', { KEY: secretValue('staging-2') })
      await world.arrives('other', values.Staging, SOON)
      const { KEY } = values['billing/Production']
      await world.arrives('borrower', { NEAR: values.Staging.KEY, FAR: KEY }, SOON)
    })
  })

  test('does so in another app as well', async () => {
    await refreshes(['borrower'], async () => {
      serve('billing/Production', { KEY: secretValue('billing-2') })
      const { KEY } = values['billing/Production']
      await world.arrives('borrower', { NEAR: values.Staging.KEY, FAR: KEY }, SOON)
    })
  })

  test('is sealed anew where the output is sealed', async () => {
    const before = await encryptedData(world, SEALED)
    serve('Sealed', { KEY: secretValue('sealed-2') })
    await waitFor('another SealedSecret', async () => {
      return !isDeepStrictEqual(await encryptedData(world, SEALED), before)
    })
    await run.entry('refreshed', { application: 'argocd/sealed', skip: 1 })
  })

  test('arrives when Phase is back, where it changed while Phase was down', async () => {
    const polls = world.phase.polls()
    await refreshes(['shop'], async () => {
      serve('Production', { API_KEY: secretValue('third') }, ['drop'])
      await waitFor('two polls fail', async () => (await run.metric(POLL_FAILURES)) >= 2)
      serve('Production', {})
      await run.entry('poll-recovered')
      await world.arrives('shop', values.Production, SOON)
      await oneInterval()
    })
    assert.equal(run.of('poll-failed').length, 1)
    assert.equal(run.of('poll-recovered').length, 1)
    // Not even as often as without the outage: two or three that fail, one that does not, and the next two.
    const asked = world.phase.polls() - polls
    assert.ok(asked <= 7, `${asked} requests`)
  })
})

describe('a change that does not render', () => {
  test('is tried again, and leaves the live Secret as it was', async () => {
    const { BLOB } = values.Encoded
    const [rendered, failures] = [world.renders('encoded'), await run.metric(REFRESHES)]
    serve('Encoded', { BLOB: 'not base64!' })
    await run.entry('refresh-failed')
    await waitFor('a second attempt', () => world.renders('encoded') >= rendered + 2)
    await waitFor('it is counted', async () => (await run.metric(REFRESHES)) >= failures + 2)
    const again = run.of('refresh-failed')
    assert.equal(again.length, 1)
    await world.arrives('encoded', { BLOB: Buffer.from(BLOB, 'base64').toString() }, 1)
  })

  test('is still to be done after a restart', async () => {
    const rendered = world.renders('encoded')
    assert.equal(await run.end(), 0)
    run = world.watch({}, { port: PORT })
    const loaded = await run.entry('state-loaded')
    assert.equal(loaded.pending, 1)
    await run.entry('refresh-failed')
    assert.ok(world.renders('encoded') > rendered)
  })

  test('is mended by the next one, and nothing else was refreshed', async () => {
    serve('Encoded', { BLOB: encoded('mended') })
    const text = Buffer.from(values.Encoded.BLOB, 'base64').toString()
    await world.arrives('encoded', { BLOB: text }, SOON)
    const application = 'argocd/encoded'
    await run.entry('refreshed', { application })
    assert.deepEqual(run.of('refreshed'), run.of('refreshed', application))
  })
})

describe('no value and no token', () => {
  test('is in what watch writes, serves or keeps, or in what others see of its process', async () => {
    const confidential = new Map([
      ...world.phase.confidential(),
      ['token of Argo CD', world.server.token(ACCOUNT)] as const,
    ])
    const { admin } = world.cluster
    assert.notDeepEqual(findLeaks(await secretPlaces(admin), confidential), [])
    const written = [...(await writtenPlaces(world.processes))].filter(([name]) =>
      name.startsWith('watch'),
    )
    assert.ok(written.some(([, bytes]) => bytes.includes('refreshed')))
    const places = new Map([
      ...written,
      ...(await run.places()),
      ...(await watchPlaces(world)),
      ...(await objectPlaces(admin)),
    ])
    assert.deepEqual(findLeaks(places, confidential), [])
    const page = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text()
    for (const name of APPLICATIONS) assert.ok(!page.includes(name), name)
  })

  test('it ends well', async () => {
    assert.equal(await run.end(), 0)
  })
})
