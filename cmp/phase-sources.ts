// The settings of a run in; the sources that its PhaseSecrets are read from out, one for each host
// and token, made when the first PhaseSecret asks. All that needs the network or a credential is here.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import type { OpenSource } from '../render/fetch.ts'
import type { HttpClient } from '../render/phase/http.ts'
import { httpClient } from '../render/phase/http.ts'
import type { CacheOptions } from '../render/phase/source.ts'
import { phaseSource } from '../render/phase/source.ts'
import type { Source } from '../render/source.ts'
import { readHostAuthorities } from './authorities.ts'
import { clusterTokens } from './cluster-tokens.ts'
import { credentialFor } from './credentials.ts'
import { readClusterSettings } from './environment.ts'
import type { Io } from './io.ts'
import type { CacheSettings, Settings } from './settings.ts'
import { version } from './version.ts'

/** Where a run's PhaseSecrets are read from. */
export interface Sources {
  readonly open: OpenSource
  /** How many requests were sent so far, repeated ones too. */
  requests(): number
  /** Closes the connections. */
  close(): void
}

/** @param deadline when the run has to be over, on the scale of `performance.now()`. */
export function openSources(settings: Settings, io: Io, deadline: number): Sources {
  const sources = new Map<string, Source>()
  const timeLeft = Math.max(0, Math.ceil(deadline - performance.now()))
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeLeft)])
  const { tokens } = settings
  const cluster = tokens.fromCluster
    ? clusterTokens({ signal, settings: readClusterSettings(io.env) })
    : undefined
  const clients = openClients(settings)
  const common = {
    signal: io.signal,
    deadline,
    userAgent: userAgent(settings),
    allowUserToken: settings.allowUserToken,
    personalOverrides: settings.personalOverrides,
  }
  let cache: ReturnType<typeof loadCache> | undefined
  return {
    async open(phaseSecret, { host, token: choice }) {
      const credential = await credentialFor(phaseSecret, choice, tokens, cluster)
      if ('problems' in credential) return credential
      const client = clients.of(host)
      if ('problems' in client) return client
      const { token } = credential.value
      // What is wrong with the folder is said once, with the first PhaseSecret.
      const news = cache === undefined
      cache ??= loadCache(settings.cache)
      const { options, problems } = await cache
      const notices = [...credential.value.notices, ...(news ? problems : [])]
      const place = `${host} ${token.trim()}`
      const connection = { host, token, request: client.value, cache: options }
      const source = sources.get(place) ?? phaseSource({ ...common, ...connection })
      sources.set(place, source)
      return { value: { source, notices } }
    },
    requests: clients.requests,
    close: clients.close,
  }
}

/** Most installations have no cache, and never load what one takes. */
async function loadCache(
  settings: CacheSettings | undefined,
): Promise<{ readonly options?: CacheOptions; readonly problems: readonly Problem[] }> {
  if (settings === undefined) return { problems: [] }
  const { openCache } = await import('./sealed-cache/sealed-cache.ts')
  return openCache(settings)
}

/** The clients of a run's hosts, each made when it is first asked for. */
function openClients({ hosts, proxyFor }: Settings) {
  const clients = new Map<string, Outcome<HttpClient>>()
  let requests = 0
  const counted = (client: HttpClient): HttpClient => ({
    get(request) {
      requests += 1
      return client.get(request)
    },
    close: () => client.close(),
  })
  return {
    requests: () => requests,
    of(host: string): Outcome<HttpClient> {
      const caFile = hosts.find(({ url }) => url === host)?.caFile
      const client = clients.get(host) ?? openClient(caFile, proxyFor, counted)
      clients.set(host, client)
      return client
    },
    close(): void {
      for (const client of clients.values()) if ('value' in client) client.value.close()
    },
  }
}

function openClient(
  caFile: string | undefined,
  proxyFor: Settings['proxyFor'],
  counted: (client: HttpClient) => HttpClient,
): Outcome<HttpClient> {
  const ca = readHostAuthorities(caFile)
  if ('problems' in ca) return ca
  return { value: counted(httpClient({ ca: ca.value, proxyFor })) }
}

/** Phase keeps it with every read in its audit log: which program, for which Application. */
function userAgent({ application }: Settings): string {
  const product = `argocd-phase-plugin/${version}`
  const name = application?.name.replace(/[^\w./-]/g, '_').slice(0, 100)
  return name === undefined ? product : `${product} (app ${name})`
}
