// ServiceAccounts of the real cluster that send requests themselves, each with a token of its own.

import type { KubeClient } from './kube-client.ts'
import { kubeClient } from './kube-client.ts'
import type { Cluster } from './kubernetes.ts'

type Headers = Readonly<Record<string, string | readonly string[]>>

/** Makes a ServiceAccount. @returns what sends requests as it, with headers or without. */
export async function serviceAccount(
  { admin, address, caFile }: Cluster,
  namespace: string,
  name: string,
): Promise<(headers?: Headers) => KubeClient> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
  const made = await admin.request('POST', accounts, { metadata: { name } })
  if (made.status !== 201) throw new Error(`POST ${accounts}: ${made.status} ${made.text}`)
  const { status, text } = await admin.request('POST', `${accounts}/${name}/token`, { spec: {} })
  if (status !== 201) throw new Error(`token of ${name}: ${status} ${text}`)
  const { token } = JSON.parse(text).status
  return (headers) => kubeClient({ address, caFile, token, headers })
}
