// Applications as Argo CD has them, for the server of argocd-api.ts: what a list shows of one, the
// manifests of a Secret with values of Phase and of a workload that uses it.
import { provenanceAnnotations } from '../../manifests/provenance.ts'

/** The lines of Argo CD between which lists differ. */
export type ArgoCdVersion = '3.2' | '3.6'

export interface ApplicationObject {
  metadata: {
    name: string
    namespace: string
    creationTimestamp: string
    deletionTimestamp?: string
    annotations: Record<string, string>
  }
  spec: Record<string, unknown> & { project: string }
  status: Record<string, unknown> & { sync: Record<string, unknown> }
  operation?: object
}

export interface FakeApplication {
  readonly object: ApplicationObject
  /** Objects, or texts that are passed on as they are. */
  manifests: readonly (object | string)[] | 'failing'
  windows: { canSync: boolean; activeWindows?: object[]; assignedWindows?: object[] }
}

const SOURCE = {
  repoURL: 'https://git.example.com/apps.git',
  path: 'app',
  targetRevision: 'HEAD',
  plugin: { name: 'phase' },
}
const REVISION = '0123456789abcdef0123456789abcdef01234567'

/** An Application that is synced to a commit and rendered by the plugin; change what it says at will. */
export function fakeApplication(
  key: string,
  manifests: FakeApplication['manifests'] = [],
): FakeApplication {
  const [namespace = '', name = ''] = key.split('/')
  return {
    manifests,
    windows: { canSync: true },
    object: {
      metadata: { name, namespace, creationTimestamp: '2026-01-02T03:04:05Z', annotations: {} },
      spec: {
        project: 'default',
        source: SOURCE,
        destination: { server: 'https://kubernetes.default.svc', namespace: 'apps' },
      },
      status: {
        reconciledAt: '2026-01-02T03:05:06Z',
        sync: { status: 'Synced', revision: REVISION, comparedTo: { source: SOURCE } },
        history: [
          { id: 0, revision: REVISION, source: SOURCE, deployedAt: '2026-01-02T03:05:00Z' },
        ],
        operationState: { phase: 'Succeeded', finishedAt: '2026-01-02T03:05:00Z' },
        resources: [],
      },
    },
  }
}

/** A Secret as the plugin renders it, with values of these environments, and as Argo CD masks it. */
export function secretManifest(
  name: string,
  host: string,
  [environmentId = '', ...referencedEnvironmentIds]: readonly string[],
  /** Seconds. */
  pollingInterval?: number,
): object {
  const origin = { host, appId: 'app-id', environmentId, path: '/' }
  const annotations = provenanceAnnotations({
    ...origin,
    referencedEnvironmentIds,
    pollingInterval,
  })
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, annotations },
    data: { KEY: '++++++++' },
  }
}

/** A Deployment with a checksum on its pod template. */
export function stampedManifest(name: string): object {
  const annotations = { 'secrets.phase.dev/checksum': 'v1:0123456789abcdef' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { metadata: { annotations }, spec: { containers: [] } } },
  }
}

/** The fields of pkg/apiclient/application/forwarder_overwrite.go that only 3.6 knows. */
const NEW_FIELDS = ['status.sync.revision', 'spec.source', 'spec.sources', 'spec.project']

/** What a list shows of an Application: the fields that are asked for and that the version knows. */
export function listed(
  object: ApplicationObject,
  fields: readonly string[],
  version: ArgoCdVersion,
): object {
  const shown: Record<string, unknown> = {}
  for (const field of fields.map((each) => each.replace(/^items\./, ''))) {
    if (version === '3.2' && NEW_FIELDS.includes(field)) continue
    copy(object, shown, field.split('.'))
  }
  return shown
}

function copy(from: object, to: Record<string, unknown>, path: readonly string[]): void {
  const [name = '', ...rest] = path
  const value: unknown = Object.entries(from).find(([key]) => key === name)?.[1]
  if (rest.length === 0) {
    // A nil pointer of Go is no nil interface: the real one writes null here.
    if (value !== undefined || name === 'deletionTimestamp') to[name] = value ?? null
  } else if (typeof value === 'object' && value !== null) {
    const below = (to[name] ?? {}) as Record<string, unknown>
    to[name] = below
    copy(value, below, rest)
  }
}
