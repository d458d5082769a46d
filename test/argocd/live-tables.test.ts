// What manifests/diff knows of Kubernetes, compared with what a running API server says of itself; and what
// a preview may read: each object by GET, and nothing else.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Live, Cluster as LiveCluster } from '../../cmp/preview/cluster.ts'
import { openCluster } from '../../cmp/preview/cluster.ts'
import { DEFAULTS, isKnownDefault } from '../../manifests/diff/known-defaults.ts'
import {
  isBase64,
  isOnePiece,
  isQuantity,
  isUserMap,
  mergeKeys,
} from '../../manifests/diff/merge-keys.ts'
import { kubeClient } from './support/kube-client.ts'
import type { Cluster } from './support/kubernetes.ts'
import { kubeconfigText, startCluster } from './support/kubernetes.ts'
import type { Sample } from './support/live-objects.ts'
import {
  applyAsArgocd,
  isClusterScoped,
  nameOf,
  pathOf,
  pluralOf,
  samples,
  sure,
} from './support/live-objects.ts'
import type { ApiField } from './support/openapi.ts'
import { fieldsOf, readOpenApi } from './support/openapi.ts'
import type { Processes } from './support/processes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'

const NAMESPACE = 'shop'
const RBAC = 'rbac.authorization.k8s.io'
const { path: folder, remove } = temporaryFolder()
let processes: Processes
let cluster: Cluster
/** Of an account that may get the samples, and nothing else. */
let token = ''

before(async () => {
  requireOwnNetwork()
  processes = processesIn(folder)
  cluster = await startCluster(processes, folder)
  await create('/api/v1/namespaces', 'v1', 'Namespace', NAMESPACE)
  for (const sample of samples(NAMESPACE)) {
    await applyAsArgocd(cluster.admin, sample, NAMESPACE, 'server-side')
  }
  token = await createReader()
})
after(async () => {
  await processes?.end()
  remove()
})

function create(list: string, apiVersion: string, kind: string, name: string, more: object = {}) {
  const object = { apiVersion, kind, metadata: { name }, ...more }
  return cluster.admin.apply(`${list}/${name}`, object)
}

/** Groups whose kinds people write. */
const ROOTS = [
  'api/v1',
  ...['apps/v1', 'autoscaling/v1', 'autoscaling/v2', 'batch/v1', 'policy/v1'],
  ...['admissionregistration', 'discovery', 'networking', 'node', 'rbac.authorization']
    .concat('scheduling', 'storage')
    .map((group) => `${group}.k8s.io/v1`),
].map((root) => (root === 'api/v1' ? root : `apis/${root}`))

/** What nobody writes: a status inside a spec, a kind without one, and maps that hold no texts. */
const APART = [
  /^ComponentStatus\./,
  /\.volumeClaimTemplates\.status\b/,
  /^(Binding|Event|ControllerRevision|CSIStorageCapacity)\./,
  /^Pod\.status\b/,
]

/** Where a field is, and what a key in it would be. */
const isInTable = (table: (path: readonly string[]) => boolean, { path }: ApiField): boolean =>
  table(path) || table([...path, 'key'])

describe('the tables of manifests/diff', () => {
  for (const root of ROOTS) {
    test(`are those of ${root}`, async () => {
      const all = fieldsOf(await readOpenApi(cluster.admin, root))
      assert.ok(all.length > 50, `${all.length} fields`)
      const fields = all.filter(({ path }) => APART.every((each) => !each.test(path.join('.'))))
      for (const field of fields) {
        const name = field.path.join('.')
        if (field.isList) assert.deepEqual(mergeKeys(field.path), field.keys, `keys of ${name}`)
        assert.equal(isInTable(isQuantity, field), field.isQuantity, `quantity at ${name}`)
        assert.equal(isInTable(isBase64, field), field.isBytes, `base64 at ${name}`)
        const isMap = field.isTextMap || (field.isBytes && isUserMap(field.path))
        assert.equal(isUserMap(field.path), isMap, `user's map at ${name}`)
        if (field.isOnePiece) assert.ok(isOnePiece(field.path), `one piece at ${name}`)
      }
    })
  }
})

/** The scalars of a live object that the sample does not set, with their paths. */
function filledIn(
  sample: unknown,
  live: unknown,
  path: readonly string[],
): (readonly [readonly string[], unknown])[] {
  if (Array.isArray(live)) {
    return live.flatMap((item, index) =>
      filledIn(Array.isArray(sample) ? sample[index] : undefined, item, path),
    )
  }
  if (typeof live === 'object' && live !== null) {
    return Object.entries(live).flatMap(([name, value]) => {
      const known =
        typeof sample === 'object' && sample !== null ? Reflect.get(sample, name) : undefined
      return filledIn(known, value, [...path, name])
    })
  }
  return sample === undefined ? [[path, live]] : []
}

test('every default that we know is what the API server fills in', async () => {
  const seen = new Set<string>()
  for (const sample of samples(NAMESPACE)) {
    const live = await cluster.admin.get<object>(pathOf(sample, NAMESPACE))
    for (const [path, value] of filledIn(sample, live, [sample.kind])) {
      for (const [steps] of DEFAULTS) {
        if (!`.${path.join('.')}`.endsWith(`.${steps}`)) continue
        seen.add(steps)
        assert.ok(isKnownDefault(path, value), `${path.join('.')} is ${JSON.stringify(value)}`)
      }
    }
  }
  assert.deepEqual(
    [...new Set(DEFAULTS.map(([steps]) => steps))].filter((steps) => !seen.has(steps)),
    [],
  )
})

/** A rule that lets read exactly these objects. */
const ruleFor = (sample: Sample) => ({
  apiGroups: [sample.apiVersion.includes('/') ? sample.apiVersion.split('/')[0] : ''],
  resources: [pluralOf(sample)],
  resourceNames: [sample.metadata.name],
  verbs: ['get'],
})

/** @returns its token. */
async function createReader(): Promise<string> {
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`
  await create(accounts, 'v1', 'ServiceAccount', 'preview')
  const subjects = [{ kind: 'ServiceAccount', namespace: NAMESPACE, name: 'preview' }]
  for (const [kind, home, isHere] of [
    ['Role', `/namespaces/${NAMESPACE}`, (each: Sample) => !isClusterScoped(each)],
    ['ClusterRole', '', isClusterScoped],
  ] as const) {
    const root = `/apis/${RBAC}/v1${home}/${kind.toLowerCase()}`
    const rules = samples(NAMESPACE).filter(isHere).map(ruleFor)
    await create(`${root}s`, `${RBAC}/v1`, kind, 'preview', { rules })
    const roleRef = { apiGroup: RBAC, kind, name: 'preview' }
    await create(`${root}bindings`, `${RBAC}/v1`, `${kind}Binding`, 'preview', {
      roleRef,
      subjects,
    })
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const answer = await sure(cluster.admin, 'POST', `${accounts}/preview/token`, request)
  return (JSON.parse(answer) as { status: { token: string } }).status.token
}

async function open(kubeconfig?: string): Promise<LiveCluster> {
  const opened = await openCluster({
    kubeconfig,
    settings: { confidential: [] },
    signal: new AbortController().signal,
    deadline: performance.now() + 60_000,
  })
  assert.ok('value' in opened, JSON.stringify(opened))
  return opened.value
}

test('in a pod without a kubeconfig its service account is used', async () => {
  // Where a pod has them. The runner has given us a /run of our own.
  const files = '/run/secrets/kubernetes.io/serviceaccount'
  mkdirSync(files, { recursive: true })
  writeFileSync(join(files, 'token'), token)
  writeFileSync(join(files, 'namespace'), NAMESPACE)
  copyFileSync(cluster.caFile, join(files, 'ca.crt'))
  const { hostname, port } = new URL(cluster.address)
  process.env.KUBERNETES_SERVICE_HOST = hostname
  process.env.KUBERNETES_SERVICE_PORT = port
  const pod = await open()
  const wanted = { apiVersion: 'v1', kind: 'Secret', name: 'db' }
  const found = await pod.read([wanted])
  pod.close()
  rmSync(files, { recursive: true })
  assert.deepEqual([pod.label, pod.namespace], ['in-cluster', NAMESPACE])
  assert.ok('object' in (found.get(wanted) ?? {}))
})

test('an account that may get exactly these objects is enough, and others are said', async () => {
  const account = kubeClient({ ...cluster, token })
  for (const sample of samples(NAMESPACE)) {
    const list = pathOf(sample, NAMESPACE).replace(/\/[^/]+$/, '')
    assert.equal((await account.request('GET', list)).status, 403, list)
    assert.equal((await account.request('GET', `${list}?watch=true`)).status, 403, list)
  }
  const kubeconfig = join(folder, 'preview.kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ ...cluster, token }))
  const reader = await open(kubeconfig)
  const wanted = samples(NAMESPACE).map(({ apiVersion, kind, metadata: { name } }) => ({
    ...{ apiVersion, kind, name },
    namespace: NAMESPACE,
  }))
  const other = { apiVersion: 'v1', kind: 'Secret', namespace: NAMESPACE, name: 'not-granted' }
  const unknown = { apiVersion: 'none.example.org/v1', kind: 'Thing', name: 'x' }
  const live = await reader.read([...wanted, other, unknown])
  reader.close()
  const unread = samples(NAMESPACE).filter((_, index) => !('object' in answerTo(wanted[index])))
  assert.deepEqual(unread.map(nameOf), [])
  assert.deepEqual(answerTo(other), {
    problem: {
      severity: 'error',
      fault: 'outside',
      object: { kind: 'Secret', namespace: NAMESPACE, name: 'not-granted' },
      message: 'the verb get on secrets in namespace shop is forbidden',
      hint: 'kubectl auth can-i get secrets -n shop says no: grant it, or use another context',
    },
  })
  assert.ok('missing' in answerTo(unknown))

  function answerTo(each: (typeof wanted)[number] | typeof unknown | undefined): Live {
    const answer = each === undefined ? undefined : live.get(each)
    assert.ok(answer !== undefined)
    return answer
  }
})
