// Token Secrets out of the Kubernetes API: one GET for each Secret that a PhaseSecret names, with
// the cluster of KUBECONFIG or the pod's service account. Of an answer that is no token, nothing
// but its status gets into a message. The client library is loaded with the first question.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TokenKey } from '../render/model.ts'
import { untilAborted } from './abortable.ts'
import { clientConfiguration } from './client-configuration.ts'
import type { TokenAnswer, TokenFailure, TokenReader } from './credentials.ts'
import type { Client } from './kubeconfig.ts'
import { readKubeconfig } from './kubeconfig.ts'
import type { ClusterSettings } from './settings.ts'

/** What a run decides about its reads. */
export interface ClusterOptions {
  /** Ends every read: the run was ended from outside, or its time is up (reason `TimeoutError`). */
  readonly signal: AbortSignal
  readonly settings: ClusterSettings
  /** Milliseconds before each further attempt after a fault that may pass. */
  readonly delays?: readonly number[]
  readonly loadClient?: () => Promise<Client>
}

/** One cluster's API, as far as it is needed here. */
interface Api {
  /** For messages. */
  readonly host: string
  /** The values of a Secret, in base64. @throws whatever the client library throws. */
  readonly get: (key: TokenKey) => Promise<Readonly<Record<string, string>>>
  /** The HTTP status that an error of the client library stands for. */
  readonly statusOf: (error: unknown) => number | undefined
}

/** A reader of token Secrets. Each is read once, however many PhaseSecrets name it. */
export function clusterTokens(options: ClusterOptions): TokenReader {
  const answers = new Map<string, Promise<TokenAnswer>>()
  let connection: Promise<Api | TokenFailure> | undefined
  const ask = async (key: TokenKey): Promise<TokenAnswer> => {
    connection ??= connect(options)
    const api = await connection
    return 'message' in api ? api : readToken(api, key, options)
  }
  return {
    read(key) {
      const id = `${key.namespace}/${key.name}`
      const answer = answers.get(id) ?? ask(key)
      answers.set(id, answer)
      return answer
    },
  }
}

async function connect(options: ClusterOptions): Promise<Api | TokenFailure> {
  let client: Client
  try {
    client = await (options.loadClient?.() ?? import('@kubernetes/client-node'))
  } catch {
    return failure(
      'the Kubernetes client library is not installed',
      'run npm install @kubernetes/client-node beside the plugin, or mount tokens in PHASE_TOKENS_DIR or tokenSecrets.directory',
    )
  }
  try {
    return openApi(client, options) ?? NO_CLUSTER
  } catch {
    return NO_CLUSTER
  }
}

function openApi(client: Client, { signal, settings }: ClusterOptions): Api | undefined {
  const read = readKubeconfig(client, { settings })
  if ('problems' in read) return undefined
  const config = read.value
  const server = config.getCurrentCluster()?.server ?? ''
  const core = new client.CoreV1Api(clientConfiguration(client, config, signal))
  return {
    host: new URL(server).host,
    get: async ({ namespace, name }) => {
      const secret = await core.readNamespacedSecret({ namespace, name })
      // The library takes any answer with status 200 for what was asked for.
      if (secret.kind !== 'Secret') throw new Error('the answer is no Secret')
      return secret.data ?? {}
    },
    statusOf: (error) => (error instanceof client.ApiException ? error.code : undefined),
  }
}

async function readToken(
  api: Api,
  key: TokenKey,
  { signal, delays = [250, 1000] }: ClusterOptions,
): Promise<TokenAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      // The request ends with the signal; a login command that a kubeconfig names does not.
      const { token } = await untilAborted(signal, api.get(key))
      const text = Buffer.from(token ?? '', 'base64')
        .toString('utf8')
        .trim()
      return text === '' ? withoutToken(key) : { token: text }
    } catch (error) {
      if (signal.aborted) return ended(signal)
      const status = api.statusOf(error)
      const delay = mayPass(status, error) ? delays[attempt] : undefined
      if (delay === undefined) return failureOf(status, error, api.host, key)
      await sleep(delay, undefined, { signal }).catch(() => {})
    }
  }
}

/** Busy, restarting or not reached. `fetch` reports the network's faults as a TypeError. */
function mayPass(status: number | undefined, error: unknown): boolean {
  return status === undefined ? error instanceof TypeError : status === 429 || status >= 500
}

function failureOf(
  status: number | undefined,
  error: unknown,
  host: string,
  key: TokenKey,
): TokenFailure {
  const api = `the Kubernetes API at ${host}`
  if (status === 403) return forbidden(key)
  if (status === 404) return notFound(key)
  if (status === 401) return failure(`${api} rejects the credentials`, CHECK_ACCESS)
  if (status !== undefined) return failure(`${api} answers with status ${status}`, CHECK_SERVER)
  return error instanceof TypeError
    ? failure(`${api} cannot be reached`, CHECK_SERVER)
    : failure(`${api} cannot be used`, CHECK_ACCESS)
}

const CHECK_ACCESS = 'check the kubeconfig, or the service account token of the pod'
const CHECK_SERVER = 'check the API server, and its address and certificate authority in use'
const NO_CLUSTER = failure(
  'no Kubernetes cluster is configured to read token Secrets from',
  'set KUBECONFIG, or mount the service account token into the sidecar',
)

function forbidden({ namespace, name }: TokenKey): TokenFailure {
  return failure(
    `reading Secret ${namespace}/${name} is forbidden`,
    `grant in a Role of namespace ${namespace}: ` +
      `apiGroups: [""], resources: [secrets], resourceNames: [${name}], verbs: [get]`,
  )
}

function notFound({ namespace, name }: TokenKey): TokenFailure {
  return {
    fault: 'usage',
    message: `there is no Secret ${namespace}/${name} in the cluster`,
    hint: 'create it with the service token under the key token, or correct serviceTokenSecretReference',
  }
}

function withoutToken({ namespace, name }: TokenKey): TokenFailure {
  return {
    fault: 'usage',
    message: `Secret ${namespace}/${name} has nothing under the key token`,
    hint: 'put the service token there',
  }
}

function ended(signal: AbortSignal): TokenFailure {
  const isTimeout = signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
  return isTimeout
    ? failure(
        'the Kubernetes API did not answer within the time for this run',
        'look at the API server and the network, or raise PHASE_TIMEOUT or timeout',
      )
    : failure('the run was ended from outside', 'run it again')
}

function failure(message: string, hint: string): TokenFailure {
  return { fault: 'outside', message, hint }
}
