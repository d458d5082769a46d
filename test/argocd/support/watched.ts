// Projects with sync windows, Applications of every sort that watch meets, and watch's client of the real
// argocd-server.
import type { OpenArgoCd } from '../../../cmp/watch/argocd/argocd.ts'
import { openArgoCd } from '../../../cmp/watch/argocd/argocd.ts'
import type { ArgoCdSettings } from '../../../cmp/watch/settings.ts'
import type { ArgocdServer } from './argocd-server.ts'
import type { ClusterStack } from './cluster-stack.ts'
import { PLUGIN } from './stack.ts'

const API = '/apis/argoproj.io/v1alpha1/namespaces/argocd'

/** Everything that is not said is as plain as can be. */
export interface Watched {
  readonly project?: string
  /** A folder of the repository; absent: the Application's name. */
  readonly path?: string
  /** What the source says of its type; absent: the plugin. */
  readonly type?: object
  /** That it goes to; absent: `apps`. */
  readonly namespace?: string
  /** Absent: nothing is synced by itself. */
  readonly syncPolicy?: object
  readonly annotations?: Readonly<Record<string, string>>
}

/** An Application of branch `main`. */
export async function createWatched(
  { cluster, repository }: ClusterStack,
  name: string,
  more: Watched = {},
): Promise<void> {
  const { path = name, project = 'default', syncPolicy = {}, annotations = {} } = more
  const { namespace = 'apps', type = { plugin: { name: PLUGIN } } } = more
  await cluster.admin.apply(`${API}/applications/${name}`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, annotations },
    spec: {
      project,
      source: { repoURL: repository.url, path, targetRevision: 'main', ...type },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy,
    },
  })
}

export async function createProject(
  { cluster }: ClusterStack,
  name: string,
  syncWindows: readonly object[],
): Promise<void> {
  await cluster.admin.apply(`${API}/appprojects/${name}`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name },
    spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }], syncWindows },
  })
}

export function openClient(
  server: ArgocdServer,
  account: string,
  more: Partial<ArgoCdSettings> = {},
): OpenArgoCd {
  const { address, caFile } = server
  const settings = { server: address, caFile, token: { text: server.token(account) }, ...more }
  const { signal } = new AbortController()
  return openArgoCd(settings, { signal, userAgent: 'argocd-phase-plugin/test' })
}
