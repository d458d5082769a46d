// Objects in; those that run pods out, with what decides about their Secrets: the ServiceAccount, whether its
// token is mounted, and every Secret they name. Field names: k8s.io/api core/v1 PodSpec, batch/v1.
import type { ManifestObject } from '../document.ts'
import { groupOf } from '../object-key.ts'
import { isPlainMap, itemsAt, valueAt } from '../plain-value.ts'
import { secretReferences } from '../secret-references.ts'
import type { GroupKind } from '../workload.ts'
import type { FieldPath } from './places.ts'

/** One place where a workload names a Secret. */
export interface SecretUse {
  readonly name: string
  readonly keys: 'all' | readonly string[]
  readonly optional: boolean
  /** How the pod gets it; `pull` is imagePullSecrets, which containers do not see. */
  readonly how: 'envFrom' | 'env' | 'volume' | 'pull'
  /** From the object to the map that names the Secret. */
  readonly path: FieldPath
}

/** Something that runs pods. */
export interface PodWorkload {
  readonly object: ManifestObject
  readonly namespace: string
  /** From the object to the pod's `spec`. */
  readonly podSpec: FieldPath
  /** As the API server fills it in: `default` where none is named. */
  readonly serviceAccount: string
  /** Which fields name it; none: it is `default` for want of one. `serviceAccount` is deprecated. */
  readonly serviceAccountFields: readonly ('serviceAccountName' | 'serviceAccount')[]
  /** `automountServiceAccountToken` of the pod; absent: its ServiceAccount decides. */
  readonly automount?: boolean | undefined
  readonly secrets: readonly SecretUse[]
}

const TEMPLATE: FieldPath = ['spec', 'template', 'spec']

/** Where each kind has its pod's `spec`. */
const POD_SPECS: readonly (GroupKind & { readonly path: FieldPath })[] = [
  { group: '', kind: 'Pod', path: ['spec'] },
  { group: '', kind: 'ReplicationController', path: TEMPLATE },
  { group: 'apps', kind: 'Deployment', path: TEMPLATE },
  { group: 'apps', kind: 'StatefulSet', path: TEMPLATE },
  { group: 'apps', kind: 'DaemonSet', path: TEMPLATE },
  { group: 'apps', kind: 'ReplicaSet', path: TEMPLATE },
  { group: 'batch', kind: 'Job', path: TEMPLATE },
  { group: 'batch', kind: 'CronJob', path: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
  { group: 'argoproj.io', kind: 'Rollout', path: TEMPLATE },
]

/** Whether objects of this kind run pods. */
export function runsPods(
  { apiVersion, object }: Pick<ManifestObject, 'apiVersion' | 'object'>,
  extraKinds: readonly GroupKind[],
): boolean {
  const group = groupOf(apiVersion)
  return [...POD_SPECS, ...extraKinds].some(
    (known) => known.kind === object.kind && known.group === group,
  )
}

/** The workloads among objects, in their order. @param namespace of those that name none. */
export function podWorkloads(
  objects: readonly ManifestObject[],
  namespace: string,
  extraKinds: readonly GroupKind[],
): PodWorkload[] {
  const kinds = [...POD_SPECS, ...extraKinds.map((kind) => ({ ...kind, path: TEMPLATE }))]
  const paths = new Map(kinds.map(({ group, kind, path }) => [`${kind}.${group}`, path]))
  return objects.flatMap((object): PodWorkload[] => {
    const path = paths.get(`${object.object.kind}.${groupOf(object.apiVersion)}`)
    const spec = path && valueAt(object.value, ...path.map(String))
    if (path === undefined || !isPlainMap(spec)) return []
    return [{ object, podSpec: path, ...describe(object, spec, path, namespace) }]
  })
}

function describe(
  { object }: ManifestObject,
  spec: Readonly<Record<string, unknown>>,
  path: FieldPath,
  namespace: string,
): Omit<PodWorkload, 'object' | 'podSpec'> {
  const fields = (['serviceAccountName', 'serviceAccount'] as const).filter((field) => {
    return typeof spec[field] === 'string' && spec[field] !== ''
  })
  const [field] = fields
  const account = field === undefined ? undefined : spec[field]
  const automount = spec.automountServiceAccountToken
  return {
    namespace: object.namespace || namespace,
    serviceAccount: typeof account === 'string' ? account : 'default',
    serviceAccountFields: fields,
    automount: typeof automount === 'boolean' ? automount : undefined,
    secrets: [...readByKubelet(spec, path), ...pulls(spec, path)],
  }
}

function readByKubelet(spec: unknown, path: FieldPath): SecretUse[] {
  const before = path.slice(0, -1)
  return secretReferences({ spec }).map((reference) => {
    const { name, keys, optional } = reference
    const how = reference.path.includes('envFrom')
      ? 'envFrom'
      : reference.path.includes('env')
        ? 'env'
        : 'volume'
    return { name, keys, optional, how, path: [...before, ...reference.path] }
  })
}

function pulls(spec: unknown, path: FieldPath): SecretUse[] {
  return itemsAt(spec, 'imagePullSecrets').flatMap((item, index): SecretUse[] => {
    const name = valueAt(item, 'name')
    if (typeof name !== 'string' || name === '') return []
    const place = [...path, 'imagePullSecrets', index]
    return [{ name, keys: 'all', optional: true, how: 'pull', path: place }]
  })
}
