// The controller of Bitnami's sealed-secrets against the cluster of the suites: its CRD, its process as a
// pod would run it, and the certificate that it serves.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Cluster } from './kubernetes.ts'
import type { Processes } from './processes.ts'
import { setting } from './setting.ts'
import { waitFor } from './wait.ts'

/** The namespace that it keeps its keys in. */
export const CONTROLLER_NAMESPACE = 'sealed-secrets'

/** Where a pod has the files of its service account. The runner has given us a /run of our own. */
const POD_FILES = '/run/secrets/kubernetes.io/serviceaccount'
const ADDRESS = '127.0.0.1:8090'
const API = '/apis/bitnami.com/v1alpha1'

/** Starts it; its namespace is there. @returns its certificate, as PEM. */
export async function startSealedSecrets(processes: Processes, cluster: Cluster): Promise<string> {
  const crd: object = parse(
    readFileSync(join(setting('SEALED_SECRETS'), 'crds/bitnami.com_sealedsecrets.yaml'), 'utf8'),
  )
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await cluster.admin.apply(`${crds}/sealedsecrets.bitnami.com`, crd)
  await waitFor('SealedSecrets are served', async () => {
    return (await cluster.admin.get(`${API}/sealedsecrets`)) !== undefined
  })
  mkdirSync(POD_FILES, { recursive: true })
  writeFileSync(join(POD_FILES, 'token'), tokenOf(cluster))
  writeFileSync(join(POD_FILES, 'namespace'), CONTROLLER_NAMESPACE)
  copyFileSync(cluster.caFile, join(POD_FILES, 'ca.crt'))
  const { hostname, port } = new URL(cluster.address)
  await processes.start({
    name: 'sealed-secrets',
    command: [
      join(setting('SEALED_SECRETS'), 'controller'),
      ...['--listen-addr', ADDRESS, '--listen-metrics-addr', '127.0.0.1:8091'],
    ],
    env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    ready: async () => (await fetch(`http://${ADDRESS}/healthz`)).ok,
  })
  return (await fetch(`http://${ADDRESS}/v1/cert.pem`)).text()
}

/** The settings of Argo CD that the component in manifests/install makes. */
export function healthCheck(): Readonly<Record<string, string>> {
  const file = 'manifests/install/kustomize/sealed-secrets/argocd-cm.yaml'
  const { data }: { data: Record<string, string> } = parse(readFileSync(file, 'utf8'))
  return data
}

function tokenOf({ kubeconfig }: Cluster): string {
  const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    users: readonly { user: { token: string } }[]
  }
  return users[0]?.user.token ?? ''
}
