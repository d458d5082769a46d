// What people ask of who-can, done for real: requests by ServiceAccounts with one rule each, for what a
// request's name is and who is in which group; and impersonation, of which no review can be asked.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { canImpersonate } from '../../manifests/rbac/impersonation.ts'
import { buildPolicy } from '../../manifests/rbac/policy.ts'
import type { Question } from '../../manifests/rbac/question.ts'
import { whoCan } from '../../manifests/rbac/question.ts'
import { requesterOf } from '../../manifests/rbac/subjects.ts'
import { minorVersion } from '../../manifests/rbac/versions.ts'
import type { KubeClient } from './support/kube-client.ts'
import type { Cluster } from './support/kubernetes.ts'
import { startCluster } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { create, inBatches, readObjects, settled } from './support/rbac-cluster.ts'
import { grantsOf, headersOf, impersonation } from './support/rbac-impersonations.ts'
import { serviceAccount } from './support/rbac-people.ts'
import type { RbacObject } from './support/rbac-worlds.ts'
import { NAMESPACES } from './support/rbac-worlds.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'

const SEED = 1
const ROUNDS = 24
const IMPERSONATIONS = 120
const [home] = NAMESPACES

requireOwnNetwork()
const { path: folder, remove: removeFolder } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
let cluster: Cluster
let minor: number

before(async () => {
  cluster = await startCluster(processes, folder)
  const version = await cluster.admin.get<{ gitVersion: string }>('/version')
  minor = minorVersion(version?.gitVersion ?? '') ?? 0
  for (const name of NAMESPACES) {
    await cluster.admin.request('POST', '/api/v1/namespaces', { metadata: { name } })
  }
})
after(async () => {
  await processes.end()
  removeFolder()
})

const MAPS = `/api/v1/namespaces/${home}/configmaps`
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${home}/leases`
const lease = (name: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name },
})
type Send = (client: KubeClient) => Promise<{ status: number }>
const apply = (path: string, object: object): Send => {
  const query = '?fieldManager=test&dryRun=All'
  return (client) => client.request('PATCH', path + query, object, 'application/apply-patch+yaml')
}

const get =
  (path: string): Send =>
  (client) =>
    client.request('GET', path)
const remove =
  (path: string): Send =>
  (client) =>
    client.request('DELETE', path)
const put =
  (path: string, object: object): Send =>
  (client) =>
    client.request('PUT', `${path}?dryRun=All`, object)
const post =
  (path: string, object: object): Send =>
  (client) =>
    client.request('POST', `${path}?dryRun=All`, object)
const ONLY_S1 = 'fieldSelector=metadata.name=s1'
const WATCH = `${MAPS}?watch=1&timeoutSeconds=1`

/** A question, and everything that one can do about it. */
const DEEDS: readonly [verb: string, resource: string, name: string | undefined, deeds: Send[]][] =
  [
    ['get', 'configmaps', 's1', [get(`${MAPS}/s1`)]],
    ['get', 'configmaps', 's2', [get(`${MAPS}/s2`)]],
    ['list', 'configmaps', undefined, [get(MAPS)]],
    ['list', 'configmaps', 's1', [get(MAPS), get(`${MAPS}?${ONLY_S1}`)]],
    ['watch', 'configmaps', undefined, [get(WATCH)]],
    ['watch', 'configmaps', 's1', [get(WATCH), get(`${WATCH}&${ONLY_S1}`)]],
    ['update', 'configmaps', 's1', [put(`${MAPS}/s1`, map('s1'))]],
    ['delete', 'configmaps', 's1', [remove(`${MAPS}/s1?dryRun=All`)]],
    ['deletecollection', 'configmaps', undefined, [remove(`${MAPS}?dryRun=All`)]],
    ['deletecollection', 'configmaps', 's1', [remove(`${MAPS}?dryRun=All&${ONLY_S1}`)]],
    ['create', 'configmaps', undefined, [post(MAPS, map('new'))]],
    [
      'create',
      'configmaps',
      'new',
      [post(MAPS, map('new')), apply(`${MAPS}/new`, map('new')), put(`${MAPS}/new`, map('new'))],
    ],
    [
      'create',
      'leases',
      'new',
      [
        post(LEASES, lease('new')),
        apply(`${LEASES}/new`, lease('new')),
        put(`${LEASES}/new`, lease('new')),
      ],
    ],
  ]

const RULES: readonly { verbs: string[]; resourceNames?: string[] }[] = [
  { verbs: ['get', 'list', 'watch'] },
  { verbs: ['get', 'list', 'watch'], resourceNames: ['s1'] },
  { verbs: ['get', 'list', 'watch', 'create', 'deletecollection'], resourceNames: [''] },
  { verbs: ['*'], resourceNames: ['*'] },
  { verbs: ['*'], resourceNames: ['s1', 'new'] },
  { verbs: ['*'] },
  { verbs: ['create'], resourceNames: ['new'] },
  { verbs: ['create', 'patch'], resourceNames: ['new'] },
  { verbs: ['create', 'update'], resourceNames: ['new'] },
  { verbs: ['create'] },
  { verbs: ['patch', 'update'] },
  { verbs: ['delete', 'deletecollection'], resourceNames: ['s1'] },
  { verbs: ['delete', 'deletecollection'] },
]

const rbac = (kind: string, name: string, rest: object): RbacObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name, ...(kind.startsWith('Cluster') ? {} : { namespace: home }) },
  ...rest,
})
const boundTo = (role: RbacObject, subject: object): RbacObject =>
  rbac(role.kind === 'Role' ? 'RoleBinding' : 'ClusterRoleBinding', role.metadata.name, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role.kind, name: role.metadata.name },
    subjects: [subject],
  })

test('what a request is called, and what reaches an object', async () => {
  await cluster.admin.request('POST', MAPS, map('s1'))
  await cluster.admin.request('POST', MAPS, map('s2'))
  const people = await inBatches([...RULES.entries()], async ([index, rule]) => {
    const name = `reader-${index}`
    const apiGroups = ['', 'coordination.k8s.io']
    const resources = ['configmaps', 'leases']
    const role = rbac('Role', name, { rules: [{ ...rule, apiGroups, resources }] })
    const objects = [role, boundTo(role, { kind: 'ServiceAccount', name })]
    await create(cluster.admin, objects)
    return { name, objects, as: await serviceAccount(cluster, home, name) }
  })
  await settled(cluster.admin, 'requests')
  const { objects } = readObjects(people.flatMap((each) => each.objects))
  const { policy } = buildPolicy(objects, minor)
  for (const [verb, resource, name, deeds] of DEEDS) {
    const group = resource === 'leases' ? 'coordination.k8s.io' : ''
    const question: Question = { verb, group, resource, name, scope: { namespace: home } }
    const names = whoCan(question, policy).holders.map(({ subject }) => subject.name)
    // The controllers of Kubernetes may do it too.
    const ours = names.filter((each) => people.some((person) => person.name === each))
    const theirs: string[] = []
    for (const { name: person, as } of people) {
      const answers = await Promise.all(deeds.map((send) => send(as())))
      if (answers.some(({ status }) => status < 300)) theirs.push(person)
    }
    assert.deepEqual(ours, theirs.sort(), `${verb} ${resource} ${name ?? ''}`)
  }
})

test('a ServiceAccount is in the groups that it is said to be in', async () => {
  const as = await serviceAccount(cluster, home, 'member')
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const { text } = await as().request('POST', path, {})
  const { username, groups } = JSON.parse(text).status.userInfo
  const subject = { kind: 'ServiceAccount', namespace: home, name: 'member' } as const
  assert.deepEqual(requesterOf(subject), { user: username, groups })
})

for (let round = 0; round < ROUNDS; round += 1) {
  const seed = SEED + round
  test(`impersonation, seed ${seed}`, async (context) => {
    const name = `actor-${seed}`
    const as = await serviceAccount(cluster, home, name)
    const [grants = []] = fc.sample(grantsOf, { seed, numRuns: 1 })
    const role = rbac('ClusterRole', name, { rules: grants })
    const objects = [role, boundTo(role, { kind: 'ServiceAccount', name, namespace: home })]
    await create(cluster.admin, objects)
    await settled(cluster.admin, `impersonation-${seed}`)
    const { policy } = buildPolicy(readObjects(objects).objects, minor)
    const wishes = fc.sample(impersonation, { seed, numRuns: IMPERSONATIONS })
    const answers = await inBatches(wishes, (wish) => review(as(headersOf(wish))))
    const requester = requesterOf({ kind: 'ServiceAccount', namespace: home, name })
    const wrong = wishes.filter(
      (wish, index) => canImpersonate(requester, wish, REVIEW, policy, minor) !== answers[index],
    )
    assert.deepEqual(wrong, [])
    context.diagnostic(`${wishes.length} wishes, ${answers.filter(Boolean).length} granted`)
  })
}

/** A request that everybody may make, as whom one likes. */
const REVIEW = { verb: 'create', group: 'authentication.k8s.io', resource: 'selfsubjectreviews' }

async function review(client: KubeClient): Promise<boolean> {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const { status, text } = await client.request('POST', path, {})
  assert.ok(status === 201 || status === 403, `${status} ${text}`)
  return status === 201
}
