// Objects, subjects and Secrets as a policy writes them in; their names out, or what is wrong with the
// text. No patterns: `*` is refused everywhere but in `namespace/*` for managed Secrets.
import { namespaceFault, objectNameFault } from '../../names.ts'
import type { ObjectName } from '../../problem.ts'
import type { Subject } from '../../rbac/model.ts'
import { pathSegmentFault } from '../../rbac/shape.ts'
import { normalized } from '../../rbac/subjects.ts'
import type { SecretName } from '../model.ts'

/** A value, or why there is none: words that follow the name of a field. */
export type Read<T> = { readonly value: T } | { readonly fault: string }

const LONGEST_USER = 1000
const SUBJECT_KINDS = ['User', 'Group', 'ServiceAccount'] as const

/** `Kind/name` or `Kind/namespace/name`. */
export function readObjectName(text: string): Read<ObjectName> {
  const [kind = '', ...rest] = text.split('/')
  const name = rest.pop()
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind) || name === undefined || rest.length > 1) {
    return { fault: 'is not Kind/namespace/name or Kind/name' }
  }
  const [namespace] = rest
  const fault =
    rbacNameFault(name) ?? (namespace === undefined ? undefined : inNamespace(namespace))
  return fault === undefined ? { value: { kind, namespace, name } } : { fault }
}

/**
 * `User/name`, `Group/name`, `ServiceAccount/namespace/name`; `ServiceAccount/name` is one whose
 * namespace the manifests leave open. A User that is a ServiceAccount's becomes that.
 */
export function readSubject(text: string): Read<Subject> {
  const slash = text.indexOf('/')
  const kind = SUBJECT_KINDS.find((each) => each === text.slice(0, slash))
  const rest = text.slice(slash + 1)
  if (slash < 0 || kind === undefined) {
    return { fault: 'is not User/name, Group/name or ServiceAccount/namespace/name' }
  }
  if (kind === 'ServiceAccount') {
    const read = readSecretName(rest)
    return 'fault' in read ? read : { value: { kind, ...read.value } }
  }
  const fault = userFault(rest)
  return fault === undefined ? { value: normalized({ kind, name: rest }) } : { fault }
}

/** `namespace/name`; `name` is one whose namespace the manifests leave open. */
export function readSecretName(text: string): Read<SecretName> {
  const [name = '', namespace, ...more] = text.split('/').reverse()
  if (more.length > 0) return { fault: 'is not namespace/name' }
  const fault =
    patternFault(text) ??
    objectNameFault(name) ??
    (namespace === undefined ? undefined : inNamespace(namespace))
  return fault === undefined ? { value: { namespace, name } } : { fault }
}

/** As a Secret, or `namespace/*`: all of a namespace, which has no name then. */
export function readManagedSecrets(
  text: string,
): Read<{ readonly namespace?: string | undefined; readonly name?: string | undefined }> {
  if (!text.endsWith('/*')) return readSecretName(text)
  const namespace = text.slice(0, -2)
  const fault = patternFault(namespace) ?? inNamespace(namespace)
  return fault === undefined ? { value: { namespace } } : { fault }
}

function inNamespace(namespace: string): string | undefined {
  const fault = namespaceFault(namespace)
  return fault === undefined ? undefined : `has a namespace that ${fault}`
}

function patternFault(text: string): string | undefined {
  return text.includes('*') ? 'is a pattern: name one, patterns are not read here' : undefined
}

/** Roles and bindings may have any name that fits into a path. */
function rbacNameFault(name: string): string | undefined {
  if (name === '') return 'has an empty name'
  if (name.length > 253) return 'has a name longer than 253 characters'
  const isUnfit = pathSegmentFault(name) !== undefined || /[\s\p{C}]/u.test(name)
  return patternFault(name) ?? (isUnfit ? 'has a name that no object can have' : undefined)
}

/** Kubernetes takes whatever the authenticator says. */
function userFault(name: string): string | undefined {
  if (name.trim() === '') return 'has an empty name'
  if (name.length > LONGEST_USER) return `has a name longer than ${LONGEST_USER} characters`
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return 'has a name with control characters'
  return patternFault(name)
}

/** Equal exactly for two that are the same subject. */
export function subjectKey(subject: Subject): string {
  const { kind, namespace, name } = normalized(subject)
  return JSON.stringify([kind, namespace || '', name])
}

/** Equal exactly for two that are the same Secret. */
export function secretKey({ namespace, name }: SecretName): string {
  return JSON.stringify([namespace || '', name])
}

/** Equal exactly for two objects of one kind, namespace and name. */
export function objectNameKey({ kind, namespace, name }: ObjectName): string {
  return JSON.stringify([kind, namespace || '', name ?? ''])
}

/** As a policy writes it. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return [kind, ...(namespace ? [namespace] : []), name].join('/')
}

/** As a policy writes it. */
export function secretText({ namespace, name }: SecretName): string {
  return namespace ? `${namespace}/${name}` : name
}
