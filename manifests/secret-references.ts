// A pod template as a plain value in, the Secrets that its pods read out: which, which keys of
// them, and where that is written. Not imagePullSecrets, CSI or service accounts, which the kubelet
// or another controller reads at the time of use. Nothing here throws, whatever the shape.
import { itemsAt, valueAt } from './plain-value.ts'

/** One place where a pod template names a Secret. */
export interface SecretReference {
  readonly name: string
  /** The keys that are read, in the order written. */
  readonly keys: 'all' | readonly string[]
  /** Whether pods start without the Secret or the key. */
  readonly optional: boolean
  /** From the pod template to the map that names the Secret. */
  readonly path: Path
}

type Path = readonly (string | number)[]

/**
 * The references of a pod template, in the order of its fields. A volume counts even if no
 * container mounts it. Field names: k8s.io/api core/v1 PodSpec.
 */
export function secretReferences(podTemplate: unknown): SecretReference[] {
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    itemsAt(podTemplate, 'spec', list).flatMap((container, index) =>
      containerReferences(container, ['spec', list, index]),
    ),
  )
  const volumes = itemsAt(podTemplate, 'spec', 'volumes').flatMap((volume, index) =>
    volumeReferences(volume, ['spec', 'volumes', index]),
  )
  return [...containers, ...volumes]
}

function containerReferences(container: unknown, path: Path): SecretReference[] {
  const whole = itemsAt(container, 'envFrom').flatMap((source, index) => {
    const place = valueAt(source, 'secretRef')
    return reference(place, 'name', 'all', [...path, 'envFrom', index, 'secretRef'])
  })
  const single = itemsAt(container, 'env').flatMap((variable, index) => {
    const place = valueAt(variable, 'valueFrom', 'secretKeyRef')
    const key = valueAt(place, 'key')
    if (typeof key !== 'string') return []
    return reference(place, 'name', [key], [...path, 'env', index, 'valueFrom', 'secretKeyRef'])
  })
  return [...whole, ...single]
}

function volumeReferences(volume: unknown, path: Path): SecretReference[] {
  const secret = valueAt(volume, 'secret')
  const projected = itemsAt(volume, 'projected', 'sources').flatMap((source, index) => {
    const place = valueAt(source, 'secret')
    return reference(place, 'name', itemKeys(place), [
      ...path,
      'projected',
      'sources',
      index,
      'secret',
    ])
  })
  return [...reference(secret, 'secretName', itemKeys(secret), [...path, 'secret']), ...projected]
}

/** Without `items`, or with an empty list, a volume shows every key. */
function itemKeys(source: unknown): SecretReference['keys'] {
  const items = itemsAt(source, 'items')
  if (items.length === 0) return 'all'
  return items.flatMap((item) => {
    const key = valueAt(item, 'key')
    return typeof key === 'string' ? [key] : []
  })
}

function reference(
  place: unknown,
  nameField: 'name' | 'secretName',
  keys: SecretReference['keys'],
  path: Path,
): SecretReference[] {
  const name = valueAt(place, nameField)
  if (typeof name !== 'string' || name === '') return []
  return [{ name, keys, optional: valueAt(place, 'optional') === true, path }]
}
