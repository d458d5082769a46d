// What rules look at: the objects of a repository, who may do what in it, which Secrets Phase manages, and
// what the policy allows. Built once for a check, and once more for what it is compared with.
import type { ApplicationTarget } from '../argocd/app-project.ts'
import type { Document, ManifestObject } from '../document.ts'
import type { Position, Problem } from '../problem.ts'
import type { Binding, RbacObjects, Role, Subject } from '../rbac/model.ts'
import type { Policy } from '../rbac/policy.ts'
import { buildPolicy } from '../rbac/policy.ts'
import { rbacReader } from '../rbac/read.ts'
import { normalized } from '../rbac/subjects.ts'
import type { GroupKind } from '../workload.ts'
import type { SecretName } from './model.ts'
import { openNamespaces } from './open-namespace.ts'
import type { PodWorkload } from './pod-workloads.ts'
import { podWorkloads } from './pod-workloads.ts'
import type { SeenObject } from './read-objects.ts'
import { readObjects } from './read-objects.ts'

/**
 * The namespace of objects that name none, where nobody says which it is. No namespace is called so; in what
 * is reported it is left out.
 */
export const OPEN_NAMESPACE = '<namespace>'

/** The name of a guarded Secret that stands for all of its namespace: no Secret is called so. */
export const ANY_NAME = '*'

/** A Secret that is to be guarded. */
export interface GuardedSecret {
  readonly namespace: string
  readonly name: string
  /** Where it is asked for: a managedSecretReference, or a line of the policy. */
  readonly at?: Position | undefined
  /** The keys that are known for sure to be all; absent: only Phase knows. */
  readonly keys?: readonly string[] | undefined
}

/** What the policy says that rules have to know. */
export interface Allowances {
  /** Whether a subject is the platform's own. */
  isTrusted(subject: Subject): boolean
  /** Who may read a Secret; undefined: the policy does not say. */
  allowedReaders(secret: SecretName): readonly Subject[] | undefined
}

/** What the rules of RBAC, workloads and Secrets look at. */
export interface Facts extends Allowances {
  /** The minor version of Kubernetes. */
  readonly minor: number
  /** Of objects that name none. */
  readonly namespace: string
  readonly documents: readonly Document[]
  /** The objects that were looked into. */
  readonly objects: readonly ManifestObject[]
  /** All objects. */
  readonly seen: readonly SeenObject[]
  readonly rbac: RbacObjects
  readonly policy: Policy
  /** The object that a role or binding of the manifests was read from. */
  readonly originOf: (named: Role | Binding) => ManifestObject | undefined
  readonly secrets: readonly GuardedSecret[]
  readonly workloads: readonly PodWorkload[]
  /** ServiceAccounts by `nameKey`. */
  readonly accounts: ReadonlyMap<string, ManifestObject>
  /** The Argo CD Application that all of this is the render of; absent where nobody says. */
  readonly application?: ApplicationTarget | undefined
  /** What this is compared with. */
  readonly base?: Facts | undefined
}

/** What facts are made of. */
export interface FactsInput {
  readonly documents: readonly Document[]
  readonly minor: number
  /** Where objects go that name no namespace; undefined: nobody says. */
  readonly namespace: string | undefined
  readonly extraKinds: readonly GroupKind[]
  /** Words of documents that are looked into whatever their kind. */
  readonly words?: readonly string[] | undefined
  /** The Secrets that Phase manages, found among the objects. */
  secretsOf(objects: readonly ManifestObject[], namespace: string): readonly GuardedSecret[]
  readonly allowances: Allowances
  readonly application?: ApplicationTarget | undefined
}

/** Facts, and what could not be read of them. With an error among the problems they are not complete. */
export interface FactsReading {
  readonly facts: Omit<Facts, 'base'>
  readonly problems: readonly Problem[]
}

export function readFacts(input: FactsInput): FactsReading {
  const { documents, minor, extraKinds, words, allowances } = input
  const namespace = input.namespace ?? OPEN_NAMESPACE
  const rbac = rbacReader(namespace)
  const { objects, seen, problems } = readObjects(documents, extraKinds, words ?? [], rbac.take)
  const built = buildPolicy(rbac.objects, minor)
  const facts: Omit<Facts, 'base'> = {
    minor,
    namespace,
    documents,
    objects,
    seen,
    rbac: rbac.objects,
    policy: built.policy,
    originOf: (named) => rbac.origins.get(named),
    secrets: distinct(input.secretsOf(objects, namespace)),
    workloads: podWorkloads(objects, namespace, extraKinds),
    accounts: accountsOf(objects, namespace),
    application: input.application,
    isTrusted: (subject) => allowances.isTrusted(normalized(subject)),
    allowedReaders: (secret) => allowances.allowedReaders(secret),
  }
  // A binding without its role has a rule of its own.
  const unresolved = new Set(built.policy.unresolved.map(({ at }) => at))
  const others = built.problems.filter(({ at }) => at === undefined || !unresolved.has(at))
  const open = openNamespaces(facts.secrets, rbac.objects.bindings, OPEN_NAMESPACE)
  return { facts, problems: [...problems, ...rbac.problems, ...others, ...open] }
}

/** Equal exactly for one namespace and name. */
export function nameKey({ namespace, name }: { namespace: string; name: string }): string {
  return JSON.stringify([namespace, name])
}

/** An object's namespace, as it counts. */
export function namespaceIn(facts: Facts, { object }: Pick<ManifestObject, 'object'>): string {
  return object.namespace || facts.namespace
}

function distinct(secrets: readonly GuardedSecret[]): GuardedSecret[] {
  const found = new Map<string, GuardedSecret>()
  for (const secret of secrets) {
    const key = nameKey(secret)
    if (!found.has(key)) found.set(key, secret)
  }
  return [...found.values()].sort((a, b) => (nameKey(a) < nameKey(b) ? -1 : 1))
}

function accountsOf(
  objects: readonly ManifestObject[],
  namespace: string,
): ReadonlyMap<string, ManifestObject> {
  return new Map(
    objects.flatMap((object) => {
      const { kind, name } = object.object
      if (kind !== 'ServiceAccount' || object.apiVersion !== 'v1' || name === undefined) return []
      return [[nameKey({ namespace: object.object.namespace || namespace, name }), object] as const]
    }),
  )
}
