// Subjects, Secrets and paths in; the words for them out, the same in every rule and every format.
import { quotedName } from '../names.ts'
import type { ObjectName } from '../problem.ts'
import type { Path } from '../rbac/evaluate.ts'
import type { Binding, Role, Subject } from '../rbac/model.ts'
import { OPEN_NAMESPACE } from './facts.ts'
import type { SecretName, Step } from './model.ts'

/** `keyspace/web`, or `web` where the namespace is open or there is none. */
export function qualified({ namespace, name }: SecretName): string {
  return namespace === undefined || namespace === '' || namespace === OPEN_NAMESPACE
    ? worded(name)
    : `${worded(namespace)}/${worded(name)}`
}

/** Users and groups may be called anything, a line of a log too. */
function worded(text: string): string {
  return /^[\w.:@+/-]{1,200}$/.test(text) ? text : quotedName(text)
}

/** Secrets for a finding; the open namespace is none. */
export function secretNames(secrets: readonly SecretName[]): SecretName[] {
  return secrets.map(({ namespace, name }) => ({
    namespace: namespace === OPEN_NAMESPACE ? undefined : namespace,
    name,
  }))
}

/** A subject for a finding; the open namespace is none. */
export function subjectName({ kind, namespace, name }: Subject): Subject {
  return { kind, namespace: namespace === OPEN_NAMESPACE ? undefined : namespace, name }
}

/** `ServiceAccount keyspace/web`, `Group developers`. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return `${kind} ${qualified({ namespace, name })}`
}

/** `namespace keyspace`, or what stands for it. */
export function namespaceText(namespace: string): string {
  return namespace === OPEN_NAMESPACE ? 'its namespace' : `namespace ${namespace}`
}

/** An object's name for a finding; the open namespace is none. */
export function objectName({ kind, namespace, name }: ObjectName): ObjectName {
  return { kind, namespace: namespace === OPEN_NAMESPACE ? undefined : namespace, name }
}

/** The binding, the role, and the first rule of a path. */
export function stepsOf({ binding, grants }: Path): Step[] {
  const [first] = grants
  const bound: Step = { text: named(binding), at: binding.at }
  if (first === undefined) return [bound]
  const { source, rule } = first
  const role = named(source)
  const aggregated =
    source.name === binding.role.name && source.kind === binding.role.kind
      ? []
      : [{ text: `${binding.role.kind} ${binding.role.name}` }]
  return [
    bound,
    ...aggregated,
    { text: role, at: source.at },
    { text: `rule ${rule.index}`, at: rule.at },
  ]
}

function named({ kind, namespace, name }: Role | Binding): string {
  return `${kind} ${qualified({ namespace, name })}`
}

/** `a`, `a and b`, `a, b and c`; at most five of many. */
export function listed(items: readonly string[]): string {
  const shown = items.length > 5 ? [...items.slice(0, 4), 'others'] : items
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}
