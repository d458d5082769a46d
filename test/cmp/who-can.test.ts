// `who-can` as it is called: its words, its exit codes, and the schema of what it prints. The answers are
// in fixtures/who-can.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import schema from '../../cmp/who-can/answer.schema.json' with { type: 'json' }
import { memoryIo } from '../support/memory-io.ts'
import { temporaryTree } from '../support/tree.ts'

async function ask(
  args: readonly string[],
  stdin = '',
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  const { io, stdout, stderr } = memoryIo(env, stdin)
  const code = await run(['who-can', ...args], io)
  return { code, out: stdout(), err: stderr() }
}

const RBAC = 'apiVersion: rbac.authorization.k8s.io/v1\n'
const GRANT = `${RBAC}kind: Role
metadata: {name: r, namespace: here}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
${RBAC}kind: RoleBinding
metadata: {name: b, namespace: here}
roleRef: {kind: Role, name: r}
subjects: [{kind: User, name: eve}]
`

const usage: readonly [args: string[], message: RegExp][] = [
  [['get'], /missing required argument/],
  [['', 'secrets', '-'], /is empty/],
  [['get', '', '-'], /is empty/],
  [['get', '.apps', '-'], /is empty/],
  [['get', 'secrets/', '-'], /is empty/],
  [['get', 'pods', '-', '--subresource', ''], /is empty/],
  [['get', 'secrets', '-', '-n', 'a/b'], /-n is not a namespace/],
  [['get', 'secrets', '-', '-n', ''], /-n is empty/],
  [['get', 'secrets', '-', '--kube-version', '3'], /no such version/],
  [['get', '/metrics', '-', '-n', 'here'], /a URL has no namespace/],
  [['get', 'secrets', '-', '--format', 'yaml'], /neither text nor json/],
  [['get', 'secrets', 'no-such-folder'], /is not a folder/],
]

for (const [args, message] of usage) {
  test(`exit code 2: who-can ${args.map((each) => JSON.stringify(each)).join(' ')}`, async () => {
    const { code, out, err } = await ask(args, GRANT)
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, message)
  })
}

const notices: readonly [args: string[], notice: RegExp | undefined][] = [
  [['get', 'secrets'], undefined],
  [['get', 'Secret.v1.'], undefined],
  [['get', 'deployments.v1.apps'], undefined],
  [['get', 'deploy.extensions'], /deploy.extensions is no resource known here/],
  [['fetch', 'secrets'], /fetch is no verb that Kubernetes has/],
  [['get', 'nodes', '-n', 'here'], /nodes are in no namespace/],
  [['get', 'pods/exec'], /exec is taken for the name of an object/],
  [['get', 'pods', '--subresource', 'exec'], undefined],
  [['get', 'pods', '--subresource', 'eggs'], /eggs is no subresource of pods/],
  [['create', 'pods', '--subresource', 'exec', '--kube-version', '1.34'], /the verb get is enough/],
  [['create', 'pods', '--subresource', 'exec', '--kube-version', '1.35'], undefined],
  [['impersonate', 'users', '--kube-version', '1.36'], /impersonate:MODE/],
  [['impersonate', 'users', '--kube-version', '1.35'], undefined],
  [['impersonate:user-info', 'users.authentication.k8s.io'], undefined],
  [['get', 'secrets', '--kube-version', '1.20'], /those of 1\.31 are taken/],
  [['*', '*'], undefined],
  [['head', '/metrics'], undefined],
]

for (const [args, notice] of notices) {
  test(`who-can ${args.join(' ')}: ${notice ?? 'nothing to say'}`, async () => {
    const { code, err } = await ask([...args, '-'], GRANT)
    assert.equal(code, 0, err)
    if (notice === undefined) assert.equal(err, '')
    else assert.match(err, notice)
  })
}

test('a folder, and its subfolders when that is asked for', async () => {
  const folder = temporaryTree({
    'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    'sub/rbac.yaml': GRANT,
  })
  const flat = await ask(['get', 'secrets', folder])
  assert.match(flat.out, /^By these manifests nobody can get secrets/)
  const deep = await ask(['get', 'secrets', folder, '--recurse'])
  assert.match(
    deep.out,
    /^User +- +eve +here +RoleBinding b > Role r > rules\[0\] .*sub\/rbac\.yaml:4$/m,
  )
  assert.deepEqual([flat.code, deep.code], [0, 0])
})

test('objects without a namespace go where Argo CD or -n says', async () => {
  const open = GRANT.replaceAll(', namespace: here', '')
  const inside = { ARGOCD_APP_NAME: 'shop', ARGOCD_APP_NAMESPACE: 'here' }
  const said = await ask(['get', 'secrets', '-', '-n', 'here'], open)
  const known = await ask(['get', 'secrets', '-', '-n', 'here'], open, inside)
  const other = await ask(['get', 'secrets', '-', '-n', 'there'], open, inside)
  assert.match(said.out, /\beve\b/)
  assert.match(known.out, /\beve\b/)
  assert.doesNotMatch(other.out, /\beve\b/)
})

test('no token is needed, and the version of the cluster is taken from Argo CD', async () => {
  const { out } = await ask(['get', 'secrets', '-', '--format', 'json'], GRANT, {
    KUBE_VERSION: '1.33',
  })
  assert.equal(JSON.parse(out).kubernetes, '1.33')
})

test('nothing is printed when something may be missing', async () => {
  const { code, out } = await ask(
    ['get', 'secrets', '-'],
    `${GRANT}---\n${RBAC}kind: Role\nmetadata: {name: a\n`,
  )
  assert.deepEqual([code, out], [1, ''])
})

test('an answer that nobody could read is not given', async () => {
  const subjects = Array.from({ length: 3000 }, (_, index) => `{kind: User, name: u${index}}`)
  const name = 'n'.repeat(20_000)
  const long = GRANT.replace('{kind: User, name: eve}', subjects.join(', ')).replace(
    'name: b',
    `name: ${name}`,
  )
  const { code, out, err } = await ask(['get', 'secrets', '-'], long)
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /the answer is longer than 50 MB/)
})

test('every answer in JSON is as the schema says', async () => {
  const folder = 'fixtures/who-can'
  for (const name of readdirSync(folder)) {
    const { args, exitCode = 0 } = JSON.parse(readFileSync(`${folder}/${name}/case.json`, 'utf8'))
    if (exitCode !== 0) continue
    const piped = readdirSync(`${folder}/${name}`).includes('input.yaml')
    const stdin = piped ? readFileSync(`${folder}/${name}/input.yaml`, 'utf8') : ''
    const input = piped ? '-' : `${folder}/${name}/input`
    const { out } = await ask([...args, input, '--format', 'json'], stdin)
    assert.deepEqual(faults(JSON.parse(out), schema, name), [])
  }
})

test('the schema refuses what is not an answer', () => {
  const answer = {
    question: { verb: 'get' },
    kubernetes: '1.37',
    subjects: [],
    forSomeNames: [],
    unresolved: [],
  }
  assert.deepEqual(faults(answer, schema, ''), [])
  assert.deepEqual(faults({ ...answer, more: 1 }, schema, ''), ['/more is unknown'])
  assert.deepEqual(faults({ ...answer, subjects: [{ kind: 'User' }] }, schema, '').length, 2)
})

interface Schema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly $ref?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** As much of JSON Schema as the schema uses. */
function faults(value: unknown, part: Schema, path: string): string[] {
  if (part.$ref !== undefined) {
    const defs: Readonly<Record<string, Schema>> = schema.$defs
    return faults(value, defs[part.$ref.replace('#/$defs/', '')] ?? { type: 'missing' }, path)
  }
  if (part.enum !== undefined)
    return part.enum.includes(String(value)) ? [] : [`${path} is ${value}`]
  if (part.type === 'array') {
    if (!Array.isArray(value)) return [`${path} is no array`]
    return value.flatMap((item, index) => faults(item, part.items ?? {}, `${path}/${index}`))
  }
  if (part.type !== 'object') {
    const type = part.type === 'integer' ? 'number' : part.type
    return typeof value === type ? [] : [`${path} is no ${type}`]
  }
  const { properties = {}, required = [] } = part
  const fields = Object.entries(value ?? {})
  const missing = required.filter((name) => !fields.some(([field]) => field === name))
  return [
    ...missing.map((name) => `${path}/${name} is missing`),
    ...fields.flatMap(([name, item]) => {
      const inner = properties[name]
      return inner === undefined
        ? [`${path}/${name} is unknown`]
        : faults(item, inner, `${path}/${name}`)
    }),
  ]
}
