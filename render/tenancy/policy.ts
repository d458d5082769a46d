// The rules of the platform team as data, and how their patterns match. A policy binds
// Applications to what their PhaseSecrets may ask for. Policies only ever allow, each for itself:
// what one of them allows is never combined with what another does.
import type { SealingScope } from '../../manifests/sealing/scope.ts'
import type { Entity, Place } from '../source.ts'

/** What Argo CD says of an Application, as far as policies look at it. All of it is Argo CD's own word. */
export interface PolicySubject {
  /** `<name>`, or `<namespace>_<name>` for an Application outside Argo CD's own namespace. */
  readonly name: string
  readonly project?: string | undefined
  /** The destination namespace; absent where the Application has none. */
  readonly namespace?: string | undefined
  /** `spec.source.repoURL`. */
  readonly repository?: string | undefined
}

/** Which Applications a policy is for: every list that is there must have a pattern that matches. */
export interface PolicyMatch {
  readonly projects?: readonly string[] | undefined
  readonly applications?: readonly string[] | undefined
  readonly namespaces?: readonly string[] | undefined
  readonly repositories?: readonly string[] | undefined
}

/** An app or an environment: by id, exactly, or by a pattern for its name, upper and lower case apart. */
export type EntityPattern = { readonly id: string } | { readonly name: string }

/** What a policy allows. An absent list has the narrow meaning that its comment gives. */
export interface PolicyAllow {
  /** Absent: the default host. */
  readonly hosts?: readonly string[] | undefined
  /** The name of the credential for PhaseSecrets whose token is not looked up; absent: the default one. */
  readonly credential?: string | undefined
  /** Patterns for `namespace/name`. Absent: those of the Application's destination namespace. */
  readonly tokenReferences?: readonly string[] | undefined
  readonly apps: readonly EntityPattern[]
  readonly environments: readonly EntityPattern[]
  /** Absent: every path. */
  readonly paths?: readonly string[] | undefined
  /** Absent: the Application's destination namespace. */
  readonly targetNamespaces?: readonly string[] | undefined
  /** Absent: every type. */
  readonly secretTypes?: readonly string[] | undefined
  /** Secrets that Argo CD would take for its own repositories, clusters and credentials. */
  readonly argocdSecrets: boolean
  /** Their Secrets leave sealed; absent: as they are. */
  readonly sealed?: SealedOutput | undefined
}

/** For whom Secrets are sealed, and how widely. Only the platform chooses either. */
export interface SealedOutput {
  /** The name of a configured certificate. */
  readonly certificate: string
  readonly scope: SealingScope
}

/** Which Applications it is for, and what it allows them. */
export interface Policy {
  readonly name: string
  readonly match: PolicyMatch
  readonly allow: PolicyAllow
  /** Workloads of these Applications are rolled unless they opt out. */
  readonly redeployByDefault: boolean
}

/** Namespaces of Kubernetes itself: only their full name allows them, never a pattern. */
const PROTECTED = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** Patterns that match whatever there is. */
const EVERYTHING: readonly string[] = ['*', '**']

/**
 * Whether a pattern matches a whole text. `*` stands for any characters but `/`, `**` for any, `/**`
 * at the end also for nothing; a pattern that is `*` matches everything. Nothing else is special.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (EVERYTHING.includes(pattern)) return true
  if (pattern.endsWith('/**') && text === pattern.slice(0, -3)) return true
  const source = pattern.replace(/\*+|[^\w*]/gu, (part) => {
    if (part[0] !== '*') return `\\u{${part.codePointAt(0)?.toString(16)}}`
    return part.length === 1 ? '[^/]*' : '.*'
  })
  return new RegExp(`^${source}$`, 'su').test(text)
}

/** The fields of `match` that keep a policy from applying to an Application; none if it applies. */
export function mismatches(
  { match }: Policy,
  { name, project, namespace, repository }: PolicySubject,
): (keyof PolicyMatch)[] {
  const facts = {
    projects: project,
    applications: name,
    namespaces: namespace,
    repositories: repository,
  } as const satisfies Record<keyof PolicyMatch, string | undefined>
  const fields = ['projects', 'applications', 'namespaces', 'repositories'] as const
  return fields.filter((field) => {
    const patterns = match[field]
    const fact = facts[field]
    if (patterns === undefined) return false
    if (fact === undefined) return true
    return !(field === 'repositories' ? matchesAddress(patterns, fact) : matchesAny(patterns, fact))
  })
}

/**
 * Whether an address is allowed by patterns. One that a server could take for another place than it
 * looks like (escapes, dots, queries, backslashes) is allowed in full only, and a user in front of a
 * host only if a pattern has both in full: `https://host*` is not for `https://host@elsewhere`.
 */
export function matchesAddress(patterns: readonly string[], address: string): boolean {
  if (patterns.some((pattern) => pattern === address || EVERYTHING.includes(pattern))) return true
  if (/[%?#\\\s]|\/\.\.?(\/|$)/.test(address)) return false
  const withUser = /^[a-z][a-z0-9+.-]*:\/\/[^/]*@[^/]*(?:\/|$)/i.exec(address)?.[0] ?? ''
  return matchesAny(
    patterns.filter((pattern) => pattern.startsWith(withUser)),
    address,
  )
}

/** Whether a policy lets a place be read, as far as the place is known. */
export function allowsPlace({ allow }: Policy, { app, environment, path }: Place): boolean {
  if (!allow.apps.some((pattern) => matchesEntity(pattern, app))) return false
  if (environment === undefined) return true
  if (!allow.environments.some((pattern) => matchesEntity(pattern, environment))) return false
  return path === undefined || allow.paths === undefined || matchesAny(allow.paths, path)
}

/** Whether a policy names an app in the way it is asked for: by this id, or by a pattern for this very name. */
export function namesApp(
  { allow }: Policy,
  { id, name }: { readonly id?: string | undefined; readonly name?: string | undefined },
): boolean {
  return allow.apps.some((pattern) =>
    'id' in pattern
      ? pattern.id === id
      : id === undefined && matchesPattern(pattern.name, name ?? ''),
  )
}

/** Whether a target namespace is allowed by patterns: namespaces of Kubernetes itself only in full. */
export function matchesNamespace(patterns: readonly string[], namespace: string): boolean {
  return PROTECTED.has(namespace) ? patterns.includes(namespace) : matchesAny(patterns, namespace)
}

/** Whether one of the patterns matches a whole text. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, text))
}

function matchesEntity(pattern: EntityPattern, { id, name }: Entity): boolean {
  return 'id' in pattern ? pattern.id === id : matchesPattern(pattern.name, name)
}

/** What holds inside Argo CD where the platform has no configuration file. */
export const DEFAULT_POLICY: Policy = {
  name: '',
  match: {},
  allow: { apps: [{ name: '*' }], environments: [{ name: '*' }], argocdSecrets: false },
  redeployByDefault: false,
}
