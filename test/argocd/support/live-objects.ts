// The objects of live-objects.yaml, and how Argo CD applies them.
import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { selfSigned } from '../../support/self-signed.ts'
import type { KubeClient } from './kube-client.ts'
import { waitFor } from './wait.ts'

export interface Sample {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

const TEXT = readFileSync('test/argocd/support/live-objects.yaml', 'utf8')
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const AUTHORITY = Buffer.from(selfSigned('check.example.org').certificate).toString('base64')

/** One of each for a namespace, in an order in which they can be applied; what belongs to none has its name. */
export function samples(namespace: string): readonly Sample[] {
  const text = TEXT.replaceAll('NAMESPACE', namespace).replaceAll('CA_BUNDLE', AUTHORITY)
  return parseAllDocuments(text).map((document) => document.toJS())
}

/** `Kind/name`. */
export const nameOf = ({ kind, metadata }: Sample): string => `${kind}/${metadata.name}`

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  StorageClass: 'storageclasses',
}
const CLUSTER_SCOPED = [
  ...['ClusterRole', 'CustomResourceDefinition', 'StorageClass'],
  'ValidatingWebhookConfiguration',
]

/** Where the API server has it, without our own discovery. */
export function pathOf(sample: Sample, namespace: string): string {
  const { apiVersion, metadata } = sample
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const home = isClusterScoped(sample) ? '' : `/namespaces/${namespace}`
  return `${root}${home}/${pluralOf(sample)}/${metadata.name}`
}

export const isClusterScoped = ({ kind }: Sample): boolean => CLUSTER_SCOPED.includes(kind)

export const pluralOf = ({ kind }: Sample): string => PLURALS[kind] ?? `${kind.toLowerCase()}s`

/** As Argo CD does it: with its tracking id, by its field manager, in one of its two ways. */
export async function applyAsArgocd(
  admin: KubeClient,
  sample: Sample,
  namespace: string,
  way: 'client-side' | 'server-side',
): Promise<void> {
  const path = pathOf(sample, namespace)
  const { kind, apiVersion, metadata } = sample
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  const id = `app:${group}/${kind}:${namespace}/${metadata.name}`
  const annotations = { ...(metadata.annotations ?? {}), 'argocd.argoproj.io/tracking-id': id }
  const tracked = { ...sample, metadata: { ...metadata, annotations } }
  const query = 'fieldManager=argocd-controller'
  if (way === 'server-side') {
    const type = 'application/apply-patch+yaml'
    await sure(admin, 'PATCH', `${path}?${query}&force=true`, tracked, type)
  } else {
    const applied = { ...annotations, [LAST_APPLIED]: `${JSON.stringify(tracked)}\n` }
    const object = { ...tracked, metadata: { ...metadata, annotations: applied } }
    await sure(admin, 'POST', `${path.replace(/\/[^/]+$/, '')}?${query}`, object)
  }
  if (kind !== 'CustomResourceDefinition') return
  const list = `/apis/${metadata.name.replace(/^[^.]+\./, '')}/v1/widgets`
  await waitFor('the CRD is served', async () => (await admin.get(list)) !== undefined)
}

/** @throws at any other answer than a good one. */
export async function sure(
  admin: KubeClient,
  method: string,
  path: string,
  body?: object,
  contentType?: string,
): Promise<string> {
  const { status, text } = await admin.request(method, path, body, contentType)
  if (status !== 200 && status !== 201) throw new Error(`${method} ${path}: ${status} ${text}`)
  return text
}
