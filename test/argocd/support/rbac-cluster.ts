// Roles and bindings in a real cluster: created, settled, asked about, and removed again.

import type { RbacReading } from '../../../manifests/rbac/read.ts'
import { readRbac } from '../../../manifests/rbac/read.ts'
import { readDocuments } from '../../../manifests/stream.ts'
import type { KubeClient } from './kube-client.ts'
import type { Review } from './rbac-reviews.ts'
import type { RbacObject } from './rbac-worlds.ts'
import { manifestsOf, NAMESPACES, ROUND } from './rbac-worlds.ts'
import { waitFor } from './wait.ts'

const API = '/apis/rbac.authorization.k8s.io/v1'
const PLURALS = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
} as const
const BATCH = 16

/** Where objects of a kind are created. */
export function pathOf(kind: string, namespace: string | undefined): string {
  const plural = Object.entries(PLURALS).find(([name]) => name === kind)?.[1] ?? kind
  return kind.startsWith('Cluster')
    ? `${API}/${plural}`
    : `${API}/namespaces/${namespace}/${plural}`
}

/** Some at a time, in order. */
export async function inBatches<T, R>(
  items: readonly T[],
  each: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += BATCH) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(each))))
  }
  return results
}

/** Reads objects as the program reads manifests. */
export function readObjects(objects: readonly object[]): RbacReading {
  const bytes = Buffer.from(manifestsOf(objects))
  const { documents } = readDocuments([{ path: 'world.yaml', bytes }])
  return readRbac(documents)
}

/** Creates objects. @throws if the server refuses one. */
export async function create(admin: KubeClient, objects: readonly RbacObject[]): Promise<void> {
  await inBatches(objects, async (object) => {
    const path = pathOf(object.kind, object.metadata.namespace)
    const { status, text } = await admin.request('POST', path, object)
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`)
  })
}

/** Waits until the authorizer has seen all four kinds: what is created last is seen last. */
export async function settled(admin: KubeClient, mark: string): Promise<void> {
  const rule = (resource: string) => [{ verbs: ['get'], apiGroups: [mark], resources: [resource] }]
  const object = (kind: string, rest: object): RbacObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: {
      name: mark,
      labels: ROUND,
      ...(kind.startsWith('Cluster') ? {} : { namespace: NAMESPACES[0] }),
    },
    ...rest,
  })
  const bound = (kind: string) => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: mark },
    subjects: [{ kind: 'User', name: mark }],
  })
  await create(admin, [
    object('Role', { rules: rule('local') }),
    object('ClusterRole', { rules: rule('global') }),
    object('RoleBinding', bound('Role')),
    object('ClusterRoleBinding', bound('ClusterRole')),
  ])
  for (const [resource, namespace] of [
    ['local', NAMESPACES[0]] as const,
    ['global', ''] as const,
  ]) {
    const request = { verb: 'get', group: mark, resource, subresource: '', name: '', namespace }
    await waitFor(mark, () => isAllowed(admin, { user: mark, groups: [], request }))
  }
}

/** What a SubjectAccessReview says. */
export async function isAllowed(admin: KubeClient, review: Review): Promise<boolean> {
  const { user, groups, request } = review
  const attributes =
    'url' in request
      ? { nonResourceAttributes: { verb: request.verb, path: request.url } }
      : { resourceAttributes: request }
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, ...attributes },
  }
  const { status, text } = await admin.request('POST', path, body)
  if (status !== 201) throw new Error(`${path}: ${status} ${text}`)
  return JSON.parse(text).status.allowed === true
}

/** Removes everything with the label of a round. */
export async function clear(admin: KubeClient): Promise<void> {
  const places = [
    ...['ClusterRoleBinding', 'ClusterRole'].map((kind) => pathOf(kind, undefined)),
    ...NAMESPACES.flatMap((name) => ['RoleBinding', 'Role'].map((kind) => pathOf(kind, name))),
  ]
  for (const place of places) {
    const { status, text } = await admin.request('DELETE', `${place}?labelSelector=round=yes`)
    if (status !== 200) throw new Error(`DELETE ${place}: ${status} ${text}`)
  }
}
