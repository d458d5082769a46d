// RB013: a binding names a role or a ServiceAccount that is not there.
import { nearest } from '../../../did-you-mean.ts'
import type { Binding } from '../../../rbac/model.ts'
import { normalized } from '../../../rbac/subjects.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, qualified, subjectName } from '../../words.ts'
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
    const withAccounts = new Set(
      [...facts.accounts.keys()].map((key) => String((JSON.parse(key) as unknown[])[0])),
    )
    for (const binding of facts.rbac.bindings) {
      if (unresolved.has(binding)) yield missingRole(facts, binding)
      yield* missingAccounts(facts, binding, withAccounts)
    }
  },
}

function missingRole(facts: Facts, binding: Binding): Found {
  const { role, namespace, subjects } = binding
  const names = facts.rbac.roles
    .filter(
      ({ kind, namespace: own }) =>
        kind === role.kind && (kind === 'ClusterRole' || own === namespace),
    )
    .map(({ name }) => name)
  return {
    at: binding.at,
    object: objectName(binding),
    message: `its ${role.kind} ${role.name} is neither in the manifests nor built in: what it grants cannot be checked`,
    hint: hintFor(role.name, names, 'add the manifest of the role'),
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
