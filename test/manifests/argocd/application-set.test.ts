// ApplicationSets and the Applications that Argo CD documents for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readApplications } from '../../../manifests/argocd/applications.ts'

function read(text: string) {
  return readApplications([{ path: 'set.yaml', bytes: Buffer.from(text) }])
}

function problemsOf(text: string): string[] {
  const { applications, problems } = read(text)
  return [...problems, ...applications.flatMap((each) => each.problems)].map(
    ({ at, message, hint }) =>
      [`${at?.line}:${at?.column}`, message, hint].filter(Boolean).join(' | '),
  )
}

/** An Application apart from where it stands. */
function specs(text: string) {
  const { applications, problems } = read(text)
  assert.deepEqual(problems, [])
  return applications.map(({ spec, problems }) => {
    assert.deepEqual(problems, [])
    const { at: _, sources, ...rest } = spec ?? assert.fail('no spec')
    return { ...rest, sources: sources.map(({ at: _, ...source }) => source) }
  })
}

const HINT = '`argocd appset generate -o yaml FILE` prints its Applications, which --app takes'

const FAST = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: guestbook
  namespace: argocd
spec:
  generators:
    - list:
        elements:
          - cluster: engineering-dev
            url: https://kubernetes.default.svc
            values: {tier: dev}
          - cluster: engineering-prod
            url: https://kubernetes.default.svc
            values: {tier: prod}
  template:
    metadata:
      name: "{{cluster}}-guestbook"
      labels: {x: "{{ unknown }}"}
    spec:
      project: my-project
      source:
        repoURL: https://github.com/argoproj/argo-cd.git
        targetRevision: HEAD
        path: apps/{{ cluster }}
        plugin:
          name: phase
          env: [{name: T, value: "{{values.tier}}"}]
          parameters:
            - {name: valueFiles, array: ["values-{{values.tier}}.yaml"]}
            - {name: parameters, map: {"{{values.tier}}": "{{ .Values.kept }}"}}
      destination:
        server: "{{url}}"
        namespace: guestbook-{{values.tier}}
`

/** The same two, written out by hand. */
const FAST_APPLICATIONS = ['dev', 'prod']
  .map(
    (tier) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: engineering-${tier}-guestbook, namespace: argocd}
spec:
  project: my-project
  source:
    repoURL: https://github.com/argoproj/argo-cd.git
    targetRevision: HEAD
    path: apps/engineering-${tier}
    plugin:
      name: phase
      env: [{name: T, value: ${tier}}]
      parameters:
        - {name: valueFiles, array: [values-${tier}.yaml]}
        - {name: parameters, map: {${tier}: "{{ .Values.kept }}"}}
  destination: {namespace: guestbook-${tier}}
`,
  )
  .join('---\n')

const GO = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shops}
spec:
  goTemplate: true
  goTemplateOptions: [missingkey=error]
  generators:
    - matrix:
        generators:
          - list: {elements: [{shop: {name: books, replicas: 2}}, {shop: {name: toys, replicas: 3}}]}
          - list: {elements: [{env: "dev-{{ .shop.name }}"}, {env: prod}]}
    - list: {elements: [{shop: {name: all, replicas: 1}, env: prod}]}
  template:
    metadata:
      name: '{{ .shop.name }}-{{ .env }}'
      labels: {big: '{{ .shop | toYaml }}'}
    spec:
      project: '{{ index .shop "name" }}'
      destination: {name: '{{ .cluster | default "x" }}', namespace: '{{.env}}'}
      sources:
        - repoURL: https://git.example/shops
          path: '{{ .shop.name }}/{{- .env -}} /'
          plugin:
            parameters: [{name: replicas, map: {web: '{{ .shop.replicas }}'}}]
        - {repoURL: https://git.example/values, ref: values}
        - {repoURL: https://charts.example, chart: x, helm: {values: '{{ range .x }}{{ end }}'}}
`

test('list elements and {{placeholders}}: what is written out by hand', () => {
  assert.deepEqual(specs(FAST), specs(FAST_APPLICATIONS))
  const [first, second] = read(FAST).applications
  // An Application is said to be where its element is, a source where the template has it.
  assert.deepEqual([first?.at.line, second?.at.line], [10, 13])
  assert.deepEqual(first?.spec?.sources[0]?.at, { file: 'set.yaml', line: 22, column: 7 })
})

test('Go templates, and a matrix of two lists', () => {
  const found = specs(GO).map(({ name, namespace, project, destinationNamespace, sources }) => {
    return [
      [name, namespace, project, destinationNamespace].join(' '),
      sources
        .map(({ path, ref, chart, renderer }) => [path, ref, chart, renderer].join(' '))
        .join(),
      sources[0]?.plugin?.parameters,
    ]
  })
  const app = (shop: string, env: string, replicas: number) => [
    `${shop}-${env}  ${shop} ${env}`,
    `${shop}/${env}/   plugin, values  none,  x argocd`,
    `[{"map":{"web":"${replicas}"},"name":"replicas"}]`,
  ]
  assert.deepEqual(found, [
    app('books', 'dev-books', 2),
    app('books', 'prod', 2),
    app('toys', 'dev-toys', 3),
    app('toys', 'prod', 3),
    app('all', 'prod', 1),
  ])
})

/** A set with some of its parts. */
function set(
  generators: string,
  options: { go?: boolean; path?: string; more?: string } = {},
): string {
  const { go = false, path = 'p', more = '' } = options
  return `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: s}
spec:
  goTemplate: ${go}
  generators: ${generators}
  template:
    metadata: {name: "${go ? '{{ .a }}' : '{{a}}'}"}
    spec:
      source: {repoURL: https://git.example/a, path: '${path}'}
${more}`
}

const wrong: readonly [what: string, text: string, ...problems: string[]][] = [
  [
    'a generator that asks others',
    set('[{git: {repoURL: x}}, {clusters: {}}, {list: {elements: [{a: x}]}}]'),
    `6:22 | spec.generators[0].git is not expanded here | ${HINT}`,
    `6:48 | spec.generators[1].clusters is not expanded here | ${HINT}`,
  ],
  [
    'a selector, a template of its own, elements as text',
    set(
      '[{list: {elements: [], template: {metadata: {name: x}}, elementsYaml: "[]"}}, {list: {elements: [{a: b}]}, selector: {matchLabels: {a: b}}}]',
    ),
    `6:48 | spec.generators[0].list.template is not expanded here | ${HINT}`,
    `6:85 | spec.generators[0].list.elementsYaml is not expanded here | ${HINT}`,
    `6:132 | spec.generators[1].selector is not expanded here | ${HINT}`,
  ],
  [
    'a merge, and matrices that are not two lists',
    set('[{merge: {mergeKeys: [a]}}, {matrix: {generators: [{list: {elements: [{a: b}]}}]}}]'),
    `6:24 | spec.generators[0].merge is not expanded here | ${HINT}`,
    '6:52 | spec.generators[1].matrix does not have two generators | a matrix has two',
  ],
  [
    'a name that both lists of a matrix set',
    set('[{matrix: {generators: [{list: {elements: [{a: b}]}}, {list: {elements: [{a: c}]}}]}}]'),
    '6:25 | spec.generators[0].matrix has two generators that set a | rename one of the two',
  ],
  [
    'elements that are no texts',
    set('[{list: {elements: [{a: 1}, {a: x, values: {b: true}}, text, null]}}]'),
    '6:39 | spec.generators[0].list.elements[0].a is not a string | quote it, or set goTemplate: true',
    '6:62 | spec.generators[0].list.elements[1].values.b is not a string | quote it, or set goTemplate: true',
    '6:70 | spec.generators[0].list.elements[2] is not a map',
    '6:76 | spec.generators[0].list.elements[3] is not a map',
  ],
  [
    'a Go template that is more than a placeholder',
    set('[{list: {elements: [{a: x}, {a: z}]}}]', { go: true, path: '{{ .a | upper }}' }),
    '10:54 | spec.template.spec.source.path has the action "{{ .a | upper }}" | only {{ .name }}, {{ .a.b }} and {{ index .a "b" }} are understood here',
  ],
  [
    'a missing value',
    set('[{list: {elements: [{a: x}]}}]', { go: true, path: '{{ .b }}' }),
    `10:54 | spec.template.spec.source.path has "{{ .b }}", which has no value for this element | ${HINT}`,
  ],
  [
    'a patch',
    set('[{list: {elements: [{a: x}]}}]', { more: '  templatePatch: "{}"\n' }),
    `11:18 | spec.templatePatch is not applied here | ${HINT}`,
  ],
  [
    'no template',
    'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec: {generators: []}\n',
    '4:7 | spec.template is not written out as a map',
  ],
  [
    'what the template makes is wrong',
    set('[{list: {elements: [{a: "../x"}, {a: z}]}}]', { path: '' }),
    '8:16 | metadata.name is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits',
    "10:48 | spec.source.path is missing | write '.' for the root of the repository",
    "10:48 | spec.source.path is missing | write '.' for the root of the repository",
  ],
]
for (const [what, text, ...expected] of wrong) {
  test(`wrong: ${what}`, () => {
    assert.deepEqual(problemsOf(text), expected)
  })
}

test('an element without parameters leaves the template as it is, which is then no name', () => {
  assert.match(problemsOf(set('[{list: {elements: [{}]}}]')).join(), /metadata\.name is not a name/)
})

test('what the API server adds says nothing', () => {
  const template = '{metadata: {}, spec: {project: "", destination: {}}}'
  const text = set(`[{list: {elements: [{a: x}], template: ${template}}}]`)
  assert.deepEqual(
    specs(text).map(({ name }) => name),
    ['x'],
  )
})

test('ten thousand elements and no more', () => {
  const elements = (count: number) =>
    `[{list: {elements: [${Array.from({ length: count }, (_, n) => `{a: a${n}}`).join(', ')}]}}]`
  assert.equal(read(set(elements(10_000))).applications.at(-1)?.spec?.name, 'a9999')
  assert.match(problemsOf(set(elements(10_001))).join(), /has more than 10000 elements/)
  const many = elements(101).replaceAll('{a: ', '{b: ').slice(1, -1)
  const matrix = set(`[{matrix: {generators: [${elements(101).slice(1, -1)}, ${many}]}}]`)
  assert.match(problemsOf(matrix).join(), /makes more than 10000 Applications/)
})

test('hostile sets are refused', () => {
  const proto = set('[{list: {elements: [{__proto__: {polluted: "1"}, a: x}]}}]', { go: true })
  assert.equal(specs(proto)[0]?.name, 'x')
  assert.equal('polluted' in {}, false)
  const element = `&e {a: x, b: "${'x'.repeat(100_000)}"}`
  const huge = set(`[{list: {elements: [${element}${', *e'.repeat(1000)}]}}]`, { path: '{{b}}' })
  assert.match(problemsOf(huge).join(), /spec comes to more than can be read/)
  const alias = set(`[{list: {elements: [&e {a: x}, ${'*e, '.repeat(3)}]}}]`)
  assert.deepEqual(
    specs(alias).map(({ name }) => name),
    ['x', 'x', 'x', 'x'],
  )
})
