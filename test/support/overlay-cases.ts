// Overlays, what Kustomize builds of them (test/argocd/origins.test.ts builds them again), and where a line of
// that is from; ` ~` is not exact.
import type { Tree } from './tree.ts'

export interface OverlayCase {
  readonly name: string
  /** Below the repository; `app` is built. */
  readonly tree: Tree
  readonly built: string
  readonly places: readonly (readonly [document: string, line: string, place: string])[]
}

const ROLE = 'kind: Role\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: a}\n'
const BUILT = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: a\n'
const RULE = '- apiGroups:\n  - ""\n  resources:\n  - secrets\n  verbs:\n  - get\n'
const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n'

export const OVERLAYS: readonly OverlayCase[] = [
  {
    name: 'a rule of a strategic merge',
    tree: {
      'app/kustomization.yaml': 'resources: [a.yaml]\npatchesStrategicMerge: [p.yaml]\n',
      'app/a.yaml': `${ROLE}rules: []\n`,
      'app/p.yaml': `${ROLE}rules:\n- apiGroups: [""]\n  resources: [secrets]\n  verbs: [get]\n`,
    },
    built: `${BUILT}rules:\n${RULE}`,
    places: [
      ['Role', 'kind: Role', 'app/a.yaml:1:1'],
      ['Role', 'rules:', 'app/p.yaml:4:1'],
      ['Role', '  - secrets', 'app/p.yaml:6:15'],
    ],
  },
  {
    name: 'a rule put before others, in the kustomization',
    tree: {
      'app/kustomization.yaml': `resources: [a.yaml]
patchesJson6902:
- target: {group: rbac.authorization.k8s.io, version: v1, kind: Role, name: a}
  patch: |-

    - {op: test, path: /metadata/name, value: a}
    - op: add
      path: /rules/0
      value:
        apiGroups: [""]
        resources: [secrets]
        verbs: [get]
`,
      'app/a.yaml': `${ROLE}rules:\n- apiGroups: [""]\n  resources: [pods]\n  verbs: [get]\n`,
    },
    built: `${BUILT}rules:\n${RULE}${RULE.replace('secrets', 'pods')}`,
    places: [
      ['Role', '  - secrets', 'app/kustomization.yaml:11:21'],
      ['Role', '  - pods', 'app/a.yaml:6:15'],
    ],
  },
  {
    name: 'the last of two patches, in a base and over it',
    tree: {
      'app/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
      'app/p.yaml': `${ROLE.replace('name: a', 'name: a, labels: {x: last}')}`,
      'base/kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
      'base/a.yaml': ROLE.replace('name: a', 'name: a, labels: {x: own}'),
      'base/p.yaml': ROLE.replace('name: a', 'name: a, labels: {x: first, z: first}'),
    },
    built: BUILT.replace('  name: a\n', '  labels:\n    x: last\n    z: first\n  name: a\n'),
    places: [
      ['Role', '    x: last', 'app/p.yaml:3:30'],
      ['Role', '    z: first', 'base/p.yaml:3:40'],
      ['Role', '  labels:', 'base/a.yaml:3:21'],
    ],
  },
  {
    name: 'one base twice, and names that end alike',
    tree: {
      'app/kustomization.yaml': 'resources: [../one, ../two]\n',
      'one/kustomization.yaml': 'namePrefix: one-\nresources: [../base]\n',
      'two/kustomization.yaml': 'namePrefix: two-\nresources: [../base, more.yaml]\n',
      'two/more.yaml': `${ACCOUNT}  name: b-a\n`,
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': `# an account\n${ACCOUNT}  name: a\n`,
    },
    built: ['one-a', 'two-a', 'two-b-a'].map((name) => `${ACCOUNT}  name: ${name}\n`).join('---\n'),
    places: [
      ['one-a', '  name: one-a', 'base/a.yaml:5:3'],
      ['two-a', 'kind: ServiceAccount', 'base/a.yaml:3:1'],
      ['two-b-a', '  name: two-b-a', 'two/more.yaml:4:3'],
    ],
  },
  {
    name: 'items of a List',
    tree: {
      'app/kustomization.yaml': 'resources: [a.yaml]\n',
      'app/a.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: a}\n- apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: b}\n`,
    },
    built: `${ACCOUNT}  name: a\n---\n${ACCOUNT}  name: b\n`,
    places: [
      ['name: a', 'kind: ServiceAccount', 'app/a.yaml:5:3'],
      ['name: b', '  name: b', 'app/a.yaml:9:14'],
    ],
  },
  {
    name: 'a namespace in the place of the own one, and one that stays',
    tree: {
      'app/kustomization.yaml': 'resources: [a.yaml, b.yaml]\n# all of it\nnamespace: shop\n',
      'app/a.yaml': `${ACCOUNT}  name: a\n  namespace: own\n`,
      'app/b.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
    },
    built: `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\n${ACCOUNT}  name: a\n  namespace: shop\n`,
    places: [
      ['ServiceAccount', '  namespace: shop', 'app/kustomization.yaml:3:12'],
      ['kind: Namespace', '  name: shop', 'app/b.yaml:3:12'],
    ],
  },
  {
    name: 'a patch for some names',
    tree: {
      'app/kustomization.yaml':
        'resources: [a.yaml]\npatches:\n- target: {kind: Role, name: a|b}\n  path: p.yaml\n',
      'app/a.yaml': `${ROLE}rules: []\n`,
      'app/p.yaml': '- {op: replace, path: /rules, value: [{verbs: [get]}]}\n',
    },
    built: `${BUILT}rules:\n- verbs:\n  - get\n`,
    places: [['Role', '  - get', 'app/p.yaml:1:48 ~']],
  },
  {
    name: 'labels and annotations of the kustomization',
    tree: {
      'app/kustomization.yaml':
        'resources: [a.yaml]\ncommonAnnotations: {Team: shop}\nlabels:\n- pairs:\n    App: web\n',
      'app/a.yaml': `${ACCOUNT}  name: a\n`,
    },
    built: `${ACCOUNT}  annotations:\n    Team: shop\n  labels:\n    App: web\n  name: a\n`,
    places: [
      ['name: a', '    Team: shop', 'app/kustomization.yaml:2:27'],
      ['name: a', '    App: web', 'app/kustomization.yaml:5:10'],
      ['name: a', '  labels:', 'app/a.yaml:3:1 ~'],
    ],
  },
]
