import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { formatDryRun } from '../../../../cmp/check/fix/dry-run.ts'
import { planFixes } from '../../../../cmp/check/fix/plan.ts'
import type { PatchOperation } from '../../../../manifests/check/model.ts'
import { findingFor } from '../../../support/findings.ts'
import { fileOf, fixFor } from '../../../support/fixes.ts'
import { gitRepository } from '../../../support/git-repository.ts'
import type { Tree } from '../../../support/tree.ts'

const filler = Array.from({ length: 12 }, (_, n) => `# ${n}\n`).join('')
const role = (name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: ${name}\n${filler}rules:\n  - resources: [secrets]\n    verbs: [get, list]\n${filler}  - verbs:\n      - list\n`
const removals: readonly PatchOperation[] = [
  { op: 'remove', path: '/rules/0/verbs/1' },
  { op: 'remove', path: '/rules/1' },
]
const secret =
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  labels: {a: b, c: d}\nstringData:\n  password: precious\n'

function planOf(tree: Tree, operations: readonly PatchOperation[] = removals) {
  const findings = Object.entries(tree).map(([path, text]) =>
    findingFor(fixFor(fileOf(text, path), operations)),
  )
  const plan = planFixes(findings, (path) => Buffer.from(tree[path] ?? ''))
  const other = planFixes(findings.toReversed(), (path) => Buffer.from(tree[path] ?? ''))
  assert.deepEqual(
    plan.files.map(({ path }) => path),
    other.files.map(({ path }) => path),
  )
  assert.deepEqual(plan.suggestions, other.suggestions)
  return plan
}

const options = { nameOf: (path: string) => path, isTerminal: false }

/** What a patch may stumble over. */
const trees: readonly (readonly [name: string, tree: Tree])[] = [
  ['two files', { 'b/a.yaml': role('a'), 'a.yaml': role('b') }],
  ['CRLF', { 'a.yaml': role('a').replaceAll('\n', '\r\n') }],
  ['no final newline', { 'a.yaml': role('a').trimEnd() }],
  ['a byte order mark', { 'a.yaml': `\ufeff${role('a')}` }],
  ['names with blanks and quotes', { 'b c/d "e".yaml': role('a'), 'f\\g.yaml': role('a') }],
  ['names with other characters', { 'é\u{1f600}/a\tb\nc.yaml': role('a') }],
  [
    'lines that look like a patch',
    {
      'a.yaml': `${role('a')}# x\n--- # a/b\napiVersion: v1\nkind: B\nmetadata: {name: b}\n---\n# +++ b/c\n`,
    },
  ],
  [
    'thousands of changed lines',
    { 'a.yaml': role('a').replace('- verbs:', `- x:\n${'      - y\n'.repeat(3000)}    verbs:`) },
  ],
]

for (const [name, tree] of trees) {
  test(`git takes the patch of ${name}`, () => {
    const { root, git } = gitRepository(tree, '--initial-branch', 'main')
    git('config', 'core.autocrlf', 'false')
    const plan = planOf(tree)
    assert.equal(plan.files.length, Object.keys(tree).length)
    writeFileSync(join(root, '.git/patch'), formatDryRun(plan, options))
    execFileSync('git', ['apply', '--check', '.git/patch'], { cwd: root })
    git('apply', '--whitespace=nowarn', '.git/patch')
    for (const { path, after } of plan.files) {
      assert.deepEqual(readFileSync(join(root, path)), Buffer.from(after))
    }
    assert.equal(git('status', '--porcelain').split('\n').length, plan.files.length)
  })
}

test('git takes what is printed, suggestions behind it included', () => {
  const tree = { 'a.yaml': role('a') }
  const { root, git } = gitRepository(tree)
  const files = [fileOf(role('a'), 'a.yaml'), fileOf(role('b'), 'b.yaml (rendered)')]
  const findings = files.map((file) => findingFor(fixFor(file, removals)))
  const plan = planFixes(findings, () => Buffer.from(role('a')))
  assert.deepEqual([plan.files.length, plan.suggestions.length], [1, 1])
  writeFileSync(join(root, '.git/patch'), formatDryRun(plan, options))
  git('apply', '.git/patch')
  assert.deepEqual(readFileSync(join(root, 'a.yaml')), Buffer.from(plan.files[0]?.after ?? ''))
})

test('a second time nothing is planned', () => {
  const tree = { 'a.yaml': role('a') }
  const finding = findingFor(fixFor(fileOf(tree['a.yaml'], 'a.yaml'), removals))
  const [file] = planFixes([finding], () => Buffer.from(tree['a.yaml'])).files
  const again = planFixes([finding], () => file?.after)
  assert.deepEqual(again.files, [])
  assert.match(again.refused[0]?.message ?? '', /changed since it was read/)
})

test('findings without a safe fix, standard input and missing files change nothing', () => {
  const fix = fixFor(fileOf(role('a'), 'a.yaml'), removals)
  assert.deepEqual(
    planFixes([findingFor(undefined), findingFor({ ...fix, isSafe: false })], () => undefined),
    {
      files: [],
      suggestions: [],
      refused: [],
    },
  )
  const missing = planFixes([findingFor(fix)], () => undefined)
  assert.match(missing.refused[0]?.message ?? '', /no regular file/)
  const piped = planFixes([findingFor(fixFor(fileOf(role('a'), '-'), removals))], () => {
    throw new Error('nobody reads it')
  })
  assert.deepEqual([piped.files, piped.suggestions], [[], []])
  assert.match(piped.refused[0]?.message ?? '', /standard input/)
})

test('values of Secrets are not printed', () => {
  const operations: PatchOperation[] = [{ op: 'remove', path: '/metadata/labels/a' }]
  for (const text of [
    secret,
    secret.replace('metadata', 'data: {x: cHJlY2lvdXM=}\nmetadata'),
    `x: &x {password: precious}\n${secret.replace(/stringData:\n.*\n/, 'stringData: *x\n')}`,
    secret.replace('stringData', 'data').replace('precious', 'precious # data'),
  ]) {
    const printed = formatDryRun(planOf({ 'a.yaml': text }, operations), options)
    assert.doesNotMatch(printed, /precious|cHJl/)
    assert.match(printed, /^# a\.yaml: its patch is not printed/)
  }
  const far = `${secret.replace('stringData', `${filler}stringData`)}`
  assert.match(formatDryRun(planOf({ 'a.yaml': far }, operations), options), /^-.*a: b/m)
})

test('what comes from a chart is suggested, one entry for each object', () => {
  const path = 'web/templates/role.yaml (rendered)'
  const file = fileOf(role('web.readers'), path)
  const plan = planFixes(
    [
      findingFor(fixFor(file, [{ op: 'remove', path: '/rules/0/verbs/1' }])),
      findingFor({
        ...fixFor(file, [{ op: 'add', path: '/rules/0/resourceNames', value: ['x'] }]),
        title: 'limit it',
      }),
    ],
    () => undefined,
  )
  assert.deepEqual(plan.files, [])
  const printed = formatDryRun(plan, options)
  const { patches } = parse(printed)
  assert.equal(patches.length, 1)
  assert.deepEqual(patches[0].target, {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'Role',
    name: 'web\\.readers',
  })
  const rule = { resources: ['secrets'], verbs: ['get', 'list'] }
  assert.deepEqual(parse(patches[0].patch), [
    { op: 'test', path: '/rules/0', value: rule },
    { op: 'add', path: '/rules/0/resourceNames', value: ['x'] },
    { op: 'test', path: '/rules/0/verbs/1', value: 'list' },
    { op: 'remove', path: '/rules/0/verbs/1' },
  ])
  assert.match(printed, /^ {2}# limit it, in web\/templates\/role\.yaml \(rendered\)$/m)
})

test('a terminal sees what is invisible', () => {
  const text = role('a').replace('# 11\n  - verbs', '# \u001b[2J\u202e\n  - verbs')
  const plan = planOf({ 'a.yaml': text })
  assert.match(formatDryRun(plan, { ...options, isTerminal: true }), /# \\u\{1b\}\[2J\\u\{202e\}$/m)
})
