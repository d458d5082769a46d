// The installation of `watch` as its example has it, in a real cluster: built by the real Kustomize, taken by
// the API server field by field, and the files that a pod of its ServiceAccount would have.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { kubernetesTags } from '../../../manifests/kubernetes-schema.ts'
import type { KubeClient } from './kube-client.ts'
import type { Cluster } from './kubernetes.ts'
import { setting } from './setting.ts'

const INSTALL = 'manifests/install'
const EXAMPLES = join(INSTALL, 'examples/watch')
/** Where a pod has them. The runner has given us a /run of our own. */
const POD_FILES = '/run/secrets/kubernetes.io/serviceaccount'
export const NAMESPACE = 'argocd'
const ACCOUNT = 'phase-watch'

export interface KubeObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

const PLACES: Readonly<Record<string, string>> = {
  ServiceAccount: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`,
  ConfigMap: `/api/v1/namespaces/${NAMESPACE}/configmaps`,
  Secret: `/api/v1/namespaces/${NAMESPACE}/secrets`,
  Role: `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/roles`,
  RoleBinding: `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/rolebindings`,
  Lease: `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`,
  Deployment: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
  CronJob: `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs`,
  PodDisruptionBudget: `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`,
  NetworkPolicy: `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`,
  AppProject: `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/appprojects`,
}

/** What the example kustomization makes. @param folder gets a copy of what is installed. */
export function buildExample(folder: string): readonly KubeObject[] {
  const home = join(folder, 'watch')
  cpSync(EXAMPLES, home, { recursive: true })
  // As it lies in a repository: beside the kustomization that names it.
  cpSync(INSTALL, join(home, 'argocd-phase-plugin', INSTALL), { recursive: true })
  return objectsOf(execFileSync(setting('KUSTOMIZE'), ['build', home], { encoding: 'utf8' }))
}

/** The objects of an example beside the kustomization. */
export function exampleObjects(name: string): readonly KubeObject[] {
  return objectsOf(readFileSync(join(EXAMPLES, name), 'utf8'))
}

function objectsOf(text: string): readonly KubeObject[] {
  const options = { version: '1.1', customTags: kubernetesTags } as const
  return parseAllDocuments(text, options).map((document) => document.toJS())
}

/** Applies an object. @throws if the server refuses it or does not know a field of it. */
export async function install(
  admin: KubeClient,
  object: KubeObject,
  more: '' | '&dryRun=All' = '',
): Promise<void> {
  const path = `${PLACES[object.kind]}/${object.metadata.name}`
  const query = `fieldManager=install&force=true&fieldValidation=Strict${more}`
  const type = 'application/apply-patch+yaml'
  const { status, text } = await admin.request('PATCH', `${path}?${query}`, object, type)
  assert.ok(status === 200 || status === 201, `${object.kind} ${object.metadata.name}: ${text}`)
}

/** Makes this process one of a pod of the ServiceAccount. @returns the account's token. */
export async function becomePod(cluster: Cluster): Promise<string> {
  const path = `${PLACES.ServiceAccount}/${ACCOUNT}/token`
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status, text } = await cluster.admin.request('POST', path, request)
  assert.equal(status, 201, text)
  const { token } = (JSON.parse(text) as { status: { token: string } }).status
  mkdirSync(POD_FILES, { recursive: true })
  writeFileSync(join(POD_FILES, 'token'), token)
  writeFileSync(join(POD_FILES, 'namespace'), NAMESPACE)
  copyFileSync(cluster.caFile, join(POD_FILES, 'ca.crt'))
  const { hostname, port } = new URL(cluster.address)
  process.env.KUBERNETES_SERVICE_HOST = hostname
  process.env.KUBERNETES_SERVICE_PORT = port
  return token
}
