// Charts of all shapes, and what Helm would print of them: subcharts, templates that say nothing of what they
// print, and repositories that mean ill.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { located, locatorOf } from '../../../support/origins.ts'
import type { Tree } from '../../../support/tree.ts'
import { temporaryTree } from '../../../support/tree.ts'

const CHART = 'apiVersion: v2\nname: web\nversion: 0.1.0\n'
const ROLE = 'kind: Role\nmetadata:\n  name: a\nrules:\n- verbs: [get]\n'

/** Where the first line of `output` that holds `line` is, in a repository with the chart `repo/web`. */
function place(tree: Tree, output: string, line: string): string {
  const base = temporaryTree({ 'out/token': 'fake-token', 'repo/.git/config': '', ...tree })
  const directory = join(base, 'repo/web')
  mkdirSync(directory, { recursive: true })
  const root = join(base, 'repo')
  const { locate, positionOf } = locatorOf('helm', directory, Buffer.from(output), root)
  return located(locate(positionOf('', line))).replaceAll(`${base}/repo/`, '')
}

/** `output` as Helm prints it of one template. */
const printed = (path: string, text: string) => `---\n# Source: ${path}\n${text}`

/** What a template and what it printed have in common. */
const templates: readonly (readonly [
  name: string,
  template: string,
  output: string,
  line: string,
  place: string,
])[] = [
  ['the same text', ROLE, ROLE, '- verbs: [get]', '5:3'],
  [
    'a field with an action in it',
    'kind: Role\nname: x-{{ .a }}-y\n',
    'kind: Role\nname: x-1-y\n',
    'name: x-1-y',
    '2:1',
  ],
  ['an action in a column', 'name: {{ .a }}{{ .b }}\n', 'name: ab\n', 'name: ab', '1:1'],
  ['all of it by another template', '{{ include "x" . }}\n', ROLE, 'kind: Role', '1:1 ~'],
  ['a comment with braces', '{{/* }} {{ */}}\nkind: A\n', 'kind: A\n', 'kind: A', '2:1'],
  [
    'a text with braces',
    'a: {{ "}}" | quote }}\nkind: A\n',
    'a: "}}"\nkind: A\n',
    'kind: A',
    '2:1',
  ],
  [
    'an action of several lines',
    'a: {{ x\n  "}}"\n }}\nkind: A\n',
    'a: 1\nkind: A\n',
    'kind: A',
    '4:1',
  ],
  ['an action without an end', 'kind: A\na: {{ x\n', 'kind: A\na: 1\n', 'a: 1', '2:1'],
  ['Windows', 'kind: A\r\na: 1\r\n', 'kind: A\r\na: 1\n', 'a: 1', '2:1'],
  [
    'else',
    '{{ if .a }}\nkind: A\n{{ else }}\nkind: B\n{{ end }}\nx: 1\n',
    'kind: B\nx: 1\n',
    'kind: B',
    '4:1',
  ],
  // Either block may have printed it.
  [
    'twins',
    'a: 1\n{{ if .a }}\nb: 1\n{{ end }}\n{{ if .b }}\nb: 1\n{{ end }}\n',
    'a: 1\nb: 1\n',
    'b: 1',
    '1:1 ~',
  ],
  ['a value in a loop', '{{ range .a }}\nb: {{ .Values.c }}\n{{ end }}\n', 'b: 1\n', 'b: 1', '2:1'],
  [
    'a value of the chart in a loop',
    'a: {{ $.Values.c }}\n',
    'a: 1\n',
    'a: 1',
    '1:1 from .Values.c',
  ],
  ['a value or another', 'a: {{ .Values.c | default .Values.d }}\n', 'a: 1\n', 'a: 1', '1:1'],
]
for (const [name, template, output, line, want] of templates) {
  test(`${name}: ${JSON.stringify(line)} is at ${want}`, () => {
    const tree = { 'repo/web/Chart.yaml': CHART, 'repo/web/templates/a.yaml': template }
    const got = place(tree, printed('web/templates/a.yaml', output), line.replace(/\r$/, ''))
    assert.equal(got, `web/templates/a.yaml:${want}`)
  })
}

const DEPENDENT = (repository: string, more = '') =>
  `${CHART}dependencies:\n- {name: db, version: 0.1.0, repository: "${repository}"${more}}\n`

/** Where a template of a subchart is. */
const subcharts: readonly (readonly [name: string, tree: Tree, place: string])[] = [
  [
    'a folder',
    { 'repo/web/charts/db/Chart.yaml': 'name: db\n', 'repo/web/charts/db/templates/a.yaml': ROLE },
    'web/charts/db/templates/a.yaml:1:1',
  ],
  [
    'a folder with another name',
    { 'repo/web/charts/x/Chart.yaml': 'name: db\n', 'repo/web/charts/x/templates/a.yaml': ROLE },
    'web/charts/x/templates/a.yaml:1:1',
  ],
  ['an archive', { 'repo/web/charts/db-0.1.0.tgz': 'x' }, 'web/charts/db-0.1.0.tgz:1:1 ~'],
  [
    'an archive of another chart',
    { 'repo/web/charts/db-two-0.1.0.tgz': 'x' },
    'web/Chart.yaml:1:1 ~',
  ],
  [
    'a chart beside',
    {
      'repo/web/Chart.yaml': DEPENDENT('file://../db'),
      'repo/db/Chart.yaml': 'name: db\n',
      'repo/db/templates/a.yaml': ROLE,
    },
    'db/templates/a.yaml:1:1',
  ],
  [
    'an address',
    { 'repo/web/Chart.yaml': DEPENDENT('https://charts.example.com') },
    'web/Chart.yaml:5:3 ~',
  ],
  [
    'an address in a list of its own',
    { 'repo/web/requirements.yaml': 'dependencies:\n- name: db\n' },
    'web/requirements.yaml:2:3 ~',
  ],
  [
    'a chart outside',
    {
      'repo/web/Chart.yaml': DEPENDENT('file://../../out'),
      'out/Chart.yaml': 'name: db\n',
      'out/templates/a.yaml': ROLE,
    },
    'web/Chart.yaml:5:3 ~',
  ],
  [
    'a link out',
    {
      'repo/web/charts/db': '-> ../../../out',
      'out/Chart.yaml': 'name: db\n',
      'out/templates/a.yaml': ROLE,
    },
    'web/Chart.yaml:1:1 ~',
  ],
  ['nothing', {}, 'web/Chart.yaml:1:1 ~'],
  [
    'a Chart.yaml that is none',
    { 'repo/web/Chart.yaml': 'dependencies: {a: [1]}\nname: [' },
    'web/Chart.yaml:1:1 ~',
  ],
]
for (const [name, tree, want] of subcharts) {
  test(`a subchart that is ${name} is at ${want}`, () => {
    const whole = { 'repo/web/Chart.yaml': CHART, ...tree }
    const got = place(whole, printed('web/charts/db/templates/a.yaml', ROLE), 'kind: Role')
    assert.equal(got.replace(/^.*\/repo/, ''), want)
  })
}

/** Names that Helm may print. */
for (const path of [
  'web/../../out/token',
  'web/templates/../../../out/token',
  'web//templates/a.yaml',
  'web/templates/a.yaml\0',
  'web/templates',
  'web',
  '',
  `web/${'charts/db/'.repeat(5000)}templates/a.yaml`,
  'web/templates/link.yaml',
]) {
  test(`the name ${JSON.stringify(path.slice(0, 40))} leads nowhere`, () => {
    const tree = {
      'repo/web/Chart.yaml': CHART,
      'repo/web/templates/a.yaml': ROLE,
      'repo/web/templates/link.yaml': '-> ../../../out/token',
    }
    assert.equal(place(tree, printed(path, ROLE), 'kind: Role'), 'web/Chart.yaml:1:1 ~')
  })
}

/** Templates that take long to compare, and what becomes of them: an answer, and soon. */
const large: readonly (readonly [name: string, template: string, output: string])[] = [
  ['10 MB', ROLE.repeat(200_000), ROLE],
  ['many sections', '---\na: 1\n'.repeat(100_000), 'kind: Role\na: 1\n'.repeat(20_000)],
  ['many loops', '{{ range .a }}\n'.repeat(50_000), ROLE],
  [
    'loops in loops',
    `${'{{ range .a }}\na: 1\n'.repeat(3000)}${'{{ end }}\n'.repeat(3000)}`,
    `kind: Role\n${'a: 1\n'.repeat(300)}`,
  ],
  [
    'many actions',
    `${'{{ a }}a'.repeat(40_000)}\n`.repeat(3),
    `kind: Role\n${'a'.repeat(450)}\n`.repeat(1000),
  ],
  ['blanks', `a:${' '.repeat(900_000)}{{- b }}\n`, ROLE],
  ['quotes', `{{ ${'"`'.repeat(300_000)}\n`, ROLE],
  ['a large output', 'kind: Role\n{{ x }}\n', `kind: Role\n${'b: 1\n'.repeat(1_000_000)}`],
]
for (const [name, template, output] of large) {
  test(`a template of ${name} has a place`, { timeout: 30_000 }, () => {
    const tree = { 'repo/web/Chart.yaml': CHART, 'repo/web/templates/a.yaml': template }
    const got = place(tree, printed('web/templates/a.yaml', output), 'kind: Role')
    assert.match(got, /^web\/templates\/a\.yaml:\d+:\d+/)
  })
}
