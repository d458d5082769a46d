// Those who have one permission and those who have another in; those who have both for one and the same
// object out: in one namespace, and for one name. One of the two may come from a group.
import type { Holder, Holders, Path } from './evaluate.ts'
import { identityOf } from './evaluate.ts'
import type { Binding, Subject } from './model.ts'
import { requesterOf } from './subjects.ts'

/** The holders of any, with all their paths. */
export function merged(...several: readonly Holders[]): Holders {
  const all = new Map<string, { subject: Subject; paths: Path[] }>()
  for (const [key, { subject, paths }] of several.flatMap((holders) => [...holders])) {
    const known = all.get(key) ?? { subject, paths: [] }
    for (const path of paths) known.paths.push(path)
    all.set(key, known)
  }
  return all
}

/** The holders of both. The paths are those of the first permission that the second goes with. */
export function jointly(first: Holders, second: Holders): Holders {
  const found = new Map<string, Holder>()
  for (const [key, { subject }] of merged(first, second)) {
    const keys = [key, ...groupsOf(subject).map((name) => identityOf({ kind: 'Group', name }))]
    const reach = reachOf(keys.flatMap((each) => second.get(each)?.paths ?? []))
    const paths = keys
      .flatMap((each) => first.get(each)?.paths ?? [])
      .map((path) => ({ ...path, grants: path.grants.filter((grant) => reach(path, grant)) }))
      .filter(({ grants }) => grants.length > 0)
    if (paths.length > 0) found.set(key, { subject, paths })
  }
  return found
}

function groupsOf(subject: Subject): readonly string[] {
  return subject.kind === 'Group' ? [] : requesterOf(subject).groups
}

/** Names by where they hold; `undefined` in a set stands for every name. */
type Names = Set<string | undefined>

const EVERYWHERE = Symbol('every namespace')

/** Whether some of these paths hold where, and for what, another path's grant does. */
function reachOf(paths: readonly Path[]) {
  const reach = new Map<string | undefined | typeof EVERYWHERE, Names>()
  const all: Names = new Set()
  for (const { binding, grants } of paths) {
    const names: Names = reach.get(placeOf(binding)) ?? new Set()
    reach.set(placeOf(binding), names)
    for (const { rule } of grants) {
      for (const name of namesOf(rule.resourceNames)) {
        names.add(name)
        all.add(name)
      }
    }
  }
  return ({ binding }: Path, { rule }: Path['grants'][number]): boolean => {
    const place = placeOf(binding)
    const sets = place === EVERYWHERE ? [all] : [reach.get(place), reach.get(EVERYWHERE)]
    return sets.some((names) => names !== undefined && isCommon(namesOf(rule.resourceNames), names))
  }
}

function isCommon(names: readonly (string | undefined)[], others: Names): boolean {
  if (others.has(undefined)) return true
  return names.some((name) => (name === undefined ? others.size > 0 : others.has(name)))
}

function namesOf(names: readonly string[]): readonly (string | undefined)[] {
  return names.length === 0 ? [undefined] : names
}

function placeOf({ kind, namespace }: Binding): string | undefined | typeof EVERYWHERE {
  return kind === 'ClusterRoleBinding' ? EVERYWHERE : namespace
}
