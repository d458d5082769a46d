// The verdicts of a preview and those of a real Argo CD, on the same objects and the same edits: synced once,
// then edited in Git and refreshed. Edits of different objects go in one commit.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Cluster as LiveCluster } from '../../cmp/preview/cluster.ts'
import { openCluster } from '../../cmp/preview/cluster.ts'
import { comparable } from '../../manifests/diff/live.ts'
import type { Application } from './support/applications.ts'
import { conditionsOf, readApplication, refresh } from './support/applications.ts'
import type { ClusterStack } from './support/cluster-stack.ts'
import { startClusterStack } from './support/cluster-stack.ts'
import type { Edit } from './support/live-edits.ts'
import { edited, edits, unlike } from './support/live-edits.ts'
import type { Sample } from './support/live-objects.ts'
import { nameOf, samples } from './support/live-objects.ts'
import { secretValue } from './support/phase.ts'
import { PLUGIN } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

const WAYS = ['client-side', 'server-side'] as const
type Way = (typeof WAYS)[number]
const NONE = { ignoredPointers: [], ignoredManagers: [] }
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'
let stack: ClusterStack
let live: LiveCluster

interface Compared extends Application {
  readonly status?: Application['status'] & {
    readonly resources?: readonly { kind: string; name: string; status?: string }[]
  }
}

before(async () => {
  stack = await startClusterStack({ Production: { KEY: secretValue('key') } }, WAYS)
  const outcome = await openCluster({
    kubeconfig: stack.cluster.kubeconfig,
    settings: { confidential: [] },
    signal: new AbortController().signal,
    deadline: performance.now() + 800_000,
  })
  assert.ok('value' in outcome)
  live = outcome.value
  for (const way of WAYS) {
    commit(way, samples(way))
    await sync(way)
  }
})
after(async () => {
  live?.close()
  await stack?.end()
})

function commit(way: Way, objects: readonly Sample[]): void {
  const files = objects.map((object, index) => [
    `${way}/${`${index}`.padStart(2, '0')}.yaml`,
    JSON.stringify(object, undefined, 1),
  ])
  stack.repository.commit(Object.fromEntries(files))
}

/** Creates the Application, which nothing syncs by itself, and syncs it once. */
async function sync(way: Way): Promise<void> {
  const { admin } = stack.cluster
  const syncOptions = way === 'server-side' ? ['ServerSideApply=true'] : []
  const source = { repoURL: stack.repository.url, path: way, targetRevision: 'main' }
  await admin.apply(`${APPLICATIONS}/${way}`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: way },
    spec: {
      project: 'default',
      source: { ...source, plugin: { name: PLUGIN } },
      destination: { server: 'https://kubernetes.default.svc', namespace: way },
      syncPolicy: { syncOptions },
    },
  })
  await admin.patch(`${APPLICATIONS}/${way}`, {
    operation: { initiatedBy: { username: 'test' }, sync: { revision: 'main', syncOptions } },
  })
  await waitFor(`Application ${way} is synced`, async () => {
    const { status, operation } = await readApplication(admin, way)
    const { phase, message = '' } = status?.operationState ?? {}
    assert.ok(phase !== 'Failed' && phase !== 'Error', message)
    return operation === undefined && phase === 'Succeeded' && status?.sync?.status === 'Synced'
  })
}

/** What Argo CD says of each object, by `Kind/name`. */
async function verdicts(way: Way): Promise<ReadonlyMap<string, string>> {
  const application = (await refresh(stack.cluster.admin, way, 'normal')) as Compared
  assert.equal(conditionsOf(application), '')
  return new Map(
    (application.status?.resources ?? []).map(({ kind, name, status = '' }) => [
      `${kind}/${name}`,
      status,
    ]),
  )
}

async function ourVerdict(sample: Sample, way: Way): Promise<string> {
  const { apiVersion, kind, metadata } = sample
  const wanted = { apiVersion, kind, namespace: way, name: metadata.name }
  const found = (await live.read([wanted])).get(wanted)
  assert.ok(found !== undefined && 'object' in found, JSON.stringify(found))
  const pair = comparable(sample, found.object, NONE)
  return unlike(pair.desired, pair.live).length === 0 ? 'Synced' : 'OutOfSync'
}

/** Edits that can go in one commit: one of each object. */
function rounds(): readonly (readonly Edit[])[] {
  const found: Edit[][] = []
  for (const edit of edits) {
    const free = found.find((round) => round.every(({ sample }) => sample !== edit.sample))
    if (free === undefined) found.push([edit])
    else free.push(edit)
  }
  return found
}

for (const way of WAYS) {
  describe(`applied ${way} by Argo CD`, () => {
    test('everything is as in Git', async () => {
      const theirs = await verdicts(way)
      for (const sample of samples(way)) {
        const name = nameOf(sample)
        assert.equal(await ourVerdict(sample, way), 'Synced', name)
        assert.equal(theirs.get(name), 'Synced', name)
      }
    })

    for (const [index, round] of rounds().entries()) {
      test(`edits ${index + 1}`, async () => {
        const changed = samples(way).map((sample) => {
          const edit = round.find((each) => each.sample.replace('*', way) === nameOf(sample))
          return edit === undefined ? { sample } : { sample: edited(sample, edit), edit }
        })
        commit(
          way,
          changed.map(({ sample }) => sample),
        )
        const theirs = await verdicts(way)
        for (const { sample, edit } of changed) {
          if (edit === undefined) continue
          const name = nameOf(sample)
          const ours = await ourVerdict(sample, way)
          console.log(
            `${ours === theirs.get(name) ? 'EQ' : 'NE'} ${way} ${name} ${edit.at} -> ${JSON.stringify(edit.to)}: ours ${ours} theirs ${theirs.get(name)}`,
          )
        }
      })
    }
  })
}
