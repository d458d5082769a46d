// Roles in; for each name the rules that a binding to it really gives out. A ClusterRole with an
// aggregationRule has the rules of the roles that it selects, directly or through others, and not its
// own: pkg/controller/clusterroleaggregation. Cycles are one set of rules for all roles in them.
import { strongComponents } from './components.ts'
import type { Role, Rule } from './model.ts'

/** A rule that a role gives, and the role in which it is written. */
export interface Grant {
  readonly source: Role
  readonly rule: Rule
}

/** Comparisons of a selector with a role, and rules of all aggregated roles together. */
const MOST_COMPARISONS = 50_000_000
const MOST_GRANTS = 5_000_000

/** Thrown where aggregation would take more than there is. */
export class AggregationError extends Error {
  override readonly name = 'AggregationError'
}

/** The rules of the roles of one name: there are several where manifests repeat one, or change a built-in one. */
export type RolesOfName = readonly Role[]

/**
 * The effective rules of cluster roles.
 * @throws AggregationError if roles select each other too often
 */
export function aggregate(
  roles: ReadonlyMap<string, RolesOfName>,
): ReadonlyMap<string, readonly Grant[]> {
  const edges = edgesOf(roles)
  const effective = new Map<string, readonly Grant[]>()
  let total = 0
  for (const members of strongComponents([...roles.keys()], (name) => edges.get(name) ?? [])) {
    const isCycle = members.length > 1
    const rules = new Map<Rule, Grant>()
    for (const name of members) {
      for (const grant of ownGrants(roles.get(name) ?? [], isCycle)) rules.set(grant.rule, grant)
      for (const selected of edges.get(name) ?? []) {
        for (const grant of effective.get(selected) ?? []) rules.set(grant.rule, grant)
      }
    }
    total += rules.size
    if (total > MOST_GRANTS) throw new AggregationError()
    const grants = [...rules.values()]
    for (const name of members) effective.set(name, grants)
  }
  return effective
}

/**
 * Rules that are written into an aggregated role are overwritten, but in a cycle they may have gone round
 * before that, and then they stay: which of the two is a matter of timing, so they count.
 */
function ownGrants(roles: RolesOfName, isCycle: boolean): Grant[] {
  return roles
    .filter(({ selectors }) => selectors === undefined || isCycle)
    .flatMap((source) => source.rules.map((rule) => ({ source, rule })))
}

function edgesOf(roles: ReadonlyMap<string, RolesOfName>): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, readonly string[]>()
  let comparisons = 0
  for (const [name, entries] of roles) {
    const selectors = entries.flatMap((role) => role.selectors ?? [])
    if (selectors.length === 0) continue
    for (const { size } of selectors) comparisons += size * roles.size
    if (comparisons > MOST_COMPARISONS) throw new AggregationError()
    const isSelected = ({ labels }: Role) => selectors.some((selector) => selector.matches(labels))
    const others = [...roles].filter(([other, each]) => other !== name && each.some(isSelected))
    edges.set(
      name,
      others.map(([other]) => other),
    )
  }
  return edges
}
