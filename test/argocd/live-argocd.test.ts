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

type Way = 'client-side' | 'server-side'
const IS_OLD = process.env.ARGOCD_TOOLS === '3.2'
/** Argo CD 3.2 compared what is applied server-side in a way that it has since given up. */
const WAYS: readonly Way[] = IS_OLD ? ['client-side'] : ['client-side', 'server-side']
const NONE = { ignoredPointers: [], ignoredManagers: [] }
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'
/** Where the verdicts differ on purpose: the object, the place of the edit if there is one, and why. */
const ON_PURPOSE: readonly (readonly [way: Way | 'both', name: string, at: string, why: string])[] =
  [
    ['both', 'ClusterRole/all-*', '', 'the rules are those of the aggregation controller'],
    [
      'client-side',
      'Service/web',
      '',
      'what Git has empty the API server has filled in, and keeps',
    ],
    [
      'client-side',
      'CustomResourceDefinition/widgets.*.example.org',
      '',
      'the API server leaves preserveUnknownFields out',
    ],
    ['both', 'Deployment/web', 'app/resources/limits/memory=2Gi', 'one amount in another spelling'],
    ['both', 'Deployment/web', 'app/resources/requests/ephemeral-storage=1G', 'the same'],
    // Its dry run puts the default in, which it takes for a change by somebody else.
    ['server-side', 'Deployment/web', 'spec/replicas', 'the sync sets the default'],
    ['server-side', 'Deployment/web', 'readinessProbe/periodSeconds', 'the sync sets the default'],
    ['server-side', 'Widget/one', 'spec/keyed/y/mode', 'the sync sets the default'],
    ['server-side', 'Widget/one', 'spec/plain/b/mode', 'we have no dry run'],
    ...(IS_OLD
      ? [['both', 'Deployment/web', 'spec/serviceAccountName', 'serviceAccount has it'] as const]
      : []),
  ]
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
    commit(way, objects(way))
    await sync(way)
  }
})
after(async () => {
  live?.close()
  await stack?.end()
})

/** @returns the revision. */
function commit(way: Way, objects: readonly Sample[]): string {
  const files = objects.map((object, index) => [
    `${way}/${`${index}`.padStart(2, '0')}.yaml`,
    JSON.stringify(object, undefined, 1),
  ])
  return stack.repository.commit(Object.fromEntries(files))
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
  const operation = { initiatedBy: { username: 'test' }, sync: { revision: 'main', syncOptions } }
  await waitFor(`Application ${way} is synced`, async () => {
    const { status, operation: waiting } = await readApplication(admin, way)
    const { phase = 'Failed' } = status?.operationState ?? {}
    // At first the API server does not serve what the CustomResourceDefinition defines.
    if (waiting === undefined && ['Failed', 'Error'].includes(phase)) {
      await admin.patch(`${APPLICATIONS}/${way}`, { operation })
    }
    return phase === 'Succeeded' && waiting === undefined
  })
}

/** What Argo CD says of each object of a revision, by `Kind/name`. */
async function verdicts(way: Way, revision: string): Promise<ReadonlyMap<string, string>> {
  const application = await waitFor(`Application ${way} at ${revision}`, async () => {
    const found: Compared = await refresh(stack.cluster.admin, way, 'normal')
    return found.status?.sync?.revision === revision && found
  })
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

/** @param edit empty for none. What differs on purpose has to differ. */
async function compare(
  sample: Sample,
  way: Way,
  theirs: ReadonlyMap<string, string>,
  edit: string,
): Promise<void> {
  const name = nameOf(sample)
  const known = ON_PURPOSE.find(
    ([of, which, at]) =>
      [way, 'both'].includes(of) && which.replace('*', way) === originOf(sample) && isAt(edit, at),
  )
  const ours = await ourVerdict(sample, way)
  const answer = theirs.get(name)
  const what = `${name} ${edit}: we say ${ours}, Argo CD says ${answer}`
  if (known === undefined) assert.equal(ours, answer, what)
  else assert.notEqual(ours, answer, `${what}: no longer different, though ${known[3]}`)
}

const isAt = (edit: string, at: string): boolean => (at === '' ? edit === '' : edit.endsWith(at))

/** The samples, and more of the Deployment that has most of the edits. */
function objects(way: Way): readonly Sample[] {
  return samples(way).flatMap((sample) => {
    const { metadata } = sample
    const more = nameOf(sample) === 'Deployment/web' ? ['web-2', 'web-3', 'web-4'] : []
    return [sample, ...more.map((name) => ({ ...sample, metadata: { ...metadata, name } }))]
  })
}

/** The name that the edits have for an object. */
const originOf = (sample: Sample): string =>
  nameOf(sample).replace(/^Deployment\/web-\d$/, 'Deployment/web')

/** Edits that can go in one commit, by the name of the object: one of each. */
function rounds(way: Way): readonly ReadonlyMap<string, Edit>[] {
  const found: Map<string, Edit>[] = []
  for (const edit of edits) {
    if (way === 'server-side' && edit.isRefused === true) continue
    const origin = edit.sample.replace('*', way)
    const places = objects(way)
      .filter((each) => originOf(each) === origin)
      .map(nameOf)
    for (let index = 0; ; index += 1) {
      const round = found[index] ?? new Map<string, Edit>()
      found[index] = round
      const free = places.find((name) => !round.has(name))
      if (free === undefined) continue
      round.set(free, edit)
      break
    }
  }
  return found
}

for (const way of WAYS) {
  describe(`applied ${way} by Argo CD`, () => {
    test('everything is as in Git', async () => {
      const theirs = await verdicts(way, commit(way, objects(way)))
      for (const sample of objects(way)) {
        assert.equal(await ourVerdict(sample, way), 'Synced', nameOf(sample))
        await compare(sample, way, theirs, '')
      }
    })

    for (const [index, round] of rounds(way).entries()) {
      test(`edits ${index + 1}, of ${round.size} objects`, async () => {
        const changed = objects(way).map((sample) => {
          const edit = round.get(nameOf(sample))
          return edit === undefined ? sample : edited(sample, edit)
        })
        const theirs = await verdicts(way, commit(way, changed))
        for (const sample of changed) {
          const edit = round.get(nameOf(sample))
          if (edit === undefined) continue
          await compare(
            sample,
            way,
            theirs,
            `${edit.at}${edit.to === undefined ? '' : `=${edit.to}`}`,
          )
        }
      })
    }
  })
}
