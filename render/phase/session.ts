// What all reads of one token share: options in, the opened account and memoised folders out.
import { SourceError } from '../source.ts'
import type { Environment } from './account.ts'
import { openAccount } from './account.ts'
import type { Answers } from './answers.ts'
import { cachedAnswers, plainAnswers } from './answers.ts'
import { phaseApi } from './api.ts'
import type { CacheOptions } from './cache.ts'
import { OpenError } from './crypto.ts'
import { FailureList } from './failures.ts'
import { parseHost } from './host.ts'
import type { HttpClient } from './http.ts'
import type { Reading } from './resolve.ts'
import type { Clock } from './retry.ts'
import { systemClock } from './retry.ts'
import { Folder } from './secrets.ts'
import { loadSodium } from './sodium.ts'
import { parseToken, USER_TOKEN } from './token.ts'

export interface PhaseSourceOptions {
  /** Such as `https://console.phase.dev`; see `parseHost`. */
  readonly host: string
  /** The token's text as it was mounted; see `parseToken`. */
  readonly token: string
  /** The network: `httpClient()` of http.ts. One client serves any number of sources. */
  readonly request: HttpClient
  /** Ends everything at once. */
  readonly signal: AbortSignal
  /** When to give up, in milliseconds on the scale of `clock.now()`, by default `performance.now()`. */
  readonly deadline: number
  readonly clock?: Clock | undefined
  /** Phase keeps it with every read in its audit log. */
  readonly userAgent: string
  /** Accept a person's token (pss_user). */
  readonly allowUserToken?: boolean | undefined
  /** With a person's token: that person's overrides win over the shared values. */
  readonly personalOverrides?: boolean | undefined
  /** Where sealed answers are kept from run to run; never those of a person's token. */
  readonly cache?: CacheOptions | undefined
}

/** One token at one host, its account opened. */
export interface Session extends Reading {
  /** As `parseHost` spells it. */
  readonly host: string
  readonly usesOverrides: boolean
  readonly answers: Answers
}

/** Reads and opens the account. @throws {SourceError} */
export async function openSession(options: PhaseSourceOptions): Promise<Session> {
  const { host, token } = parseOptions(options)
  const usesOverrides = token.kind === 'User' && options.personalOverrides === true
  const budget = {
    client: options.request,
    signal: options.signal,
    deadline: options.deadline,
    clock: options.clock ?? systemClock,
  }
  const api = phaseApi(budget, host, token, options.userAgent)
  const { cache } = options
  // A person's overrides change without a trace in `updated_at`.
  const answers =
    cache === undefined || token.kind === 'User'
      ? plainAnswers(api)
      : cachedAnswers(api, cache, token.cacheKey(host))
  // libsodium compiles while the network is busy.
  const [sodium, wire] = await Promise.all([loadSodium(), answers.account()])
  const account = openAccount(sodium, token, wire)
  return { host, account, usesOverrides, answers, ...folders(answers, usesOverrides) }
}

function parseOptions({ host: hostText, token: tokenText, allowUserToken }: PhaseSourceOptions) {
  const failures = new FailureList()
  const host = failures.try(() => parseHost(hostText))
  const token = failures.try(() => parseToken(tokenText))
  if (token?.kind === 'User' && allowUserToken !== true) failures.add(USER_TOKEN)
  if (host === undefined || token === undefined || failures.all.length > 0) {
    throw new SourceError(failures.all)
  }
  return { host, token }
}

/** Reads each folder once, whether it succeeds or fails. */
function folders(answers: Answers, usesOverrides: boolean): Omit<Reading, 'account'> {
  return {
    folder: once(async (environment, path) => {
      environment.unlock()
      return new Folder(environment, path, await answers.secrets(environment, path), usesOverrides)
    }),
    dynamicKeys: once(async (environment, path) => {
      const rows = await answers.dynamicSecrets(environment, path).catch(nothingIfRefused)
      return rows.flatMap((row) => row.keys.flatMap((key) => openName(environment, key))).sort()
    }),
  }
}

function once<T>(
  task: (environment: Environment, path: string) => Promise<T>,
): (environment: Environment, path: string) => Promise<T> {
  const results = new Map<string, Promise<T>>()
  return (environment, path) => {
    const place = `${environment.id} ${path}`
    const result = results.get(place) ?? task(environment, path)
    results.set(place, result)
    return result
  }
}

/** The question about dynamic secrets only makes a failure clearer, so its own failure is no news. */
function nothingIfRefused(error: unknown): [] {
  if (error instanceof SourceError) return []
  throw error
}

function openName(environment: Environment, field: string): string[] {
  try {
    return [environment.open(field)]
  } catch (error) {
    if (error instanceof OpenError) return []
    throw error
  }
}
