// `check` of charts and overlays with the real tools: what is planted is found in the template or the overlay
// that it stands in, and what --fix suggests makes it go away.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import type { PrintedFinding } from '../support/check-run.ts'
import { gitRepository } from '../support/git-repository.ts'
import { memoryIo } from '../support/memory-io.ts'
import { HELM3, HELM4, KUSTOMIZE } from '../support/real-sources.ts'
import type { Tree } from '../support/tree.ts'
import { plant, temporaryTree } from '../support/tree.ts'

const HELMS = { 'helm 3': HELM3, 'helm 4': HELM4 }

/** Runs `check` with the real tools; nothing of the run is left or shown. */
async function check(argv: readonly string[], helm = HELM4) {
  const TMPDIR = temporaryTree()
  const sources = `{ helm: { command: ${helm} }, kustomize: { command: [${KUSTOMIZE}] } }`
  const text = `version: 1\npolicies: []\nsources: ${sources}\n`
  const config = join(temporaryTree({ 'config.yaml': text }), 'config.yaml')
  const { io, stdout, stderr } = memoryIo({ PATH: '/usr/bin:/bin', TMPDIR })
  const exitCode = await run(['check', ...argv, '--config', config], io)
  assert.ok(!stdout().includes(TMPDIR) && !stderr().includes(TMPDIR), 'no path of the run is shown')
  assert.deepEqual(readdirSync(TMPDIR), [])
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

/** `RB001 FILE:LINE`, below the repository. */
async function found(root: string, folder: string, helm?: string, ...more: string[]) {
  const argv = [join(root, folder), '--format', 'json', ...more]
  const { stdout, stderr, exitCode } = await check(argv, helm)
  assert.ok(exitCode <= 1, stderr)
  const { findings }: { findings: PrintedFinding[] } = JSON.parse(stdout)
  return findings
    .filter(({ level }) => level === 'error')
    .map(({ rule, at }) => `${rule} ${at?.file.replace(`${root}/`, '')}:${at?.line}`)
}

/** The first line of a file that has a text. */
function lineOf(tree: Tree, file: string, text: string): string {
  const lines = String(tree[file]).split('\n')
  const index = lines.findIndex((line) => line.includes(text))
  assert.notEqual(index, -1, `${file} has no ${text}`)
  return `${file}:${index + 1}`
}

const PHASE_SECRET = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: shop
spec:
  phaseApp: shop
  phaseAppEnv: production
  managedSecretReferences:
    - secretName: shop-secret
`
const ROLE = (name: string, verbs: string, more = '') => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${name}
rules:
  # what the application reads
  - apiGroups: [""]
    resources: [secrets]
    resourceNames: [shop-secret]
    verbs: [get]
${verbs}${more}`
const BINDING = (name: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${name}
subjects:
  - kind: User
    apiGroup: rbac.authorization.k8s.io
    name: ann
`
const PLANTED = `  - apiGroups: [""]
    resources: [secrets]
    resourceNames: [shop-secret]
    verbs: [update] # planted
`

const CHART: Tree = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'chart/values.yaml': 'deployer: true\nname: shop\n',
  'chart/templates/_names.tpl': '{{- define "shop.name" -}}{{ .Values.name }}-reader{{- end -}}\n',
  'chart/templates/phase.yaml': `{{- /* a comment of the template */ -}}\n${PHASE_SECRET}`,
  'chart/templates/rbac.yaml': `{{- if .Values.name }}\n${ROLE(
    '{{ include "shop.name" . }}',
    `{{- if .Values.deployer }}\n${PLANTED}{{- end }}\n`,
  )}---\n${BINDING('{{ include "shop.name" . }}')}{{- end }}\n`,
}

for (const [name, helm] of Object.entries(HELMS)) {
  test(`${name}: the place is the line of the template`, async () => {
    const { root } = gitRepository(CHART)
    const place = lineOf(CHART, 'chart/templates/rbac.yaml', 'verbs: [update]')
    const [file, line] = place.split(':')
    // A rule begins three lines above its verbs.
    assert.deepEqual(await found(root, 'chart', helm), [`RB006 ${file}:${Number(line) - 3}`])
  })

  test(`${name}: without the value there is nothing, and against it it is new`, async () => {
    const repository = gitRepository({
      ...CHART,
      'chart/values.yaml': 'deployer: false\nname: shop\n',
    })
    const { root, commit } = repository
    assert.deepEqual(await found(root, 'chart', helm), [])
    commit({ 'chart/values.yaml': 'deployer: true\nname: shop\n' })
    const more = ['--base', 'HEAD~1', '--new']
    assert.match(
      (await found(root, 'chart', helm, ...more)).join(),
      /^RB006 chart\/templates\/rbac\.yaml:\d+$/,
    )
    commit({ 'chart/templates/phase.yaml': `# moved\n${PHASE_SECRET}` })
    assert.deepEqual(await found(root, 'chart', helm, ...more), [])
  })

  test(`${name}: --fix leaves a template alone, and suggests a patch`, async () => {
    const { root, git } = gitRepository(CHART)
    const { stdout, exitCode } = await check([join(root, 'chart'), '--fix', '--dry-run'], helm)
    assert.equal(exitCode, 1)
    assert.match(stdout, /kind: Role\n\s+name: shop-reader/)
    await check([join(root, 'chart'), '--fix'], helm)
    assert.equal(git('status', '--short'), '')
  })
}

const BASE: Tree = {
  'base/kustomization.yaml': 'resources: [phase.yaml, role.yaml, binding.yaml]\n',
  'base/phase.yaml': PHASE_SECRET,
  'base/role.yaml': ROLE('reader', ''),
  'base/binding.yaml': BINDING('reader'),
}
const OVERLAY = 'resources: [../base]\nnamespace: shop\nnamePrefix: prod-\n'
const JSON_PATCH = `- op: add
  path: /rules/-
  value:
    apiGroups: [""]
    resources: [pods/exec]
    verbs: [create]
`

/** Where the finding is planted, and where it has to be found. */
const overlays: readonly (readonly [what: string, tree: Tree, found: string])[] = [
  [
    'in the base',
    { ...BASE, 'base/role.yaml': ROLE('reader', PLANTED), 'prod/kustomization.yaml': OVERLAY },
    'RB006 base/role.yaml:11',
  ],
  [
    'in a patch of the overlay',
    {
      ...BASE,
      'prod/kustomization.yaml': `${OVERLAY}patches:\n  - path: exec.yaml\n    target: {kind: Role, name: reader}\n`,
      'prod/exec.yaml': JSON_PATCH,
    },
    'RB031 prod/exec.yaml:3',
  ],
  [
    'in the kustomization itself',
    {
      ...BASE,
      'prod/kustomization.yaml': `${OVERLAY}patches:\n  - target: {kind: Role, name: reader}\n    patch: |-\n${JSON_PATCH.replace(/^/gm, '      ').trimEnd()}\n`,
    },
    'RB031 prod/kustomization.yaml:9',
  ],
]

for (const [what, tree, place] of overlays) {
  test(`kustomize: ${what}: found there, and the suggestion makes it go away`, async () => {
    const { root, git } = gitRepository(tree)
    const prod = join(root, 'prod')
    const all = await found(root, 'prod')
    assert.equal(all.length, 1)
    assert.equal(all[0], place)
    const { stdout } = await check([prod, '--fix', '--dry-run'])
    assert.equal(git('status', '--short'), '', 'nothing is written')
    plant(root, { 'fixed/kustomization.yaml': `resources: [../prod]\n${stdout}` })
    assert.deepEqual(await found(root, 'fixed'), [])
  })
}

test('kustomize: an overlay that renames nothing takes the suggestion itself; one that does is told', async () => {
  const planted = { ...BASE, 'base/role.yaml': ROLE('reader', PLANTED) }
  const plain = 'resources: [../base]\n'
  const { root } = gitRepository({ ...planted, 'prod/kustomization.yaml': plain })
  const { stdout } = await check([join(root, 'prod'), '--fix', '--dry-run'])
  plant(root, { 'prod/kustomization.yaml': plain + stdout })
  assert.deepEqual(await found(root, 'prod'), [])

  const other = gitRepository({ ...planted, 'prod/kustomization.yaml': OVERLAY })
  const renamed = await check([join(other.root, 'prod'), '--fix', '--dry-run'])
  plant(other.root, { 'prod/kustomization.yaml': OVERLAY + renamed.stdout })
  assert.equal((await found(other.root, 'prod')).length, 1, 'it fits nothing there')
  assert.match(renamed.stdout, /^# and in the one that gives them a name prefix/m)
})
