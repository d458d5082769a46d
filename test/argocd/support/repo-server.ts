// A client of the repo-server's real gRPC interface: what the application-controller asks, asked directly.
import { join } from 'node:path'
import type { ServiceError } from '@grpc/grpc-js'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import type { ServiceDefinition } from '@grpc/proto-loader'
import { loadSync } from '@grpc/proto-loader'
import { REPO_SERVER } from './argocd.ts'

/** One entry of `spec.source.plugin.parameters`. */
export interface Parameter {
  readonly name: string
  readonly string?: string
  readonly array?: { readonly array: readonly string[] }
  readonly map?: { readonly map: Readonly<Record<string, string>> }
}

/** An Application as far as the repo-server sees it. */
export interface AppSource {
  readonly app: string
  readonly url: string
  readonly revision: string
  readonly path: string
  /** The plugin's name; absent for an Application that has none. */
  readonly plugin?: string | undefined
  readonly namespace?: string
  readonly project?: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly parameters?: readonly Parameter[]
}

export interface CallOptions {
  /** A hard refresh: past the cache. */
  readonly noCache?: boolean
  /** The call's deadline; Argo CD's own default. */
  readonly seconds?: number
  /** Ends the call as a client that goes away does. */
  readonly signal?: AbortSignal
}

export interface Manifests {
  /** Kubernetes objects as JSON texts. */
  readonly manifests: readonly string[]
  readonly revision: string
  readonly sourceType: string
}

export interface Announcement {
  readonly name: string
  readonly collectionType: string
  /** A default, for show. */
  readonly map: Readonly<Record<string, string>>
}

export interface RepoServerClient {
  /** @throws {ServiceError} whose `details` is what Argo CD shows in the Application. */
  generate(source: AppSource, options?: CallOptions): Promise<Manifests>
  /** The parameters that the plugin announces for the user interface. */
  announced(source: AppSource): Promise<readonly Announcement[]>
  close(): void
}

const PROTO = join(import.meta.dirname, 'repo-server.proto')
const SERVICE = 'repository.RepoServerService'
const ARGOCD_TIMEOUT = 60
const LARGEST = 100 * 1024 * 1024

export function repoServerClient(): RepoServerClient {
  const limits = {
    'grpc.max_receive_message_length': LARGEST,
    'grpc.max_send_message_length': LARGEST,
  }
  const client = new Client(REPO_SERVER, credentials.createInsecure(), limits)
  return {
    generate: (source, options) =>
      unary(client, 'GenerateManifest', manifestRequest(source, options), options),
    async announced(source) {
      const query = {
        repo: repository(source),
        source: applicationSource(source),
        appName: source.app,
        noCache: true,
      }
      const answer: { plugin?: { parametersAnnouncement?: Announcement[] } } = await unary(
        client,
        'GetAppDetails',
        query,
      )
      return answer.plugin?.parametersAnnouncement ?? []
    },
    close: () => client.close(),
  }
}

function manifestRequest(source: AppSource, { noCache = false }: CallOptions = {}): object {
  return {
    repo: repository(source),
    revision: source.revision,
    noCache,
    appLabelKey: 'app.kubernetes.io/instance',
    appName: source.app,
    namespace: source.namespace ?? 'shop',
    applicationSource: applicationSource(source),
    kubeVersion: '1.34.2',
    apiVersions: ['v1', 'v1/Secret', 'apps/v1', 'apps/v1/Deployment'],
    trackingMethod: 'annotation',
    projectSourceRepos: ['*'],
    projectName: source.project ?? 'default',
  }
}

function repository({ url }: AppSource): object {
  return { repo: url, type: 'git' }
}

function applicationSource({
  url,
  path,
  revision,
  plugin,
  env = [],
  parameters = [],
}: AppSource): object {
  const named = plugin === undefined ? undefined : { name: plugin, env, parameters }
  return { repoURL: url, path, targetRevision: revision, plugin: named }
}

const methods = loadSync(PROTO, { keepCase: true, defaults: true, longs: Number, enums: String })[
  SERVICE
] as ServiceDefinition

function unary<T>(
  client: Client,
  name: string,
  request: object,
  { seconds = ARGOCD_TIMEOUT, signal }: CallOptions = {},
): Promise<T> {
  const method = methods[name]
  if (method === undefined) throw new Error(`the proto has no ${name}`)
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      new Metadata(),
      { deadline: Date.now() + seconds * 1000 },
      (error: ServiceError | null, answer?: object) =>
        error === null ? resolve(answer as T) : reject(error),
    )
    signal?.addEventListener('abort', () => call.cancel(), { once: true })
  })
}
