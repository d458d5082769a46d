// What other analysers get wrong, and what none of them looks at: `check` gets it right.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../cmp/cli.ts'
import { checked, reaching, rulesFound } from './support/check-run.ts'
import { memoryIo } from './support/memory-io.ts'
import { granted, MANAGED, PEER_CASES } from './support/peer-cases.ts'
import { temporaryTree } from './support/tree.ts'

for (const { peer, mistake, truth, manifest, rules, fails, ...reached } of PEER_CASES) {
  test(`${peer} ${mistake}: ${truth}`, async () => {
    const { report, exitCode } = await checked(manifest)
    assert.deepEqual(rulesFound(report), [...rules].sort())
    for (const reach of ['read', 'pod', 'write', 'become'] as const) {
      assert.deepEqual(reaching(report, reach), reached[reach] ?? [], reach)
    }
    assert.equal(exitCode, fails ? 1 : 0)
  })
}

const SECRETS = "apiGroups: [''], resources: [secrets]"

/** Text in whatever format of a manifest from standard input. */
async function printed(text: string, ...more: readonly string[]): Promise<string> {
  const { io, stdout } = memoryIo({}, text)
  await run(['check', '-', ...more], io)
  return stdout()
}

/** The first object of a list, or a failure. */
function first<T>(list: readonly T[]): T {
  const [item] = list
  assert.ok(item !== undefined, 'there is one')
  return item
}

test('kube-linter puts every result of SARIF into line 1, without a severity: ours have both', async () => {
  const text = granted(`${SECRETS}, verbs: [get]`)
  const { runs } = JSON.parse(await printed(text, '--format', 'sarif'))
  const { results, tool } = runs[0]
  assert.equal(results.length, 1)
  const { ruleId, ruleIndex, level, locations } = first<{
    ruleId: string
    ruleIndex: number
    level: string
    locations: { physicalLocation: { region: { startLine: number } } }[]
  }>(results)
  const line = text.split('\n').findIndex((each) => each.includes('verbs: [get]')) + 1
  assert.equal(first(locations).physicalLocation.region.startLine, line)
  assert.equal(level, 'error')
  const { id, properties } = tool.driver.rules[ruleIndex]
  assert.deepEqual([id, ruleId, properties['security-severity']], ['RB001', 'RB001', '8.0'])
})

test('fingerprints are of what is found, not of lines, and no two are equal', async () => {
  const text = `${granted(`${SECRETS}, verbs: [get, list]`)}${granted(`${SECRETS}, verbs: [get]`, 'User bob').slice(MANAGED.length).replaceAll('name: some', 'name: other')}`
  const prints = async (of: string) =>
    JSON.parse(await printed(of, '--format', 'gitlab')).map(
      (each: { fingerprint: string; location: { path: string } }) => each.fingerprint,
    )
  const before = await prints(text)
  assert.equal(before.length, 3)
  assert.equal(new Set(before).size, 3)
  assert.deepEqual(await prints(`# moved\n\n\n${text}`), before)
})

const NAMED = `${SECRETS}, resourceNames: [shop-secret], verbs:`
/** What nobody looks at: one rule for User ann, and what it comes to. */
const semantics: readonly (readonly [
  what: string,
  rules: string,
  { readonly rules: string[]; readonly read?: string[]; readonly write?: string[] },
])[] = [
  [
    'list and watch of one name, by the field selector',
    `${NAMED} [list, watch]`,
    { rules: ['RB008'], read: ['User ann: list,watch secrets'] },
  ],
  ['create of one name, which no POST has', `${NAMED} [create]`, { rules: ['RB008'] }],
  [
    'create and patch of one name, which server-side apply has',
    `${NAMED} [create, patch]`,
    { rules: ['RB006'], write: ['User ann: create,patch secrets'] },
  ],
  ['deletecollection of one name', `${NAMED} [deletecollection]`, { rules: ['RB008'] }],
  [
    'an empty name, which fits every request without one',
    `${SECRETS}, resourceNames: [''], verbs: [list, watch]`,
    { rules: ['RB003'], read: ['User ann: list,watch secrets'] },
  ],
  ['a star for a name', `${SECRETS}, resourceNames: ['*'], verbs: [get]`, { rules: ['RB007'] }],
  ['the group core', 'apiGroups: [core], resources: [secrets], verbs: [get]', { rules: ['RB007'] }],
  ['the group v1', 'apiGroups: [v1], resources: [secrets], verbs: [get]', { rules: ['RB007'] }],
  ['secret', "apiGroups: [''], resources: [secret], verbs: [get]", { rules: ['RB007'] }],
  ['Secrets', "apiGroups: [''], resources: [Secrets], verbs: [get]", { rules: ['RB007'] }],
  ['secrets/*', "apiGroups: [''], resources: ['secrets/*'], verbs: [get]", { rules: ['RB007'] }],
  ['GET', `${SECRETS}, verbs: [GET]`, { rules: ['RB007'] }],
]

for (const [what, rules, expected] of semantics) {
  test(`nobody knows ${what}`, async () => {
    const { report } = await checked(granted(rules))
    assert.deepEqual(rulesFound(report), expected.rules)
    assert.deepEqual(reaching(report, 'read'), expected.read ?? [])
    assert.deepEqual(reaching(report, 'write'), expected.write ?? [])
  })
}

test('nobody says who mounts the Secret: who may write a Deployment, and which one does', async () => {
  const { report } = await checked(
    granted('apiGroups: [apps], resources: [deployments], verbs: [patch]') +
      `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
        - {name: web, image: a, envFrom: [{secretRef: {name: shop-secret}}]}
`,
  )
  assert.deepEqual(reaching(report, 'pod'), ['User ann: patch deployments.apps'])
  assert.deepEqual(reaching(report, 'read'), [])
  const { usedBy } = first(report.secrets)
  assert.deepEqual(usedBy, [{ kind: 'Deployment', namespace: 'shop', name: 'web' }])
  assert.ok(report.notes.some((note) => note.includes('does not keep a pod')))
})

test('nobody knows PhaseSecrets: who may write one, and what it does elsewhere', async () => {
  const { report } = await checked(
    granted('apiGroups: [secrets.phase.dev], resources: [phasesecrets], verbs: [patch]').replace(
      'secretName: shop-secret',
      'secretName: shop-secret\n      secretNamespace: bank',
    ),
    '-n',
    'shop',
  )
  assert.ok(rulesFound(report).includes('RB041'))
  const { report: own } = await checked(
    granted('apiGroups: [secrets.phase.dev], resources: [phasesecrets], verbs: [patch]'),
  )
  assert.deepEqual(rulesFound(own), ['RB035'])
  assert.deepEqual(reaching(own, 'become'), ['User ann: patch phasesecrets.secrets.phase.dev'])
})

test('nobody knows AppProjects: where Applications may bring roles', async () => {
  const project = `---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: shop, namespace: argocd}
spec:
  destinations: [{server: https://kubernetes.default.svc, namespace: '*'}]
`
  const { report } = await checked(`${MANAGED}${project}`)
  assert.deepEqual(rulesFound(report), ['RB050', 'RB052'])
})

test('nobody says what a pull request changes: which reader of which Secret is new', async () => {
  const before = granted(`${SECRETS}, verbs: [get], resourceNames: [shop-secret]`)
  const after = `${before}  - {kind: User, name: bob}\n`
  const base = temporaryTree({ 'a.yaml': before })
  const { report } = await checked(after, '--base', join(base, 'a.yaml'))
  const rows = first(report.secrets).reachers.map(({ subject, isNew }) => [subject.name, isNew])
  assert.deepEqual(rows, [
    ['ann', false],
    ['bob', true],
  ])
  const { report: back } = await checked(before, '--base', 'fixtures/check/base/base')
  assert.ok(first(back.secrets).removed.some(({ subject }) => subject.name === 'bob'))
})

test('nobody mends RBAC: the patch takes away what is too much, and nothing else', async () => {
  const more = `  - {${SECRETS}, verbs: [update], resourceNames: [shop-secret]}\n`
  const text = granted(`${SECRETS}, verbs: [get], resourceNames: [shop-secret]`).replace(
    /( {2}- \{api.*\n)/,
    `$1${more}`,
  )
  const root = temporaryTree({ 'a.yaml': text })
  const { io, stderr } = memoryIo({})
  await run(['check', root, '--fix', '--fail-on', 'note'], io)
  assert.match(stderr(), /fixed: remove update/)
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), text.replace(more, ''))
})
