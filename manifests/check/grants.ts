// Facts in; the rules of roles that give somebody something over guarded Secrets out, each once, with
// everybody who gets it and which Secrets it reaches. Rules of the catalogue answer from these.
import type { ManifestObject } from '../document.ts'
import type { Grant } from '../rbac/aggregate.ts'
import { allows, allowsAnyName } from '../rbac/match.ts'
import type { Binding, BoundSubject, Rule } from '../rbac/model.ts'
import type { Facts, GuardedSecret } from './facts.ts'
import { ANY_NAME } from './facts.ts'
import { namespaceText } from './words.ts'

/** A rule that reaches guarded Secrets through a binding. */
export interface SecretGrant extends Grant {
  readonly binding: Binding
  /** Those whom the platform does not trust; never empty. */
  readonly subjects: readonly BoundSubject[]
  /** The verbs that count, of those that can be asked of Secrets, sorted. */
  readonly verbs: readonly string[]
  /** The guarded Secrets in its reach; never empty. */
  readonly secrets: readonly GuardedSecret[]
  /** Where it holds: `namespace keyspace`, `every namespace`. */
  readonly place: string
  /** Where the rule is written; undefined for one that is built into Kubernetes. */
  readonly origin: ManifestObject | undefined
}

/** Verbs that the API server knows for Secrets. */
export const SECRET_VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
] as const

const READS = ['get', 'list', 'watch']

/** Whether a verb returns values. */
export function isRead(verb: string): boolean {
  return READS.includes(verb)
}

const found = new WeakMap<Facts, readonly SecretGrant[]>()

/** All of them, in the order of the bindings; found once. */
export function secretGrants(facts: Facts): readonly SecretGrant[] {
  const known = found.get(facts) ?? findGrants(facts)
  found.set(facts, known)
  return known
}

const byRule = new WeakMap<Facts, ReadonlyMap<Rule, readonly SecretGrant[]>>()

/** Those of one rule, through all bindings. */
export function grantsOfRule(facts: Facts, rule: Rule): readonly SecretGrant[] {
  const known = byRule.get(facts) ?? Map.groupBy(secretGrants(facts), (grant) => grant.rule)
  byRule.set(facts, known)
  return known.get(rule) ?? []
}

/** Those whose rule is written in the manifests. Roles that Kubernetes brings have a rule of their own. */
export function writtenGrants(facts: Facts): readonly SecretGrant[] {
  return secretGrants(facts).filter(({ rule }) => rule.at !== undefined)
}

function findGrants(facts: Facts): SecretGrant[] {
  const inNamespace = Map.groupBy(facts.secrets, ({ namespace }) => namespace)
  const verbsByRule = new Map<Rule, readonly string[]>()
  return facts.policy.bindings.flatMap((binding): SecretGrant[] => {
    if (binding.at === undefined) return []
    const { namespace = '', kind } = binding
    const near = kind === 'ClusterRoleBinding' ? facts.secrets : (inNamespace.get(namespace) ?? [])
    const subjects = binding.subjects.filter((subject) => !facts.isTrusted(subject))
    if (near.length === 0 || subjects.length === 0) return []
    return facts.policy.grantsOf(binding).flatMap((grant): SecretGrant[] => {
      const verbs = verbsByRule.get(grant.rule) ?? verbsOf(grant)
      verbsByRule.set(grant.rule, verbs)
      const secrets = verbs.length === 0 ? [] : near.filter(reachOf(grant, verbs))
      if (secrets.length === 0) return []
      const origin = facts.originOf(grant.source)
      const place = kind === 'ClusterRoleBinding' ? 'every namespace' : namespaceText(namespace)
      return [{ ...grant, binding, subjects, verbs, secrets, place, origin }]
    })
  })
}

/**
 * The verbs that a rule gives over Secrets. Where it has names, `deletecollection` never has one, and
 * `create` only with `patch`, which is server-side apply.
 */
function verbsOf({ rule }: Grant): string[] {
  const has = (verb: string) => allowsAnyName(rule, { verb, group: '', resource: 'secrets' })
  const isNamed = rule.resourceNames.length > 0 && !rule.resourceNames.includes('')
  return SECRET_VERBS.filter((verb) => {
    if (isNamed && verb === 'deletecollection') return false
    return has(verb) && (verb !== 'create' || !isNamed || has('patch'))
  })
}

/** Which Secrets a rule with such verbs reaches; names are looked up, not compared. */
function reachOf(
  { rule }: Grant,
  verbs: readonly string[],
): (secret: Pick<GuardedSecret, 'name'>) => boolean {
  const request = { group: '', resource: 'secrets' }
  if (verbs.some((verb) => allows(rule, { ...request, verb }))) return () => true
  const names = new Set(rule.resourceNames)
  return ({ name }) => name === ANY_NAME || names.has(name)
}

/** Whether the rule has no list of names that keeps a request without a name out. */
export function isUnscoped({ rule }: Grant): boolean {
  return rule.resourceNames.length === 0 || rule.resourceNames.includes('')
}

/** Whether `*` stands where Secrets, their group or their verbs are written. */
export function isWildcard({ rule }: Grant): boolean {
  return [rule.verbs, rule.apiGroups, rule.resources].some((list) => list.includes('*'))
}
