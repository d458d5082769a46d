// Facts about Kubernetes by version, names of resources, who is in which group, and components.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtIn, NEWEST_MINOR, OLDEST_MINOR } from '../../../manifests/rbac/built-in.ts'
import { strongComponents } from '../../../manifests/rbac/components.ts'
import { findResource } from '../../../manifests/rbac/resources.ts'
import { normalized, requesterOf } from '../../../manifests/rbac/subjects.ts'
import { minorVersion } from '../../../manifests/rbac/versions.ts'
import { names, policyOf } from '../../support/rbac.ts'

test('versions', () => {
  const cases = { '1.34': 34, 'v1.34.2': 34, '1.34.2+k3s1': 34, '1.36.0-beta.0': 36 }
  for (const [text, minor] of Object.entries(cases)) assert.equal(minorVersion(text), minor)
  for (const text of ['', '2.1', '1', '1.x', '34', '1.3456']) {
    assert.equal(minorVersion(text), undefined, text)
  }
})

const resources: readonly [string, string | undefined, string | undefined][] = [
  ['secrets', undefined, 'secrets.'],
  ['Secret', undefined, 'secrets.'],
  ['deploy', undefined, 'deployments.apps'],
  ['deployments', 'apps', 'deployments.apps'],
  ['deployment', 'batch', undefined],
  ['ing', 'networking', 'ingresses.networking.k8s.io'],
  ['events', undefined, 'events.'],
  ['ev', 'events.k8s.io', 'events.events.k8s.io'],
  ['nodes', undefined, 'nodes.'],
  ['users', 'authentication.k8s.io', 'users.authentication.k8s.io'],
  ['users', undefined, 'users.'],
  ['phasesecret', undefined, 'phasesecrets.secrets.phase.dev'],
  ['secretz', undefined, undefined],
  ['__proto__', undefined, undefined],
]

for (const [name, group, expected] of resources) {
  test(`the resource ${name} of ${group ?? 'any group'}`, () => {
    const found = findResource(name, group)
    assert.equal(found && `${found.name}.${found.group}`, expected)
  })
}

test('the built-in roles of a version are those of that version', () => {
  const rulesOf = (minor: number) =>
    builtIn(minor).roles.find(({ name }) => name === 'system:aggregate-to-edit')?.rules ?? []
  const hasEvents = (minor: number) =>
    rulesOf(minor).some(({ apiGroups }) => apiGroups.includes('events.k8s.io'))
  assert.deepEqual([hasEvents(34), hasEvents(35)], [false, true])
  const namesOf = (minor: number) => builtIn(minor).roles.map(({ name }) => name)
  assert.deepEqual(namesOf(99), namesOf(NEWEST_MINOR))
  assert.deepEqual(namesOf(1), namesOf(OLDEST_MINOR))
  for (const { rules } of builtIn(NEWEST_MINOR).roles) {
    assert.deepEqual(
      rules.map(({ index }) => index),
      [...rules.keys()],
    )
  }
})

test('built-in roles and Secrets', () => {
  const bind = (name: string) =>
    `kind: ClusterRoleBinding\nmetadata: {name: "our:${name}"}\nroleRef: {kind: ClusterRole, name: "${name}"}\nsubjects: [{kind: User, name: "${name}"}]\n`
  const all = ['view', 'edit', 'admin', 'cluster-admin', 'system:node', 'system:basic-user']
  for (let minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor += 1) {
    const made = policyOf(all.map(bind).join('---\n'), undefined, minor)
    assert.deepEqual(made.problems, [])
    assert.deepEqual(names(made, {}), [
      'User admin',
      'User cluster-admin',
      'User edit',
      'User system:node',
    ])
  }
})

test('who is in which group', () => {
  const groupsOf = (name: string) => requesterOf({ kind: 'User', name }).groups
  assert.deepEqual(groupsOf('alice'), ['system:authenticated'])
  assert.deepEqual(groupsOf('system:anonymous'), ['system:unauthenticated'])
  assert.deepEqual(groupsOf('system:serviceaccount:a:b:c'), ['system:authenticated'])
  assert.deepEqual(groupsOf('system:serviceaccount:a:b'), [
    'system:serviceaccounts',
    'system:serviceaccounts:a',
    'system:authenticated',
  ])
})

test('a user that is a ServiceAccount', () => {
  const cases: readonly [string, string][] = [
    ['system:serviceaccount:a:b', 'ServiceAccount a/b'],
    ['system:serviceaccount:A:b', 'User /system:serviceaccount:A:b'],
    ['system:serviceaccount:a:', 'User /system:serviceaccount:a:'],
  ]
  for (const [name, expected] of cases) {
    const { kind, namespace = '', name: found } = normalized({ kind: 'User', name })
    assert.equal(`${kind} ${namespace}/${found}`, expected)
  }
})

test('components: each after what it leads to', () => {
  const edges: Record<string, string[]> = {
    a: ['b'],
    b: ['c', 'd'],
    c: ['b'],
    d: [],
    e: ['a', 'x'],
  }
  const found = strongComponents(Object.keys(edges), (name) => edges[name] ?? [])
  assert.deepEqual(found, [['d'], ['b', 'c'], ['a'], ['e']])
})
