// RB013: a binding names a role or a ServiceAccount that is not there.
import { nearest } from '../../../did-you-mean.ts'
import { shownName } from '../../../names.ts'
import type { Binding } from '../../../rbac/model.ts'
import { normalized } from '../../../rbac/subjects.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { listed, objectName, qualified, subjectName, subjectText } from '../../words.ts'
import { ACCOUNT, READER_BINDING, readerRole } from '../example-parts.ts'

const RULE = "{apiGroups: [''], resources: [configmaps], verbs: [get]}"

export const danglingBinding: Rule<Facts> = {
  id: 'RB013',
  name: 'dangling-binding',
  chapter: 'bindings',
  severity: 'medium',
  summary:
    'a binding names a role or a ServiceAccount that is neither in the manifests nor built in',
  why: 'A binding to a role that does not exist gives nothing until somebody makes one of that name, with whatever rules they like. The same holds for a ServiceAccount. What such a role grants cannot be checked here.',
  fix: 'Correct the name, add the missing manifest, or remove the binding.',
  fixable: 'suggestion',
  example: {
    bad: `${ACCOUNT}${READER_BINDING}`,
    good: `${ACCOUNT}${readerRole(RULE)}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    const unresolved = new Set(facts.policy.unresolved)
    const guarded = new Set(facts.secrets.map(({ namespace }) => namespace))
    const withAccounts = new Set(
      [...facts.accounts.keys()].map((key) => String((JSON.parse(key) as unknown[])[0])),
    )
    for (const binding of facts.rbac.bindings) {
      if (unresolved.has(binding)) yield missingRole(facts, binding, guarded)
      yield* missingAccounts(facts, binding, withAccounts)
    }
  },
}

/** Where Secrets are guarded it is as bad as a role that reads them: the cluster may have it. */
function missingRole(facts: Facts, binding: Binding, guarded: ReadonlySet<string>): Found {
  const { kind, role, namespace } = binding
  const subjects = binding.subjects.filter((subject) => !facts.isTrusted(subject))
  const isNear = kind === 'ClusterRoleBinding' ? guarded.size > 0 : guarded.has(namespace ?? '')
  const who = subjects.length === 0 ? 'nobody' : listed([...new Set(subjects.map(subjectText))])
  const names = facts.rbac.roles
    .filter(
      ({ kind, namespace: own }) =>
        kind === role.kind && (kind === 'ClusterRole' || own === namespace),
    )
    .map(({ name }) => name)
  return {
    at: binding.at,
    object: objectName(binding),
    severity: isNear && subjects.length > 0 ? 'high' : undefined,
    message: `gives ${who} its ${role.kind} ${shownName(role.name)}, which is neither in the manifests nor built in: what it grants cannot be checked`,
    hint: hintFor(role.name, names, 'add the manifest of the role, or name its folder in --with'),
    subjects: subjects.map(subjectName),
  }
}

/** Only where the manifests bring ServiceAccounts of that namespace: elsewhere others may bring them. */
function* missingAccounts(
  facts: Facts,
  binding: Binding,
  withAccounts: ReadonlySet<string>,
): Iterable<Found> {
  for (const subject of binding.subjects) {
    const { kind, namespace = facts.namespace, name } = normalized(subject)
    if (kind !== 'ServiceAccount' || name === 'default' || !withAccounts.has(namespace)) continue
    if (facts.accounts.has(nameKey({ namespace, name }))) continue
    const names = [...facts.accounts.values()]
      .filter(({ object }) => (object.namespace || facts.namespace) === namespace)
      .flatMap(({ object }) => object.name ?? [])
    yield {
      at: subject.at ?? binding.at,
      object: objectName(binding),
      message: `binds ServiceAccount ${qualified({ namespace, name })}, which is not in the manifests`,
      hint: hintFor(name, names, 'add its manifest, or correct the name'),
      subject: { kind, namespace, name },
    }
  }
}

function hintFor(name: string, names: readonly string[], otherwise: string): string {
  const close = nearest(name, names)
  return close === undefined ? otherwise : `did you mean ${close}?`
}
