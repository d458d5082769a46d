// The nouns of role-based access control: what roles and bindings say, who is meant, and what is asked.
import type { Position } from '../problem.ts'

/** One rule of a role. Lists are as written; which of them count is in match.ts. */
export interface Rule {
  /** 0-based, in the role that it is written in. */
  readonly index: number
  /** Absent for a rule that is built into Kubernetes. */
  readonly at?: Position | undefined
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** What names a role or a binding. */
export interface RbacName<Kind extends string> {
  readonly kind: Kind
  /** Absent for a cluster-wide kind, and where the manifests do not say it. */
  readonly namespace?: string | undefined
  readonly name: string
  /** Absent for an object that Kubernetes creates itself. */
  readonly at?: Position | undefined
}

/** A Role or ClusterRole. */
export interface Role extends RbacName<'Role' | 'ClusterRole'> {
  readonly labels: Readonly<Record<string, string>>
  readonly rules: readonly Rule[]
  /** Of a ClusterRole with an `aggregationRule`: its own rules are replaced by those of the roles selected. */
  readonly selectors?: readonly RoleSelector[] | undefined
}

/** One of an aggregation's selectors. */
export interface RoleSelector {
  /** How much a comparison costs: its requirements, plus one. */
  readonly size: number
  matches(labels: Readonly<Record<string, string>>): boolean
}

/** Somebody. A ServiceAccount without a namespace is of the one that its binding's manifest leaves open. */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly namespace?: string | undefined
  readonly name: string
}

/** A subject as a binding names it; the namespace that it leaves out is filled in. */
export interface BoundSubject extends Subject {
  readonly at?: Position | undefined
}

/** A RoleBinding or ClusterRoleBinding. */
export interface Binding extends RbacName<'RoleBinding' | 'ClusterRoleBinding'> {
  readonly role: { readonly kind: Role['kind']; readonly name: string }
  readonly subjects: readonly BoundSubject[]
}

/** Roles and bindings, in any order. */
export interface RbacObjects {
  readonly roles: readonly Role[]
  readonly bindings: readonly Binding[]
}

/**
 * A request for a resource, as the API server sees it. What a request's name is, is not obvious: see
 * question.ts.
 */
export interface ResourceRequest {
  readonly verb: string
  /** `''` is the core group. */
  readonly group: string
  /** In the plural, without subresource. */
  readonly resource: string
  readonly subresource?: string | undefined
  /** Absent or empty: the request has none. */
  readonly name?: string | undefined
  /** Absent or empty: a cluster-wide request. */
  readonly namespace?: string | undefined
}

/** A request for a path that is no resource, such as `/metrics`. */
export interface UrlRequest {
  readonly verb: string
  readonly url: string
}

/** Any request. */
export type AccessRequest = ResourceRequest | UrlRequest
