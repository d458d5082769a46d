// `preview --against live`, as people run it, beside a real Argo CD that synced the Application: what it
// finds is what Argo CD would do, and no value is in anything that it prints.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Preview, PreviewObject } from '../../render/preview/model.ts'
import type { Ended } from '../support/process.ts'
import { plugin } from '../support/process.ts'
import { createApplication, readApplication } from './support/applications.ts'
import type { ClusterStack } from './support/cluster-stack.ts'
import { startClusterStack } from './support/cluster-stack.ts'
import { kubeconfigText } from './support/kubernetes.ts'
import { findLeaks, place } from './support/leaks.ts'
import { configMap, deployment, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import { PLUGIN } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

const first = { API_KEY: secretValue('first'), KEPT: secretValue('kept') }
const second = { API_KEY: secretValue('second'), KEPT: first.KEPT, ADDED: secretValue('added') }
let stack: ClusterStack
let kubeconfig: string

before(async () => {
  stack = await startClusterStack({ Production: first }, ['shop'])
  kubeconfig = stack.cluster.kubeconfig
  stack.repository.commit({
    'shop/secret.yaml': phaseSecret('shop'),
    'shop/deployment.yaml': deployment('shop', 'shop'),
    'shop/settings.yaml': configMap('settings', { level: 'info' }),
    'shop/old.yaml': configMap('old', { level: 'info' }),
    'shop/own.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: own }\nstringData: { A: ${first.KEPT.slice(0, 12)} }\n`,
  })
  const { url } = stack.repository
  const where = { url, path: 'shop', namespace: 'shop' }
  await createApplication(stack.cluster.admin, { name: 'shop', plugin: PLUGIN, ...where })
  await waitFor('the Application is synced', async () => {
    const { status, operation } = await readApplication(stack.cluster.admin, 'shop')
    return status?.sync?.status === 'Synced' && !operation
  })
  writeFileSync(join(stack.folder, 'app.yaml'), applicationOf(url))
})
after(() => stack.end())

const applicationOf = (repoURL: string): string =>
  JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL, path: 'shop', targetRevision: 'main', plugin: { name: PLUGIN } },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    },
  })

async function run(more: readonly string[], env = stack.phase.env): Promise<Ended> {
  const app = ['--app', join(stack.folder, 'app.yaml'), '--repo', stack.repository.url]
  const argv = ['preview', stack.repository.folder, ...app, '--kubeconfig', kubeconfig]
  const ended = await plugin([...argv, '--against', 'live', ...more], {
    ...env,
    PATH: process.env.PATH ?? '',
  })
  const output = place('output', ended.stdout + ended.stderr)
  assert.deepEqual(findLeaks(output, stack.phase.confidential()), [])
  return ended
}

async function compare(env = stack.phase.env): Promise<Preview> {
  const { exitCode, stdout, stderr } = await run(['--format', 'json'], env)
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

const changes = ({ objects }: Preview): string[] =>
  objects
    .filter(({ change }) => change !== 'same')
    .map(({ kind, name, change }) => `${change} ${kind} ${name}`)
    .sort()

const find = ({ objects }: Preview, kind: string, name: string): PreviewObject | undefined =>
  objects.find((each) => each.kind === kind && each.name === name)

test('what Argo CD has just synced is no difference', async () => {
  const found = await compare()
  assert.deepEqual(changes(found), [])
  assert.equal(found.objects.length, 5)
  assert.equal((await run(['--exit-code'])).exitCode, 0)
})

test('a value changed in Phase: the key, and the workload that will roll because of it', async () => {
  stack.phase.serve({ Production: second })
  const found = await compare()
  assert.deepEqual(changes(found), ['changed Deployment shop', 'changed Secret shop'])
  assert.deepEqual(
    find(found, 'Secret', 'shop')?.secret?.keys.map(({ key, change }) => `${change} ${key}`),
    ['added ADDED', 'changed API_KEY', 'same KEPT'],
  )
  const { rolls, because } = find(found, 'Deployment', 'shop')?.workload ?? {}
  assert.equal(rolls, 'yes')
  assert.deepEqual(because, [
    { secret: 'shop', key: 'ADDED', change: 'added' },
    { secret: 'shop', key: 'API_KEY', change: 'changed' },
  ])
  assert.equal((await run(['--exit-code'])).exitCode, 1)
  stack.phase.serve({ Production: first })
})

test('a change in the work tree, not even committed; an object that is gone is one that Argo CD would prune', async () => {
  const write = (name: string, text: string) =>
    writeFileSync(join(stack.repository.folder, 'shop', name), text)
  write('settings.yaml', configMap('settings', { level: 'debug' }))
  write('old.yaml', '# nothing\n')
  write('new.yaml', configMap('new', {}))
  const found = await compare()
  assert.deepEqual(changes(found), [
    'added ConfigMap new',
    'changed ConfigMap settings',
    'removed ConfigMap old',
  ])
  assert.deepEqual(find(found, 'ConfigMap', 'settings')?.diff?.operations, [
    { op: 'replace', path: '/data/level', value: 'debug' },
  ])
})

test('without a token the Secret of Phase is not known, and not asked for', async () => {
  const found = await compare({})
  assert.equal(find(found, 'Secret', 'shop')?.change, 'unknown')
  assert.equal(find(found, 'Secret', 'own')?.change, 'same')
})

test('who may not read Secrets is told so, and shown the rest', async () => {
  const limited = join(stack.folder, 'limited.kubeconfig')
  writeFileSync(limited, kubeconfigText(await limitedAccess()))
  kubeconfig = limited
  const { exitCode, stdout, stderr } = await run(['--format', 'json'])
  kubeconfig = stack.cluster.kubeconfig
  assert.equal(exitCode, 3)
  assert.match(stderr, /Secret shop\/shop/)
  assert.match(stderr, /hint: kubectl auth can-i get secrets/)
  const found: Preview = JSON.parse(stdout)
  assert.equal(find(found, 'Secret', 'shop')?.change, 'unknown')
  assert.equal(find(found, 'ConfigMap', 'settings')?.change, 'changed')
})

/** A service account that may get exactly what the Application has, but for Secrets. */
async function limitedAccess() {
  const { admin } = stack.cluster
  const metadata = { name: 'reader', namespace: 'shop' }
  const group = 'rbac.authorization.k8s.io'
  await admin.apply('/api/v1/namespaces/shop/serviceaccounts/reader', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
  })
  await admin.apply(`/apis/${group}/v1/namespaces/shop/roles/reader`, {
    apiVersion: `${group}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments'], verbs: ['get'] }],
  })
  await admin.apply(`/apis/${group}/v1/namespaces/shop/rolebindings/reader`, {
    apiVersion: `${group}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'shop' }],
  })
  const { text } = await admin.request(
    'POST',
    '/api/v1/namespaces/shop/serviceaccounts/reader/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  )
  const { address, caFile } = stack.cluster
  return { address, caFile, token: JSON.parse(text).status.token }
}
