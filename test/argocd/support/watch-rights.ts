// The service account of `watch` in the cluster of the suites, as the installation makes it: what it may
// do, its state and its lease are the shipped files, and nothing else is granted.
import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { Cluster } from './kubernetes.ts'

const FOLDER = 'manifests/install/kustomize/watch'
const FILES = ['service-account.yaml', 'role.yaml', 'state.yaml', 'lease.yaml']
const CORE = '/api/v1/namespaces/argocd'
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd'
const PATHS: Readonly<Record<string, string>> = {
  ServiceAccount: `${CORE}/serviceaccounts`,
  ConfigMap: `${CORE}/configmaps`,
  Role: `${RBAC}/roles`,
  RoleBinding: `${RBAC}/rolebindings`,
  Lease: '/apis/coordination.k8s.io/v1/namespaces/argocd/leases',
}

/** The names of what is in these files. */
export const [ACCOUNT, STATE, LEASE] = ['phase-watch', 'phase-watch-state', 'phase-watch']

interface Shipped {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly subjects?: readonly object[]
}

/** Creates it all. @returns the account's token. */
export async function installRights({ admin }: Cluster): Promise<{ readonly token: string }> {
  const texts = FILES.map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'))
  for (const document of texts.flatMap((text) => parseAllDocuments(text))) {
    const object: Shipped = document.toJS()
    const { kind, metadata, subjects } = object
    // As Kustomize does for accounts of the same kustomization.
    const inNamespace = subjects?.map((each) => ({ ...each, namespace: 'argocd' }))
    const complete = inNamespace === undefined ? object : { ...object, subjects: inNamespace }
    await admin.apply(`${PATHS[kind]}/${metadata.name}`, complete)
  }
  const path = `${CORE}/serviceaccounts/${ACCOUNT}/token`
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status, text } = await admin.request('POST', path, request)
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`)
  return { token: (JSON.parse(text) as { status: { token: string } }).status.token }
}
