// Grants in; the changes to the role that take away what nobody needs out.
import { isPlainMap } from '../plain-value.ts'
import { identityOf } from '../rbac/evaluate.ts'
import type { Facts } from './facts.ts'
import type { SecretGrant } from './grants.ts'
import { secretGrants } from './grants.ts'
import type { Fix, PatchOperation } from './model.ts'
import { pointer } from './places.ts'
import { listed } from './words.ts'

/**
 * The guarded Secrets that the workloads of a grant's subjects use, sorted; undefined if some subject is no
 * ServiceAccount of the grant's namespace, or runs nothing: then nobody knows what it needs.
 */
export function namesNeeded(facts: Facts, grant: SecretGrant): readonly string[] | undefined {
  const names = new Set<string>()
  for (const subject of grant.subjects) {
    if (subject.kind !== 'ServiceAccount') return undefined
    const workloads = facts.workloads.filter(
      ({ namespace, serviceAccount }) =>
        identityOf({ kind: 'ServiceAccount', namespace, name: serviceAccount }) ===
        identityOf(subject),
    )
    if (workloads.length === 0) return undefined
    for (const { secrets, namespace } of workloads) {
      for (const { name } of secrets) {
        if (grant.secrets.some((each) => each.name === name && each.namespace === namespace)) {
          names.add(name)
        }
      }
    }
  }
  return names.size === 0 ? undefined : [...names].sort()
}

/** Limits a rule to the Secrets that its subjects' workloads use; undefined where nobody knows which. */
export function limitToNames(facts: Facts, grant: SecretGrant): Fix | undefined {
  const { origin, rule } = grant
  // Whoever else has the rule through another binding must keep what they need.
  const all = secretGrants(facts).filter((each) => each.rule === rule)
  const needed = all.map((each) => namesNeeded(facts, each))
  if (origin === undefined || needed.includes(undefined)) return undefined
  if (all.some(({ binding }) => binding.kind !== 'RoleBinding')) return undefined
  const names = [...new Set(needed.flatMap((each) => each ?? []))].sort()
  const at = ['rules', rule.index] as const
  const place = pointer([...at, 'resourceNames'])
  const isOnlySecrets = rule.resources.length === 1 && rule.apiGroups.length === 1
  return {
    title: `limit the rule to ${listed(names)}`,
    object: origin,
    operations: isOnlySecrets
      ? [limit(rule.resourceNames.length > 0, place, names)]
      : split(origin.value, rule.index, grant, names),
    isSafe: true,
  }
}

function limit(isThere: boolean, path: string, value: readonly string[]): PatchOperation {
  return { op: isThere ? 'replace' : 'add', path, value }
}

/** A rule about Secrets and others becomes two, or the names would limit the others too. */
function split(
  value: Readonly<Record<string, unknown>>,
  index: number,
  { rule }: SecretGrant,
  names: readonly string[],
): PatchOperation[] {
  const rules = Array.isArray(value.rules) ? value.rules : []
  const written: unknown = rules[index]
  if (!isPlainMap(written)) return []
  const others = rule.resources.filter((resource) => resource !== 'secrets')
  const own = { apiGroups: [''], resources: ['secrets'], resourceNames: names, verbs: rule.verbs }
  return [
    { op: 'replace', path: pointer(['rules', index, 'resources']), value: others },
    { op: 'add', path: pointer(['rules', index + 1]), value: own },
  ]
}
