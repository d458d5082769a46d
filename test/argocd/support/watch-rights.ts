// The service account of `watch` in the cluster of the suites: its token, and no more rights than it needs.
import type { Cluster } from './kubernetes.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd'
const CORE = '/api/v1/namespaces/argocd'

/** Creates the account, the ConfigMap for its state and the lease of the same name. @returns its token. */
export async function grantWatch(
  { admin }: Cluster,
  name: string,
): Promise<{ readonly token: string }> {
  const metadata = { name }
  await admin.apply(`${CORE}/serviceaccounts/${name}`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
  })
  await admin.apply(`${CORE}/configmaps/${name}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
  await admin.apply(`${RBAC}/roles/${name}`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: [name],
        verbs: ['get', 'update'],
      },
    ],
  })
  await admin.apply(`${RBAC}/rolebindings/${name}`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'argocd' }],
  })
  const path = `${CORE}/serviceaccounts/${name}/token`
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status, text } = await admin.request('POST', path, request)
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`)
  return { token: (JSON.parse(text) as { status: { token: string } }).status.token }
}
