// What a preview finds in a real cluster: nothing for what was applied as it is in Git, exactly the edit
// for what was edited, and nothing for what others did.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Cluster as LiveCluster, Wanted } from '../../cmp/preview/cluster.ts'
import { openCluster } from '../../cmp/preview/cluster.ts'
import type { LiveOptions } from '../../manifests/diff/live.ts'
import { comparable } from '../../manifests/diff/live.ts'
import type { Cluster } from './support/kubernetes.ts'
import { startCluster } from './support/kubernetes.ts'
import { edited, edits, unlike } from './support/live-edits.ts'
import type { Sample } from './support/live-objects.ts'
import { applyAsArgocd, nameOf, pathOf, samples, sure } from './support/live-objects.ts'
import type { Processes } from './support/processes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'

const WAYS = ['client-side', 'server-side'] as const
const NONE: LiveOptions = { ignoredPointers: [], ignoredManagers: [] }
const { path: folder, remove } = temporaryFolder()
let processes: Processes
let cluster: Cluster
let live: LiveCluster

before(async () => {
  requireOwnNetwork()
  processes = processesIn(folder)
  cluster = await startCluster(processes, folder)
  const outcome = await openCluster({
    kubeconfig: cluster.kubeconfig,
    settings: { confidential: [] },
    signal: new AbortController().signal,
    deadline: performance.now() + 600_000,
  })
  assert.ok('value' in outcome)
  live = outcome.value
  for (const way of WAYS) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: way } }
    await cluster.admin.apply(`/api/v1/namespaces/${way}`, namespace)
    for (const sample of samples(way)) await applyAsArgocd(cluster.admin, sample, way, way)
  }
})
after(async () => {
  live?.close()
  await processes?.end()
  remove()
})

const wantedOf = ({ apiVersion, kind, metadata: { name } }: Sample, namespace: string): Wanted => ({
  apiVersion,
  kind,
  namespace,
  name,
})

/** Where the sample and the live object differ, as paths of names and indices. */
async function differences(
  sample: Sample,
  namespace: string,
  options = NONE,
): Promise<readonly string[]> {
  const wanted = wantedOf(sample, namespace)
  const found = (await live.read([wanted])).get(wanted)
  assert.ok(found !== undefined && 'object' in found, JSON.stringify(found))
  const pair = comparable(sample, found.object, options)
  assert.doesNotMatch(JSON.stringify(pair.live), /last-applied|managedFields|tracking-id/)
  return unlike(pair.desired, pair.live)
}

const find = (name: string, way: string): Sample => {
  const sample = samples(way).find((each) => nameOf(each) === name.replace('*', way))
  assert.ok(sample !== undefined, name)
  return sample
}

for (const way of WAYS) {
  describe(`applied ${way}`, () => {
    for (const sample of samples(way)) {
      test(`${nameOf(sample)} is as in Git`, async () => {
        assert.deepEqual(await differences(sample, way), [])
      })
    }

    for (const edit of edits) {
      const { sample: name, at, to, found = [at] } = edit
      const what = to === undefined ? 'removed' : `now ${JSON.stringify(to)}`
      test(`${name} with ${at} ${what}`, async () => {
        const sample = find(name, way)
        const expected = way === 'server-side' ? (edit.foundServerSide ?? found) : found
        const changed = await differences(edited(sample, edit), way)
        assert.deepEqual([...changed].sort(), [...expected].sort())
      })
    }
  })
}

/** What others do to the Deployment `scaled` and the Secret `db`, each by its own field manager. */
const foreign: readonly (readonly [manager: string, name: string, patch: object])[] = [
  ['hpa', 'Deployment/scaled', { spec: { replicas: 7 } }],
  [
    'injector',
    'Deployment/scaled',
    {
      spec: {
        template: {
          metadata: {
            annotations: { injected: 'true', 'kubectl.kubernetes.io/restartedAt': 'now' },
          },
          spec: {
            containers: [
              { name: 'proxy', image: 'proxy:1', resources: { limits: { cpu: '1' } } },
              { name: 'app', env: [{ name: 'PROXY', value: '1' }] },
            ],
            initContainers: [{ name: 'proxy-init', image: 'proxy:1' }],
            volumes: [{ name: 'proxy', emptyDir: {} }],
          },
        },
      },
    },
  ],
  [
    'kubectl-annotate',
    'Deployment/scaled',
    { metadata: { annotations: { by: 'hand' }, labels: { by: 'hand' }, finalizers: ['x.io/y'] } },
  ],
  ['kubectl-edit', 'Secret/db', { data: { more: 'QUFB' }, metadata: { labels: { by: 'hand' } } }],
]

describe('what others do', () => {
  for (const way of WAYS) {
    for (const [manager, name, patch] of foreign) {
      test(`${manager} to ${name}, applied ${way}: no difference, unless Git sets the same field`, async () => {
        const sample = find(name, way)
        const path = `${pathOf(sample, way)}?fieldManager=${manager}`
        await sure(cluster.admin, 'PATCH', path, patch, 'application/strategic-merge-patch+json')
        assert.deepEqual(await differences(sample, way), [])
      })
    }

    test(`a field that Git sets, applied ${way}, is a difference whoever changed it, unless it is ignored`, async () => {
      const scaled = find('Deployment/scaled', way)
      const sets = edited(scaled, { sample: '', at: 'spec/replicas', to: 2 })
      assert.deepEqual(await differences(sets, way), ['spec/replicas'])
      const byManager = { ...NONE, ignoredManagers: ['hpa'] }
      assert.deepEqual(await differences(sets, way, byManager), [])
      const others = { ...NONE, ignoredManagers: ['injector', 'x'] }
      assert.deepEqual(await differences(sets, way, others), ['spec/replicas'])
      const byPointer = { ...NONE, ignoredPointers: ['/spec/replicas', '/none', 'x'] }
      assert.deepEqual(await differences(sets, way, byPointer), [])
      const secret = edited(find('Secret/db', way), { sample: '', at: 'data/more', to: 'QkJC' })
      assert.deepEqual(await differences(secret, way), ['data/more'])
    })
  }
})
