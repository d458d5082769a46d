// argocd-server, with its own certificate and a local account `phase-watch` as the installation makes it:
// what it may do is a policy of RBAC, what it logs in with is a token.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { REPO_SERVER } from './argocd.ts'
import type { ClusterStack } from './cluster-stack.ts'
import type { KubeAnswer, KubeClient } from './kube-client.ts'
import { kubeClient } from './kube-client.ts'
import type { Component } from './processes.ts'
import { REDIS } from './redis.ts'
import { binary, setting } from './setting.ts'
import { waitFor } from './wait.ts'

const PORT = 8080
const METRICS_PORT = 8083
export const ACCOUNT = 'phase-watch'
/** For `argocd-cm`. */
export const ACCOUNT_SETTINGS = { [`accounts.${ACCOUNT}`]: 'apiKey' } as const
/** All that `watch` needs. */
export const GET_ONLY = `p, ${ACCOUNT}, applications, get, */*, allow\n`
const NAMESPACE = '/api/v1/namespaces/argocd'

export interface ArgoCdServer {
  /** With TLS, and a name that is in its certificate. */
  readonly url: string
  readonly caFile: string
  /** The API as the administrator sees it. */
  readonly admin: KubeClient
  /** A new token of the account. */
  issueToken(): Promise<{ readonly id: string; readonly token: string }>
  /** Deletes a token of the account: it is rejected from then on. */
  revokeToken(id: string): Promise<void>
  /** What the account may do from now on, as lines of `policy.csv`. */
  grant(policy: string): Promise<void>
  /** Ends the process. */
  stop(): Promise<void>
  /** Starts it again. */
  start(): Promise<void>
}

/** Starts it beside a stack whose `argocd-cm` has ACCOUNT_SETTINGS. The account may do nothing yet. */
export async function startArgoCdServer(stack: ClusterStack): Promise<ArgoCdServer> {
  const { admin } = stack.cluster
  await installServer(admin)
  const caFile = join(stack.folder, 'argocd-server.crt')
  let component: Component | undefined
  const start = async (): Promise<void> => {
    component = await startProcess(stack)
  }
  await start()
  const secret = await waitFor('argocd-server keeps its certificate', async () => {
    const found = await secretData(admin, 'argocd-secret')
    return found['tls.crt'] !== undefined && found
  })
  writeFileSync(caFile, secret['tls.crt'] ?? '')
  const url = `https://localhost:${PORT}`
  const api = kubeClient({ address: url, caFile, token: await logIn(admin, url, caFile) })
  const tokens = `/api/v1/account/${ACCOUNT}/token`
  return {
    url,
    caFile,
    admin: api,
    async issueToken() {
      const { text } = good(await api.request('POST', tokens, { name: ACCOUNT, expiresIn: 0 }))
      const { token }: { token: string } = JSON.parse(text)
      const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
      const { jti }: { jti: string } = JSON.parse(claims)
      return { id: jti, token }
    },
    async revokeToken(id) {
      good(await api.request('DELETE', `${tokens}/${id}`))
    },
    grant: (policy) =>
      admin.patch(`${NAMESPACE}/configmaps/argocd-rbac-cm`, { data: { 'policy.csv': policy } }),
    stop: async () => component?.end(),
    start,
  }
}

async function installServer(admin: KubeClient): Promise<void> {
  const crd = join(setting('ARGOCD_MANIFESTS'), 'crds/applicationset-crd.yaml')
  await admin.apply(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/applicationsets.argoproj.io',
    parse(readFileSync(crd, 'utf8')),
  )
  const labels = { 'app.kubernetes.io/part-of': 'argocd' }

  await admin.apply(`${NAMESPACE}/configmaps/argocd-rbac-cm`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-rbac-cm', labels },
    data: { 'policy.csv': '' },
  })
  const found = await admin.request('GET', `${NAMESPACE}/secrets/argocd-secret`)
  if (found.status === 200) return
  const metadata = { name: 'argocd-secret', labels }
  const created = await admin.request('POST', `${NAMESPACE}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
  })
  // The controller may have been faster.
  if (created.status !== 409) good(created)
}

async function startProcess(stack: ClusterStack): Promise<Component> {
  const home = join(stack.folder, 'argocd-server')
  mkdirSync(join(home, 'tmp'), { recursive: true })
  return stack.processes.start({
    name: 'argocd-server',
    command: [
      binary('argocd'),
      ...['--kubeconfig', stack.cluster.kubeconfig, '--namespace', 'argocd', '--redis', REDIS],
      ...['--address', '127.0.0.1', '--port', `${PORT}`],
      ...['--metrics-address', '127.0.0.1', '--metrics-port', `${METRICS_PORT}`],
      ...['--repo-server', REPO_SERVER, '--repo-server-plaintext'],
    ],
    env: {
      // One program is all of Argo CD.
      ARGOCD_BINARY_NAME: 'argocd-server',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      KUBECONFIG: stack.cluster.kubeconfig,
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_TLS_DATA_PATH: join(stack.folder, 'repo-server', 'tls'),
      ARGOCD_SSH_DATA_PATH: join(stack.folder, 'repo-server', 'ssh'),
    },
    ready: async () => (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).ok,
  })
}

async function logIn(admin: KubeClient, url: string, caFile: string): Promise<string> {
  const { password = '' } = await secretData(admin, 'argocd-initial-admin-secret')
  const nobody = kubeClient({ address: url, caFile, token: '' })
  const session = await waitFor('argocd-server answers', async () => {
    const answer = await nobody.request('POST', '/api/v1/session', { username: 'admin', password })
    return answer.status === 200 && answer
  })
  return (JSON.parse(session.text) as { token: string }).token
}

async function secretData(
  admin: KubeClient,
  name: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  const found = await admin.get<{ data?: Record<string, string> }>(`${NAMESPACE}/secrets/${name}`)
  return Object.fromEntries(
    Object.entries(found?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  )
}

function good(answer: KubeAnswer): KubeAnswer {
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${answer.status} ${answer.text}`)
  }
  return answer
}
