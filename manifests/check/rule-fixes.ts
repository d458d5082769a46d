// Grants in; the changes to the role that take away what nobody needs out.

import { pointerOf } from '../fix/pointer.ts'
import { isPlainMap } from '../plain-value.ts'
import { identityOf } from '../rbac/evaluate.ts'
import type { Facts } from './facts.ts'
import type { SecretGrant } from './grants.ts'
import { grantsOfRule } from './grants.ts'
import type { Fix, PatchOperation } from './model.ts'
import type { FieldPath } from './places.ts'
import { usageOf } from './usage.ts'
import { listed } from './words.ts'

/**
 * The Secrets that the workloads of a grant's subjects name; undefined if some subject is no ServiceAccount,
 * or runs nothing here: then nobody knows what it needs.
 */
export function namesUsed(facts: Facts, grant: SecretGrant): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const subject of grant.subjects) {
    const workloads =
      subject.kind === 'Group' ? [] : (usageOf(facts).workloads.get(identityOf(subject)) ?? [])
    if (workloads.length === 0) return undefined
    for (const { name } of workloads.flatMap(({ secrets }) => secrets)) names.add(name)
  }
  return names
}

/** Of those, the guarded ones that the grant reaches, sorted; undefined also if there is none. */
export function namesNeeded(facts: Facts, grant: SecretGrant): readonly string[] | undefined {
  const used = namesUsed(facts, grant)
  const names = grant.secrets.map(({ name }) => name).filter((name) => used?.has(name))
  return names.length === 0 ? undefined : [...new Set(names)].sort()
}

/** Takes verbs from the rule; none of them is `*`. */
export function withoutVerbs(
  { origin, rule }: SecretGrant,
  verbs: readonly string[],
  isSafe: boolean,
): Fix | undefined {
  const isOnlySecrets = rule.resources.length === 1 && rule.apiGroups.length === 1
  if (origin === undefined || !isOnlySecrets) return undefined
  const left = rule.verbs.filter((verb) => !verbs.includes(verb))
  const operations =
    left.length === 0
      ? [{ op: 'remove' as const, path: pointerOf(['rules', rule.index]) }]
      : removals(rule.verbs, verbs, ['rules', rule.index, 'verbs'])
  return { title: `remove ${listed(verbs)}`, object: origin, operations, isSafe }
}

/** Takes names from the rule. Safe for those that nothing in the manifests makes a Secret of. */
export function withoutNames(
  facts: Facts,
  { origin, rule }: SecretGrant,
  names: readonly string[],
): Fix | undefined {
  if (origin === undefined || names.length === rule.resourceNames.length) return undefined
  const known = new Set([
    ...facts.secrets.map(({ name }) => name),
    ...facts.objects.flatMap(({ object }) => (object.kind === 'Secret' ? (object.name ?? []) : [])),
  ])
  return {
    title: `remove ${listed(names)}`,
    object: origin,
    operations: removals(rule.resourceNames, names, ['rules', rule.index, 'resourceNames']),
    isSafe: names.every((name) => !known.has(name)),
  }
}

/** From the last to the first, so that no index moves before it is used. */
function removals(
  list: readonly string[],
  unwanted: readonly string[],
  path: FieldPath,
): PatchOperation[] {
  return list
    .flatMap((item, index) => (unwanted.includes(item) ? [index] : []))
    .reverse()
    .map((index) => ({ op: 'remove' as const, path: pointerOf([...path, index]) }))
}

/** Limits a rule to the Secrets that its subjects' workloads use; undefined where nobody knows which. */
export function limitToNames(facts: Facts, grant: SecretGrant): Fix | undefined {
  const { origin, rule } = grant
  // Whoever else has the rule through another binding must keep what they need.
  const all = grantsOfRule(facts, rule)
  const needed = all.map((each) => namesNeeded(facts, each))
  if (origin === undefined || needed.includes(undefined)) return undefined
  if (all.some(({ binding }) => binding.kind !== 'RoleBinding')) return undefined
  const names = [...new Set(needed.flatMap((each) => each ?? []))].sort()
  const at = ['rules', rule.index] as const
  const place = pointerOf([...at, 'resourceNames'])
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
    { op: 'replace', path: pointerOf(['rules', index, 'resources']), value: others },
    { op: 'add', path: pointerOf(['rules', index + 1]), value: own },
  ]
}
