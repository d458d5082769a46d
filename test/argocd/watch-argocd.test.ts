// `watch` and what Argo CD does and allows: it is away, it rejects a token, an Application does not heal
// itself, or is to be left alone. Each block has an environment of its own.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject } from './support/manifests.ts'
import { configMap, deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { waitFor } from './support/wait.ts'
import type { WatchRun } from './support/watch-process.ts'
import type { WatchWorld } from './support/watch-world.ts'
import { ACCOUNT, oneInterval, SYNCING, startWatchWorld } from './support/watch-world.ts'
import { createProject } from './support/watched.ts'

const API = '/apis/argoproj.io/v1alpha1/namespaces/argocd'
const SETTINGS = '/api/v1/namespaces/manual/configmaps/settings'
const PORT = 9100
const FAILURES = 'phase_watch_argocd_failures_total'
/** Milliseconds: longer than a refresh or a sync takes. */
const QUIET = 2000
const LEFT_ALONE = ['windowed', 'quiet', 'skipped']
/** Application → its environment; a namespace and a folder of the same name. */
const APPLICATIONS: Readonly<Record<string, keyof typeof values>> = {
  shop: 'Production',
  manual: 'Manual',
  unhealed: 'Manual',
  control: 'Closed',
  windowed: 'Closed',
  quiet: 'Closed',
  skipped: 'Closed',
}
const values = {
  Production: { KEY: secretValue('production') },
  Manual: { KEY: secretValue('manual') },
  Closed: { KEY: secretValue('closed') },
}
let world: WatchWorld
let run: WatchRun

before(async () => {
  const names = Object.keys(APPLICATIONS)
  world = await startWatchWorld(values, names)
  world.repository.commit({
    ...Object.fromEntries(
      Object.entries(APPLICATIONS).map(([name, environment]) => [
        `${name}/secret.yaml`,
        phaseSecret(name, environment),
      ]),
    ),
    'manual/deployment.yaml': deployment('manual', 'manual'),
    'manual/settings.yaml': configMap('settings', { level: 'info' }),
  })
  await createProject(world, 'closing', [])
  for (const name of names) await world.create(name, specOf(name))
  await adminRequest('POST', '/api/v1/applications/manual/sync', {})
  for (const name of names) await world.synced(name)
  run = world.watch({}, { port: PORT })
  for (const name of names) await run.entry('refreshed', { application: `argocd/${name}` })
})
after(() => world.end())

function specOf(name: string): Parameters<WatchWorld['create']>[1] {
  if (name === 'manual') return { syncPolicy: {} }
  if (name === 'unhealed') return { syncPolicy: { automated: { prune: true } } }
  return name === 'windowed' ? { project: 'closing' } : {}
}

async function adminRequest(method: string, path: string, body?: object): Promise<void> {
  await waitFor(`${method} ${path}`, async () => {
    const { status, text } = await world.server.request(
      world.server.token('admin'),
      method,
      path,
      body,
    )
    if (status !== 200) throw new Error(`${status} ${text}`)
    return true
  })
}

function change(environment: keyof typeof values): void {
  values[environment].KEY = secretValue(environment)
  world.phase.serve(values)
}

describe('Argo CD’s API', () => {
  test('is away for a while: a change meanwhile arrives, and the log says so once', async () => {
    await world.server.stop()
    await run.entry('argocd-failed')
    const changes = run.of('changed').length
    change('Production')
    await run.entry('changed', { skip: changes })
    await waitFor('it failed twice', async () => (await run.metric(FAILURES)) >= 2)
    await world.server.start()
    await run.entry('argocd-recovered')
    await world.arrives('shop', values.Production)
    assert.equal(run.of('argocd-failed').length, 1)
    assert.equal(run.of('argocd-recovered').length, 1)
  })

  test('rejects a token that was deleted: one line, and all is well with another one', async () => {
    const [, claims = ''] = world.server.token(ACCOUNT).split('.')
    const { jti } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { jti: string }
    await adminRequest('DELETE', `/api/v1/account/${ACCOUNT}/token/${jti}`)
    const { msg } = await run.entry('argocd-failed', { skip: 1 })
    assert.match(msg, /token/)
    const renders = world.allRenders()
    change('Production')
    await oneInterval()
    assert.equal(world.allRenders(), renders)
    assert.equal(run.of('argocd-failed').length, 2)
    // Another account's token is as good as a new one of this.
    writeFileSync(world.tokenFile(), world.server.token(SYNCING))
    await run.entry('argocd-recovered', { skip: 1 })
    await world.arrives('shop', values.Production)
  })
})

describe('an Application that does not heal itself', () => {
  test('is shown as OutOfSync, and no more', async () => {
    const live = await world.secret('manual')
    const skip = run.of('refreshed', 'argocd/manual').length
    change('Manual')
    const entry = await run.entry('refreshed', { application: 'argocd/manual', skip })
    assert.equal(entry.syncStatus, 'OutOfSync')
    assert.equal(entry.healsItself, false)
    assert.deepEqual(await world.secret('manual'), live)
    assert.equal((await world.application('manual')).status?.sync?.status, 'OutOfSync')
    assert.equal(run.of('synced').length, 0)
  })

  test('is synced with sync: true: what has the values and nothing else', async () => {
    assert.equal(await run.end(), 0)
    await world.cluster.admin.patch(SETTINGS, { data: { level: 'by hand' } })
    run = world.watch({ sync: true }, { account: SYNCING })
    await run.entry('state-loaded')
    change('Manual')
    const { objects } = await run.entry('synced', { application: 'argocd/manual' })
    assert.equal(objects, 2)
    for (const name of ['manual', 'unhealed']) await world.arrives(name, values.Manual)
    await waitFor('the Deployment rolls', async () => (await world.replicaSets('manual')) === 2)
    assert.equal((await settings())?.data?.level, 'by hand')
  })

  test('is not synced to a commit that nobody deployed', async () => {
    const live = await world.secret('manual')
    const skip = run.of('refreshed', 'argocd/manual').length
    const commit = world.repository.commit({
      'manual/settings.yaml': configMap('settings', { level: 'debug' }),
    })
    change('Manual')
    await run.entry('refreshed', { application: 'argocd/manual', skip })
    await sleep(QUIET)
    const { status } = await world.application('manual')
    assert.deepEqual([status?.sync?.status, status?.sync?.revision], ['OutOfSync', commit])
    assert.equal(run.of('synced', 'argocd/manual').length, 1)
    assert.equal((await settings())?.data?.level, 'by hand')
    assert.deepEqual(await world.secret('manual'), live)
    assert.equal(run.of('sync-failed', 'argocd/manual').length, 0)
  })
})

function settings(): Promise<KubernetesObject | undefined> {
  return world.cluster.admin.get<KubernetesObject>(SETTINGS)
}

/** Closes the window of one Application, and annotates the others. @param isOver opens it, and takes these off. */
async function leaveAlone(isOver: boolean): Promise<void> {
  const { admin } = world.cluster
  const window = { kind: 'deny', schedule: '* * * * *', duration: '1h', applications: ['*'] }
  const syncWindows = isOver ? [] : [window]
  await admin.patch(`${API}/appprojects/closing`, { spec: { syncWindows } })
  const annotate = (name: string, annotation: string, value: string): Promise<void> =>
    admin.patch(`${API}/applications/${name}`, {
      metadata: { annotations: { [annotation]: isOver ? null : value } },
    })
  await annotate('quiet', 'secrets.phase.dev/watch', 'false')
  await annotate('skipped', 'argocd.argoproj.io/skip-reconcile', 'true')
}

describe('an Application that is to be left alone', () => {
  test('is not refreshed: a closed sync window, watch: "false", skip-reconcile', async () => {
    await leaveAlone(false)
    // The list has to be read once more.
    await oneInterval()
    const renders = LEFT_ALONE.map(world.renders)
    change('Closed')
    await world.arrives('control', values.Closed)
    await run.entry('postponed', { application: 'argocd/windowed' })
    await sleep(QUIET)
    assert.deepEqual(LEFT_ALONE.map(world.renders), renders)
  })

  test('is refreshed afterwards, also after a restart', async () => {
    assert.equal(await run.end(), 0)
    run = world.watch()
    const { pending } = await run.entry('state-loaded')
    assert.equal(pending, LEFT_ALONE.length)
    await run.entry('postponed', { application: 'argocd/windowed' })
    await leaveAlone(true)
    for (const name of ['quiet', 'skipped']) await world.arrives(name, values.Closed)
    // An open window is looked for every two minutes; a start looks at once.
    assert.equal(await run.end(), 0)
    run = world.watch()
    await run.entry('refreshed', { application: 'argocd/windowed' })
    await world.arrives('windowed', values.Closed)
    assert.equal(await run.end(), 0)
  })
})
