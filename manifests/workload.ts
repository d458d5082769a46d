// Objects in; those that run pods from a template that may change out, which are the ones that can
// get a checksum, and why others cannot. Nothing is read but kinds, names and `spec.workloadRef`.

import type { ManifestObject } from './document.ts'
import { groupOf, namespaceOf } from './object-key.ts'
import { valueAt } from './plain-value.ts'

/** A kind whatever its version; the core group is the empty string. */
export interface GroupKind {
  readonly group: string
  readonly kind: string
}

/** Where every kind that gets a checksum has its pod template. */
export const POD_TEMPLATE = ['spec', 'template'] as const

const DEPLOYMENT: GroupKind = { group: 'apps', kind: 'Deployment' }

const STAMPED: readonly GroupKind[] = [
  DEPLOYMENT,
  { group: 'apps', kind: 'StatefulSet' },
  { group: 'apps', kind: 'DaemonSet' },
  { group: 'apps', kind: 'ReplicaSet' },
  { group: '', kind: 'ReplicationController' },
  { group: 'argoproj.io', kind: 'Rollout' },
]

/** Kinds that must not be stamped, even where a configuration names them. */
const REFUSED: readonly (GroupKind & { readonly reason: string })[] = [
  { group: '', kind: 'Pod', reason: 'a Pod is immutable' },
  { group: 'batch', kind: 'Job', reason: 'the pod template of a Job is immutable' },
  {
    group: 'batch',
    kind: 'CronJob',
    reason: 'the next run of a CronJob reads the new values by itself',
  },
]

/** What is known of an object before it is parsed. */
type Typed = Pick<ManifestObject, 'apiVersion' | 'object'>

/** Why an object gets no checksum whatever its annotations say, in words; undefined if it may get one. */
export function stampRefusal(object: Typed, extraKinds: readonly GroupKind[]): string | undefined {
  const refused = REFUSED.find((entry) => isOfKind(object, entry))
  if (refused !== undefined) return refused.reason
  const known = [...STAMPED, ...extraKinds].some((entry) => isOfKind(object, entry))
  return known ? undefined : 'it is of no kind that is known to roll its pods'
}

/** The group and version are the object's `apiVersion`: `apps/v1`, or `v1` for the core group. */
function isOfKind(object: Typed, { group, kind }: GroupKind): boolean {
  return object.object.kind === kind && groupOf(object.apiVersion) === group
}

/** What an Argo Rollout names in place of a template of its own. */
interface WorkloadReference extends GroupKind {
  readonly name: string
}

/** `spec.workloadRef` of an Argo Rollout (argoproj/argo-rollouts, ObjectRef); undefined without one. */
export function workloadReference(object: ManifestObject): WorkloadReference | undefined {
  if (!isOfKind(object, { group: 'argoproj.io', kind: 'Rollout' })) return undefined
  const reference = valueAt(object.value, 'spec', 'workloadRef')
  const apiVersion = valueAt(reference, 'apiVersion')
  const kind = valueAt(reference, 'kind')
  const name = valueAt(reference, 'name')
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
    return undefined
  }
  return { group: groupOf(apiVersion), kind, name }
}

/** An object with a pod template, and all that speak for it: itself and the Rollouts that name it. */
export interface Workload {
  readonly object: ManifestObject
  readonly owners: readonly ManifestObject[]
}

/**
 * The workloads among `objects`, in their order, and the Rollouts whose `spec.workloadRef` names
 * nothing among them that can be stamped.
 * @param appNamespace the namespace of objects that name none.
 */
export function findWorkloads(
  objects: readonly ManifestObject[],
  extraKinds: readonly GroupKind[],
  appNamespace: string | undefined,
): { readonly workloads: readonly Workload[]; readonly unresolved: readonly ManifestObject[] } {
  const stampable = objects.filter((object) => stampRefusal(object, extraKinds) === undefined)
  const targetOf = (object: ManifestObject) => {
    const reference = workloadReference(object)
    return reference && identity(reference, reference.name, object, appNamespace)
  }
  const rollouts = Map.groupBy(stampable, targetOf)
  const named = new Set<string>()
  const workloads = (rollouts.get(undefined) ?? []).map((object) => {
    if (!isOfKind(object, DEPLOYMENT)) return { object, owners: [object] }
    const self = identity(DEPLOYMENT, object.object.name ?? '', object, appNamespace)
    named.add(self)
    return { object, owners: [object, ...(rollouts.get(self) ?? [])] }
  })
  const unresolved = stampable.filter((object) => {
    const target = targetOf(object)
    return target !== undefined && !named.has(target)
  })
  return { workloads, unresolved }
}

/** What tells apart whatever is in the namespace of `object`. */
function identity(
  { group, kind }: GroupKind,
  name: string,
  { object }: ManifestObject,
  appNamespace: string | undefined,
): string {
  return JSON.stringify([group, kind, namespaceOf(object, appNamespace), name])
}
