// RB046: operators with every Secret, in the shapes that Phase publishes and others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

const ALL = '[get, list, watch, create, update, patch, delete]'
const PHASE = `- {apiGroups: [secrets.phase.dev], resources: [phasesecrets], verbs: ${ALL}}`
const SECRETS = `- {apiGroups: [''], resources: [secrets, events], verbs: ${ALL}}`

const manifests = (
  name: string,
  rules: readonly string[],
  kind = 'ClusterRole',
) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: phase-kubernetes-operator, namespace: phase}
rules:
  ${rules.join('\n  ')}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}Binding
metadata: {name: phase-kubernetes-operator, namespace: phase}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: phase-kubernetes-operator}
subjects:
  - {kind: ServiceAccount, name: ${name}, namespace: phase}
`

const rows: readonly (readonly [string, string, severity?: string])[] = [
  ["the chart's", manifests('phase-kubernetes-operator', [PHASE, SECRETS]), 'medium'],
  ["the plain manifest's", manifests('default', [PHASE, SECRETS]), 'high'],
  [
    'all verbs',
    manifests('phase-operator', ["- {apiGroups: [''], resources: [secrets], verbs: ['*']}"]),
    'medium',
  ],
  [
    'everything',
    manifests('phase-operator', ["- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}"]),
    'medium',
  ],
  [
    'an account of another name that watches PhaseSecrets',
    manifests('sync', [PHASE, SECRETS]),
    'medium',
  ],
  ['an account of another name that does not', manifests('sync', [SECRETS])],
  ['the account default without PhaseSecrets', manifests('default', [SECRETS])],
  [
    'reading only',
    manifests('phase-operator', [PHASE, SECRETS.replace(ALL, '[get, list, watch]')]),
  ],
  ['names', manifests('phase-operator', [PHASE, SECRETS.replace('}', ', resourceNames: [a]}')])],
  ['a Role', manifests('phase-kubernetes-operator', [PHASE, SECRETS], 'Role')],
]

for (const [name, text, severity] of rows) {
  test(name, () => {
    const findings = found('RB046', factsOf(text))
    assert.deepEqual(
      findings.map((each) => each.severity),
      severity === undefined ? [] : [severity],
    )
    for (const { at, message } of findings) {
      assert.equal(at?.line, text.split('\n').length - 1)
      assert.match(
        message,
        /^lets ServiceAccount phase\/.* read and write every Secret of the cluster$/,
      )
    }
  })
}

test('an administrator is no operator', () => {
  const text = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: ci, namespace: ci}]
`
  assert.deepEqual(found('RB046', factsOf(text)), [])
})

test('the platform may, and the account default is replaced by suggestion', () => {
  const text = manifests('default', [PHASE, SECRETS])
  assert.deepEqual(found('RB046', factsOf(text, { isTrusted: () => true })), [])
  const fix = found('RB046', factsOf(text))[0]?.fix
  assert.deepEqual(fix?.operations, [
    { op: 'replace', path: '/subjects/0/name', value: 'phase-kubernetes-operator' },
  ])
  assert.equal(fix?.isSafe, false)
})
