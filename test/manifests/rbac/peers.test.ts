// The mistakes of other analysers that evaluation can get right or wrong, one by one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { canI } from '../../../manifests/rbac/evaluate.ts'
import type { Question } from '../../../manifests/rbac/question.ts'
import { requesterOf } from '../../../manifests/rbac/subjects.ts'
import { granting, names, policyOf } from '../../support/rbac.ts'

const rule = (lists: string) => `{${lists}}`
const CORE = 'apiGroups: [""]'
const group = '{kind: Group, name: devs}'

const cases: readonly [mistake: string, text: string, Partial<Question>, readonly string[]][] = [
  [
    'kube-linter, trivy, kubescape: a role that is limited to names taken for one that is not',
    readFileSync('fixtures/repos/keyspace/rbac.yaml', 'utf8'),
    {},
    [],
  ],
  [
    'the same role, asked for its name',
    readFileSync('fixtures/repos/keyspace/rbac.yaml', 'utf8'),
    { name: 'keyspace-cloud-prod-secret' },
    ['ServiceAccount keyspace/keyspace-cloud'],
  ],
  [
    'kube-linter, trivy: secrets of another group',
    granting(rule('verbs: [get], apiGroups: [example.com], resources: [secrets]')),
    {},
    [],
  ],
  [
    'kube-linter: a RoleBinding to a ClusterRole overlooked',
    `kind: ClusterRole\nmetadata: {name: r}\nrules: [${rule(`verbs: [get], ${CORE}, resources: [secrets]`)}]\n---\nkind: RoleBinding\nmetadata: {name: b, namespace: here}\nroleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: User, name: eve}]\n`,
    {},
    ['User eve'],
  ],
  [
    'kube-linter: a pattern that fits every verb',
    granting(rule(`verbs: [delete], ${CORE}, resources: [secrets]`)),
    {},
    [],
  ],
  [
    'trivy: only the literal word secrets, not all resources',
    granting(rule(`verbs: ["*"], apiGroups: ["*"], resources: ["*"]`)),
    {},
    ['User eve'],
  ],
  [
    'trivy: only with all groups, though the core group is enough',
    granting(rule(`verbs: [impersonate], ${CORE}, resources: [groups]`), undefined, true),
    { verb: 'impersonate', resource: 'groups', scope: 'no namespace' },
    ['User eve'],
  ],
  [
    'trivy: bind on clusterroles overlooked',
    granting(
      rule('verbs: [bind], apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles]'),
      undefined,
      true,
    ),
    {
      verb: 'bind',
      group: 'rbac.authorization.k8s.io',
      resource: 'clusterroles',
      scope: 'no namespace',
    },
    ['User eve'],
  ],
  [
    'kubescape: a ServiceAccount without a namespace is of the namespace of its RoleBinding',
    granting(
      rule(`verbs: [get], ${CORE}, resources: [secrets]`),
      '{kind: ServiceAccount, name: app}',
    ),
    {},
    ['ServiceAccount here/app'],
  ],
  [
    'rbac-tool: list and watch read Secrets too',
    granting(rule(`verbs: [list], ${CORE}, resources: [secrets]`), group),
    { verb: 'list' },
    ['Group devs'],
  ],
  [
    'kyverno: all verbs overlooked',
    granting(rule(`verbs: ["*"], ${CORE}, resources: [secrets]`), group),
    { verb: 'list' },
    ['Group devs'],
  ],
  [
    'nobody: [""] is a name that every request without one has',
    granting(rule(`verbs: [list], ${CORE}, resources: [secrets], resourceNames: [""]`), group),
    { verb: 'list' },
    ['Group devs'],
  ],
  [
    'nobody: dead rules',
    granting(
      [
        rule('verbs: [get], apiGroups: [core], resources: [secrets]'),
        rule('verbs: [get], apiGroups: [v1], resources: [secrets]'),
        rule(`verbs: [get], ${CORE}, resources: [secret]`),
        rule(`verbs: [get], ${CORE}, resources: [Secrets]`),
        rule(`verbs: [get], ${CORE}, resources: ["secrets/*"]`),
        rule(`verbs: [GET], ${CORE}, resources: [secrets]`),
        rule(`verbs: [get], ${CORE}, resources: [secrets], resourceNames: ["*"]`),
      ].join(', '),
    ),
    { name: 's1' },
    [],
  ],
]

for (const [mistake, text, question, expected] of cases) {
  test(mistake, () => {
    assert.deepEqual(names(policyOf(text), question), expected)
  })
}

test('kubescape: a ServiceAccount has what its groups have', () => {
  const read = rule(`verbs: [get], ${CORE}, resources: [secrets]`)
  const request = { verb: 'get', group: '', resource: 'secrets', namespace: 'here' }
  const everybody = [
    'system:serviceaccounts',
    'system:serviceaccounts:shop',
    'system:authenticated',
  ]
  for (const name of everybody) {
    const { policy } = policyOf(granting(read, `{kind: Group, name: "${name}"}`))
    const account = { kind: 'ServiceAccount', namespace: 'shop', name: 'app' } as const
    assert.equal(canI(requesterOf(account), request, policy), true, name)
    const other = { ...account, namespace: 'bank' }
    assert.equal(canI(requesterOf(other), request, policy), !name.endsWith(':shop'), name)
  }
})
