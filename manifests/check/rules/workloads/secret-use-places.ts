// A use of a Secret in; where its name and each of its keys are written out.
import { itemsAt, valueAt } from '../../../plain-value.ts'
import type { FieldPath } from '../../places.ts'
import type { PodWorkload, SecretUse } from '../../pod-workloads.ts'

/** The field with the Secret's name: volumes call it otherwise, but projected ones do not. */
export function namePlace({ path, how }: SecretUse): FieldPath {
  const isVolume = how === 'volume' && !path.includes('projected')
  return [...path, isVolume ? 'secretName' : 'name']
}

/** A key that a use names. */
export interface KeyPlace {
  readonly use: SecretUse
  readonly key: string
  readonly path: FieldPath
}

/** The keys of a use, none where it takes all of them. */
export function keyPlaces({ object }: PodWorkload, use: SecretUse): KeyPlace[] {
  const { path, how, keys } = use
  if (keys === 'all') return []
  if (how === 'env') return keys.map((key) => ({ use, key, path: [...path, 'key'] }))
  return itemsAt(at(object.value, path), 'items').flatMap((item, index) => {
    const key = valueAt(item, 'key')
    return typeof key === 'string' ? [{ use, key, path: [...path, 'items', index, 'key'] }] : []
  })
}

function at(value: unknown, path: FieldPath): unknown {
  let current = value
  for (const step of path) {
    current =
      typeof step === 'number' && Array.isArray(current)
        ? current[step]
        : valueAt(current, String(step))
  }
  return current
}
