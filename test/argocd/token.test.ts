// The token Secret read through a real API server, by a ServiceAccount that may read exactly that one:
// with the files of a pod's service account, and with a kubeconfig.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { errorOf } from './support/errors.ts'
import type { KubeClient } from './support/kube-client.ts'
import { kubeClient } from './support/kube-client.ts'
import type { Cluster } from './support/kubernetes.ts'
import { kubeconfigText, startCluster } from './support/kubernetes.ts'
import { findLeaks, place, writtenPlaces } from './support/leaks.ts'
import { decoded, objectsOf, phaseSecret } from './support/manifests.ts'
import { secretValue } from './support/phase.ts'
import type { Stack } from './support/stack.ts'
import { pluginConfig, startStack } from './support/stack.ts'

const values = { Production: { API_KEY: secretValue('api-key') } }
const hard = { noCache: true }
const ACCOUNT = 'system:serviceaccount:argocd:argocd-repo-server'
/** Where a pod has them. The runner has given us a /run of our own. */
const POD_FILES = '/run/secrets/kubernetes.io/serviceaccount'
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop'
let stack: Stack
let cluster: Cluster
/** Speaks with the ServiceAccount's token. */
let account: KubeClient
let accountToken = ''

before(async () => {
  stack = await startStack(values)
  cluster = await startCluster(stack.processes, stack.folder)
  await prepareCluster(cluster.admin)
  accountToken = await requestToken(cluster.admin)
  account = kubeClient({ ...cluster, token: accountToken })
  await startSidecars()
})
after(() => stack.end())

/** Two Secrets with the same good token, of which the account may read one. */
async function prepareCluster(admin: KubeClient): Promise<void> {
  for (const name of ['argocd', 'shop']) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await admin.apply(`/api/v1/namespaces/${name}`, namespace)
  }
  for (const name of ['phase-service-token', 'other-token']) {
    await admin.apply(`/api/v1/namespaces/shop/secrets/${name}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      data: { token: Buffer.from(`${stack.phase.token}\n`).toString('base64') },
    })
  }
  await admin.apply('/api/v1/namespaces/argocd/serviceaccounts/argocd-repo-server', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'argocd-repo-server' },
  })
  await admin.apply(`${RBAC}/roles/phase-token`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'phase-token' },
    rules: [
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['phase-service-token'],
        verbs: ['get'],
      },
    ],
  })
  await admin.apply(`${RBAC}/rolebindings/phase-token`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'phase-token' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'phase-token' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'argocd', name: 'argocd-repo-server' }],
  })
}

/** As the kubelet gets one for a pod. */
async function requestToken(admin: KubeClient): Promise<string> {
  const path = '/api/v1/namespaces/argocd/serviceaccounts/argocd-repo-server/token'
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status, text } = await admin.request('POST', path, request)
  assert.equal(status, 201, text)
  return (JSON.parse(text) as { status: { token: string } }).status.token
}

async function startSidecars(): Promise<void> {
  mkdirSync(POD_FILES, { recursive: true })
  writeFileSync(join(POD_FILES, 'token'), accountToken)
  writeFileSync(join(POD_FILES, 'namespace'), 'argocd')
  copyFileSync(cluster.caFile, join(POD_FILES, 'ca.crt'))
  const kubeconfig = join(stack.folder, 'account.kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ ...cluster, token: accountToken }))
  const { hostname, port } = new URL(cluster.address)
  const { PHASE_SERVICE_TOKEN_FILE: _, ...phase } = stack.phase.env
  const shared = { ...phase, PHASE_TOKENS_FROM_CLUSTER: 'true' }
  const pod = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
  const sidecars = { pod: { ...shared, ...pod }, kubeconfig: { ...shared, KUBECONFIG: kubeconfig } }
  for (const [name, env] of Object.entries(sidecars)) {
    await stack.addSidecar({ name, config: pluginConfig(name), env })
  }
}

function render(plugin: string, secretName?: string, secretNamespace = 'shop') {
  const reference = `  authentication:
    serviceToken:
      serviceTokenSecretReference:
        secretName: ${secretName}
        secretNamespace: ${secretNamespace}
`
  const spec = secretName === undefined ? '' : reference
  const revision = stack.repository.commit({
    'app/secret.yaml': phaseSecret('shop', 'Production', spec),
  })
  const { url } = stack.repository
  return stack.repoServer.generate({ app: 'app', url, revision, path: 'app', plugin }, hard)
}

test('the account may read that Secret, no other, and list none', async () => {
  const secrets = '/api/v1/namespaces/shop/secrets'
  const statusOf = async (path: string) => (await account.request('GET', path)).status
  assert.equal(await statusOf(`${secrets}/phase-service-token`), 200)
  assert.equal(await statusOf(`${secrets}/other-token`), 403)
  assert.equal(await statusOf(secrets), 403)
  assert.equal(await statusOf('/api/v1/namespaces/argocd/secrets'), 403)
})

for (const plugin of ['pod', 'kubeconfig']) {
  describe(`with the files of a ${plugin}`, () => {
    for (const name of ['phase-service-token', undefined]) {
      test(`the token is read (${name ?? 'by its default name'}), and Phase accepts it`, async () => {
        const { manifests } = await render(plugin, name)
        const secret = objectsOf(manifests).get('Secret/shop')
        assert.ok(secret !== undefined)
        assert.deepEqual(decoded(secret), values.Production)
      })
    }

    test('another Secret is forbidden, which is said with the Role that is missing', async () => {
      const requests = stack.phase.requests()
      const shown = await errorOf(render(plugin, 'other-token'))
      assert.match(shown, /failed exit status 3: error: secret\.yaml:\d+:\d+: PhaseSecret shop: /)
      assert.match(shown, /reading Secret shop\/other-token is forbidden/)
      assert.match(shown, /resourceNames: \[other-token\], verbs: \[get\]/)
      assert.ok(!shown.includes(ACCOUNT), "the server's answer is not passed on")
      assert.equal(stack.phase.requests(), requests)
    })

    test('another namespace is refused before the cluster is asked', async () => {
      const shown = await errorOf(render(plugin, 'phase-service-token', 'argocd'))
      assert.match(shown, /failed exit status 1: error: secret\.yaml:\d+:\d+: /)
      assert.match(shown, /namespace/)
      assert.doesNotMatch(shown, /forbidden/)
    })
  })
}

test('without its RoleBinding the account is denied, and the render fails', async () => {
  const { status } = await cluster.admin.request('DELETE', `${RBAC}/rolebindings/phase-token`)
  assert.equal(status, 200)
  const shown = await errorOf(render('pod', 'phase-service-token'))
  assert.match(shown, /reading Secret shop\/phase-service-token is forbidden/)
})

test('neither the account nor a value of Phase is in a log or, beyond the manifests, in Redis', async () => {
  const [, claims = '', signature = ''] = accountToken.split('.')
  const credential = new Map([
    ['the claims of the account', claims],
    ['the signature of the account', signature],
  ])
  assert.notDeepEqual(findLeaks(place('control', accountToken), credential), [])
  const secrets = new Map([...stack.phase.confidential(), ...credential])
  const leaks = findLeaks(await writtenPlaces(stack.processes), secrets)
  assert.ok(leaks.length > 0)
  assert.deepEqual(
    leaks.filter((leak) => !leak.startsWith('redis mfst|') || /token part|account/.test(leak)),
    [],
  )
})
