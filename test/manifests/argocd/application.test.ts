// Applications as people write them, and what is wrong with others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readApplications } from '../../../manifests/argocd/applications.ts'

function read(text: string, path = 'app.yaml') {
  return readApplications([{ path, bytes: Buffer.from(text) }])
}

/** The problems of everything in a text, one a line. */
function problemsOf(text: string): string[] {
  const { applications, problems } = read(text)
  return [...problems, ...applications.flatMap((each) => each.problems)].map(
    ({ severity, at, message, hint }) =>
      [`${severity} ${at?.line}:${at?.column}`, message, hint].filter(Boolean).join(' | '),
  )
}

function application(spec: string, metadata = '{name: web, namespace: argocd}'): string {
  const head = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: ${metadata}\nspec:\n`
  return head + spec.replace(/^(?=.)/gm, '  ')
}

const GOOD_SOURCE = 'source: {repoURL: https://git.example/a, path: web}\n'

const SINGLE = `# the shop
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: team-a
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: shop
  destination:
    server: https://kubernetes.default.svc
    namespace: shop-prod
  source:
    repoURL: https://git.example/team/shop.git
    targetRevision: main
    path: deploy/prod
    plugin:
      name: phase
      env:
        - {name: TIER, value: "$ARGOCD_APP_NAME"}
      parameters:
        - name: valueFiles
          array: [values.yaml, values-prod.yaml]
        - name: parameters
          map: {image.tag: "1.2", b: <x>}
        - name: releaseName
          string: shop
        - {name: bare}
        - {name: none, array: [], map: {}}
  syncPolicy: {automated: {selfHeal: true}}
  ignoreDifferences:
    - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}
    - {kind: Secret, name: s, namespace: other, jqPathExpressions: [.data], managedFieldsManagers: [m]}
`

test('an Application with one source that the plugin renders', () => {
  const { applications, problems } = read(SINGLE)
  assert.deepEqual(problems, [])
  const [found] = applications
  assert.deepEqual(found?.problems, [])
  const { at, ...source } = found?.spec?.sources[0] ?? assert.fail('no source')
  assert.deepEqual(at, { file: 'app.yaml', line: 13, column: 3 })
  assert.deepEqual(source, {
    repository: 'https://git.example/team/shop.git',
    path: 'deploy/prod',
    chart: undefined,
    revision: 'main',
    ref: undefined,
    name: undefined,
    renderer: 'plugin',
    plugin: {
      name: 'phase',
      env: new Map([['TIER', '$ARGOCD_APP_NAME']]),
      parameters:
        '[{"array":["values.yaml","values-prod.yaml"],"name":"valueFiles"},' +
        '{"map":{"b":"\\u003cx\\u003e","image.tag":"1.2"},"name":"parameters"},' +
        '{"name":"releaseName","string":"shop"},{"name":"bare"},{"array":[],"map":{},"name":"none"}]',
    },
  })
  const { sources: _, ...spec } = found?.spec ?? assert.fail('no spec')
  assert.deepEqual(spec, {
    at: { file: 'app.yaml', line: 2, column: 1 },
    name: 'shop',
    namespace: 'team-a',
    project: 'shop',
    destinationNamespace: 'shop-prod',
    destinationCluster: { server: 'https://kubernetes.default.svc', name: '' },
    ignoreDifferences: [
      {
        group: 'apps',
        kind: 'Deployment',
        name: undefined,
        namespace: undefined,
        jsonPointers: ['/spec/replicas'],
        jqPathExpressions: [],
        managedFieldsManagers: [],
      },
      {
        group: '',
        kind: 'Secret',
        name: 's',
        namespace: 'other',
        jsonPointers: [],
        jqPathExpressions: ['.data'],
        managedFieldsManagers: ['m'],
      },
    ],
  })
})

test('several sources: a plugin, a chart with $values, and a ref that nobody renders', () => {
  const { applications } = read(
    application(`sources:
- {repoURL: https://git.example/a, path: web, plugin: {}, name: main}
- repoURL: https://charts.example
  chart: redis
  targetRevision: 1.2.3
  helm: {valueFiles: [$values/redis.yaml]}
- {repoURL: https://git.example/a, ref: values}
- {repoURL: https://git.example/a, ref: both, path: kustomize, kustomize: {}}
`),
  )
  const spec = applications[0]?.spec ?? assert.fail('no spec')
  assert.equal(spec.project, 'default')
  assert.equal(spec.destinationNamespace, undefined)
  assert.deepEqual(
    spec.sources.map(({ renderer, plugin, ref, chart }) => [
      renderer,
      plugin?.parameters,
      ref,
      chart,
    ]),
    [
      ['plugin', 'null', undefined, undefined],
      ['argocd', undefined, undefined, 'redis'],
      ['none', undefined, 'values', undefined],
      ['argocd', undefined, 'both', undefined],
    ],
  )
})

const wrong: readonly [what: string, text: string, ...problems: string[]][] = [
  [
    'no source',
    application('project: p\n'),
    'error 4:1 | spec.source is missing | an Application has spec.source, or a list spec.sources',
  ],
  [
    'no spec and no name',
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {generateName: x-}\n',
    'error 3:1 | metadata has no name',
    'error 1:1 | spec is missing',
  ],
  [
    'both',
    application(`${GOOD_SOURCE}sources: [{repoURL: https://git.example/b, path: x}]\n`),
    'notice 5:3 | spec.source is ignored by Argo CD, because of spec.sources',
  ],
  [
    'nothing in it',
    application('source: {plugin: {name: phase}}\n'),
    'error 5:3 | spec.source.repoURL is missing',
    "error 5:3 | spec.source.path is missing | write '.' for the root of the repository",
  ],
  [
    'a ref alone, in a single source',
    application('source: {repoURL: https://git.example/a, ref: values}\n'),
    "error 5:3 | spec.source.path is missing | write '.' for the root of the repository",
  ],
  [
    'two types',
    application(
      'source:\n  repoURL: x\n  path: p\n  helm: {releaseName: x}\n  directory: {recurse: false, jsonnet: {}}\n  plugin: {}\n',
    ),
    'error 8:5 | spec.source.helm stands beside plugin: a source has one type | keep one',
  ],
  [
    'parameters of a wrong shape',
    application(`source:
  repoURL: x
  path: p
  plugin:
    parameters:
    - {name: a, string: 1}
    - {name: b, array: text}
    - {name: c, map: {k: [v]}}
    - text
    - {name: [d]}
`),
    'error 13:9 | spec.source.plugin.parameters[3] is a string, not a mapping',
    'error 10:19 | spec.source.plugin.parameters[0].string is a number, not a string | quote it',
    'error 11:19 | spec.source.plugin.parameters[1].array is a string, not a list',
    'error 12:25 | spec.source.plugin.parameters[2].map.k is a list, not a string',
    'error 14:10 | spec.source.plugin.parameters[4].name is a list, not a string',
  ],
  [
    'names that no API server would take',
    application(
      `project: a/b\ndestination: {namespace: "x y"}\n${GOOD_SOURCE}`,
      '{name: ../x, namespace: A}',
    ),
    'error 3:12 | metadata.name is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits',
    'error 3:24 | metadata.namespace is not a namespace: only lower case letters, digits and "-" between letters or digits',
    'error 5:3 | spec.project is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits',
    'error 6:17 | spec.destination.namespace is not a namespace: only lower case letters, digits and "-" between letters or digits',
  ],
  [
    'a hydrator with a plugin',
    application(`sourceHydrator:
  drySource: {repoURL: https://git.example/a, path: x, targetRevision: HEAD, plugin: {name: phase}}
  syncSource: {targetBranch: env/prod, path: p}
`),
    'error 6:80 | spec.sourceHydrator.drySource.plugin would have Argo CD commit to Git what the plugin renders, values of Secrets too | use spec.source: the plugin has to run when Argo CD syncs, not before',
  ],
  [
    'another version',
    'apiVersion: argoproj.io/v1\nkind: Application\nmetadata: {name: x}\n',
    'error 1:1 | has an apiVersion that is not known | write argoproj.io/v1alpha1',
  ],
  [
    'a difference without a kind',
    application(`${GOOD_SOURCE}ignoreDifferences: [{group: apps}]\n`),
    'error 6:23 | spec.ignoreDifferences[0].kind is missing',
  ],
]
for (const [what, text, ...expected] of wrong) {
  test(`wrong: ${what}`, () => {
    assert.deepEqual(problemsOf(text), expected)
    const hasError = expected.some((line) => line.startsWith('error'))
    assert.equal(
      read(text).applications.some(({ spec }) => spec !== undefined),
      !hasError,
    )
  })
}

test('a hydrator without a plugin syncs what Argo CD reads itself', () => {
  const text = application(`sourceHydrator:
  drySource: {repoURL: https://git.example/a, path: x, targetRevision: HEAD}
  syncSource: {targetBranch: env/prod, path: p}
`)
  const [source] = read(text).applications[0]?.spec?.sources ?? []
  assert.deepEqual(
    [source?.renderer, source?.repository, source?.path],
    ['argocd', 'https://git.example/a', 'p'],
  )
})

test('parameters that no process could be given', () => {
  const long = (length: number) =>
    application(
      `source: {repoURL: x, path: p, plugin: {parameters: [{name: a, string: "${'x'.repeat(length)}"}]}}\n`,
    )
  assert.match(problemsOf(long(131_100))[0] ?? '', /^error 5:\d+ .* longer than 128 KiB/)
  assert.deepEqual(problemsOf(long(130_000)), [])
})
