// The keys of a Secret in two states in; what became of each out. Values were replaced before: equal
// values have equal fingerprints, and words for a value are equal if Phase is asked for the same.
import type { PreviewKey, ShownValue } from './model.ts'
import { shown } from './redact.ts'
import type { SnapshotSecret } from './snapshot.ts'

/** Every key of either state, sorted. */
export function compareKeys(
  before: SnapshotSecret | undefined,
  after: SnapshotSecret | undefined,
): PreviewKey[] {
  const [old, current] = [keysOf(before), keysOf(after)]
  const names = [...new Set([...old.keys(), ...current.keys()])].sort()
  const isKnown = isKnownOnBothSides(before, after)
  const keys = names.map((key) => compareKey(key, old.get(key), current.get(key), isKnown))
  return findRenames(keys)
}

/** The keys of a Secret that is compared with nothing. */
export function listKeys(secret: SnapshotSecret): PreviewKey[] {
  return [...secret.keys].map(([key, value]) => ({ key, value }))
}

function keysOf(secret: SnapshotSecret | undefined): ReadonlyMap<string, ShownValue> {
  return secret?.keys ?? new Map()
}

/** Whether a key that only one state shows is missing in the other, or may just not be known there. */
function isKnownOnBothSides(before?: SnapshotSecret, after?: SnapshotSecret): boolean {
  return (before?.isComplete ?? true) && (after?.isComplete ?? true)
}

function compareKey(
  key: string,
  before: ShownValue | undefined,
  value: ShownValue | undefined,
  isKnown: boolean,
): PreviewKey {
  if (before === undefined || value === undefined) {
    const change = isKnown ? (value === undefined ? 'removed' : 'added') : 'unknown'
    return { key, change, value, before }
  }
  if (shown(before) === shown(value)) return { key, change: 'same', value }
  const isFingerprint = 'fingerprint' in before && 'fingerprint' in value
  return { key, change: isFingerprint ? 'changed' : 'unknown', value, before }
}

/** A key that is gone and a new one with its value are one that was renamed, if there is just one of each. */
function findRenames(keys: readonly PreviewKey[]): PreviewKey[] {
  const by = (change: PreviewKey['change'], pick: (key: PreviewKey) => ShownValue | undefined) =>
    Map.groupBy(
      keys.filter((key) => key.change === change),
      (key) => shownOf(pick(key)),
    )
  const removed = by('removed', ({ before }) => before)
  const added = by('added', ({ value }) => value)
  const renames = new Map<string, string>()
  for (const [value, [first, ...others]] of added) {
    const [old, ...more] = removed.get(value) ?? []
    if (first === undefined || old === undefined || others.length + more.length > 0) continue
    renames.set(first.key, old.key)
  }
  const gone = new Set(renames.values())
  return keys
    .filter(({ key, change }) => !(change === 'removed' && gone.has(key)))
    .map((each) => {
      const renamedFrom = renames.get(each.key)
      return renamedFrom === undefined ? each : { ...each, change: 'renamed', renamedFrom }
    })
}

function shownOf(value: ShownValue | undefined): string {
  return value === undefined ? '' : shown(value)
}
