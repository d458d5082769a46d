// A permission or a workload in; whether its pods can be seen to need it, out. What the kubelet brings, by
// environment or volume, needs no permission of the ServiceAccount.

import { itemsAt, stringsAt, valueAt } from '../plain-value.ts'
import type { Grant } from '../rbac/aggregate.ts'
import { identityOf } from '../rbac/evaluate.ts'
import type { Binding, Rule, Subject } from '../rbac/model.ts'
import type { Facts } from './facts.ts'
import { isRead } from './grants.ts'
import type { PodWorkload } from './pod-workloads.ts'
import { accountOf, groupsOf, usageOf } from './usage.ts'

/**
 * What a workload's permissions are for: `none` has none in the manifests, `kubelet` only some to read Secrets
 * that its pods get without, `unknown` may need them.
 */
export type ApiNeed = 'none' | 'kubelet' | 'unknown'

export function apiNeed(facts: Facts, workload: PodWorkload): ApiNeed {
  if (usesToken(workload)) return 'unknown'
  const cache = needs.get(facts) ?? new Map<string, ApiNeed>()
  needs.set(facts, cache)
  const account = accountOf(workload)
  const identity = identityOf(account)
  const need = cache.get(identity) ?? needOf(facts, account)
  cache.set(identity, need)
  return need
}

const needs = new WeakMap<Facts, Map<string, ApiNeed>>()

function needOf(facts: Facts, account: ReturnType<typeof accountOf>): ApiNeed {
  const { bindings } = usageOf(facts)
  const groups = groupsOf(account.namespace)
  if (groups.some((group) => bindings.has(identityOf(group)))) return 'unknown'
  const own = bindings.get(identityOf(account)) ?? []
  if (own.length === 0) return 'none'
  const delivered = deliveredTo(facts, account)
  return own.every((binding) => isOnlyFor(facts, binding, delivered)) ? 'kubelet' : 'unknown'
}

/** Whether a binding gives nothing but to read some of the Secrets named. */
export function isOnlyFor(facts: Facts, binding: Binding, names: ReadonlySet<string>): boolean {
  const grants: readonly Grant[] = facts.policy.grantsOf(binding)
  return grants.length > 0 && grants.every(({ rule }) => isOnlyReadOf(rule, names))
}

/** Whether a rule does nothing but let read some of the Secrets named. */
export function isOnlyReadOf(rule: Rule, names: ReadonlySet<string>): boolean {
  const { verbs, apiGroups, resources, resourceNames } = rule
  return (
    apiGroups.every((group) => group === '') &&
    resources.every((resource) => resource === 'secrets') &&
    verbs.every(isRead) &&
    resourceNames.length > 0 &&
    resourceNames.every((name) => names.has(name))
  )
}

const delivered = new WeakMap<Facts, Map<string, ReadonlySet<string>>>()

/** The names of the Secrets that the kubelet brings to the pods of a ServiceAccount. */
export function deliveredTo(facts: Facts, account: Subject): ReadonlySet<string> {
  const cache = delivered.get(facts) ?? new Map<string, ReadonlySet<string>>()
  delivered.set(facts, cache)
  const identity = identityOf(account)
  const workloads = usageOf(facts).workloads.get(identity) ?? []
  const names = cache.get(identity) ?? new Set(workloads.flatMap(namesOf))
  cache.set(identity, names)
  return names
}

function namesOf({ secrets }: PodWorkload): string[] {
  return secrets.flatMap(({ how, name }) => (how === 'pull' ? [] : [name]))
}

/** Vault's agent signs in with the token that is mounted, whatever RBAC says of it. */
const VAULT = 'vault.hashicorp.com/'

/** Whether the pod says that it uses a token: it asks for one as a volume, or Vault's agent is put into it. */
function usesToken({ object, podSpec }: PodWorkload): boolean {
  const spec = valueAt(object.value, ...podSpec.map(String))
  const template = valueAt(object.value, ...podSpec.slice(0, -1).map(String))
  const sources = itemsAt(spec, 'volumes').flatMap((volume) =>
    itemsAt(volume, 'projected', 'sources'),
  )
  return (
    sources.some((source) => valueAt(source, 'serviceAccountToken') !== undefined) ||
    Object.keys(stringsAt(template, 'metadata', 'annotations')).some((key) => key.startsWith(VAULT))
  )
}
