// Roles and bindings out of manifests: what is one, where its parts stand, and what the API server refuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRbac } from '../../../manifests/rbac/read.ts'
import { documentOf } from '../../support/document.ts'
import { policyOf } from '../../support/rbac.ts'

const RULE = '{verbs: [get], apiGroups: [""], resources: [secrets]}'
const role = (rules: string) =>
  `kind: Role\nmetadata: {name: r, namespace: here}\nrules: ${rules}\n`
const clusterRole = (rest: string) => `kind: ClusterRole\nmetadata: {name: r}\n${rest}\n`
const binding = (rest: string) =>
  `kind: RoleBinding\nmetadata: {name: b, namespace: here}\n${rest}\n`
const bound = (subjects: string) => binding(`roleRef: {kind: Role, name: r}\nsubjects: ${subjects}`)

const refused: readonly [text: string, reason: RegExp][] = [
  [role('[{apiGroups: [""], resources: [secrets]}]'), /^rules\[0\] has no verbs$/],
  [role('[{verbs: [], apiGroups: [""], resources: [secrets]}]'), /^rules\[0\] has no verbs$/],
  [role('[null]'), /^rules\[0\] has no verbs$/],
  [role('[{verbs: [get], resources: [secrets]}]'), /^rules\[0\] has no apiGroups$/],
  [role('[{verbs: [get], apiGroups: [""]}]'), /^rules\[0\] has no resources$/],
  [
    role('[{verbs: get, apiGroups: [""], resources: [secrets]}]'),
    /^rules\[0\].verbs is not a list$/,
  ],
  [
    role('[{verbs: [1], apiGroups: [""], resources: [secrets]}]'),
    /^rules\[0\].verbs\[0\] is not text/,
  ],
  [role('{}'), /^rules is not a list$/],
  [role('[{verbs: [get], nonResourceURLs: [/x]}]'), /a Role cannot have nonResourceURLs$/],
  [
    clusterRole('rules: [{verbs: [get], nonResourceURLs: [/x], resourceNames: [a]}]'),
    /has both resources and nonResourceURLs$/,
  ],
  [clusterRole('aggregationRule: {}'), /clusterRoleSelectors is empty$/],
  [
    clusterRole(
      'aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: a, operator: is}]}]}',
    ),
    /operator is none of/,
  ],
  [
    clusterRole('aggregationRule: {clusterRoleSelectors: [{matchLabels: {"a b": c}}]}'),
    /^a label key in/,
  ],
  ['kind: Role\nmetadata: {name: a/b, namespace: here}\n', /^metadata.name may hold neither/],
  ['kind: Role\nmetadata: {name: a, namespace: HERE}\n', /^metadata.namespace is not a namespace/],
  ['kind: ClusterRole\nmetadata: {name: a, labels: {b: true}}\n', /metadata.labels is not text/],
  [binding('roleRef: {kind: Group, name: r}'), /^roleRef.kind is neither Role nor ClusterRole$/],
  [binding('roleRef: {kind: Role}'), /^roleRef.name is missing$/],
  [binding('roleRef: {apiGroup: rbac, kind: Role, name: r}'), /^roleRef.apiGroup is not/],
  [
    'kind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: Role, name: r}\n',
    /not ClusterRole$/,
  ],
  [bound('[{kind: Robot, name: a}]'), /^subjects\[0\].kind is none of/],
  [bound('[{kind: User}]'), /^subjects\[0\] has no name$/],
  [bound('[{kind: User, name: a, apiGroup: v1}]'), /^subjects\[0\].apiGroup is not/],
  [
    bound('[{kind: ServiceAccount, name: a, apiGroup: rbac.authorization.k8s.io}]'),
    /has no apiGroup$/,
  ],
  [bound('[{kind: ServiceAccount, name: "a:b"}]'), /^subjects\[0\].name is not a name/],
  [
    'kind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: ServiceAccount, name: a}]\n',
    /^subjects\[0\] has no namespace$/,
  ],
]

for (const [text, reason] of refused) {
  test(`refused: ${text.replaceAll('\n', ' ')}`, () => {
    const { objects, problems } = policyOf(text)
    assert.deepEqual([objects.roles, objects.bindings], [[], []])
    const [problem] = problems
    assert.match(problem?.message ?? '', reason)
    assert.equal(problem?.severity, 'warning')
    assert.match(problem?.hint ?? '', /grants nothing/)
  })
}

const accepted: readonly string[] = [
  role('null'),
  role('[]'),
  role(`[${RULE}, ${RULE}]`),
  role('[{verbs: [null], apiGroups: [""], resources: [null], resourceNames: null}]'),
  role(`[{verbs: [get], apiGroups: [""], resources: [secrets], unknown: 1}]`),
  clusterRole('rules: [{verbs: [get], nonResourceURLs: [/x]}]'),
  clusterRole('aggregationRule: {clusterRoleSelectors: [null]}'),
  'kind: ClusterRole\nmetadata: {name: "system:a b", namespace: ignored}\n',
  'kind: Role\nmetadata: {generateName: r-, namespace: here}\n',
  bound('null'),
  bound('[{kind: Group, name: "any thing", apiGroup: ""}]'),
]

for (const text of accepted) {
  test(`accepted: ${text.replaceAll('\n', ' ')}`, () => {
    const { objects, problems } = policyOf(text)
    assert.equal(objects.roles.length + objects.bindings.length, 1)
    assert.deepEqual(
      problems.filter(({ hint }) => /grants nothing/.test(hint ?? '')),
      [],
    )
  })
}

test('rules and subjects know where they stand', () => {
  const { objects } = policyOf(`kind: Role
metadata: {name: r, namespace: here}
rules:
  - verbs: [get]
    apiGroups: [""]
    resources: [secrets]
  - ${RULE}
---
kind: RoleBinding
metadata: {name: b, namespace: here}
roleRef: {kind: Role, name: r}
subjects:
  - kind: User
    name: eve
  - {kind: ServiceAccount, name: app}
`)
  const file = 'rbac.yaml'
  const [only] = objects.roles
  assert.deepEqual(
    only?.rules.map(({ at }) => at),
    [
      { file, line: 5, column: 5 },
      { file, line: 8, column: 5 },
    ],
  )
  const [binding] = objects.bindings
  assert.deepEqual(binding?.at, { file, line: 10, column: 1 })
  assert.deepEqual(binding?.subjects, [
    { kind: 'User', name: 'eve', at: { file, line: 15, column: 5 } },
    { kind: 'ServiceAccount', namespace: 'here', name: 'app', at: { file, line: 17, column: 5 } },
  ])
})

test('a List holds them too, and what came by an alias stands at its object', () => {
  const { objects, problems } = policyOf(`apiVersion: v1
kind: List
items:
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: a}
    rules: &rules
      - ${RULE}
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: b}
    rules: *rules
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
`)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    objects.roles.map(({ name, rules }) => [name, rules[0]?.at?.line]),
    [
      ['a', 8],
      ['b', 8],
    ],
  )
})

test('objects without a namespace are in the one that is said, or in one without a name', () => {
  const text = `kind: Role\nmetadata: {name: r}\n---\nkind: RoleBinding\nmetadata: {name: b}\nroleRef: {kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: app}]\n`
  for (const namespace of ['there', undefined]) {
    const { objects, policy } = policyOf(text, namespace)
    assert.equal(objects.roles[0]?.namespace, namespace)
    assert.equal(objects.bindings[0]?.subjects[0]?.namespace, namespace)
    assert.deepEqual(policy.unresolved, [])
  }
})

test('removed versions and unknown kinds grant nothing, and are said', () => {
  for (const [head, message] of [
    [
      'apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role',
      /was removed in Kubernetes 1\.22$/,
    ],
    [
      'apiVersion: rbac.authorization.k8s.io/v1alpha1\nkind: Role',
      /was removed in Kubernetes 1\.22$/,
    ],
    ['apiVersion: rbac.authorization.k8s.io/v2\nkind: Role', /^there is no "Role" in/],
    ['apiVersion: rbac.authorization.k8s.io/v1\nkind: role', /^there is no "role" in/],
  ] as const) {
    const { objects, problems } = policyOf(`${head}\nmetadata: {name: r, namespace: here}\n`)
    assert.deepEqual(objects.roles, [])
    assert.match(problems[0]?.message ?? '', message)
  }
})

const unreadable: readonly [string, string][] = [
  ['broken', 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a\n'],
  [
    'a list in a List',
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: [{apiVersion: rbac.authorization.k8s.io/v1}]}\n',
  ],
  [
    'a list that does not say so',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nitems:\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role}\n',
  ],
  [
    'a list that says it is a Role',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nitems: [{}]\n',
  ],
  [
    'a name that is no text',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: 1, namespace: a}\n',
  ],
  [
    'a key twice',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: []\nrules: []\n',
  ],
]

for (const [name, text] of unreadable) {
  test(`an error, because it may grant anything: ${name}`, () => {
    const { problems } = readRbac([documentOf(text)])
    assert.ok(problems.some(({ severity }) => severity === 'error'))
  })
}

test('documents that cannot hold one are not parsed', () => {
  const { objects, problems } = readRbac([
    documentOf('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\n'),
    documentOf('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: [broken\n'),
    documentOf('not: [a manifest\n'),
    documentOf('# rbac.authorization.k8s.io\n'),
  ])
  assert.deepEqual([objects.roles, objects.bindings, problems], [[], [], []])
})

test('a key in disguise is found', () => {
  const { objects } = readRbac([
    documentOf(
      '"apiVersion": "rbac.authorization.k8s.i\\x6f/v1"\nkind: Role\nmetadata: {name: a, namespace: b}\n',
    ),
  ])
  assert.equal(objects.roles.length, 1)
})
