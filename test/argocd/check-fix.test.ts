// What `check --fix` suggests for objects of a chart or an overlay, taken by the real Kustomize (KUSTOMIZE).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { formatDryRun } from '../../cmp/check/fix/dry-run.ts'
import { planFixes } from '../../cmp/check/fix/plan.ts'
import type { PatchOperation } from '../../manifests/check/model.ts'
import { patched } from '../../manifests/check/patch.ts'
import { findingFor } from '../support/findings.ts'
import { fileOf, fixFor } from '../support/fixes.ts'
import { KUSTOMIZE } from '../support/real-sources.ts'
import { temporaryTree } from '../support/tree.ts'

const ROLES = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web.readers, namespace: shop, labels: {rbac.example.com/a~b: "on"}}
rules:
  - {apiGroups: [""], resources: [secrets], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: webxreaders, namespace: shop}
rules:
  - {apiGroups: [""], resources: [secrets], verbs: [get, list, watch]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
`
const PATH = 'kustomize overlay (rendered)'

function build(suggestions: string, resources = ROLES) {
  const folder = temporaryTree({
    'roles.yaml': resources,
    'kustomization.yaml': `resources: [roles.yaml]\n${suggestions}`,
  })
  const { status, stdout, stderr } = spawnSync(KUSTOMIZE, ['build', folder], { encoding: 'utf8' })
  return { status, stderr, objects: parseAllDocuments(stdout).map((each) => each.toJS()) }
}

const operations: readonly (readonly PatchOperation[])[] = [
  [
    { op: 'remove', path: '/rules/0/verbs/2' },
    { op: 'remove', path: '/rules/0/verbs/1' },
  ],
  [{ op: 'add', path: '/rules/0/resourceNames', value: ['no', '1', 'a: b', 'x'] }],
  [
    {
      op: 'add',
      path: '/rules/-',
      value: { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    },
  ],
  [{ op: 'remove', path: '/metadata/labels/rbac.example.com~1a~0b' }],
]

test('kustomize takes the patches, for exactly the objects that are meant', () => {
  const file = fileOf(ROLES, PATH)
  const fixes = operations.map((each) => fixFor(file, each, 'web.readers'))
  const token: PatchOperation = { op: 'add', path: '/automountServiceAccountToken', value: false }
  const findings = [...fixes, fixFor(file, [token], 'web')].map(findingFor)
  const plan = planFixes(findings, () => undefined)
  assert.deepEqual([plan.files, plan.refused], [[], []])
  const printed = formatDryRun(plan, { nameOf: (path) => path, isTerminal: false })
  const { status, stderr, objects } = build(printed)
  assert.equal(status, 0, `${stderr}\n${printed}`)
  const named = (name: string) => objects.find(({ metadata }) => metadata.name === name)
  const wanted = patched(fixes[0]?.object.value, operations.flat())
  assert.ok('value' in wanted)
  assert.deepEqual(named('web.readers'), wanted.value)
  assert.deepEqual(named('webxreaders').rules[0].verbs, ['get', 'list', 'watch'])
  assert.equal(named('web').automountServiceAccountToken, false)
})

test('kustomize refuses the patch when the object is another one by then', () => {
  const [removal] = operations
  const fix = fixFor(fileOf(ROLES, PATH), removal ?? [], 'web.readers')
  const plan = planFixes([findingFor(fix)], () => undefined)
  const printed = formatDryRun(plan, { nameOf: (path) => path, isTerminal: false })
  const { status, stderr } = build(
    printed,
    ROLES.replace('verbs: [get, list', 'verbs: [get, update'),
  )
  assert.notEqual(status, 0)
  assert.match(stderr, /test/i)
})
