// Sealed output all the way: Argo CD applies SealedSecrets, the real controller makes Secrets of them,
// and what was written down on the way holds no value. The tests are one story: each starts where the
// one before it ended.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Application } from './support/applications.ts'
import { createApplication, readApplication, refresh } from './support/applications.ts'
import type { ClusterStack } from './support/cluster-stack.ts'
import { objectPlaces, secretPlaces, startClusterStack } from './support/cluster-stack.ts'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import type { KubernetesObject, Workload } from './support/manifests.ts'
import { CHECKSUM, decoded, deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { CONTROLLER_NAMESPACE, healthCheck, startSealedSecrets } from './support/sealed-secrets.ts'
import { pluginConfig } from './support/stack.ts'
import { waitFor, watch } from './support/wait.ts'

const SEALED = 'sealed'
const first = { API_KEY: secretValue('first'), REMOVED: secretValue('removed'), EMPTY: '' }
const second = { ...first, API_KEY: secretValue('second') }
const third = { API_KEY: second.API_KEY }
const staging = { STAGING_KEY: secretValue('staging') }
const QUIET_MS = 1500
/** A Secret of this name is moved; the policy says which way. */
const MOVED = 'moved'
let stack: ClusterStack
let configuration = ''

interface Owned extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid?: string
    readonly ownerReferences?: readonly { readonly kind: string }[]
  }
}

before(async () => {
  const namespaces = ['shop', MOVED, CONTROLLER_NAMESPACE]
  const served = { Production: first, Staging: staging }
  stack = await startClusterStack(served, namespaces, healthCheck())
  const certificate = join(stack.folder, 'sealing.pem')
  writeFileSync(certificate, await startSealedSecrets(stack.processes, stack.cluster))
  configuration = join(stack.folder, 'configuration.yaml')
  writeConfiguration('plain')
  await stack.addSidecar({
    name: SEALED,
    config: pluginConfig(SEALED),
    env: { ...stack.phase.env, PHASE_PLUGIN_CONFIG: configuration },
  })
  stack.repository.commit({
    'shop/secret.yaml': phaseSecret('shop'),
    'shop/deployment.yaml': deployment('shop', 'shop'),
    'moved/secret.yaml': movedSecret({}),
  })
  for (const name of ['shop', MOVED]) {
    const place = { url: stack.repository.url, path: name, namespace: name }
    await createApplication(stack.cluster.admin, { name, plugin: SEALED, ...place })
  }
})
after(() => stack.end())

/** @param moved the output of the Application whose Secret is moved. */
function writeConfiguration(moved: 'plain' | 'sealed'): void {
  const certificate = { output: 'sealed', certificate: 'here' }
  const policy = (name: string, output: object) => ({
    name,
    match: { applications: [name] },
    allow: { apps: ['shop'], environments: ['*'], ...output },
  })
  const file = join(stack.folder, 'sealing.pem')
  const content = {
    version: 1,
    sealing: { certificates: { here: { file } } },
    policies: [policy('shop', certificate), policy(MOVED, moved === 'plain' ? {} : certificate)],
  }
  writeFileSync(configuration, JSON.stringify(content))
}

function movedSecret(annotations: Readonly<Record<string, string>>): string {
  const template = JSON.stringify({ metadata: { annotations } })
  return `${phaseSecret(MOVED, 'Staging')}      template: ${template}\n`
}

const get = <T = Owned>(path: string) => stack.cluster.admin.get<T>(path)
const secret = (name = 'shop') => get(`/api/v1/namespaces/${name}/secrets/${name}`)
const sealedSecret = (name = 'shop') =>
  get(`/apis/bitnami.com/v1alpha1/namespaces/${name}/sealedsecrets/${name}`)
const workload = () => get<Workload>('/apis/apps/v1/namespaces/shop/deployments/shop')
const application = (name = 'shop') => readApplication(stack.cluster.admin, name)
const hardRefresh = (name = 'shop') => refresh(stack.cluster.admin, name, 'hard')

async function replicaSets(): Promise<number> {
  const path = '/apis/apps/v1/namespaces/shop/replicasets'
  return (await get<{ items: object[] }>(path))?.items.length ?? 0
}

async function synced(name = 'shop'): Promise<Application> {
  return waitFor(`Application ${name} is synced`, async () => {
    const found = await application(name)
    const isDone = found.status?.operationState?.phase === 'Succeeded' && !found.operation
    return found.status?.sync?.status === 'Synced' && isDone && found
  })
}

async function arrives(values: Readonly<Record<string, string>>, name = 'shop'): Promise<Owned> {
  return waitFor(`Secret ${name} has its values`, async () => {
    const live = await secret(name)
    assert.ok(live !== undefined)
    assert.deepEqual(decoded(live), values)
    return live
  })
}

async function state(): Promise<object> {
  const { status, operation } = await application()
  const live = await Promise.all([secret(), sealedSecret(), workload()])
  return {
    versions: live.map((object) => object?.metadata.resourceVersion),
    replicaSets: await replicaSets(),
    syncs: status?.history?.length,
    lastSync: status?.operationState?.startedAt,
    waiting: operation,
  }
}

async function settled(): Promise<object> {
  let [last, since] = ['', 0]
  return waitFor('nothing happens any more', async () => {
    const now = await state()
    const text = JSON.stringify(now)
    if (text !== last) [last, since] = [text, performance.now()]
    return performance.now() - since > QUIET_MS && now
  })
}

describe('an Application with sealed output', () => {
  test('is synced, and the controller makes the right Secret', async () => {
    await synced()
    const live = await arrives(first)
    assert.equal(live.type, 'Opaque')
    assert.deepEqual(
      live.metadata.ownerReferences?.map(({ kind }) => kind),
      ['SealedSecret'],
    )
    const { annotations = {} } = (await sealedSecret())?.metadata ?? {}
    assert.equal(annotations['argocd.argoproj.io/sync-wave'], '-1')
    assert.match((await workload())?.spec.template.metadata.annotations?.[CHECKSUM] ?? '', /^\w+$/)
  })

  test('stays so over three refreshes that render anew, and nothing happens', async () => {
    await waitFor('a ReplicaSet', async () => (await replicaSets()) === 1)
    const before = await settled()
    for (const attempt of [1, 2, 3]) {
      const requests = stack.phase.requests()
      const { status } = await hardRefresh()
      assert.ok(stack.phase.requests() > requests, `attempt ${attempt} rendered`)
      assert.equal(status?.sync?.status, 'Synced')
      assert.deepEqual(await state(), before)
    }
  })

  test('is healthy by the check that comes with the plugin', async () => {
    await waitFor('the SealedSecret is healthy', async () => {
      const places = await writtenPlaces(stack.processes)
      const trees = [...places].filter(([place]) => /resources-tree\|shop/.test(place))
      return trees.some(([, bytes]) => bytes.includes('opened in this generation'))
    })
  })

  test('a changed value arrives, and rolls the workload exactly once', async () => {
    stack.phase.serve({ Production: second, Staging: staging })
    await hardRefresh()
    await arrives(second)
    await waitFor('a second ReplicaSet', async () => (await replicaSets()) === 2)
    await synced()
    const before = await settled()
    await hardRefresh()
    assert.deepEqual(await state(), before)
    assert.equal(await replicaSets(), 2)
  })

  test('a removed key is gone from the live Secret', async () => {
    stack.phase.serve({ Production: third, Staging: staging })
    await hardRefresh()
    await arrives(third)
    await synced()
  })
})

const watchSecret = () => watch(async () => (await secret(MOVED))?.metadata.uid ?? 'missing')

async function commitMoved(annotations: Readonly<Record<string, string>>): Promise<void> {
  stack.repository.commit({ 'moved/secret.yaml': movedSecret(annotations) })
  await refresh(stack.cluster.admin, MOVED, 'normal')
}

const MANAGED = { 'sealedsecrets.bitnami.com/managed': 'true' }
const KEPT = { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false' }
const UNOWNED = { ...MANAGED, 'sealedsecrets.bitnami.com/skip-set-owner-references': 'true' }

describe('a Secret that is moved as docs/sealing.md says is never missing', () => {
  test('from plain to sealed', async () => {
    await synced(MOVED)
    const { uid } = (await arrives(staging, MOVED)).metadata
    await commitMoved({ ...MANAGED, ...KEPT })
    await waitFor('the Secret is prepared', async () => {
      const { annotations = {} } = (await secret(MOVED))?.metadata ?? {}
      return annotations['sealedsecrets.bitnami.com/managed'] === 'true'
    })
    await synced(MOVED)
    const watched = watchSecret()
    writeConfiguration('sealed')
    await hardRefresh(MOVED)
    await waitFor('the controller owns it', async () => {
      return (await secret(MOVED))?.metadata.ownerReferences?.[0]?.kind === 'SealedSecret'
    })
    await commitMoved(MANAGED)
    await synced(MOVED)
    await hardRefresh(MOVED)
    assert.deepEqual(await watched.stop(), [uid])
    await arrives(staging, MOVED)
  })

  test('and back', async () => {
    const { uid } = (await arrives(staging, MOVED)).metadata
    await commitMoved(UNOWNED)
    await waitFor('nobody owns it', async () => {
      const live = await secret(MOVED)
      return live !== undefined && (live.metadata.ownerReferences ?? []).length === 0
    })
    await synced(MOVED)
    const watched = watchSecret()
    writeConfiguration('plain')
    await hardRefresh(MOVED)
    await waitFor('the SealedSecret is gone', async () => {
      return (await sealedSecret(MOVED)) === undefined
    })
    await synced(MOVED)
    await hardRefresh(MOVED)
    assert.deepEqual(await watched.stop(), [uid])
    await arrives(staging, MOVED)
  })

  test('and not otherwise, which is what check warns of', async () => {
    const { uid } = (await arrives(staging, MOVED)).metadata
    await commitMoved({})
    await synced(MOVED)
    const watched = watchSecret()
    writeConfiguration('sealed')
    await hardRefresh(MOVED)
    await waitFor('the Secret is gone', async () => (await secret(MOVED))?.metadata.uid !== uid)
    assert.ok((await watched.stop()).length > 1)
  })
})

describe('no value', () => {
  /** What only the sealed Application had. */
  const values = new Map(
    Object.entries({ first: first.API_KEY, removed: first.REMOVED, second: second.API_KEY }),
  )

  test('is in Redis or in any log', async () => {
    const places = await writtenPlaces(stack.processes)
    const logs = ['repo-server', 'application-controller', 'kube-apiserver', 'sealed-secrets']
    for (const log of [...logs, `cmp-server-${SEALED}`]) {
      assert.ok((places.get(`${log}.log`)?.length ?? 0) > 0, `${log} has written something`)
    }
    const ofManifests = [...places].filter(([place]) => place.startsWith('redis mfst|'))
    assert.ok(ofManifests.some(([, bytes]) => bytes.includes('SealedSecret')))
    assert.deepEqual(findLeaks(places, values), [])
  })

  test('is in an object of the cluster that is no Secret', async () => {
    const { admin } = stack.cluster
    assert.notDeepEqual(findLeaks(await secretPlaces(admin), values), [])
    assert.deepEqual(findLeaks(await objectPlaces(admin), values), [])
    const path = '/apis/bitnami.com/v1alpha1/sealedsecrets'
    const { text } = await admin.request('GET', path)
    assert.ok(text.includes('encryptedData'))
    assert.deepEqual(findLeaks(new Map([[path, Buffer.from(text)]]), values), [])
  })
})

test('a PhaseSecret that is removed takes its SealedSecret and its Secret along', async () => {
  stack.repository.commit({ 'shop/secret.yaml': null })
  await refresh(stack.cluster.admin, 'shop', 'normal')
  await waitFor('both are gone', async () => {
    return (await sealedSecret()) === undefined && (await secret()) === undefined
  })
})
