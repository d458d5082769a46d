// The live cluster of a preview: objects by apiVersion, kind and name in, each as the cluster has it out.
// It reads by GET and asks for nothing but that and the discovery of the groups it needs. The client
// library, which knows kubeconfigs and logins, is loaded when a cluster is opened.
import { Agent as HttpAgent } from 'node:http'
import type { RequestOptions } from 'node:https'
import { Agent } from 'node:https'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { outsideError } from '../../manifests/problem.ts'
import { untilAborted } from '../abortable.ts'
import type { Client, KubeConfig, KubeconfigChoice } from '../kubeconfig.ts'
import { readKubeconfig } from '../kubeconfig.ts'
import { discovery } from './discovery.ts'
import type { Answer, Endpoint } from './kubernetes-get.ts'
import { get, hostOf } from './kubernetes-get.ts'
import type { Live, Wanted } from './object-read.ts'
import { liveOf, managedIn, notManaged, pathOf, unknownKind } from './object-read.ts'

export type { Live, Wanted } from './object-read.ts'

export interface Cluster {
  /** For people: the context's name and its cluster. */
  readonly label: string
  /** The namespace of objects that name none. */
  readonly namespace: string
  /** One answer for each, a few requests at a time. Never throws. */
  read(wanted: readonly Wanted[]): Promise<ReadonlyMap<Wanted, Live>>
  /** What an Application manages now (`status.resources`); the problem is a notice. Never throws. */
  managedBy(application: {
    readonly namespace: string
    readonly name: string
  }): Promise<{ readonly resources: readonly Wanted[] } | { readonly problem: Problem }>
  close(): void
}

export interface ClusterOptions extends KubeconfigChoice {
  readonly signal: AbortSignal
  /** On the scale of `performance.now()`. */
  readonly deadline: number
  /** Milliseconds before each further attempt after a fault that may pass. */
  readonly delays?: readonly number[]
  readonly loadClient?: () => Promise<Client>
}

/** Requests at once. */
const AT_ONCE = 8

/** Opens the cluster that the user chose; nothing is asked of it yet. */
export async function openCluster(options: ClusterOptions): Promise<Outcome<Cluster>> {
  const { signal, deadline, delays = [250, 1000], loadClient } = options
  let client: Client
  try {
    client = await (loadClient?.() ?? import('@kubernetes/client-node'))
  } catch {
    const message = 'the Kubernetes client library is not installed'
    return failed(message, 'run npm install @kubernetes/client-node beside the plugin')
  }
  const config = readKubeconfig(client, options)
  if ('problems' in config) return config
  const server = config.value.getCurrentCluster()?.server ?? ''
  if (!/^https?:\/\/[^/]/.test(server) || !URL.canParse(server)) {
    return failed('the kubeconfig has no address of an API server', 'look at its clusters')
  }
  let access: RequestOptions
  try {
    const late = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())))
    access = await untilAborted(AbortSignal.any([signal, late]), accessOf(config.value))
  } catch {
    if (signal.aborted) return failed('the run was ended from outside', 'run it again')
    return failed(
      'the login of the kubeconfig failed',
      'see whether kubectl works with it: a login program, a certificate file or its proxy is at fault',
    )
  }
  return { value: clusterOf(config.value, { server, options: access, signal, deadline, delays }) }
}

/** What a request needs: an agent with the certificates, and headers. @throws what the library throws. */
async function accessOf(config: KubeConfig): Promise<RequestOptions> {
  const cluster = config.getCurrentCluster()
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const { agent, headers, auth } = options
  const credential = { headers, ...(auth === undefined || auth === null ? {} : { auth }) }
  // The library's agent knows the proxy, ours keeps its connections.
  if (cluster?.proxyUrl !== undefined) return { ...credential, agent }
  const limits = { keepAlive: true, maxSockets: AT_ONCE }
  if (cluster?.server.startsWith('http:')) return { ...credential, agent: new HttpAgent(limits) }
  const { ca, cert, key, servername } = options
  // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED is not asked.
  const rejectUnauthorized = cluster?.skipTLSVerify !== true
  return {
    ...credential,
    agent: new Agent({ ...limits, ca, cert, key, servername, rejectUnauthorized }),
  }
}

function clusterOf(config: KubeConfig, endpoint: Endpoint): Cluster {
  const context = config.getContextObject(config.currentContext)
  const namespace = context?.namespace?.trim() || 'default'
  let end: Problem | undefined
  const ask = async (path: string): Promise<Answer> => {
    if (end !== undefined) return { status: 'failed', problem: end }
    const answer = await get(endpoint, path)
    if (answer.status !== 'failed') return answer
    // Whoever asks next is told the same, at once.
    end ??= answer.problem
    return { status: 'failed', problem: end }
  }
  const find = discovery(ask)
  const notices = new Map<string, Problem>()
  const readOne = async (wanted: Wanted): Promise<Live> => {
    const resource = await find(wanted.apiVersion, wanted.kind)
    if ('status' in resource) {
      if (resource.status !== 'missing') return liveOf(resource, wanted, hostOf(endpoint))
      const api = `${wanted.apiVersion} ${wanted.kind}`
      const notice = notices.get(api) ?? unknownKind(wanted)
      notices.set(api, notice)
      return { missing: true, notice }
    }
    const path = pathOf(resource, wanted, namespace)
    if (path === undefined) return { missing: true }
    return liveOf(await ask(path), wanted, hostOf(endpoint), resource, namespace)
  }
  return {
    label: labelOf(config),
    namespace,
    read: (wanted) => readAll(wanted, readOne),
    async managedBy({ namespace: home, name }) {
      const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }
      const live = await readOne({ ...application, namespace: home, name })
      return 'object' in live
        ? { resources: managedIn(live.object) }
        : { problem: notManaged(home, name, live) }
    },
    close: () => {
      const { agent } = endpoint.options
      if (typeof agent === 'object') agent.destroy()
    },
  }
}

async function readAll(
  wanted: readonly Wanted[],
  readOne: (wanted: Wanted) => Promise<Live>,
): Promise<ReadonlyMap<Wanted, Live>> {
  const found = new Map<Wanted, Live>()
  const queue = wanted.values()
  const work = async (): Promise<void> => {
    for (const each of queue) found.set(each, await readOne(each))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  // In the order in which they were wanted.
  return new Map(wanted.flatMap((each) => [[each, found.get(each)] as const]).filter(isAnswered))
}

function isAnswered(entry: readonly [Wanted, Live | undefined]): entry is readonly [Wanted, Live] {
  return entry[1] !== undefined
}

/** Names only: never the user's, nor the address, which may hold a credential. */
function labelOf(config: KubeConfig): string {
  const context = config.currentContext
  // The library's name for it.
  if (context === 'inClusterContext') return 'in-cluster'
  const cluster = config.getCurrentCluster()?.name ?? ''
  return cluster === '' || cluster === context ? context : `${context} (${cluster})`
}

function failed(message: string, hint: string): { readonly problems: readonly Problem[] } {
  return { problems: [outsideError(message, hint)] }
}
