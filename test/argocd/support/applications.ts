// Argo CD's objects in the cluster: what it needs to start, Applications, and refreshes as a person asks
// for them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { KubeClient } from './kube-client.ts'
import { setting } from './setting.ts'
import { waitFor } from './wait.ts'

export interface Application {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  /** There while a sync is asked for and not begun. */
  readonly operation?: object
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string }
    readonly health?: { readonly status: string }
    readonly conditions?: readonly { readonly type: string; readonly message: string }[]
    readonly reconciledAt?: string
    readonly history?: readonly object[]
    readonly operationState?: {
      readonly phase: string
      readonly message?: string
      readonly startedAt: string
    }
  }
}

export interface ApplicationSpec {
  readonly name: string
  readonly url: string
  readonly path: string
  readonly plugin: string
  readonly namespace: string
}

const API = '/apis/argoproj.io/v1alpha1/namespaces/argocd'
const REFRESH = 'argocd.argoproj.io/refresh'

/** Namespaces, CRDs and the settings without which the controller does not start. @param settings of argocd-cm. */
export async function installArgocd(
  admin: KubeClient,
  namespaces: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const name of ['argocd', ...namespaces]) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await admin.apply(`/api/v1/namespaces/${name}`, namespace)
  }
  for (const name of ['application', 'appproject']) {
    const text = readFileSync(join(setting('ARGOCD_MANIFESTS'), `crds/${name}-crd.yaml`), 'utf8')
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}s.argoproj.io`
    await admin.apply(path, parse(text))
  }
  await admin.apply('/api/v1/namespaces/argocd/configmaps/argocd-cm', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data: settings,
  })
  await waitFor('the CRDs are served', async () => {
    const lists = await Promise.all(
      ['applications', 'appprojects'].map((name) => admin.get(`${API}/${name}`)),
    )
    return lists.every((list) => list !== undefined)
  })
  await admin.apply(`${API}/appprojects/default`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default' },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  })
}

/** An Application of branch `main` that Argo CD syncs, heals and prunes by itself. */
export async function createApplication(admin: KubeClient, spec: ApplicationSpec): Promise<void> {
  const { name, url, path, plugin, namespace } = spec
  await admin.apply(`${API}/applications/${name}`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name },
    spec: {
      project: 'default',
      source: { repoURL: url, path, targetRevision: 'main', plugin: { name: plugin } },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  })
}

/** @throws if there is none. */
export async function readApplication(admin: KubeClient, name: string): Promise<Application> {
  const application = await admin.get<Application>(`${API}/applications/${name}`)
  if (application === undefined) throw new Error(`there is no Application ${name}`)
  return application
}

/** Asks for a refresh, and resolves with the Application when it is done. */
export async function refresh(
  admin: KubeClient,
  name: string,
  sort: 'normal' | 'hard',
): Promise<Application> {
  const path = `${API}/applications/${name}`
  await admin.patch(path, { metadata: { annotations: { [REFRESH]: sort } } })
  return waitFor(`a ${sort} refresh of ${name}`, async () => {
    const application = await readApplication(admin, name)
    return application.metadata.annotations?.[REFRESH] === undefined && application
  })
}

/** The messages of an Application's conditions. */
export function conditionsOf({ status }: Application): string {
  return (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`).join('\n')
}
