// watch's client and a real argocd-server over TLS: every call, with an account that may only get, and one
// that may sync too. The tests are one story: each starts where the one before it ended.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OpenArgoCd } from '../../cmp/watch/argocd/argocd.ts'
import type { ListedApplication } from '../../cmp/watch/model.ts'
import { ArgoCdError } from '../../cmp/watch/model.ts'
import { ENVIRONMENT_ID } from '../../manifests/provenance.ts'
import { refresh } from './support/applications.ts'
import type { ArgocdServer } from './support/argocd-server.ts'
import { accountSettings, startArgocdServer } from './support/argocd-server.ts'
import type { ClusterStack } from './support/cluster-stack.ts'
import { startClusterStack } from './support/cluster-stack.ts'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import type { KubernetesObject } from './support/manifests.ts'
import { configMap, decoded, deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { processesWith } from './support/processes.ts'
import { waitFor } from './support/wait.ts'
import { createProject, createWatched, openClient } from './support/watched.ts'

const GET = 'applications, get, */*'
const ACCOUNTS = { 'phase-watch': [GET], 'phase-sync': [GET, 'applications, sync, */*'] }
const API = '/apis/argoproj.io/v1alpha1/namespaces/argocd'
let stack: ClusterStack
let server: ArgocdServer
let watch: OpenArgoCd
let syncer: OpenArgoCd

const serve = (label: string): Record<string, string> => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Phase's
  const production = { KEY: secretValue(label), OTHER: '${Staging.KEY}' }
  stack?.phase.serve({ Production: production, Staging: { KEY: 'staging' } })
  return production
}

before(async () => {
  const values = { Production: serve('first'), Staging: { KEY: 'staging' } }
  stack = await startClusterStack(values, ['apps'], accountSettings(ACCOUNTS))
  stack.repository.commit({
    'shop/secret.yaml': phaseSecret('shop', 'Production', '  pollingInterval: 30\n'),
    'manual/secret.yaml': phaseSecret('manual'),
    'manual/deployment.yaml': deployment('manual', 'manual'),
    'manual/settings.yaml': configMap('manual', { level: 'info' }),
    'broken/secret.yaml': phaseSecret('broken', 'Nowhere'),
    'plain/settings.yaml': configMap('plain', { level: 'info' }),
  })
  server = await startArgocdServer(stack, ACCOUNTS)
  watch = open('phase-watch')
  syncer = open('phase-sync')
  const window = { duration: '1h', applications: ['*'], manualSync: true }
  await createProject(stack, 'denied', [{ kind: 'deny', schedule: '* * * * *', ...window }])
  await createProject(stack, 'unopened', [{ kind: 'allow', schedule: '0 0 29 2 *', ...window }])
  await createWatched(stack, 'shop', { syncPolicy: { automated: { selfHeal: true } } })
  await createWatched(stack, 'manual')
  await createWatched(stack, 'broken')
  await createWatched(stack, 'closed', { project: 'denied', path: 'shop' })
  await createWatched(stack, 'waiting', { project: 'unopened', path: 'shop' })
  await createWatched(stack, 'plain', {
    type: { directory: { recurse: true } },
    annotations: { 'secrets.phase.dev/watch': 'false' },
  })
})
after(async () => {
  watch?.close()
  syncer?.close()
  await stack?.end()
})

const open = (account: string, more: object = {}) => openClient(server, account, more)
const id = (name: string) => ({ namespace: 'argocd', name })
const listed = async (name: string): Promise<ListedApplication> => {
  const found = (await watch.applications()).find((each) => each.id.name === name)
  assert.ok(found, name)
  return found
}
const secret = (name: string) =>
  stack.cluster.admin.get<KubernetesObject>(`/api/v1/namespaces/apps/secrets/${name}`)
const isSynced = (name: string) =>
  waitFor(`${name} is synced`, async () => {
    const { syncStatus, isRefreshing } = await watch.state(id(name))
    return syncStatus === 'Synced' && !isRefreshing
  })
const arrives = (name: string, value: string | undefined) =>
  waitFor(`Secret ${name} has its value`, async () => {
    const live = await secret(name)
    return live !== undefined && decoded(live).KEY === value
  })

async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof ArgoCdError, String(error))
    const text = `${error.fault}: ${error.message} (${error.hint})`
    for (const account of Object.keys(ACCOUNTS)) assert.ok(!text.includes(server.token(account)))
    return text
  }
  return 'none'
}

describe('what is there', () => {
  test('the list', async () => {
    await isSynced('shop')
    const list = await watch.applications()
    const names = list.map(({ id: { name } }) => name)
    assert.deepEqual(names, ['broken', 'closed', 'manual', 'plain', 'shop', 'waiting'])
    for (const { id, mayUsePlugin, excluded, createdAt } of list) {
      const expected = id.name === 'plain' ? [false, 'annotation'] : [true, undefined]
      assert.deepEqual([mayUsePlugin, excluded], expected, id.name)
      assert.ok(Math.abs(Date.now() - createdAt) < 300_000)
    }
  })

  test('the list of a project', async () => {
    const some = open('phase-watch', { projects: ['denied', 'unopened'] })
    const [closed, waiting, more] = await some.applications()
    some.close()
    assert.deepEqual([closed?.id, waiting?.id, more], [id('closed'), id('waiting'), undefined])
  })

  test('the environments that an Application uses, one through a reference', async () => {
    const uses = await watch.environments(id('shop'))
    for (const { host, pollingInterval } of uses) {
      assert.deepEqual([host, pollingInterval], [stack.phase.env.PHASE_HOST, 30_000])
    }
    const own = (await secret('shop'))?.metadata.annotations?.[ENVIRONMENT_ID]
    assert.deepEqual([uses[0]?.environmentId, uses.length], [own, 2])
    assert.deepEqual(await watch.environments(id('plain')), [])
  })

  test('an answer from the cache renders nothing', async () => {
    const requests = stack.phase.requests()
    await watch.environments(id('shop'))
    assert.equal(stack.phase.requests(), requests)
  })

  test('a new commit changes the origin', async () => {
    const before = await listed('shop')
    stack.repository.commit({ 'shop/more.yaml': configMap('more', {}) })
    await refresh(stack.cluster.admin, 'shop', 'normal')
    await waitFor('another origin', async () => (await listed('shop')).origin !== before.origin)
    await isSynced('shop')
  })
})

describe('a hard refresh', () => {
  test('renders, and answers when that is done; Argo CD heals', async () => {
    const before = await watch.state(id('shop'))
    assert.equal(before.healsItself, true)
    const { KEY } = serve('second')
    const requests = stack.phase.requests()
    const { reconciledAt = '', isRefreshing, failure } = await watch.hardRefresh(id('shop'))
    assert.ok(stack.phase.requests() > requests)
    assert.ok(Date.parse(reconciledAt) >= Date.parse(before.reconciledAt ?? ''))
    assert.deepEqual([isRefreshing, failure], [false, undefined])
    await arrives('shop', KEY)
  })

  test('two at once both answer', async () => {
    const calls = [watch.hardRefresh(id('shop')), watch.hardRefresh(id('shop'))]
    for (const { isRefreshing } of await Promise.all(calls)) assert.equal(isRefreshing, false)
  })

  test('of a render that fails answers, and says so; there are no manifests', async () => {
    const { failure, syncStatus } = await watch.hardRefresh(id('broken'))
    assert.deepEqual([failure, syncStatus], ['ComparisonError', 'Unknown'])
    assert.match(await failureOf(watch.environments(id('broken'))), /^unrendered: /)
  })
})

test('sync windows: only what Argo CD may do by itself counts', async () => {
  const isOpen = await Promise.all(
    ['shop', 'closed', 'waiting'].map((name) => watch.isWindowOpen(id(name))),
  )
  assert.deepEqual(isOpen, [true, false, false])
})

describe('a sync', () => {
  const deploy = async (): Promise<void> => {
    const path = '/api/v1/applications/manual/sync'
    const { status } = await server.request(server.token('admin'), 'POST', path, {})
    assert.equal(status, 200)
    await isSynced('manual')
  }

  test('of what was never deployed does nothing', async () => {
    await watch.hardRefresh(id('manual'))
    assert.equal(await syncer.sync(id('manual')), 0)
    await deploy()
    assert.equal(await syncer.sync(id('manual')), 0, 'and of what is in sync')
  })

  test('is denied to the account that may only get', async () => {
    serve('third')
    const { syncStatus, healsItself } = await watch.hardRefresh(id('manual'))
    assert.deepEqual([syncStatus, healsItself], ['OutOfSync', false])
    assert.match(await failureOf(watch.sync(id('manual'))), /^denied: .* denies the sync \(403\)/)
  })

  test('brings the values and rolls the workload', async () => {
    const { KEY } = serve('fourth')
    await watch.hardRefresh(id('manual'))
    assert.equal(await syncer.sync(id('manual')), 2)
    await arrives('manual', KEY)
    await isSynced('manual')
  })

  test('of a commit that nobody deployed does nothing', async () => {
    stack.repository.commit({ 'manual/settings.yaml': configMap('manual', { level: 'debug' }) })
    serve('fifth')
    await syncer.hardRefresh(id('manual'))
    assert.equal(await syncer.sync(id('manual')), 0)
    await deploy()
  })

  test('of a commit that changed nothing for the Application is done', async () => {
    stack.repository.commit({ 'plain/settings.yaml': configMap('plain', { level: 'debug' }) })
    await refresh(stack.cluster.admin, 'manual', 'normal')
    assert.equal((await syncer.state(id('manual'))).syncStatus, 'Synced')
    const { KEY } = serve('sixth')
    assert.equal((await syncer.hardRefresh(id('manual'))).syncStatus, 'OutOfSync')
    assert.equal(await syncer.sync(id('manual')), 2)
    await arrives('manual', KEY)
    await isSynced('manual')
  })

  test('waits for an operation that is in progress', async () => {
    serve('seventh')
    await syncer.hardRefresh(id('manual'))
    // The controller does not even begin it.
    await stack.cluster.admin.patch(`${API}/applications/manual`, {
      metadata: { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
      operation: { sync: { revision: 'main' } },
    })
    assert.match(await failureOf(syncer.sync(id('manual'))), /an operation is in progress/)
    assert.equal((await listed('manual')).excluded, 'skip-reconcile')
  })
})

describe('what is refused', () => {
  test('an Application that is not there, for every call', async () => {
    const none = id('none')
    const calls = [
      () => watch.environments(none),
      () => watch.state(none),
      () => watch.hardRefresh(none),
      () => watch.isWindowOpen(none),
      () => syncer.sync(none),
    ]
    for (const call of calls) assert.match(await failureOf(call()), /^denied: .*\(403\)/)
  })

  test('everything else to both accounts', async () => {
    const path = '/api/v1/applications/plain'
    const patch = { name: 'plain', patch: '{"spec":{"project":"x"}}', patchType: 'merge' }
    for (const account of Object.keys(ACCOUNTS)) {
      const token = server.token(account)
      const deleted = await server.request(token, 'DELETE', path)
      const patched = await server.request(token, 'PATCH', path, patch)
      assert.deepEqual([deleted.status, patched.status], [403, 403])
    }
    assert.ok(await stack.cluster.admin.get(`${API}/applications/plain`))
  })

  test('a token that is none, plain http, and authorities that do not vouch for it', async () => {
    const cases: readonly [more: object, expected: RegExp][] = [
      [{ token: { text: 'a.b.c' } }, /^token: .*\(401\)/],
      [{ server: server.address.replace('https:', 'http:') }, /^outside: .* redirects elsewhere/],
      [{ caFile: undefined }, /^outside: .* certificate that is not trusted/],
      [{ server: server.address.replace('localhost', '127.0.0.2') }, /^outside: /],
      [{ caFile: join(stack.folder, 'none') }, /^outside: caFile/],
      [{ server: `${server.address}/elsewhere` }, /^outside: .*(JSON|no error of its own)/],
    ]
    for (const [more, expected] of cases) {
      const odd = open('phase-watch', more)
      assert.match(await failureOf(odd.applications()), expected, JSON.stringify(more))
      assert.match(await failureOf(odd.state(id('shop'))), expected, JSON.stringify(more))
      odd.close()
    }
  })
})

test('without a repo-server, Argo CD is at fault, not the render', async () => {
  for (const pid of processesWith('argocd-repo-server --address')) process.kill(pid, 'SIGKILL')
  const failure = await failureOf(watch.environments(id('shop')))
  assert.match(failure, /^outside: .*\(status 503, code 14\)/)
})

test('no token and no value is in any log', async () => {
  const secrets = new Map(stack.phase.confidential())
  for (const account of Object.keys(ACCOUNTS)) secrets.set(account, server.token(account))
  const places = await writtenPlaces(stack.processes)
  const logs = new Map([...places].filter(([name]) => !name.startsWith('redis mfst')))
  assert.ok(logs.has('argocd-server.log'))
  assert.deepEqual(findLeaks(logs, secrets), [])
  assert.notDeepEqual(findLeaks(places, secrets), [], 'Redis keeps what is rendered')
})
