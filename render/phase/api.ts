// The two endpoints of Phase that a reader needs: a request in, checked records out. What another status
// than 200 means is in refusals.ts.
import type { Environment } from './account.ts'
import { refusal } from './failures.ts'
import type { HttpClient } from './http.ts'
import { accountOf, secretsRefusal, understood } from './refusals.ts'
import type { Budget } from './retry.ts'
import { getOnce, getWithRetries } from './retry.ts'
import type { PhaseBearer } from './token.ts'
import type { WireAccount, WireDynamicSecret, WireSecret } from './wire.ts'
import { readDynamicSecrets, readSecrets } from './wire.ts'

/** An answer, checked, and its bytes as they were received. */
export interface Received<T> {
  readonly value: T
  readonly body: Uint8Array
}

/**
 * Phase's endpoints for one host and token. `most` is how many milliseconds to try, where the run
 * has more.
 */
export interface PhaseApi {
  /** @throws {SourceError} */
  account(most?: number): Promise<Received<WireAccount>>
  /** The secrets at exactly one path, already known to be normalised. @throws {SourceError} */
  secrets(
    environment: Environment,
    path: string,
    most?: number,
  ): Promise<Received<readonly WireSecret[]>>
  /** The dynamic secrets at one path, without a lease. @throws {SourceError} */
  dynamicSecrets(environment: Environment, path: string): Promise<readonly WireDynamicSecret[]>
}

/** Requests at a time: kind to a small server, and plenty for one run. */
const MAX_PARALLEL = 8

/** @param budget what all requests together may take, and the connection that they go through. */
export function phaseApi(
  budget: Budget,
  host: string,
  token: PhaseBearer,
  userAgent: string,
): PhaseApi {
  const always = headersOf(token, userAgent)
  const enter = gate(MAX_PARALLEL)
  const get = (path: string, headers: Readonly<Record<string, string>>, most?: number) => {
    const url = endpoint(host, path)
    return enter(async () => ({ url, reply: await getWithRetries(budget, url, headers, most) }))
  }
  const at = (environment: Environment, path: string) => ({
    ...always,
    Environment: environment.id,
    Path: path,
  })
  return {
    async account(most) {
      const { url, reply } = await get('tokens/', always, most)
      return { value: accountOf(url, reply), body: reply.body }
    },
    async secrets(environment, path, most) {
      const { url, reply } = await get('', at(environment, path), most)
      if (reply.status !== 200) throw secretsRefusal(url, reply, environment)
      const value = understood(url, reply, readSecrets)
      checkPlaces(value, environment, path)
      return { value, body: reply.body }
    },
    async dynamicSecrets(environment, path) {
      const { url, reply } = await get('', { ...at(environment, path), dynamic: 'true' })
      if (reply.status !== 200) throw secretsRefusal(url, reply, environment)
      const rows = understood(url, reply, readDynamicSecrets)
      checkPlaces(rows, environment, path)
      return rows
    },
  }
}

/** One question for what an account sees. */
export interface AccountQuestion {
  /** As `parseHost` spells it. */
  readonly host: string
  readonly bearer: PhaseBearer
  readonly client: HttpClient
  readonly userAgent: string
  readonly signal: AbortSignal
  /** Milliseconds for the whole exchange. */
  readonly timeout: number
}

/** One request, no retry: nothing is opened, so that any form of token will do. @throws {SourceError} */
export async function askAccount(question: AccountQuestion): Promise<WireAccount> {
  const { host, bearer, client, userAgent, signal, timeout } = question
  const url = endpoint(host, 'tokens/')
  const headers = headersOf(bearer, userAgent)
  return accountOf(url, await getOnce(client, { url, headers, signal, timeout }))
}

function endpoint(host: string, path: string): URL {
  return new URL(`${host}/service/secrets/${path}`)
}

/** The headers of every request. */
function headersOf(token: PhaseBearer, userAgent: string): Readonly<Record<string, string>> {
  return {
    Accept: 'application/json',
    Authorization: token.authorization(),
    'User-Agent': userAgent.replace(/[^\x20-\x7e]/g, '?'),
  }
}

/** Lets `limit` tasks run at a time, first come, first served. */
export function gate(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = limit
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

/** @throws {SourceError} ERR_RESPONSE_INVALID unless every row is of this environment and path. */
export function checkPlaces(
  rows: readonly { readonly environmentId: string; readonly path: string }[],
  environment: Environment,
  path: string,
): void {
  const strays = rows.filter((row) => row.environmentId !== environment.id || row.path !== path)
  if (strays.length === 0) return
  throw refusal({
    code: 'ERR_RESPONSE_INVALID',
    fault: 'outside',
    field: 'host',
    message: `Phase answers with ${strays.length} secrets of another path or environment than was asked for in ${environment.title}`,
    hint: 'look for a proxy or a cache between here and Phase that drops request headers',
  })
}
