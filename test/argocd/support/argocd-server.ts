// Argo CD's API server over TLS on loopback, with local accounts that may do exactly what a test says,
// and a token for each, made as a person makes them.
import { readFileSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { parse } from 'yaml'
import { REPO_SERVER } from './argocd.ts'
import type { ClusterStack } from './cluster-stack.ts'
import type { KubeClient } from './kube-client.ts'
import type { Component } from './processes.ts'
import { REDIS } from './redis.ts'
import { binary, requireOwnNetwork, setting } from './setting.ts'
import { waitFor } from './wait.ts'

const PORT = 8080
const METRICS_PORT = 8083
const NAMESPACE = '/api/v1/namespaces/argocd'

/** Account → `resource, action, object` that it may do. */
export type Accounts = Readonly<Record<string, readonly string[]>>

export interface ArgocdServer {
  /** `https://localhost:…`, as its certificate names it. */
  readonly address: string
  /** Its own certificate. */
  readonly caFile: string
  /** The token of an account; `admin` may do everything. */
  token(account: string): string
  /** Ends the process, until it is started again. */
  stop(): Promise<void>
  start(): Promise<void>
  /** One request with a token. */
  request(token: string, method: string, path: string, body?: object): Promise<ServerAnswer>
}

export interface ServerAnswer {
  readonly status: number
  readonly text: string
}

/** What argocd-cm has to say so that the accounts are there: for `startClusterStack`. */
export function accountSettings(accounts: Accounts): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(accounts).map((name) => [`accounts.${name}`, 'apiKey']))
}

/** @param stack whose argocd-cm has the accounts' settings. */
export async function startArgocdServer(
  stack: ClusterStack,
  accounts: Accounts,
): Promise<ArgocdServer> {
  requireOwnNetwork()
  const { cluster, folder } = stack
  await install(cluster.admin, accounts)
  const address = `https://localhost:${PORT}`
  let component: Component | undefined
  const start = async (): Promise<void> => {
    component = await startProcess(stack)
  }
  await start()
  const caFile = join(folder, 'argocd-server.crt')
  writeFileSync(caFile, await secretText(cluster.admin, 'argocd-secret', 'tls.crt'))
  const request: ArgocdServer['request'] = (token, method, path, body) =>
    send(`${address}${path}`, caFile, token, method, body)
  const tokens = await makeTokens(request, cluster.admin, Object.keys(accounts))
  return {
    address,
    caFile,
    request,
    start,
    stop: async () => component?.end(),
    token(account) {
      const token = tokens.get(account)
      if (token === undefined) throw new Error(`there is no account ${account}`)
      return token
    },
  }
}

function startProcess({ cluster, processes, folder }: ClusterStack): Promise<Component> {
  return processes.start({
    name: 'argocd-server',
    command: [
      binary('argocd'),
      ...['--kubeconfig', cluster.kubeconfig, '--namespace', 'argocd', '--redis', REDIS],
      ...['--repo-server', REPO_SERVER, '--repo-server-plaintext'],
      ...['--address', '127.0.0.1', '--port', `${PORT}`],
      ...['--metrics-address', '127.0.0.1', '--metrics-port', `${METRICS_PORT}`],
      ...['--dex-server', 'http://127.0.0.1:1', '--staticassets', folder],
    ],
    env: {
      // A link of this name would make another set of tools.
      ARGOCD_BINARY_NAME: 'argocd-server',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      KUBECONFIG: cluster.kubeconfig,
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_TLS_DATA_PATH: join(folder, 'repo-server', 'tls'),
      ARGOCD_SSH_DATA_PATH: join(folder, 'repo-server', 'ssh'),
    },
    ready: async () => (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).ok,
  })
}

/** What argocd-server needs beyond the controller. */
async function install(admin: KubeClient, accounts: Accounts): Promise<void> {
  const labels = { 'app.kubernetes.io/part-of': 'argocd' }
  const crd = readFileSync(
    join(setting('ARGOCD_MANIFESTS'), 'crds/applicationset-crd.yaml'),
    'utf8',
  )
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await admin.apply(`${crds}/applicationsets.argoproj.io`, parse(crd))
  await admin.apply(`${NAMESPACE}/secrets/argocd-secret`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'argocd-secret', labels },
  })
  const policies = Object.entries(accounts).flatMap(([name, rights]) =>
    rights.map((right) => `p, ${name}, ${right}, allow`),
  )
  await admin.apply(`${NAMESPACE}/configmaps/argocd-rbac-cm`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-rbac-cm', labels },
    data: { 'policy.csv': policies.join('\n') },
  })
  await waitFor('the ApplicationSets are served', async () => {
    const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applicationsets'
    return (await admin.get(path)) !== undefined
  })
}

async function makeTokens(
  request: ArgocdServer['request'],
  admin: KubeClient,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const password = await secretText(admin, 'argocd-initial-admin-secret', 'password')
  const login = () =>
    tokenOf(request('', 'POST', '/api/v1/session', { username: 'admin', password }))
  const session = await waitFor('the administrator is let in', login)
  const tokens = new Map([['admin', session]])
  for (const name of accounts) {
    const path = `/api/v1/account/${name}/token`
    const token = await tokenOf(request(session, 'POST', path, { name, expiresIn: 0 }))
    // argocd-server has to see what it has written.
    await waitFor(`the token of ${name} is known`, async () => {
      return (await request(token, 'GET', '/api/v1/applications')).status === 200
    })
    tokens.set(name, token)
  }
  return tokens
}

async function tokenOf(answering: Promise<ServerAnswer>): Promise<string> {
  const { status, text } = await answering
  if (status !== 200) throw new Error(`argocd-server makes no token: ${status} ${text}`)
  return (JSON.parse(text) as { token: string }).token
}

function secretText(admin: KubeClient, name: string, key: string): Promise<string> {
  return waitFor(`Secret ${name} has ${key}`, async () => {
    const path = `${NAMESPACE}/secrets/${name}`
    const secret = await admin.get<{ data?: Record<string, string> }>(path)
    const value = secret?.data?.[key]
    return value !== undefined && Buffer.from(value, 'base64').toString()
  })
}

function send(
  url: string,
  caFile: string,
  token: string,
  method: string,
  body?: object,
): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` }
    const headers = { ...authorization, 'content-type': 'application/json' }
    const request = httpsRequest(url, { method, ca: readFileSync(caFile), headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
