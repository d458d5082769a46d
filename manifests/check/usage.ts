// Facts in; who runs as which ServiceAccount, what is bound to it, and which guarded Secrets a workload uses,
// out. Looked up once for all rules.

import type { ManifestObject } from '../document.ts'
import { identityOf } from '../rbac/evaluate.ts'
import type { Binding, Subject } from '../rbac/model.ts'
import { ByName } from './by-name.ts'
import type { Facts, GuardedSecret } from './facts.ts'
import { ANY_NAME, nameKey } from './facts.ts'
import type { SecretGrant } from './grants.ts'
import { isRead, isUnscoped, secretGrants } from './grants.ts'
import type { PodWorkload } from './pod-workloads.ts'

/** The ServiceAccount of a namespace that every pod has which names none; Kubernetes creates it. */
export const DEFAULT_ACCOUNT = 'default'

/** Who uses what. */
export interface Usage {
  /** Workloads by the identity of their ServiceAccount. */
  readonly workloads: ReadonlyMap<string, readonly PodWorkload[]>
  /** Bindings of the manifests by the identity of each subject. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>
  /** Rules that let somebody read guarded Secrets, by the identity of each untrusted subject. */
  readonly reads: ReadonlyMap<string, readonly SecretGrant[]>
  /**
   * ServiceAccounts by `nameKey` of the guarded Secrets that a rule names for them, in the Secret's own
   * namespace: whoever wrote that had their pods in mind.
   */
  readonly readers: ReadonlyMap<string, ReadonlySet<string>>
  readonly guarded: ByName<GuardedSecret>
  readonly accounts: ByName<ManifestObject>
}

const known = new WeakMap<Facts, Usage>()

/** Found once. */
export function usageOf(facts: Facts): Usage {
  const usage = known.get(facts) ?? findUsage(facts)
  known.set(facts, usage)
  return usage
}

function findUsage(facts: Facts): Usage {
  const bindings = new Map<string, Binding[]>()
  for (const binding of facts.rbac.bindings) {
    for (const subject of binding.subjects) push(bindings, identityOf(subject), binding)
  }
  const reads = new Map<string, SecretGrant[]>()
  const readers = new Map<string, Set<string>>()
  for (const grant of secretGrants(facts)) {
    if (!grant.verbs.some(isRead)) continue
    for (const subject of grant.subjects) {
      push(reads, identityOf(subject), grant)
      if (!isUnscoped(grant)) addReader(readers, grant, subject)
    }
  }
  const guarded = new ByName<GuardedSecret>()
  for (const secret of facts.secrets) guarded.add(secret.namespace, secret.name, secret)
  const accounts = new ByName<ManifestObject>()
  for (const account of facts.accounts.values()) {
    const { namespace, name = '' } = account.object
    accounts.add(namespace || facts.namespace, name, account)
  }
  const workloads = Map.groupBy(facts.workloads, (workload) => identityOf(accountOf(workload)))
  return { workloads, bindings, reads, readers, guarded, accounts }
}

function addReader(
  readers: Map<string, Set<string>>,
  { secrets }: SecretGrant,
  { kind, namespace, name }: Subject,
): void {
  if (kind !== 'ServiceAccount') return
  for (const secret of secrets) {
    if (secret.namespace !== namespace) continue
    const key = nameKey(secret)
    readers.set(key, (readers.get(key) ?? new Set()).add(name))
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

/** The ServiceAccount that a workload runs as. */
export function accountOf({ namespace, serviceAccount }: PodWorkload): Subject & {
  readonly namespace: string
} {
  return { kind: 'ServiceAccount', namespace, name: serviceAccount }
}

/** The guarded Secrets that a workload's containers see, each once, in the order of its fields. */
export function guardedUses(facts: Facts, workload: PodWorkload): readonly GuardedSecret[] {
  const { guarded } = usageOf(facts)
  const found = workload.secrets
    .filter(({ how }) => how !== 'pull')
    .flatMap(({ name }) => {
      const named = guarded.in(workload.namespace, name)
      if (named.length > 0) return named
      return guarded.in(workload.namespace, ANY_NAME).map((every) => ({ ...every, name }))
    })
  return [...new Map(found.map((secret) => [nameKey(secret), secret])).values()]
}

/** Whether the kubelet puts the ServiceAccount's token into the pods: the pod decides, then its ServiceAccount. */
export function mountsToken(facts: Facts, workload: PodWorkload): boolean {
  if (workload.automount !== undefined) return workload.automount
  const account = facts.accounts.get(nameKey(accountOf(workload)))
  return account?.value.automountServiceAccountToken !== false
}

const readable = new WeakMap<Facts, Map<string, ReadonlySet<GuardedSecret>>>()

/** The guarded Secrets that a ServiceAccount may read by a rule for itself, not for a group that it is in. */
export function readableBy(facts: Facts, account: Subject): ReadonlySet<GuardedSecret> {
  const cache = readable.get(facts) ?? new Map<string, ReadonlySet<GuardedSecret>>()
  readable.set(facts, cache)
  const identity = identityOf(account)
  const grants = usageOf(facts).reads.get(identity) ?? []
  const secrets = cache.get(identity) ?? new Set(grants.flatMap((grant) => grant.secrets))
  cache.set(identity, secrets)
  return secrets
}

/** The groups that the API server puts a ServiceAccount in, as subjects. */
export function groupsOf(namespace: string): readonly Subject[] {
  const names = ['serviceaccounts', `serviceaccounts:${namespace}`, 'authenticated']
  return names.map((name) => ({ kind: 'Group', name: `system:${name}` }))
}

/** The ServiceAccounts that rules name for guarded Secrets, `default` left out, sorted. */
export function namedReaders(facts: Facts, secrets: readonly GuardedSecret[]): readonly string[] {
  const { readers } = usageOf(facts)
  const names = new Set(secrets.flatMap((secret) => [...(readers.get(nameKey(secret)) ?? [])]))
  names.delete(DEFAULT_ACCOUNT)
  return [...names].sort()
}
