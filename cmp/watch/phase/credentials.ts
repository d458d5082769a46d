// Where tokens are and how their hosts are reached in; credentials to ask Phase with out. Asking is one
// request for what an account sees: no secret is read, nothing is decrypted.
import type { Outcome } from '../../../manifests/document.ts'
import { askAccount } from '../../../render/phase/api.ts'
import type { HttpClient } from '../../../render/phase/http.ts'
import { USER_TOKEN } from '../../../render/phase/token.ts'
import type { WireAccount } from '../../../render/phase/wire.ts'
import type { SourceFailure } from '../../../render/source.ts'
import { SourceError } from '../../../render/source.ts'
import type { Credential, Sighting } from '../model.ts'
import { CredentialError } from '../model.ts'
import type { CredentialSettings } from '../settings.ts'
import type { Connections } from './connections.ts'
import { openConnections } from './connections.ts'
import type { Token } from './tokens.ts'
import { findTokens, readNow } from './tokens.ts'

export interface CredentialsOptions {
  /** The proxy for a URL; undefined to connect directly. */
  readonly proxyFor: (url: URL) => string | undefined
  readonly userAgent: string
  /** Accept a person's token; as renders do. */
  readonly allowUserToken?: boolean | undefined
  /** Milliseconds for one request, 30 s by default. */
  readonly timeout?: number | undefined
}

/** The credentials that are configured. */
export interface Credentials {
  /**
   * Those that there are now: a folder's tokens may come and go. A token that is there twice for one host is
   * one credential. One that is as it was is the same object as before, another one was changed.
   */
  list(): Promise<readonly Credential[]>
  /** Closes the connections. */
  close(): void
}

const TIMEOUT = 30_000
/** For one account: more than any organisation has, and what the memory of thousands of answers takes. */
const MOST_ENVIRONMENTS = 10_000
/** UTF-16 units of a name: Phase itself has 64. */
const LONGEST_NAME = 100

export function openCredentials(
  settings: readonly CredentialSettings[],
  options: CredentialsOptions,
): Credentials {
  const hosts = new Map<string, Connections>()
  const connectionsOf = ({ host, caFile }: CredentialSettings) => {
    const key = `${host} ${caFile ?? ''}`
    const connections = hosts.get(key) ?? openConnections({ caFile, proxyFor: options.proxyFor })
    hosts.set(key, connections)
    return connections
  }
  let known: ReadonlyMap<string, Known> = new Map()
  return {
    async list() {
      const seen = new Set<string>()
      const next = new Map<string, Known>()
      for (const setting of settings) {
        const { host } = setting
        for (const token of findTokens(setting.token)) {
          const { digest } = readNow(token)
          if (seen.has(`${host} ${digest}`)) continue
          seen.add(`${host} ${digest}`)
          const key = `${host} ${token.title}`
          const before = known.get(key)
          const isSame = before?.digest === digest
          const connections = connectionsOf(setting)
          next.set(key, isSame ? before : knownOf(host, token, digest, connections, options))
        }
      }
      known = next
      return [...next.values()].map(({ credential }) => credential)
    },
    close() {
      for (const connections of hosts.values()) connections.close()
    },
  }
}

interface Known {
  readonly credential: Credential
  /** Of what it was last asked with: a file may change, and change back, between two lists. */
  digest: string
}

function knownOf(
  host: string,
  token: Token,
  digest: string,
  connections: Connections,
  options: CredentialsOptions,
): Known {
  const ask = (signal: AbortSignal) =>
    connections.use(async (client) => {
      const now = readNow(token)
      known.digest = now.digest
      const bearer = now.bearer()
      if (bearer.kind === 'User' && options.allowUserToken !== true) {
        throw new SourceError([USER_TOKEN])
      }
      const { userAgent, timeout = TIMEOUT } = options
      const question = { host, bearer, client: opened(client), userAgent, signal, timeout }
      return sightingsOf(host, await askAccount(question))
    })
  const credential: Credential = {
    title: token.title,
    host,
    ask: (signal) =>
      ask(signal).catch((error: unknown) => {
        throw error instanceof SourceError ? credentialError(error) : error
      }),
  }
  const known: Known = { credential, digest }
  return known
}

function opened(client: Outcome<HttpClient>): HttpClient {
  if ('value' in client) return client.value
  const [problem] = client.problems
  const { message = 'the host cannot be asked', hint = 'check its settings' } = problem ?? {}
  throw new CredentialError(message, { isPermanent: false, hint })
}

/** Each environment once: an app may be listed twice, and an environment have two keys. */
function sightingsOf(host: string, { apps }: WireAccount): readonly Sighting[] {
  const seen = new Map<string, Sighting>()
  for (const app of apps) {
    for (const { id: environmentId, name, updatedAt } of app.environments) {
      if (updatedAt === undefined) continue
      const other = seen.get(environmentId)
      // The order of an answer is arbitrary.
      if (other !== undefined && other.updatedAt >= updatedAt) continue
      const title = `${name.slice(0, LONGEST_NAME)} of ${app.name.slice(0, LONGEST_NAME)}`
      seen.set(environmentId, { host, environmentId, updatedAt, title })
    }
  }
  if (seen.size > MOST_ENVIRONMENTS) {
    throw new CredentialError(`Phase answers with more than ${MOST_ENVIRONMENTS} environments`, {
      isPermanent: false,
      hint: 'use a token for each part of the organisation',
    })
  }
  return [...seen.values()]
}

const PERMANENT: ReadonlySet<SourceFailure['code']> = new Set([
  'ERR_TOKEN_REJECTED',
  'ERR_TOKEN_MALFORMED',
  'ERR_TOKEN_KIND',
])

function credentialError({ failures: [failure], message }: SourceError): CredentialError {
  const hint =
    failure?.code === 'ERR_THROTTLED'
      ? 'Phase limits requests per address: lower watch.requestsPerMinute, or raise the limit of Phase'
      : failure?.hint
  return new CredentialError(message, {
    isPermanent: failure !== undefined && PERMANENT.has(failure.code),
    retryAfter: failure?.retryAfter,
    hint: hint ?? 'look at the state of Phase',
  })
}
