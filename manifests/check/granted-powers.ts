// Facts in; each rule of a role that gives powers where guarded Secrets are, with the powers and who gets
// them, out. Rules about everything and roles that Kubernetes brings have findings of their own.
import type { Grant } from '../rbac/aggregate.ts'
import { allowsAnyName } from '../rbac/match.ts'
import type { Binding, BoundSubject, Rule } from '../rbac/model.ts'
import type { Facts } from './facts.ts'
import type { Power } from './powers.ts'
import { hasNoName, isAboutNothing, portPowersOf, powersOf } from './powers.ts'

/** A rule that gives powers through a binding. */
export interface GrantedPowers {
  readonly binding: Binding
  readonly grant: Grant
  /** Those whom the platform does not trust; never empty. */
  readonly subjects: readonly BoundSubject[]
  readonly powers: readonly Power[]
  /** What reaches the ports of pods. */
  readonly ports: readonly Power[]
}

const found = new WeakMap<Facts, readonly GrantedPowers[]>()

/** All of them, in the order of the bindings; found once. */
export function grantedPowers(facts: Facts): readonly GrantedPowers[] {
  const known = found.get(facts) ?? findAll(facts)
  found.set(facts, known)
  return known
}

function findAll(facts: Facts): GrantedPowers[] {
  const table = powersOf(facts.minor)
  const portTable = portPowersOf(facts.minor)
  const guarded = new Set(facts.secrets.map(({ namespace }) => namespace))
  const ofRule = new Map<Rule, readonly Power[]>()
  return facts.rbac.bindings.flatMap((binding) => {
    const isClusterWide = binding.kind === 'ClusterRoleBinding'
    const subjects = binding.subjects.filter((subject) => !facts.isTrusted(subject))
    const isNear = isClusterWide ? guarded.size > 0 : guarded.has(binding.namespace ?? '')
    if (!isNear || subjects.length === 0) return []
    return facts.policy.grantsOf(binding).flatMap((grant): GrantedPowers[] => {
      const { rule } = grant
      if (rule.at === undefined && BUILT_IN.includes(binding.role.name)) return []
      const all = ofRule.get(rule) ?? table.filter((power) => gives(rule, power))
      ofRule.set(rule, all)
      const powers = all.filter(({ isNamespaced }) => isNamespaced || isClusterWide)
      // RB003 speaks of all resources.
      const ports = rule.resources.includes('*')
        ? []
        : portTable.filter((power) => gives(rule, power))
      return powers.length + ports.length === 0 ? [] : [{ binding, grant, subjects, powers, ports }]
    })
  })
}

/** RB016 speaks of them. */
const BUILT_IN = ['edit', 'admin', 'cluster-admin']

/** Whether a rule is about everything: whoever has it has all powers. */
function isEverything({ verbs, apiGroups, resources }: Rule): boolean {
  return [verbs, apiGroups, resources].every((list) => list.includes('*'))
}

function gives(rule: Rule, power: Power): boolean {
  if (isEverything(rule)) return power.rule === 'RB036'
  const { resourceNames } = rule
  if (isAboutNothing(rule) && !hasNoName(power)) return false
  const isNamed = resourceNames.length > 0 && !resourceNames.includes('')
  if (isNamed && !power.byName) return false
  return allowsAnyName(rule, power) && !(isNamed && hasNoName(power))
}
