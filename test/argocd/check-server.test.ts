// What rules say that the API server refuses, it refuses; what their pages show as good, it takes.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import type { RuleDescription } from '../../manifests/check/model.ts'
import { RULES } from '../../render/check/catalogue.ts'
import { checked, rulesFound } from '../support/check-run.ts'
import { temporaryTree } from '../support/tree.ts'
import type { KubeAnswer, KubeClient } from './support/kube-client.ts'
import { startCluster } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
let admin: KubeClient

before(async () => {
  admin = (await startCluster(processes, folder)).admin
  for (const name of ['keyspace', 'shop']) {
    await admin.request('POST', '/api/v1/namespaces', { metadata: { name } })
  }
})
after(async () => {
  await processes.end()
  remove()
})

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** Where objects of these kinds are. */
const PLACES: Readonly<Record<string, string>> = {
  Secret: '/api/v1/namespaces/NS/secrets',
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  Deployment: '/apis/apps/v1/namespaces/NS/deployments',
}

/** The objects of a text that a cluster without Phase's operator and Argo CD knows. */
function objectsOf(text: string): Manifest[] {
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS() as Manifest | null)
    .flatMap((object) => (object !== null && object.kind in PLACES ? [object] : []))
}

function placeOf({ kind, metadata }: Manifest): string {
  return (PLACES[kind] ?? '').replace('NS', metadata.namespace ?? 'default')
}

function created(object: Manifest): Promise<KubeAnswer> {
  return admin.request('POST', `${placeOf(object)}?dryRun=All&fieldValidation=Strict`, object)
}

function ruleOf(id: string): RuleDescription {
  const rule = RULES.find((each) => each.id === id)
  assert.ok(rule !== undefined, id)
  return rule
}

/** Creates what was before, and sends what is after as Argo CD would: by server-side apply. */
async function changed(before: Manifest, next: Manifest): Promise<KubeAnswer> {
  const made = await admin.request('POST', placeOf(before), before)
  assert.equal(made.status, 201, made.text)
  const path = `${placeOf(before)}/${before.metadata.name}`
  try {
    const query = '?fieldManager=argocd&force=true&dryRun=All'
    return await admin.request('PATCH', path + query, next, 'application/apply-patch+yaml')
  } finally {
    await admin.request('DELETE', path)
  }
}

/** The pair of objects that a rule's example has before and after, of these kinds. */
function pairOf(id: string, kinds: readonly string[], side: 'bad' | 'good'): [Manifest, Manifest] {
  const { example } = ruleOf(id)
  const olds = objectsOf(example.base ?? '').filter(({ kind }) => kinds.includes(kind))
  for (const before of olds) {
    const next = objectsOf(example[side]).find(
      ({ kind, metadata }) => kind === before.kind && metadata.name === before.metadata.name,
    )
    if (next !== undefined) return [before, next]
  }
  return assert.fail(`${id} has no pair`)
}

test('RB015: a roleRef cannot change', async () => {
  const [old, next] = pairOf('RB015', ['RoleBinding', 'ClusterRoleBinding'], 'bad')
  const { status, text } = await changed(old, next)
  assert.equal(status, 422)
  // In older versions: cannot change roleRef.
  assert.match(text, /roleRef.*field is immutable|cannot change roleRef/)
})

const secret = (name: string, rest: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  ...rest,
})

test('SS006: the type of a Secret cannot change', async () => {
  const old = secret('typed', { type: 'Opaque', data: { 'ssh-privatekey': 'YQ==' } })
  const next = { ...old, type: 'kubernetes.io/ssh-auth' }
  const { status, text } = await changed(old, next)
  assert.equal(status, 422)
  assert.match(text, /type.*immutable/)
  const base = temporaryTree({ 'a.yaml': JSON.stringify(old) })
  const { report } = await checked(JSON.stringify(next), '--base', base)
  assert.ok(rulesFound(report).includes('SS006'))
  assert.ok(report.findings.some(({ message }) => message.includes('the API server refuses')))
})

const MEBIBYTE = 1024 * 1024
/** Secrets close to each border, on either side of it. */
const SECRETS: readonly (readonly [rule: string, what: string, object: Manifest])[] = [
  ['SS002', 'no key of a tls', secret('a', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } })],
  [
    '',
    'both of a tls',
    secret('a', { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } }),
  ],
  [
    'SS002',
    'no Docker configuration',
    secret('a', { type: 'kubernetes.io/dockerconfigjson', data: {} }),
  ],
  [
    'SS002',
    'a Docker configuration that is no JSON',
    secret('a', {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': 'x' },
    }),
  ],
  [
    'SS002',
    'neither user nor password',
    secret('a', { type: 'kubernetes.io/basic-auth', data: {} }),
  ],
  [
    '',
    'a user alone',
    secret('a', { type: 'kubernetes.io/basic-auth', stringData: { username: 'a' } }),
  ],
  ['SS002', 'no private key', secret('a', { type: 'kubernetes.io/ssh-auth', data: { a: '' } })],
  ['SS003', 'a blank in a key', secret('a', { data: { 'a b': '' } })],
  ['SS003', 'a key of dots', secret('a', { data: { '..': '' } })],
  ['SS003', 'a key that begins with two dots', secret('a', { stringData: { '..a': '' } })],
  ['', 'a key that begins with one dot', secret('a', { stringData: { '.a': '' } })],
  ['SS003', 'a key of 254 letters', secret('a', { data: { ['a'.repeat(254)]: '' } })],
  ['', 'a key of 253 letters', secret('a', { data: { ['a'.repeat(253)]: '' } })],
  ['SS004', 'one byte too much', secret('a', { stringData: { a: 'a'.repeat(MEBIBYTE), b: 'b' } })],
  ['', 'exactly 1 MiB', secret('a', { stringData: { a: 'a'.repeat(MEBIBYTE - 1), b: 'b' } })],
  ['SS005', 'no base64', secret('a', { data: { a: 'not base64' } })],
  ['SS005', 'a number', secret('a', { stringData: { a: 1 } })],
  ['SS005', 'base64 of a URL', secret('a', { data: { a: '_-8=' } })],
  ['SS005', 'base64 without its end', secret('a', { data: { a: 'YQ' } })],
  ['', 'base64 over two lines', secret('a', { data: { a: 'YWFh\nYWFh' } })],
]

for (const [rule, what, object] of SECRETS) {
  test(`${rule || 'no rule'}: ${what}`, async () => {
    const { status, text } = await created(object)
    const { report } = await checked(JSON.stringify(object))
    const found = rulesFound(report).filter((id) => /^SS00[2-5]$/.test(id))
    assert.deepEqual(found, rule === '' ? [] : [rule])
    assert.equal(status === 201, rule === '', `${status} ${text.slice(0, 300)}`)
  })
}

for (const id of ['SS002', 'SS003', 'SS004', 'SS005']) {
  test(`${id}: the server refuses a bad example, and takes the good one`, async () => {
    const { example } = ruleOf(id)
    const bad = await Promise.all(objectsOf(example.bad).map(created))
    const refused = bad.filter(({ status }) => status >= 400)
    assert.ok(refused.length > 0, bad.map(({ text }) => text).join())
    for (const { status, text } of await Promise.all(objectsOf(example.good).map(created))) {
      assert.equal(status, 201, text)
    }
  })
}

for (const rule of RULES) {
  const { id, example } = rule
  test(`${id}: every good example is one that the server takes`, async () => {
    for (const object of objectsOf(example.good)) {
      const { status, text } = await created(object)
      assert.equal(status, 201, `${object.kind} ${object.metadata.name}: ${text}`)
    }
  })
}
