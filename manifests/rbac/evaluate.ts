// A policy and a request in; whether somebody may do it, or everybody who may, with each path by which
// they may, out. It decides as the RBAC authorizer does (pkg/registry/rbac/validation/rule.go):
// permissions only add up, and a RoleBinding counts for requests in its own namespace only.
import type { Grant } from './aggregate.ts'
import { allows } from './match.ts'
import type { AccessRequest, Binding, BoundSubject, Rule, Subject } from './model.ts'
import type { Policy } from './policy.ts'
import type { Requester } from './subjects.ts'
import { isMeant, normalized, SUPERUSERS, usernameOf } from './subjects.ts'

/** A way in which a subject may do something: a binding, the entry that names it, and the rules that allow it. */
export interface Path {
  readonly binding: Binding
  readonly subject: BoundSubject
  readonly grants: readonly Grant[]
}

/** A subject and all its paths. */
export interface Holder {
  readonly subject: Subject
  readonly paths: readonly Path[]
}

/** Holders by what the API server knows them as (`identityOf`). */
export type Holders = ReadonlyMap<string, Holder>

/** Whether the API server would let somebody do it: the answer of a SubjectAccessReview. */
export function canI(requester: Requester, request: AccessRequest, policy: Policy): boolean {
  if (requester.groups.includes(SUPERUSERS)) return true
  const applies = inScope(request)
  return policy.bindings.some(
    (binding) =>
      applies(binding) &&
      binding.subjects.some((subject) => isMeant(subject, requester)) &&
      policy.grantsOf(binding).some(({ rule }) => allows(rule, request)),
  )
}

/** Which bindings count for a request. */
function inScope(request: AccessRequest): (binding: Binding) => boolean {
  const namespace = 'url' in request ? '' : (request.namespace ?? '')
  return ({ kind, namespace: own }) =>
    kind === 'ClusterRoleBinding' || (namespace !== '' && own === namespace)
}

/**
 * Everybody whom a binding that counts gives a rule that fits. Rules are asked once for each role, and
 * paths of one binding share what they found: the size of the answer is that of the manifests.
 */
export function holdersOf(
  policy: Policy,
  applies: (binding: Binding) => boolean,
  fits: (rule: Rule) => boolean,
): Holders {
  const fitting = new Map<readonly Grant[], readonly Grant[]>()
  const found = new Map<string, { subject: Subject; paths: Path[] }>()
  for (const binding of policy.bindings) {
    if (!applies(binding)) continue
    const all = policy.grantsOf(binding)
    const grants = fitting.get(all) ?? all.filter(({ rule }) => fits(rule))
    fitting.set(all, grants)
    if (grants.length === 0) continue
    for (const subject of binding.subjects) {
      const key = identityOf(subject)
      const holder = found.get(key) ?? { subject: normalized(subject), paths: [] }
      holder.paths.push({ binding, subject, grants })
      found.set(key, holder)
    }
  }
  return found
}

/** What the API server compares: a group's name, a user's name. Two subjects of one identity are the same. */
export function identityOf({ kind, namespace, name }: Subject): string {
  if (kind === 'Group') return `group ${name}`
  if (kind === 'User') return `user ${name}`
  // In the namespace that the manifests leave open: no username yet, and no username begins so.
  return namespace === undefined ? `open ${name}` : `user ${usernameOf(namespace, name)}`
}
