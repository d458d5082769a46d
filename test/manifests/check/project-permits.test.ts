// What a project permits. The verdicts on destinations and kinds are those of Argo CD 3.6.1's own tests
// (pkg/apis/application/v1alpha1/types_test.go), for clusters of which only one of name and address is known.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppProject, Destination } from '../../../manifests/argocd/app-project.ts'
import { readAppProject } from '../../../manifests/argocd/app-project.ts'
import { mayPermitDestination, permitsKind } from '../../../manifests/check/project-permits.ts'
import { factsOf } from '../../support/check.ts'

/** @param spec in flow style. */
function project(spec: string): AppProject {
  const { objects } = factsOf(
    `apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: ${spec}\n`,
  )
  const [object] = objects
  if (object === undefined) throw new Error('no object')
  return readAppProject(object)
}

const OWN = 'https://kubernetes.default.svc'

/** Servers, names and namespaces: `server@namespace`, or `name#namespace`. */
function place(text: string): Destination {
  const [, cluster = '', sign, namespace = ''] = /^(.*)([@#])(.*)$/.exec(text) ?? []
  return sign === '#'
    ? { server: '', name: cluster, namespace }
    : { server: cluster, name: '', namespace }
}

const destinations: readonly (readonly [permitted: readonly string[], wanted: string, boolean])[] =
  [
    [[`${OWN}@default`], `${OWN}@default`, true],
    [[`${OWN}@default`], `${OWN}@kube-system`, false],
    [['https://mine@default'], `${OWN}@default`, false],
    [[`${OWN}@*`], `${OWN}@kube-system`, true],
    [['https://*.default.svc@default'], `${OWN}@default`, true],
    [['https://team1-*@default'], 'https://team2-dev@default', false],
    [[`${OWN}@test-*`], `${OWN}@test-foo`, true],
    [[`${OWN}@test-*`], `${OWN}@test`, false],
    [['*@*'], `${OWN}@test`, true],
    [['*@*'], '@test', true],
    [['*@*'], `${OWN}@`, true],
    [[`${OWN}@a`], `${OWN}@`, false],
    [['test#*'], 'test#test', true],
    [['test2#*'], 'test#test', false],
    [[], `${OWN}@test`, false],
    [[`!${OWN}@default`], `${OWN}@default`, false],
    [[`${OWN}@!default`], `${OWN}@kube-system`, true],
    [['!https://mine@default'], `${OWN}@default`, true],
    [[`!${OWN}@*`], `${OWN}@kube-system`, false],
    [['!https://*.default.svc@default'], `${OWN}@default`, false],
    [['!https://team1-*@default'], 'https://team2-dev@default', true],
    [[`${OWN}@!test-*`], `${OWN}@test-foo`, false],
    [[`${OWN}@!test-*`], `${OWN}@test`, true],
    [['!test#*'], 'test#test', false],
    [['!test2#*'], 'test#test', true],
    [['*@kube-system', '*@!kube-system'], `${OWN}@kube-system`, false],
    [['*@*', '*@!kube-system'], `${OWN}@kube-system`, false],
    [[`${OWN}@*`, `!${OWN}@*`], `${OWN}@kube-system`, false],
    [['*@*', `!${OWN}@kube-system`], `${OWN}@kube-system`, false],
    [['*@*', `!${OWN}@kube-system`, '*@!kube-system'], `${OWN}@default`, true],
    [['*@*', `!${OWN}@kube-system`, '*@!kube-system'], 'https://dev@kube-system', false],
    [['test#*', '!test#*'], 'test#test', false],
    [['*@test', '!https://b@other'], 'https://b@test', true],
    [['*@*', 'https://b@!other'], 'https://c@other', true],
    [['*#*', '!bad#other'], 'bad#test', true],
    [['*#*', '!bad#test'], 'bad#test', false],
    [[`${OWN}@!{kube-system,argocd}`, 'https://eks@*'], 'https://eks@kube-system', true],
    // Nobody here knows the address of a name, or the name of an address: it may be the one.
    [['https://eks@default'], 'test#default', true],
    [['test#default'], 'https://eks@default', true],
    [['test#default'], 'https://eks@other', false],
    [['!https://eks@*'], 'test#a', true],
    // Argo CD's own cluster is known by both.
    [[`${OWN}@default`], 'in-cluster#default', true],
    [['https://eks@default'], 'in-cluster#default', false],
  ]

for (const [permitted, wanted, expected] of destinations) {
  test(`${permitted.join(' ') || 'nothing'}: ${wanted} is ${expected ? '' : 'not '}permitted`, () => {
    const owner = project(JSON.stringify({ destinations: permitted.map(place) }))
    assert.equal(mayPermitDestination(owner, place(wanted)), expected)
  })
}

const kinds: readonly (readonly [spec: string, kind: string, name: string | undefined, boolean])[] =
  [
    ['{namespaceResourceWhitelist: []}', 'apps/ReplicaSet', '', false],
    ['{namespaceResourceWhitelist: null}', 'apps/ReplicaSet', '', true],
    ['{}', 'apps/ReplicaSet', '', true],
    [
      '{namespaceResourceWhitelist: [{group: apps, kind: ReplicaSet}]}',
      'apps/ReplicaSet',
      '',
      true,
    ],
    ['{namespaceResourceWhitelist: [{group: apps, kind: ReplicaSet}]}', 'apps/Action', '', false],
    ["{namespaceResourceWhitelist: [{group: '*', kind: '*'}]}", 'apps/Action', '', true],
    ["{namespaceResourceWhitelist: [{group: '*', kind: Role*}]}", 'apps/RoleBinding', '', true],
    ['{namespaceResourceWhitelist: [{kind: Secret}]}', '/Secret', '', true],
    ['{namespaceResourceWhitelist: [{kind: Secret}]}', 'apps/Secret', '', false],
    [
      "{namespaceResourceBlacklist: [{group: '*', kind: Role}]}",
      'rbac.authorization.k8s.io/Role',
      '',
      false,
    ],
    [
      "{namespaceResourceBlacklist: [{group: '*.k8s.io', kind: Role}]}",
      'rbac.authorization.k8s.io/Role',
      '',
      false,
    ],
    [
      '{namespaceResourceBlacklist: [{group: rbac, kind: Role}]}',
      'rbac.authorization.k8s.io/Role',
      '',
      true,
    ],
    ['{namespaceResourceBlacklist: [{group: apps, kind: role}]}', 'apps/Role', '', true],
    ["{namespaceResourceBlacklist: [{group: apps, kind: '{Role,A}'}]}", 'apps/Role', '', true],
    [
      '{namespaceResourceWhitelist: [{group: apps, kind: A}], namespaceResourceBlacklist: [{group: apps, kind: A}]}',
      'apps/A',
      '',
      false,
    ],
    ['{}', '!/Namespace', 'a', false],
    ['{clusterResourceWhitelist: []}', '!/Namespace', 'a', false],
    ["{clusterResourceWhitelist: [{group: '*', kind: '*'}]}", '!/Namespace', 'a', true],
    [
      "{clusterResourceWhitelist: [{group: '', kind: Namespace, name: team1-*}]}",
      '!/Namespace',
      'team1-a',
      true,
    ],
    [
      "{clusterResourceWhitelist: [{group: '', kind: Namespace, name: team1-*}]}",
      '!/Namespace',
      'other',
      false,
    ],
    [
      "{clusterResourceWhitelist: [{group: '', kind: Namespace, name: team1-*}]}",
      '!/Namespace',
      undefined,
      true,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: '*', kind: '*'}]}",
      '!/Namespace',
      'a',
      false,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: '', kind: Namespace, name: a}]}",
      '!/Namespace',
      'a',
      false,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: '', kind: Namespace, name: a}]}",
      '!/Namespace',
      'b',
      true,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: '', kind: Namespace, name: a}]}",
      '!/Namespace',
      undefined,
      true,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: '', kind: Namespace}]}",
      '!/Namespace',
      undefined,
      false,
    ],
    [
      "{clusterResourceWhitelist: [{group: '*', kind: '*', name: a}], clusterResourceBlacklist: [{group: '*', kind: '*', name: a}]}",
      '!/Namespace',
      undefined,
      false,
    ],
    // What has a wrong shape counts for nothing.
    [
      '{clusterResourceWhitelist: all, namespaceResourceBlacklist: [Secret, 1, null]}',
      '/Secret',
      '',
      true,
    ],
  ]

for (const [spec, text, name, expected] of kinds) {
  test(`${spec}: ${text} ${name ?? 'of any name'} is ${expected ? '' : 'not '}permitted`, () => {
    const [, sign = '', group = '', kind = ''] = /^(!?)(.*)\/(.*)$/.exec(text) ?? []
    assert.equal(
      permitsKind(project(spec), { group, kind, name, isNamespaced: sign === '' }),
      expected,
    )
  })
}
