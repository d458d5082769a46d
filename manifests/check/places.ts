// An object and a path of field names in; where that is written out.
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { ManifestObject } from '../document.ts'
import type { Position } from '../problem.ts'

export type FieldPath = readonly (string | number)[]

/**
 * The place of what stands under a path, or of its key; where the path ends early, of the last thing that is
 * there. What an alias shows is where it is written.
 */
export function placeOf({ node, parsed, at }: ManifestObject, path: FieldPath): Position {
  let current: unknown = node
  let place = at
  for (const step of path) {
    const owner = isAlias(current) ? current.resolve(parsed.yaml) : current
    let next: unknown
    if (isMap(owner)) {
      const pair = owner.items.find(({ key }) => (isScalar(key) ? key.value : key) === step)
      if (pair === undefined) return place
      if (isNode(pair.key)) place = parsed.positionOf(pair.key)
      next = pair.value
    } else if (isSeq(owner) && typeof step === 'number') {
      next = owner.items[step]
      if (isNode(next)) place = parsed.positionOf(next)
    }
    if (!isNode(next)) return place
    current = next
  }
  return place
}
