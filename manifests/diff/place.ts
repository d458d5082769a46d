// A place in two objects that are walked together: its path, what was applied there before, and who has
// it. In: the live object, what was last applied. Out: the root, and from each place its fields and items.
import { isPlainMap } from '../plain-value.ts'
import { identity, itemsById, setOf } from './list-items.ts'
import type { Fields } from './managed-fields.ts'
import { fieldAt, fieldsOf, isLeaf, itemAt, listKeys } from './managed-fields.ts'
import type { Path } from './merge-keys.ts'
import { isOnePiece, isUserMap, mergeKeys } from './merge-keys.ts'

/** The field manager of Argo CD's server-side apply (common.ArgoCDSSAManager). */
const ARGOCD = 'argocd-controller'

export interface Place {
  readonly path: Path
  readonly depth: number
  /** Whether the API server's own types say what stands here; otherwise it is a custom resource. */
  readonly isBuiltIn: boolean
  /** Whether keys here are the user's and values mean nothing but themselves. */
  readonly isVerbatim: boolean
  /** What the last client-side apply had here; undefined: nothing. */
  readonly applied: unknown
  /** Part of something that Argo CD applied as one piece. */
  readonly isPart: boolean
  /** The trees of Argo CD, of the managers to ignore, and of all. */
  readonly mine: readonly Fields[]
  readonly ignored: readonly Fields[]
  readonly all: readonly Fields[]
}

/** The place of a whole object. */
export function rootPlace(
  live: unknown,
  applied: unknown,
  ignoredManagers: readonly string[],
  kind: string,
  isBuiltIn: boolean,
): Place {
  return {
    path: [kind],
    depth: 0,
    isBuiltIn,
    isVerbatim: false,
    applied,
    isPart: false,
    mine: fieldsOf(
      live,
      ({ manager, operation, subresource }) =>
        manager === ARGOCD && operation === 'Apply' && subresource === '',
    ),
    ignored: fieldsOf(live, ({ manager }) => ignoredManagers.includes(manager)),
    all: fieldsOf(live, () => true),
  }
}

export function fieldPlace(place: Place, name: string): Place {
  const path = [...place.path, name]
  const { applied } = place
  const isBuiltIn = place.isBuiltIn || isBuiltInPart(path)
  return {
    path,
    depth: place.depth + 1,
    isBuiltIn,
    isVerbatim: place.isVerbatim || (isBuiltIn && isUserMap(place.path)),
    applied: isPlainMap(applied) && Object.hasOwn(applied, name) ? applied[name] : undefined,
    isPart: place.isPart || isAppliedWhole(place),
    mine: fieldAt(place.mine, name),
    ignored: fieldAt(place.ignored, name),
    all: fieldAt(place.all, name),
  }
}

/** @param keys of the list, if its items have any. @param index of the item in the live list. */
export function itemPlace(
  place: Place,
  item: unknown,
  index: number,
  keys: readonly string[] | undefined,
): Place {
  const { applied } = place
  return {
    ...place,
    depth: place.depth + 1,
    applied: Array.isArray(applied) ? appliedItem(applied, item, index, keys) : undefined,
    isPart: place.isPart || (place.isBuiltIn && keys === undefined && isLeaf(place.mine)),
    mine: itemAt(place.mine, item, index),
    ignored: itemAt(place.ignored, item, index),
    all: itemAt(place.all, item, index),
  }
}

/** Whether Argo CD applied something at this place. */
export function isApplied(place: Place): boolean {
  return place.isPart || place.mine.length > 0 || (place.applied ?? undefined) !== undefined
}

/** Whether a manager to ignore has this place as one piece. */
export function isIgnored({ ignored }: Place): boolean {
  return isLeaf(ignored)
}

/** What identifies the items of the list here: the API's word, or for a custom resource its managers'. */
export function keysOf({ path, isBuiltIn, isVerbatim, all }: Place): readonly string[] | undefined {
  if (isVerbatim) return undefined
  return isBuiltIn ? mergeKeys(path) : listKeys(all)
}

function appliedItem(
  list: readonly unknown[],
  item: unknown,
  index: number,
  keys: readonly string[] | undefined,
): unknown {
  if (keys !== undefined) return itemsById(list, keys).get(identity(item, keys) ?? '')
  // A list of texts is asked as a set.
  if (typeof item === 'object') return list[index]
  return setOf(list).has(item) ? item : undefined
}

function isAppliedWhole({ path, isBuiltIn, mine }: Place): boolean {
  return isBuiltIn && isLeaf(mine) && isOnePiece(path)
}

/** Metadata is the same everywhere; the pod template of a Rollout is one of a Deployment (Argo CD knows it too). */
function isBuiltInPart([kind, ...steps]: Path): boolean {
  if (steps[0] === 'metadata') return true
  return kind === 'Rollout' && steps.slice(0, 3).join('.') === 'spec.template.spec'
}
