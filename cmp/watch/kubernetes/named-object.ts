// One object of a Kubernetes cluster by its name: read, replaced in the version that was read, created.
import type { V1ConfigMap, V1Lease } from '@kubernetes/client-node'
import { untilAborted } from '../../abortable.ts'
import { clientConfiguration } from '../../client-configuration.ts'
import type { Client, KubeConfig } from '../../kubeconfig.ts'
import { readKubeconfig } from '../../kubeconfig.ts'
import type { ClusterSettings } from '../../settings.ts'
import type { ObjectPlace } from '../settings.ts'
import { CHECK_ACCESS, failureOf, KubernetesError } from './failure.ts'
import type { Kind, Where } from './kinds.ts'
import { CONFIG_MAP, LEASE } from './kinds.ts'

/** Which cluster, as `readKubeconfig` finds it: what is named, as kubectl, then the pod's own. */
export interface KubernetesOptions {
  readonly settings: ClusterSettings
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
  readonly loadClient?: () => Promise<Client>
}

/** Every request ends with its signal, and after ten seconds. @throws {KubernetesError} from every function. */
export interface NamedObject<T> {
  read(signal?: AbortSignal): Promise<T>
  /** Fails with `conflict` where the object has another `resourceVersion` by now. */
  replace(object: T, signal?: AbortSignal): Promise<T>
  create(object: T, signal?: AbortSignal): Promise<T>
}

/** Milliseconds. */
const TIMEOUT = 10_000

export function openConfigMap(
  place: ObjectPlace,
  options: KubernetesOptions,
): NamedObject<V1ConfigMap> {
  return open(CONFIG_MAP, place, options)
}

export function openLease(place: ObjectPlace, options: KubernetesOptions): NamedObject<V1Lease> {
  return open(LEASE, place, options)
}

interface Connection {
  readonly client: Client
  readonly config: KubeConfig
  /** `https://host:port` */
  readonly server: string
  readonly where: Where
}

type Verb = 'read' | 'replace' | 'create'

/** Nothing is asked yet. */
function open<T extends { readonly kind?: string }>(
  kind: Kind<T>,
  place: ObjectPlace,
  options: KubernetesOptions,
): NamedObject<T> {
  let connection: Promise<Connection> | undefined
  const ask = async (verb: Verb, signal: AbortSignal | undefined, body?: T): Promise<T> => {
    connection ??= connect(place, options)
    const opened = await connection.catch((error) => {
      // The next one looks again: a file may be there by then.
      connection = undefined
      throw error
    })
    const { client, where } = opened
    const limit = AbortSignal.timeout(TIMEOUT)
    const both = signal === undefined ? limit : AbortSignal.any([signal, limit])
    try {
      const calls = kind.calls(client, clientConfiguration(client, opened.config, both))
      // The request ends with the signal; a login program that a kubeconfig names does not.
      const call = body === undefined ? calls.read(where) : calls[writeOf(verb)](where, body)
      const answer = await untilAborted(both, call)
      // The library takes any answer with a status of success for what was asked for.
      if (answer?.kind !== kind.kind) throw new NoObjectError()
      return answer
    } catch (error) {
      const status = error instanceof client.ApiException ? error.code : undefined
      throw failureOf({ kind, verb, where, host: new URL(opened.server).host, status, error })
    }
  }
  return {
    read: (signal) => ask('read', signal),
    replace: (object, signal) => ask('replace', signal, object),
    create: (object, signal) => ask('create', signal, object),
  }
}

function writeOf(verb: Verb): 'replace' | 'create' {
  return verb === 'create' ? 'create' : 'replace'
}

class NoObjectError extends Error {}

async function connect(
  { namespace, name }: ObjectPlace,
  options: KubernetesOptions,
): Promise<Connection> {
  let client: Client
  try {
    client = await (options.loadClient?.() ?? import('@kubernetes/client-node'))
  } catch {
    throw new KubernetesError(
      'outside',
      'the Kubernetes client library is not installed',
      'run npm install @kubernetes/client-node beside the plugin',
    )
  }
  const { settings, kubeconfig, context } = options
  const read = readKubeconfig(client, { settings, kubeconfig, context })
  if ('problems' in read) {
    const [problem] = read.problems
    throw new KubernetesError(
      'outside',
      problem?.message ?? 'no Kubernetes cluster is configured',
      problem?.hint ?? CHECK_ACCESS,
    )
  }
  const config = read.value
  const server = config.getCurrentCluster()?.server ?? ''
  if (!URL.canParse(server)) {
    const message = 'the kubeconfig has no address of an API server'
    throw new KubernetesError('outside', message, 'look at its clusters')
  }
  const own = config.getContextObject(config.currentContext)?.namespace?.trim() || 'default'
  return { client, config, server, where: { namespace: namespace ?? own, name } }
}
