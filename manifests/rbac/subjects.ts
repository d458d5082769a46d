// Subjects and users: when the two are the same, and which groups somebody is in without being asked.
// Facts: k8s.io/apiserver pkg/authentication/serviceaccount/util.go and user/user.go.
import { namespaceFault, objectNameFault } from '../names.ts'
import type { Subject } from './model.ts'

/** Who asks: a username and all groups, implicit ones too. */
export interface Requester {
  readonly user: string
  readonly groups: readonly string[]
}

/** The members of this group are never asked for permission. */
export const SUPERUSERS = 'system:masters'
const AUTHENTICATED = 'system:authenticated'
const UNAUTHENTICATED = 'system:unauthenticated'
const ANONYMOUS = 'system:anonymous'
const SERVICE_ACCOUNTS = 'system:serviceaccounts'
const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:'

/** The username of a ServiceAccount. */
export function usernameOf(namespace: string, name: string): string {
  return `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`
}

/** The ServiceAccount that a username is of, if it is one. */
export function serviceAccountOf(
  user: string,
): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined
  const [namespace = '', name = '', ...rest] = user.slice(SERVICE_ACCOUNT_PREFIX.length).split(':')
  if (rest.length > 0 || namespaceFault(namespace) !== undefined) return undefined
  return objectNameFault(name) === undefined ? { namespace, name } : undefined
}

/** What a subject is called, the same for two that are the same: User `system:serviceaccount:a:b` is a ServiceAccount. */
export function normalized({ kind, namespace, name }: Subject): Subject {
  if (kind !== 'User') return { kind, namespace, name }
  const account = serviceAccountOf(name)
  return account === undefined ? { kind, name } : { kind: 'ServiceAccount', ...account }
}

/** Whether a subject of a binding is this requester. Usernames are compared whole, as by the API server. */
export function isMeant(subject: Subject, { user, groups }: Requester): boolean {
  if (subject.kind === 'Group') return groups.includes(subject.name)
  if (subject.kind === 'User') return subject.name === user
  return subject.namespace !== undefined && usernameOf(subject.namespace, subject.name) === user
}

/** A requester from a subject, with the groups that the API server adds on its own. */
export function requesterOf(subject: Subject, groups: readonly string[] = []): Requester {
  if (subject.kind === 'Group') return { user: '', groups: [subject.name, ...groups] }
  const { kind, namespace, name } = subject
  const isOpen = kind === 'ServiceAccount' && namespace === undefined
  const user = kind === 'ServiceAccount' ? usernameOf(namespace ?? '', name) : name
  const implicit = isOpen ? [SERVICE_ACCOUNTS, AUTHENTICATED] : implicitGroups(user)
  return { user, groups: [...new Set([...groups, ...implicit])] }
}

function implicitGroups(user: string): readonly string[] {
  if (user === ANONYMOUS) return [UNAUTHENTICATED]
  const account = serviceAccountOf(user)
  if (account === undefined) return [AUTHENTICATED]
  return [SERVICE_ACCOUNTS, `${SERVICE_ACCOUNTS}:${account.namespace}`, AUTHENTICATED]
}
