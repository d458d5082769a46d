// What `helm template` printed of fixtures/origins/chart (recorded; test/argocd/origins.test.ts prints it
// again), and which line of the chart each line is.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { located, locatorOf } from '../../../support/origins.ts'

const CHART = 'fixtures/origins/chart'
const RECORDED = readFileSync('fixtures/origins/chart.rendered.txt')

/** The document that has a text, the line of it, and where that is; `~` is not exact. */
const lines: readonly (readonly [document: string, line: string, place: string])[] = [
  ['kind: Role\n', 'kind: Role', 'templates/rbac.yaml:11:1'],
  ['kind: Role\n', '  name: web-web', 'templates/rbac.yaml:13:3'],
  // The block above it has the same lines and was not printed.
  ['kind: Role\n', '  - apiGroups: [""]', 'templates/rbac.yaml:20:5'],
  ['kind: Role\n', '    resources: ["secrets"]', 'templates/rbac.yaml:21:5'],
  ['kind: Role\n', '    verbs: ["list"]', 'templates/rbac.yaml:22:5'],
  ['kind: Role\n', '  - apiGroups:', 'templates/rbac.yaml:23:1 ~ from .Values.rules'],
  ['kind: Role\n', '    - configmaps', 'templates/rbac.yaml:23:1 ~ from .Values.rules'],
  ['kind: RoleBinding\n', '    team: "payments"', 'templates/rbac.yaml:30:5 from .Values.team'],
  ['kind: RoleBinding\n', '    name: "anna"', 'templates/rbac.yaml:39:5'],
  ['kind: RoleBinding\n', '    name: "bob"', 'templates/rbac.yaml:39:5'],
  ['kind: RoleBinding\n', '  - kind: ServiceAccount', 'templates/rbac.yaml:41:5'],
  ['kind: RoleBinding\n', '    namespace: shop', 'templates/rbac.yaml:43:5'],
  [
    'kind: ServiceAccount\nmetadata:\n  name: web',
    'kind: ServiceAccount',
    'templates/rbac.yaml:4:1',
  ],
  ['kind: ServiceAccount\nmetadata:\n  name: web', '    app: shop', 'templates/rbac.yaml:8:1 ~'],
  ['name: anna\n', 'kind: ServiceAccount', 'templates/readers.yaml:4:1'],
  ['name: bob\n', '  name: bob', 'templates/readers.yaml:6:3'],
  ['name: one\n', '  name: one', 'templates/readers.yaml:12:3'],
  ['name: one\n', '  key: value', 'templates/readers.yaml:14:3'],
  ['name: payments\n', '  name: payments', 'templates/readers.yaml:19:3 from .Values.team'],
  ['name: payments\n', '  key: value', 'templates/readers.yaml:21:3'],
  ['kind: ClusterRole\n', '  name: store-all', 'charts/database/templates/role.yaml:4:3'],
  ['kind: ClusterRole\n', '    verbs: ["*"]', 'charts/database/templates/role.yaml:8:5'],
  ['widgets', '    text: "{{ not an action }}"', 'crds/widget.yaml:6:5'],
]

for (const [document, line, place] of lines) {
  test(`helm: ${JSON.stringify(document)}: ${line.trim()} is at ${place}`, () => {
    const { locate, positionOf } = locatorOf('helm', CHART, RECORDED)
    assert.equal(located(locate(positionOf(document, line))), `${CHART}/${place}`)
  })
}

test('helm: the same place is called as the folder was given', () => {
  const { locate, positionOf } = locatorOf('helm', `${CHART}/`, RECORDED)
  const place = located(locate(positionOf('kind: ClusterRole\n', 'kind: ClusterRole')))
  assert.equal(place, `${CHART}/charts/database/templates/role.yaml:2:1`)
})

test('helm: every line has a place in a file that exists', () => {
  const { locate, files } = locatorOf('helm', CHART, RECORDED)
  for (const { path, bytes, firstLine = 1 } of files) {
    const count = Buffer.from(bytes).toString().split('\n').length
    for (let line = firstLine - 1; line <= firstLine + count; line += 1) {
      const { at } = locate({ file: path, line, column: 7 })
      const text = readFileSync(at.file, 'utf8').split('\n')[at.line - 1]
      assert.ok(text !== undefined && at.column >= 1 && at.column <= text.length + 1, at.file)
    }
  }
})
