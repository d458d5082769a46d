// `watch` in the cluster with exactly the rights that its installation gives it: its memory and its election
// work, everything else is refused, and each right is needed. A real API server, and the pod's own files.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { kubernetesLease } from '../../cmp/watch/election/kubernetes-lease.ts'
import { runElected } from '../../cmp/watch/election/run-elected.ts'
import type { WatchEvent } from '../../cmp/watch/events.ts'
import type { WatchClock } from '../../cmp/watch/model.ts'
import { StateError } from '../../cmp/watch/model.ts'
import { configMapStore } from '../../cmp/watch/state/config-map-store.ts'
import { systemClock } from '../../render/phase/retry.ts'
import { largeState, SMALL_STATE } from '../support/sample-watch-state.ts'
import { installArgocd } from './support/applications.ts'
import type { KubeClient } from './support/kube-client.ts'
import { kubeClient } from './support/kube-client.ts'
import type { Cluster } from './support/kubernetes.ts'
import { startCluster } from './support/kubernetes.ts'
import type { Processes } from './support/processes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'
import type { KubeObject } from './support/watch-install.ts'
import {
  becomePod,
  buildExample,
  exampleObjects,
  install,
  NAMESPACE,
} from './support/watch-install.ts'
import { REFUSED } from './support/watch-refused.ts'

const CORE = `/api/v1/namespaces/${NAMESPACE}`
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`
const OPTIONS = { settings: { confidential: [] } }
const CLOCK: WatchClock = { ...systemClock, wall: Date.now }
const { signal } = new AbortController()

let processes: Processes
let remove = (): void => {}
let cluster: Cluster
let objects: readonly KubeObject[] = []
/** Speaks with the ServiceAccount's token. */
let account: KubeClient

before(async () => {
  requireOwnNetwork()
  const temporary = temporaryFolder()
  remove = temporary.remove
  processes = processesIn(join(temporary.path, 'logs'))
  cluster = await startCluster(processes, temporary.path)
  await installArgocd(cluster.admin, ['payments'])
  objects = buildExample(temporary.path)
  for (const object of objects) await install(cluster.admin, object)
  account = kubeClient({ ...cluster, token: await becomePod(cluster) })
  await waitFor('the Role is in force', async () => (await statusOf('GET', STATE)) === 200)
})
after(async () => {
  await processes.end()
  remove()
})

const STATE = `${CORE}/configmaps/phase-watch-state`
const LEASE = `${LEASES}/phase-watch`

const store = () => configMapStore({ name: 'phase-watch-state' }, OPTIONS)
const lease = () => kubernetesLease({ name: 'phase-watch' }, OPTIONS, CLOCK)

async function statusOf(method: string, path: string, body?: object): Promise<number> {
  return (await account.request(method, path, body)).status
}

test('the API server takes everything, field by field', async () => {
  assert.equal(objects.length, 12)
  for (const name of ['cron-job.yaml', 'argocd-account.yaml', 'project-role.yaml']) {
    for (const object of exampleObjects(name)) await install(cluster.admin, object, '&dryRun=All')
  }
})

test('the state is kept, also 10,000 Applications, and a second writer finds out', async () => {
  const [one, two] = [store(), store()]
  assert.equal(await one.load(), undefined)
  await two.load()
  const large = largeState(10_000, 10)
  await one.save(large)
  assert.deepEqual(await store().load(), large)
  await assert.rejects(two.save(SMALL_STATE), /^StateError: somebody else wrote ConfigMap argocd\//)
  await one.save(SMALL_STATE)
  assert.deepEqual(await two.load(), SMALL_STATE)
})

test('to install it again, or to put a label on it, leaves the state as it is', async () => {
  const one = store()
  await one.load()
  await one.save(SMALL_STATE)
  await cluster.admin.patch(STATE, { metadata: { labels: { team: 'platform' } } })
  for (const object of objects) await install(cluster.admin, object)
  assert.deepEqual(await store().load(), SMALL_STATE)
  await one.save({ ...SMALL_STATE, pending: [] })
  const kept = await cluster.admin.get<KubeObject & { metadata: { labels: object } }>(STATE)
  assert.equal(Object.keys(kept?.metadata.labels ?? {}).includes('team'), true)
})

/** A candidate of the election, with less patience than the real ones. */
function candidate(identity: string, acts: string[]) {
  const end = new AbortController()
  const events: WatchEvent['type'][] = []
  const lead = async (ends: AbortSignal): Promise<void> => {
    acts.push(`${identity} begins`)
    await new Promise<void>((resolve) => ends.addEventListener('abort', () => resolve()))
    acts.push(`${identity} ends`)
  }
  const over = runElected({
    lease: lease(),
    identity,
    clock: CLOCK,
    observe: ({ type }) => events.push(type),
    signal: end.signal,
    lead,
    timing: { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 200 },
  })
  const stop = async (): Promise<void> => {
    end.abort()
    await over
  }
  return { events, stop }
}

test('of two candidates one acts, and after it the other', async () => {
  const acts: string[] = []
  const one = candidate('one', acts)
  await waitFor('one acts', () => acts.includes('one begins'))
  const two = candidate('two', acts)
  await waitFor('two stands by', () => two.events.includes('standing-by'))
  await one.stop()
  await waitFor('two acts', () => acts.includes('two begins'))
  await two.stop()
  assert.deepEqual(acts, ['one begins', 'one ends', 'two begins', 'two ends'])
  assert.deepEqual([one.events, two.events], [['leading'], ['standing-by', 'leading']])
  const left = await cluster.admin.get<{ spec: Record<string, unknown> }>(LEASE)
  assert.equal(left?.spec.holderIdentity, undefined)
  assert.equal(left?.spec.leaseTransitions, 2)
})

describe('everything else is refused', () => {
  for (const [method, path, body] of REFUSED) {
    test(`${method} ${path}`, async () => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
      const { status, text } = await account.request(method, path, body, type)
      assert.equal(status, 403, text)
    })
  }
})

describe('each right is needed', () => {
  interface Rule {
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }
  const operations: readonly (readonly [
    resource: string,
    verb: string,
    message: RegExp,
    work: () => Promise<unknown>,
  ])[] = [
    [
      'configmaps',
      'get',
      /^reading ConfigMap argocd\/phase-watch-state is forbidden$/,
      () => store().load(),
    ],
    [
      'configmaps',
      'update',
      /^writing ConfigMap argocd\/phase-watch-state is forbidden$/,
      () => store().save(SMALL_STATE),
    ],
    [
      'leases',
      'get',
      /^reading Lease argocd\/phase-watch is forbidden$/,
      () => lease().read(signal),
    ],
    [
      'leases',
      'update',
      /^writing Lease argocd\/phase-watch is forbidden$/,
      async () => {
        const one = lease()
        const record = { holder: 'one', duration: 3_000, transitions: 1 }
        await one.write(record, await one.read(signal), signal)
      },
    ],
  ]
  for (const [resource, verb, message, work] of operations) {
    test(`${verb} of ${resource}`, async () => {
      await work()
      const role = await cluster.admin.get<{ rules: readonly Rule[] }>(`${RBAC}/roles/phase-watch`)
      assert.ok(role !== undefined)
      const rules = role.rules.map((rule) =>
        rule.resources.includes(resource)
          ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) }
          : rule,
      )
      await cluster.admin.patch(`${RBAC}/roles/phase-watch`, { rules })
      await waitFor(
        'it fails',
        () =>
          work().then(
            () => false,
            () => true,
          ),
        20,
      )
      await assert.rejects(work(), (error) => {
        assert.ok(error instanceof Error && 'hint' in error)
        assert.match(error.message, message)
        assert.match(
          String(error.hint),
          /^grant in a Role of namespace argocd: .*verbs: \[get, update\]$/,
        )
        return true
      })
      for (const object of objects) if (object.kind === 'Role') await install(cluster.admin, object)
      await waitFor('it works', () => work().then(() => true), 20)
    })
  }
})

test('without its objects it says what to apply, and makes none', async () => {
  await cluster.admin.request('DELETE', LEASE)
  await cluster.admin.request('DELETE', STATE)
  await assert.rejects(store().load(), (error) => {
    assert.ok(error instanceof StateError)
    assert.match(error.hint, /kubectl --namespace argocd create configmap phase-watch-state$/)
    return true
  })
  const troubles: string[] = []
  const end = new AbortController()
  const over = runElected({
    lease: lease(),
    identity: 'one',
    clock: CLOCK,
    observe: (event) => event.type === 'election-failed' && troubles.push(event.trouble.message),
    signal: end.signal,
    lead: () => Promise.reject(new Error('nobody leads')),
  })
  await waitFor('it is said', () => troubles.length > 0)
  end.abort()
  await over
  assert.equal(
    troubles[0],
    'there is no Lease argocd/phase-watch in the cluster, and creating it is forbidden',
  )
  assert.equal(await cluster.admin.get(LEASE), undefined)
})
