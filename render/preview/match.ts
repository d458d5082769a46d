// The objects of two states in; which of the older ones each newer one is, out.
import type { SnapshotObject } from './snapshot.ts'

/**
 * By their keys. Several of one state can have the same: names that the cluster generates, or an object that
 * two sources hold. Of those, equal ones belong together, and the rest in their order.
 */
export function matchObjects(
  before: readonly SnapshotObject[],
  after: readonly SnapshotObject[],
  keyOf: (object: SnapshotObject) => string,
): ReadonlyMap<SnapshotObject, SnapshotObject> {
  const older = Map.groupBy(before, keyOf)
  return new Map(
    [...Map.groupBy(after, keyOf)].flatMap(([key, group]) => matchGroup(older.get(key), group)),
  )
}

type Match = readonly [after: SnapshotObject, before: SnapshotObject]

function matchGroup(
  before: readonly SnapshotObject[] = [],
  after: readonly SnapshotObject[],
): readonly Match[] {
  const [old, ...olds] = before
  const [current, ...others] = after
  if (old === undefined || current === undefined) return []
  if (olds.length + others.length === 0) return [[current, old]]
  const equal = equalOnes(before, after)
  const matched = new Set(equal.flat())
  const rest = before.filter((each) => !matched.has(each)).values()
  const left = after.filter((each) => !matched.has(each))
  return [...equal, ...left.flatMap((each) => matchWith(each, rest))]
}

function equalOnes(before: readonly SnapshotObject[], after: readonly SnapshotObject[]): Match[] {
  const olds = [...Map.groupBy(before, textOf)].map(
    ([text, group]) => [text, group.values()] as const,
  )
  const byText = new Map(olds)
  return after.flatMap((each) => matchWith(each, byText.get(textOf(each))))
}

function matchWith(after: SnapshotObject, olds?: Iterator<SnapshotObject>): Match[] {
  const next = olds?.next()
  return next === undefined || next.done ? [] : [[after, next.value]]
}

function textOf({ content }: SnapshotObject): string {
  return JSON.stringify(content)
}
