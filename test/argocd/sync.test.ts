// A real Application in a real cluster, from its first sync to the end of its PhaseSecrets. The tests
// are one story: each starts where the one before it ended.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Application } from './support/applications.ts'
import {
  conditionsOf,
  createApplication,
  readApplication,
  refresh,
} from './support/applications.ts'
import type { ClusterStack } from './support/cluster-stack.ts'
import { objectPlaces, secretPlaces, startClusterStack } from './support/cluster-stack.ts'
import { complaintOf } from './support/errors.ts'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import type { KubernetesObject, Workload } from './support/manifests.ts'
import { CHECKSUM, configMap, decoded, deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { PLUGIN } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

const staging = { STAGING_KEY: secretValue('staging') }
const first = { API_KEY: secretValue('first'), REMOVED: secretValue('removed') }
const second = { API_KEY: secretValue('second'), REMOVED: first.REMOVED }
const third = { API_KEY: second.API_KEY }
const serve = (production: Readonly<Record<string, string>>, faults = {}): void =>
  stack.phase.serve({ Production: production, Staging: staging }, Object.values(faults))
/** Milliseconds. */
const QUIET = 1000
let stack: ClusterStack

before(async () => {
  stack = await startClusterStack({ Production: first, Staging: staging }, ['shop', 'typed'])
  stack.repository.commit({
    'shop/secret.yaml': phaseSecret('shop'),
    'shop/extra.yaml': phaseSecret('extra', 'Staging'),
    'shop/deployment.yaml': deployment('shop', 'shop'),
    'shop/settings.yaml': configMap('settings', { level: 'info' }),
    'typed/secret.yaml': phaseSecret('typed'),
  })
  for (const name of ['shop', 'typed']) {
    const { url } = stack.repository
    const place = { url, path: name, namespace: name }
    await createApplication(stack.cluster.admin, { name, plugin: PLUGIN, ...place })
  }
})
after(() => stack.end())

const application = (name = 'shop'): Promise<Application> =>
  readApplication(stack.cluster.admin, name)
const hardRefresh = (): Promise<Application> => refresh(stack.cluster.admin, 'shop', 'hard')
const secret = (name = 'shop', namespace = 'shop') =>
  stack.cluster.admin.get<KubernetesObject>(`/api/v1/namespaces/${namespace}/secrets/${name}`)
const workload = () =>
  stack.cluster.admin.get<Workload>('/apis/apps/v1/namespaces/shop/deployments/shop')

async function replicaSets(): Promise<number> {
  const path = '/apis/apps/v1/namespaces/shop/replicasets'
  return (await stack.cluster.admin.get<{ items: object[] }>(path))?.items.length ?? 0
}

async function checksum(): Promise<string> {
  return (await workload())?.spec.template.metadata.annotations?.[CHECKSUM] ?? ''
}

/** What Argo CD did so far, and what is live: equal before and after, if nothing happened. */
async function state(): Promise<object> {
  const { status, operation } = await application()
  const live = await Promise.all([secret(), secret('extra'), workload()])
  return {
    versions: live.map((object) => object?.metadata.resourceVersion),
    replicaSets: await replicaSets(),
    syncs: status?.history?.length,
    lastSync: status?.operationState?.startedAt,
    waiting: operation,
  }
}

/** The state, once it has been the same for a while: Argo CD may still act on what it saw a moment ago. */
async function settled(): Promise<object> {
  let [last, since] = ['', 0]
  return waitFor('nothing happens any more', async () => {
    const now = await state()
    const text = JSON.stringify(now)
    if (text !== last) [last, since] = [text, performance.now()]
    return performance.now() - since > QUIET && now
  })
}

async function synced(name = 'shop'): Promise<Application> {
  return waitFor(`Application ${name} is synced`, async () => {
    const found = await application(name)
    const isDone = found.status?.operationState?.phase === 'Succeeded' && !found.operation
    return found.status?.sync?.status === 'Synced' && isDone && found
  })
}

/** The live Secret holds exactly this. */
async function arrives(values: Readonly<Record<string, string>>): Promise<void> {
  await waitFor('the Secret has its values', async () => {
    const live = await secret()
    assert.ok(live !== undefined)
    assert.deepEqual(decoded(live), values)
    return true
  })
  await synced()
}

describe('an Application', () => {
  test('is synced, and as healthy as it can be without nodes', async () => {
    const { status } = await synced()
    assert.match(status?.health?.status ?? '', /^(Healthy|Progressing)$/)
    assert.equal(conditionsOf(await application()), '')
  })

  test('has the Secret, with its data and type', async () => {
    const live = await secret()
    assert.ok(live !== undefined)
    assert.deepEqual(decoded(live), first)
    assert.equal(live.type, 'Opaque')
    assert.equal(await stack.cluster.admin.get('/apis/secrets.phase.dev'), undefined)
  })

  test('has the checksum on the pod template', async () => {
    assert.match(await checksum(), /^[0-9a-f]{32}$/)
    await waitFor('a ReplicaSet', async () => (await replicaSets()) === 1)
  })
})

describe('a hard refresh', () => {
  test('of what did not change does nothing, twice', async () => {
    const before = await settled()
    for (const attempt of [1, 2]) {
      const requests = stack.phase.requests()
      const { status } = await hardRefresh()
      assert.ok(stack.phase.requests() > requests, `attempt ${attempt} rendered`)
      assert.equal(status?.sync?.status, 'Synced')
      assert.deepEqual(await state(), before)
    }
  })

  test('brings a changed value: a new Secret, and a new ReplicaSet', async () => {
    const before = await checksum()
    serve(second)
    await hardRefresh()
    await arrives(second)
    assert.notEqual(await checksum(), before)
    await waitFor('a second ReplicaSet', async () => (await replicaSets()) === 2)
  })

  test('takes a removed key out of the live Secret', async () => {
    serve(third)
    await hardRefresh()
    await arrives(third)
  })

  test('during an outage of Phase leaves the cluster as it is, and says why', async () => {
    const before = await settled()
    serve(third, { outage: { effect: 'html' } })
    const failed = await hardRefresh()
    assert.equal(failed.status?.sync?.status, 'Unknown')
    const inside = { ...stack.phase.env, ARGOCD_APP_NAME: 'shop', ARGOCD_APP_NAMESPACE: 'shop' }
    const complaint = await complaintOf(join(stack.repository.folder, 'shop'), inside)
    assert.match(complaint, /is not a Phase API/)
    assert.ok(conditionsOf(failed).includes(complaint), conditionsOf(failed))
    assert.match(conditionsOf(failed), /^ComparisonError: /m)
    assert.deepEqual(await state(), before)
  })

  test('after the outage finds all well, and changes nothing', async () => {
    const before = await settled()
    serve(third)
    const { status } = await hardRefresh()
    assert.equal(status?.sync?.status, 'Synced')
    assert.equal(conditionsOf(await application()), '')
    assert.deepEqual(await state(), before)
  })
})

describe('a commit', () => {
  test('that removes a PhaseSecret prunes its Secret, and no other', async () => {
    assert.ok((await secret('extra')) !== undefined)
    stack.repository.commit({ 'shop/extra.yaml': null })
    await refresh(stack.cluster.admin, 'shop', 'normal')
    await waitFor('the Secret is gone', async () => (await secret('extra')) === undefined)
    await arrives(third)
  })

  test('that leaves no manifest prunes nothing: it is an error', async () => {
    const before = await settled()
    const names = ['secret', 'deployment', 'settings']
    stack.repository.commit({
      'shop/README.md': '# moved\n',
      ...Object.fromEntries(names.map((name) => [`shop/${name}.yaml`, null])),
    })
    const failed = await refresh(stack.cluster.admin, 'shop', 'normal')
    assert.match(conditionsOf(failed), /holds no manifests/)
    assert.deepEqual(await state(), before)
  })

  test('whose Secret the cluster refuses is shown without a value', async () => {
    await synced('typed')
    const typed = `${phaseSecret('typed')}      secretType: example.com/other\n`
    stack.repository.commit({ 'typed/secret.yaml': typed })
    await refresh(stack.cluster.admin, 'typed', 'normal')
    const refused = await waitFor('the sync fails', async () => {
      const found = await application('typed')
      return found.status?.operationState?.message?.includes('immutable') && found
    })
    const text = new Map([['the Application', Buffer.from(JSON.stringify(refused))]])
    assert.deepEqual(findLeaks(text, stack.phase.confidential()), [])
    assert.equal((await secret('typed', 'typed'))?.type, 'Opaque')
  })
})

describe('nothing confidential', () => {
  test('is in a log, or in Redis beyond the manifest cache', async () => {
    const places = await writtenPlaces(stack.processes)
    for (const log of [
      'repo-server',
      'application-controller',
      'kube-apiserver',
      'cmp-server-phase',
    ]) {
      assert.ok((places.get(`${log}.log`)?.length ?? 0) > 0, `${log} has written something`)
    }
    const leaks = findLeaks(places, stack.phase.confidential())
    assert.ok(leaks.some((leak) => leak.startsWith('redis mfst|')))
    assert.deepEqual(
      leaks.filter((leak) => !leak.startsWith('redis mfst|') || leak.includes('token part')),
      [],
    )
  })

  test('is in an object of the cluster that is no Secret', async () => {
    const { admin } = stack.cluster
    const confidential = stack.phase.confidential()
    assert.notDeepEqual(findLeaks(await secretPlaces(admin), confidential), [])
    assert.deepEqual(findLeaks(await objectPlaces(admin), confidential), [])
  })
})
