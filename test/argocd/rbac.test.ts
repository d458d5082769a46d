// The evaluator of manifests/rbac against the real API server: thousands of SubjectAccessReviews over
// random roles and bindings, the built-in roles, and aggregation by the real controller. None may differ.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { builtIn, NEWEST_MINOR, OLDEST_MINOR } from '../../manifests/rbac/built-in.ts'
import { canI, identityOf } from '../../manifests/rbac/evaluate.ts'
import type { Binding, Role, Subject } from '../../manifests/rbac/model.ts'
import type { Policy } from '../../manifests/rbac/policy.ts'
import { buildPolicy } from '../../manifests/rbac/policy.ts'
import { whoCan, whoCanUse } from '../../manifests/rbac/question.ts'
import { minorVersion } from '../../manifests/rbac/versions.ts'
import type { KubeClient } from './support/kube-client.ts'
import { startCluster } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import {
  clear,
  create,
  inBatches,
  isAllowed,
  readObjects,
  settled,
} from './support/rbac-cluster.ts'
import type { Review } from './support/rbac-reviews.ts'
import { reviewOf } from './support/rbac-reviews.ts'
import type { RbacObject } from './support/rbac-worlds.ts'
import { NAMESPACES, world } from './support/rbac-worlds.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
const REVIEWS = 500

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
let admin: KubeClient
let minor: number

before(async () => {
  admin = (await startCluster(processes, folder)).admin
  const version = await admin.get<{ gitVersion: string }>('/version')
  minor = minorVersion(version?.gitVersion ?? '') ?? 0
  for (const name of NAMESPACES) {
    await admin.request('POST', '/api/v1/namespaces', { metadata: { name } })
  }
})
after(async () => {
  await processes.end()
  remove()
})

test('the table of built-in roles covers this server', () => {
  assert.ok(minor >= OLDEST_MINOR && minor <= NEWEST_MINOR, `1.${minor}`)
})

for (const seed of SEEDS) {
  test(`random roles and bindings, seed ${seed}`, async (context) => {
    const [made] = fc.sample(world, { seed, numRuns: 1 })
    assert.ok(made !== undefined)
    const reviews = fc.sample(reviewOf(made), { seed, numRuns: REVIEWS })
    const { objects, problems } = readObjects(made.objects)
    assert.deepEqual(problems, [], 'every object is one')
    const { policy } = buildPolicy(objects, minor)
    try {
      await create(admin, made.objects)
      await waitForAggregation(policy, made.objects)
      await settled(admin, `settled-${seed}`)
      const answers = await inBatches(reviews, (each) => isAllowed(admin, each))
      const wrong = reviews.filter((each, index) => {
        const { user, groups, request } = each
        return canI({ user, groups }, request, policy) !== answers[index]
      })
      assert.deepEqual(wrong, [], 'the API server says something else')
      const listed = reviews.filter(
        (each, index) => isOneRequest(each) && isHolder(each, policy) !== answers[index],
      )
      assert.deepEqual(listed, [], 'who-can lists somebody else')
      const allowed = answers.filter(Boolean).length
      context.diagnostic(`${reviews.length} reviews, ${allowed} allowed`)
      assert.ok(allowed > REVIEWS / 20 && allowed < REVIEWS * 0.95, 'both answers were there')
    } finally {
      await clear(admin)
    }
  })
}

/** With a name, these verbs are asked of an object, which several requests may reach; a review is about one. */
function isOneRequest({ request }: Review): boolean {
  if ('url' in request || request.name === '') return true
  return !['list', 'watch', 'create', 'deletecollection'].includes(request.verb)
}

/** The same question to the list of everybody: the user or one of the groups is in it. */
function isHolder({ user, groups, request }: Review, policy: Policy): boolean {
  if (groups.includes('system:masters')) return true
  const { holders } =
    'url' in request
      ? whoCanUse(request.verb, request.url, policy)
      : whoCan(
          {
            ...request,
            scope: request.namespace === '' ? 'no namespace' : { namespace: request.namespace },
          },
          policy,
        )
  const listed = new Set(holders.map(({ subject }) => identityOf(subject)))
  return [
    identityOf({ kind: 'User', name: user }),
    ...groups.map((name) => identityOf({ kind: 'Group', name })),
  ].some((key) => listed.has(key))
}

test('the built-in roles are those of the server', async () => {
  const { policy } = buildPolicy({ roles: [], bindings: [] }, minor)
  const base = builtIn(minor)
  for (const kind of ['ClusterRole', 'Role'] as const) {
    const real = await bootstrapped<ListedRole>(kind)
    const ours = base.roles.filter((role) => role.kind === kind)
    assert.deepEqual(real.map(nameOf).sort(), ours.map(nameOf).sort())
    assert.ok(real.length > 5)
    for (const role of real) {
      const { name, namespace } = role.metadata
      const known = ours.find((each) => nameOf(each) === nameOf(role))
      assert.deepEqual({ ...known?.labels }, role.metadata.labels, name)
      assert.deepEqual(rulesOf(policy, kind, name, namespace), distinct(role.rules ?? []), name)
    }
  }
})

test('the built-in bindings are those of the server', async () => {
  for (const kind of ['ClusterRoleBinding', 'RoleBinding'] as const) {
    const real = await bootstrapped<ListedBinding>(kind)
    const ours = builtIn(minor).bindings.filter((binding) => binding.kind === kind)
    assert.deepEqual(ours.map(summary).sort(), real.map(listedSummary).sort())
  }
})

interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly labels: Record<string, string>
}
interface ListedRole {
  readonly metadata: Metadata
  readonly rules: readonly Readonly<Record<string, readonly string[]>>[] | null
}
interface ListedBinding {
  readonly metadata: Metadata
  readonly roleRef: Binding['role']
  readonly subjects?: readonly Subject[]
}

const ROLES = '/apis/rbac.authorization.k8s.io/v1'

async function bootstrapped<T>(kind: Role['kind'] | Binding['kind']): Promise<readonly T[]> {
  const plural = `${kind.toLowerCase()}s`
  const path = `${ROLES}/${plural}?labelSelector=kubernetes.io/bootstrapping=rbac-defaults`
  return (await admin.get<{ items: readonly T[] }>(path))?.items ?? []
}

function nameOf(role: ListedRole | Role): string {
  const { namespace = '', name } = 'metadata' in role ? role.metadata : role
  return `${namespace}/${name}`
}

function summary({ namespace, name, role, subjects }: Binding): string {
  const who = subjects.map((each) => [each.kind, each.namespace ?? '', each.name].join(' '))
  return JSON.stringify([namespace ?? '', name, role.kind, role.name, who.sort()])
}

function listedSummary({ metadata, roleRef, subjects = [] }: ListedBinding): string {
  const { namespace, name } = metadata
  return summary({ kind: 'RoleBinding', namespace, name, role: roleRef, subjects })
}

/** The rules that a role really gives, in an order of their own. */
function rulesOf(policy: Policy, kind: Role['kind'], name: string, namespace?: string): string[] {
  const role = { kind, name }
  const probe: Binding = { kind: 'RoleBinding', namespace, name: 'probe', role, subjects: [] }
  return distinct(policy.grantsOf(probe).map(({ rule: { index: _, at: __, ...lists } }) => lists))
}

function distinct(rules: readonly object[]): string[] {
  const texts = rules.map((rule) => {
    const lists: [string, readonly string[]][] = Object.entries(rule)
    const full = lists.filter(([, list]) => list.length > 0)
    return JSON.stringify(full.map(([key, list]) => [key, [...list].sort()]).sort())
  })
  return [...new Set(texts)].sort()
}

async function waitForAggregation(policy: Policy, objects: readonly RbacObject[]): Promise<void> {
  const names = objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .map(({ metadata }) => metadata.name)
  await waitFor(
    'the controller aggregates what we aggregate',
    async () => {
      const list = await admin.get<{ items: readonly ListedRole[] }>(`${ROLES}/clusterroles`)
      for (const { metadata, rules } of list?.items ?? []) {
        if (!names.includes(metadata.name)) continue
        assert.deepEqual(distinct(rules ?? []), rulesOf(policy, 'ClusterRole', metadata.name))
      }
      return true
    },
    20,
  )
}
