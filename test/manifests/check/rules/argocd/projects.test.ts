// RB050, RB052, RB054 and RB055: what AppProjects permit too widely, where, and what is suggested instead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../../support/check.ts'

const project = (spec: string, name = 'web') => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: ${name}, namespace: argocd}
spec:
  ${spec}
`
const application = (name: string, namespace: string, own = 'argocd') => `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: ${own}}
spec:
  project: web
  destination: {server: 'https://a', namespace: ${namespace}}
`
const destination = (fields: string) => project(`destinations: [{${fields}}]`)
const RBAC = 'rbac.authorization.k8s.io'

type Row = readonly [id: string, name: string, text: string, message?: string]

const rows: readonly Row[] = [
  ['RB050', 'literal', destination('server: https://a, namespace: web')],
  [
    'RB050',
    'a pattern with a stem',
    destination("server: 'https://*.a.example', namespace: 'web-*'"),
  ],
  ['RB050', 'nothing', project('destinations: []')],
  ['RB050', 'odd shapes', project('destinations: [all, null, {namespace: 1}]')],
  [
    'RB050',
    'every namespace',
    destination("server: https://a, namespace: '*'"),
    'permits every namespace of cluster "https://a"',
  ],
  [
    'RB050',
    'every namespace by a name',
    destination("name: a, namespace: '**'"),
    'permits every namespace of cluster "a"',
  ],
  [
    'RB050',
    'every namespace but one',
    destination("server: https://a, namespace: '!kube-system'"),
    'permits every namespace but "kube-system" of cluster "https://a"',
  ],
  [
    'RB050',
    'every namespace in braces',
    destination("server: https://a, namespace: '{*,a}'"),
    'permits every namespace of cluster "https://a"',
  ],
  [
    'RB050',
    'everything',
    destination("server: '*', namespace: '*'"),
    'permits every namespace of every cluster',
  ],
  [
    'RB050',
    'every cluster',
    destination("server: '*', namespace: web"),
    'permits namespace "web" of every cluster',
  ],
  [
    'RB050',
    'every cluster by name',
    destination("name: '*', namespace: web"),
    'permits namespace "web" of every cluster',
  ],
  [
    'RB050',
    'every cluster but one',
    destination("server: '!https://a', namespace: web"),
    'permits namespace "web" of every cluster',
  ],
  [
    'RB050',
    'a name of two lines',
    destination(`server: "a\\nb", namespace: '*'`),
    'permits every namespace of cluster "a?b"',
  ],
  [
    'RB052',
    'nothing is said',
    project('description: a'),
    'lets its Applications bring Role, RoleBinding and PhaseSecret',
  ],
  [
    'RB052',
    'everything',
    project("clusterResourceWhitelist: [{group: '*', kind: '*'}]"),
    'lets its Applications bring Role, RoleBinding, ClusterRole, ClusterRoleBinding and PhaseSecret',
  ],
  [
    'RB052',
    'a list without them',
    project("namespaceResourceWhitelist: [{group: apps, kind: '*'}]"),
  ],
  ['RB052', 'an empty list', project('namespaceResourceWhitelist: []')],
  [
    'RB052',
    'a list with a pattern',
    project(`namespaceResourceWhitelist: [{group: '${RBAC}', kind: Role*}]`),
    'lets its Applications bring Role and RoleBinding',
  ],
  [
    'RB052',
    'a list of what is not',
    project(
      `namespaceResourceBlacklist: [{group: '*', kind: Role}, {group: '*', kind: 'PhaseS?cret'}]`,
    ),
    'lets its Applications bring RoleBinding',
  ],
  [
    'RB052',
    'a list of all that is not',
    project("namespaceResourceBlacklist: [{group: '*', kind: '*'}]"),
  ],
  [
    'RB052',
    'a cluster-wide kind of one name',
    project(
      `namespaceResourceWhitelist: []\n  clusterResourceWhitelist: [{group: '${RBAC}', kind: ClusterRole, name: web-*}]`,
    ),
    'lets its Applications bring ClusterRole',
  ],
  ['RB054', 'nothing', project('sourceNamespaces: []')],
  ['RB054', 'literal', project('sourceNamespaces: [web]')],
  ['RB054', 'a stem', project("sourceNamespaces: ['web-*', '/^web-.*$/', '/web/', '!web']")],
  [
    'RB054',
    'all',
    project("sourceNamespaces: ['*']"),
    'takes Applications from every namespace that "*" fits',
  ],
  [
    'RB054',
    'an expression',
    project("sourceNamespaces: ['/.*/']"),
    'takes Applications from every namespace that "/.*/" fits',
  ],
  [
    'RB054',
    'an expression that is not anchored',
    project("sourceNamespaces: ['/[a-z0-9]/']"),
    'takes Applications from every namespace that "/[a-z0-9]/" fits',
  ],
  [
    'RB054',
    'all but one',
    project("sourceNamespaces: ['/^((?!kube-system).)*$/']"),
    'takes Applications from every namespace that "/^((?!kube-system).)*$/" fits',
  ],
  ['RB054', 'no expression', project("sourceNamespaces: ['/(/', '//', '/', '(?<a']")],
]

for (const [id, name, text, message] of rows) {
  test(`${id}: ${name}`, () => {
    const findings = found(id, factsOf(text))
    assert.deepEqual(
      findings.map((each) => each.message),
      message === undefined ? [] : [message],
    )
    for (const { at, severity, object } of findings) {
      assert.ok((at?.line ?? 0) >= 4)
      assert.equal(severity, undefined)
      assert.deepEqual(object, { kind: 'AppProject', namespace: 'argocd', name: 'web' })
    }
  })
}

test('what Applications use is suggested in the place of everything', () => {
  const apps = application('a', 'b') + application('c', 'a') + application('d', 'a')
  const fix = found('RB050', factsOf(destination("server: '*', namespace: '*'") + apps))[0]?.fix
  assert.deepEqual(fix?.operations, [
    { op: 'replace', path: '/spec/destinations/0', value: { server: 'https://a', namespace: 'a' } },
    { op: 'add', path: '/spec/destinations/1', value: { server: 'https://a', namespace: 'b' } },
  ])
  assert.equal(fix?.isSafe, false)
  assert.equal(
    found('RB050', factsOf(destination("server: '*', namespace: '*'")))[0]?.fix,
    undefined,
  )
})

test('the namespaces of Applications are suggested in the place of all', () => {
  const apps =
    application('a', 'a', 'team-b') + application('c', 'a', 'team-a') + application('d', 'a')
  const fix = found('RB054', factsOf(project("sourceNamespaces: [web, '*']") + apps))[0]?.fix
  assert.deepEqual(fix?.operations, [
    { op: 'replace', path: '/spec/sourceNamespaces/1', value: 'team-a' },
    { op: 'add', path: '/spec/sourceNamespaces/2', value: 'team-b' },
  ])
})

test('kinds are forbidden unasked only where there is none of them', () => {
  const role = `---\napiVersion: ${RBAC}/v1\nkind: Role\nmetadata: {name: a}\nrules: []\n`
  const fixOf = (text: string) => found('RB052', factsOf(text))[0]?.fix
  const listed = "namespaceResourceBlacklist: [{group: '*', kind: PhaseSecret}]"
  const fix = fixOf(project(listed))
  assert.deepEqual(fix?.operations, [
    { op: 'add', path: '/spec/namespaceResourceBlacklist/1', value: { group: RBAC, kind: 'Role' } },
    {
      op: 'add',
      path: '/spec/namespaceResourceBlacklist/2',
      value: { group: RBAC, kind: 'RoleBinding' },
    },
  ])
  assert.equal(fix?.isSafe, true)
  assert.equal(fixOf(`${project(listed)}${role}`)?.isSafe, false)
  assert.equal(fixOf(project('').replace('spec:\n  \n', '')), undefined)
})

const shared: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['one project', ['server: https://a, namespace: a'], []],
  [
    'one cluster',
    ['server: https://a, namespace: a', 'server: https://a, namespace: b'],
    ['p1', 'p0'],
  ],
  ['two clusters', ['server: https://a, namespace: a', 'server: https://b, namespace: a'], []],
  ['a name and an address', ['name: a, namespace: a', 'server: https://a, namespace: a'], []],
  [
    "Argo CD's own",
    ['name: in-cluster, namespace: a', 'server: https://kubernetes.default.svc, namespace: a'],
    ['p1', 'p0'],
  ],
  ['any cluster', ["server: '*', namespace: a", 'server: https://a, namespace: a'], ['p1', 'p0']],
  ['no cluster', ["server: '*', namespace: a", 'namespace: a'], []],
]

for (const [name, items, others] of shared) {
  test(`RB055: ${name}`, () => {
    const text = items.map((item, n) => project(`destinations: [{${item}}]`, `p${n}`)).join('---\n')
    assert.deepEqual(
      found('RB055', factsOf(text)).map(({ message }) => message),
      others.map(
        (other) =>
          `has no destinationServiceAccounts, and shares a cluster with AppProject ${other}`,
      ),
    )
  })
}

test('RB055: accounts, and many projects', () => {
  const item = 'destinations: [{server: https://a, namespace: a}]'
  const account = `${item}\n  destinationServiceAccounts: [{server: https://a, defaultServiceAccount: a}]`
  assert.deepEqual(found('RB055', factsOf(`${project(account)}---\n${project(account, 'b')}`)), [])
  const many = Array.from({ length: 300 }, (_, n) => project(item, `p${n}`))
  const messages = (texts: readonly string[]) =>
    found('RB055', factsOf(texts.join('---\n'))).map(
      ({ message, object }) => `${object?.name} ${message}`,
    )
  assert.equal(messages(many).length, 300)
  assert.match(
    messages(many)[9] ?? '',
    /AppProject p0, AppProject p1, AppProject p10, AppProject p100 and others$/,
  )
  // The order of the manifests does not matter.
  assert.deepEqual(messages([...many].reverse()).sort(), messages(many).sort())
})
