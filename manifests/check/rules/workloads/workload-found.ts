// A workload and what is wrong with it in; the finding, at one of its fields, out.

import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import { itemsAt, stringsAt, valueAt } from '../../../plain-value.ts'
import { identityOf } from '../../../rbac/evaluate.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Fix, Found, PatchOperation } from '../../model.ts'
import { isOnlyFor } from '../../needs.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import type { PodWorkload } from '../../pod-workloads.ts'
import { accountOf, usageOf } from '../../usage.ts'
import { objectName } from '../../words.ts'

type Said = Omit<Found, 'at' | 'object'>

/** The finding, at the field under `path`, or at the last thing on the way that is there. */
export function workloadFound(workload: PodWorkload, path: FieldPath, said: Said): Found {
  const { object, namespace } = workload
  return {
    ...said,
    at: placeOf(object, path),
    object: objectName({ ...object.object, namespace }),
  }
}

/** Where a workload names its ServiceAccount: the field that counts, or the pod's `spec`. */
export function accountPath({ podSpec, serviceAccountFields }: PodWorkload): FieldPath {
  const [field] = serviceAccountFields
  return field === undefined ? podSpec : [...podSpec, field]
}

/** Kinds whose pods cannot be changed: a patch of them fails to sync. */
const IMMUTABLE = ['Pod', 'Job']

/** Whether the API server lets a workload's pods be changed where they are. */
export function isMutable({ object }: PodWorkload): boolean {
  return !IMMUTABLE.includes(object.object.kind)
}

/** Sets a field of the pod's `spec`. */
export function setPodField(
  { object, podSpec }: PodWorkload,
  field: string,
  value: unknown,
): PatchOperation {
  const path = pointerOf([...podSpec, field])
  const isThere = valueAt(object.value, ...podSpec.map(String), field) !== undefined
  return { op: isThere ? 'replace' : 'add', path, value }
}

/**
 * Runs a workload as another ServiceAccount of its namespace. Safe where nothing is lost, since the one before
 * has no permission, no registry password and no annotation, such as a cloud's identity, in the manifests; and
 * nothing is gained but to read the Secrets that the workload uses.
 */
export function runAs(facts: Facts, workload: PodWorkload, name: string): Fix {
  const { object, podSpec, serviceAccountFields } = workload
  const operations: PatchOperation[] = [setPodField(workload, 'serviceAccountName', name)]
  if (serviceAccountFields.includes('serviceAccount')) {
    operations.push({ op: 'remove', path: pointerOf([...podSpec, 'serviceAccount']) })
  }
  const { bindings } = usageOf(facts)
  const before = accountOf(workload)
  const account = facts.accounts.get(nameKey(before))?.value
  const losesNothing =
    !bindings.has(identityOf(before)) &&
    itemsAt(account, 'imagePullSecrets').length === 0 &&
    Object.keys(stringsAt(account, 'metadata', 'annotations')).length === 0
  const used = new Set(workload.secrets.map((use) => use.name))
  const gained = bindings.get(identityOf({ ...before, name })) ?? []
  const gainsNothing = gained.every((binding) => isOnlyFor(facts, binding, used))
  return {
    title: `run it as ServiceAccount ${shownName(name)}`,
    object,
    operations,
    isSafe: losesNothing && gainsNothing && isMutable(workload),
  }
}
