// A parsed object and the name of a list in it in; where each item of that list is written out.
import { isAlias, isNode, isSeq } from 'yaml'
import type { ManifestObject } from '../document.ts'
import type { Position } from '../problem.ts'

/** Finds the items of one list; the object itself for one that came by an alias or a merge. */
export function itemPlaces({ node, parsed, at }: ManifestObject, key: string) {
  const written = node.get(key, true)
  const list = isAlias(written) ? written.resolve(parsed.yaml) : written
  return (index: number): Position => {
    const item = isSeq(list) ? list.items[index] : undefined
    return isNode(item) ? parsed.positionOf(item) : at
  }
}
