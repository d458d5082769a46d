// A control plane without nodes: etcd, kube-apiserver and kube-controller-manager, on loopback, with one
// administrator's token. Deployments get their ReplicaSets; no pod ever runs.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeClient } from './kube-client.ts'
import { kubeClient } from './kube-client.ts'
import type { Processes } from './processes.ts'
import { binary } from './setting.ts'
import { waitFor } from './wait.ts'

const PORT = 6443
export const HOST = '127.0.0.1'
export const ETCD = `http://${HOST}:2379`
const ETCD_PEERS = `http://${HOST}:2380`

export interface Cluster {
  readonly address: string
  /** What everybody has to trust. */
  readonly caFile: string
  /** Of the administrator. */
  readonly kubeconfig: string
  readonly admin: KubeClient
}

/** Starts a cluster whose namespace `default` is complete. @param folder for all of its files. */
export async function startCluster(processes: Processes, folder: string): Promise<Cluster> {
  const home = join(folder, 'cluster')
  mkdirSync(home)
  await startEtcd(processes, home)
  const cluster = await startApiServer(processes, home)
  await startControllerManager(processes, home, cluster)
  return cluster
}

/** An etcd of the test's own, on ETCD. @param home an empty folder that is there. */
export async function startEtcd(processes: Processes, home: string): Promise<void> {
  await processes.start({
    name: 'etcd',
    command: [
      binary('etcd'),
      ...['--data-dir', join(home, 'etcd'), '--unsafe-no-fsync'],
      ...['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD],
      ...['--listen-peer-urls', ETCD_PEERS, '--initial-advertise-peer-urls', ETCD_PEERS],
      ...['--initial-cluster', `default=${ETCD_PEERS}`],
    ],
    ready: async () => (await fetch(`${ETCD}/health`)).ok,
  })
}

/** What API servers of one cluster share. */
export interface Identity {
  readonly token: string
  readonly tokenFile: string
  readonly keyFile: string
}

/** Makes the administrator's token and the key of service accounts. */
export function makeIdentity(home: string): Identity {
  const token = randomBytes(24).toString('hex')
  const keyFile = join(home, 'service-accounts.pem')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(keyFile, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 })
  const tokenFile = join(home, 'tokens.csv')
  writeFileSync(tokenFile, `${token},admin,admin,system:masters\n`, { mode: 0o600 })
  return { token, tokenFile, keyFile }
}

/** Where one API server listens and keeps its certificate. */
export interface Listening {
  readonly port: number
  readonly certificates: string
}

/** A kube-apiserver on loopback, with further flags. */
export function apiServerCommand(
  { tokenFile, keyFile }: Identity,
  { port, certificates }: Listening,
  flags: readonly string[] = [],
): readonly [string, ...string[]] {
  return [
    binary('kube-apiserver'),
    ...['--etcd-servers', ETCD, '--cert-dir', certificates],
    ...['--bind-address', HOST, '--secure-port', `${port}`, '--advertise-address', HOST],
    ...['--endpoint-reconciler-type', 'none', '--service-cluster-ip-range', '10.0.0.0/24'],
    ...['--authorization-mode', 'RBAC', '--token-auth-file', tokenFile],
    ...['--service-account-issuer', `https://${HOST}:${PORT}`],
    ...['--service-account-key-file', keyFile, '--service-account-signing-key-file', keyFile],
    ...flags,
  ]
}

async function startApiServer(processes: Processes, home: string): Promise<Cluster> {
  const identity = makeIdentity(home)
  const { token } = identity
  const address = `https://${HOST}:${PORT}`
  const certificates = join(home, 'certificates')
  const caFile = join(certificates, 'apiserver.crt')
  const admin = kubeClient({ address, caFile, token })
  await processes.start({
    name: 'kube-apiserver',
    command: apiServerCommand(identity, { port: PORT, certificates }),
    ready: async () => (await admin.request('GET', '/readyz')).status === 200,
  })
  const kubeconfig = join(home, 'admin.kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ address, caFile, token }), { mode: 0o600 })
  return { address, caFile, kubeconfig, admin }
}

async function startControllerManager(
  processes: Processes,
  home: string,
  { kubeconfig, caFile, admin }: Cluster,
): Promise<void> {
  await processes.start({
    name: 'kube-controller-manager',
    command: [
      binary('kube-controller-manager'),
      ...['--kubeconfig', kubeconfig, '--secure-port', '0', '--leader-elect=false'],
      ...['--root-ca-file', caFile],
      ...['--service-account-private-key-file', join(home, 'service-accounts.pem')],
      '--use-service-account-credentials',
    ],
    ready: () => true,
  })
  await waitFor('the ServiceAccount of namespace default', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default'
    return (await admin.request('GET', path)).status === 200
  })
}

/** A kubeconfig of one cluster and one user. */
export function kubeconfigText(access: { address: string; caFile: string; token: string }): string {
  const cluster = {
    server: access.address,
    'certificate-authority-data': readFileSync(access.caFile).toString('base64'),
  }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { token: access.token } }],
  })
}
