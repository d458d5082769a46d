// RB046: Phase's operator, or whoever else may write PhaseSecrets everywhere, may do everything with every
// Secret of the cluster.
import type { Fix, Found, Rule, Severity } from '../../../manifests/check/model.ts'
import { objectName, stepsOf, subjectText } from '../../../manifests/check/words.ts'
import { pointerOf } from '../../../manifests/fix/pointer.ts'
import { itemsAt, valueAt } from '../../../manifests/plain-value.ts'
import type { Grant } from '../../../manifests/rbac/aggregate.ts'
import { allows } from '../../../manifests/rbac/match.ts'
import type { Binding, BoundSubject } from '../../../manifests/rbac/model.ts'
import type { PhaseFacts } from '../facts.ts'

const role = (kind: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: phase-kubernetes-operator${kind === 'Role' ? '\n  namespace: keyspace' : ''}
rules:
  - apiGroups: [secrets.phase.dev]
    resources: [phasesecrets]
    verbs: [get, list, watch, patch]
  - apiGroups: ['']
    resources: [secrets]
    verbs: [get, list, watch, create, update, patch, delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}Binding
metadata:
  name: phase-kubernetes-operator${kind === 'Role' ? '\n  namespace: keyspace' : ''}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${kind}
  name: phase-kubernetes-operator
subjects:
  - kind: ServiceAccount
    name: phase-kubernetes-operator
    namespace: phase
`

export const operatorOverprivileged: Rule<PhaseFacts> = {
  id: 'RB046',
  name: 'operator-overprivileged',
  chapter: 'phase',
  severity: 'medium',
  summary: "Phase's operator may read and write every Secret of the cluster",
  why: "The operator's chart binds its ServiceAccount to a ClusterRole over all Secrets, and its plain manifest binds the ServiceAccount `default` of namespace `default`, which every pod there uses that names no other. Whoever runs a pod with that ServiceAccount, or takes the operator over, has all Secrets.",
  fix: 'Give the operator a ServiceAccount of its own, and bind a Role in each namespace with PhaseSecrets instead of a ClusterRoleBinding. This plugin needs no permission over Secrets at all.',
  fixable: 'suggestion',
  example: { bad: role('ClusterRole'), good: role('Role') },
  *find(facts): Iterable<Found> {
    for (const binding of facts.policy.bindings) {
      if (binding.kind !== 'ClusterRoleBinding' || binding.at === undefined) continue
      const grants = facts.policy.grantsOf(binding)
      if (!canAll(grants, WRITES)) continue
      const isOperators = canAll(grants, WATCHES)
      for (const subject of binding.subjects) {
        if (subject.kind !== 'ServiceAccount' || facts.isTrusted(subject)) continue
        const isMeant = /phase.*operator/i.test(subject.name)
        if (isMeant || (isOperators && !grants.some(isBuiltIn))) {
          yield overprivileged(facts, binding, subject, grants)
        }
      }
    }
  },
}

interface Asked {
  readonly verbs: readonly string[]
  readonly group: string
  readonly resource: string
}

const WRITES: Asked = {
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  group: '',
  resource: 'secrets',
}
const WATCHES: Asked = {
  verbs: ['list', 'watch'],
  group: 'secrets.phase.dev',
  resource: 'phasesecrets',
}

/** Whether all of it is granted, for every name. */
function canAll(grants: readonly Grant[], { verbs, ...asked }: Asked): boolean {
  return verbs.every((verb) => grants.some(({ rule }) => allows(rule, { verb, ...asked })))
}

/** An administrator's role gives this too; other rules speak of those. */
function isBuiltIn({ source }: Grant): boolean {
  return source.at === undefined
}

function overprivileged(
  facts: PhaseFacts,
  binding: Binding,
  subject: BoundSubject,
  grants: readonly Grant[],
): Found {
  const about = { group: '', resource: 'secrets' }
  const reading = grants.filter(({ rule }) => allows(rule, { verb: 'get', ...about }))
  const isShared = subject.name === 'default'
  const severity: Severity = isShared ? 'high' : 'medium'
  const whose = isShared ? ', which all pods of its namespace share,' : ''
  return {
    at: subject.at ?? binding.at,
    object: objectName(binding),
    severity,
    message: `lets ${subjectText(subject)}${whose} read and write every Secret of the cluster`,
    hint: isShared
      ? 'give the operator a ServiceAccount of its own, and Roles in the namespaces with PhaseSecrets'
      : 'bind Roles in the namespaces with PhaseSecrets instead',
    subject,
    path: stepsOf({ binding, subject, grants: reading }),
    fix: isShared ? ownAccount(facts, binding, subject) : undefined,
  }
}

/** The name that the operator's chart gives its ServiceAccount. */
const OWN_ACCOUNT = 'phase-kubernetes-operator'

/** The ServiceAccount has to be written too, and the operator has to use it. */
function ownAccount(facts: PhaseFacts, binding: Binding, subject: BoundSubject): Fix | undefined {
  const object = facts.originOf(binding)
  if (object === undefined) return undefined
  const index = itemsAt(object.value, 'subjects').findIndex(
    (item) =>
      valueAt(item, 'kind') === 'ServiceAccount' &&
      valueAt(item, 'name') === subject.name &&
      valueAt(item, 'namespace') === subject.namespace,
  )
  if (index < 0) return undefined
  return {
    title: `bind ServiceAccount ${OWN_ACCOUNT}`,
    object,
    operations: [
      { op: 'replace', path: pointerOf(['subjects', index, 'name']), value: OWN_ACCOUNT },
    ],
    isSafe: false,
  }
}
