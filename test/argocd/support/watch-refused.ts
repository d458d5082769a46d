// What the ServiceAccount of `watch` must not be able to do: requests of the Kubernetes API.
import { NAMESPACE } from './watch-install.ts'

const CORE = `/api/v1/namespaces/${NAMESPACE}`
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`
const STATE = `${CORE}/configmaps/phase-watch-state`
const LEASE = `${LEASES}/phase-watch`
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } }
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mine' },
  spec: { containers: [{ name: 'c', image: 'i' }] },
}
const APPLICATIONS = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/applications`
export const REFUSED: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['GET', `${CORE}/secrets`],
  ['GET', '/api/v1/secrets'],
  ['GET', `${CORE}/secrets/phase-watch-phase-token`],
  ['GET', `${CORE}/secrets/phase-watch-argocd-token`],
  ['GET', `${CORE}/secrets/argocd-secret`],
  ['GET', `${CORE}/configmaps`],
  ['GET', `${CORE}/configmaps/argocd-cm`],
  ['GET', `/api/v1/namespaces/default/configmaps/phase-watch-state`],
  ['GET', `${CORE}/configmaps?watch=true&fieldSelector=metadata.name%3Dphase-watch-state`],
  [
    'PUT',
    `${CORE}/configmaps/argocd-rbac-cm`,
    { ...configMap, metadata: { name: 'argocd-rbac-cm' } },
  ],
  ['POST', `${CORE}/configmaps`, configMap],
  ['PATCH', STATE, { metadata: { labels: { a: 'b' } } }],
  ['DELETE', STATE],
  ['GET', LEASES],
  ['GET', `${LEASES}/other`],
  ['GET', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler'],
  [
    'POST',
    LEASES,
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' } },
  ],
  ['PATCH', LEASE, { metadata: { labels: { a: 'b' } } }],
  ['DELETE', LEASE],
  ['GET', APPLICATIONS],
  ['GET', `${APPLICATIONS}/payments`],
  ['PATCH', `${APPLICATIONS}/payments`, { metadata: { labels: { a: 'b' } } }],
  ['GET', `${CORE}/pods`],
  ['POST', `${CORE}/pods`, pod],
  ['POST', `${CORE}/pods/argocd-server/exec?command=sh`],
  ['GET', `${CORE}/pods/argocd-server/log`],
  ['POST', `${CORE}/serviceaccounts/phase-watch/token`, {}],
  ['POST', `${CORE}/serviceaccounts/argocd-server/token`, {}],
  ['GET', `${RBAC}/roles`],
  ['PATCH', `${RBAC}/roles/phase-watch`, { rules: [] }],
  ['GET', '/apis/apps/v1/namespaces/argocd/deployments'],
  ['GET', '/api/v1/namespaces'],
  ['GET', '/api/v1/nodes'],
]
