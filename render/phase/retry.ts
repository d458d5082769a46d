// A URL in, a reply that is worth reading out: retries what may pass, within one time budget,
// and turns what does not pass into one failure that names host and path of the URL only.
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceError, SourceFailure } from '../source.ts'
import { refusal } from './failures.ts'
import type { HttpClient, HttpReply, HttpRequest } from './http.ts'
import type { TransportFault } from './transport.ts'
import { TransportError } from './transport.ts'

/** Time and chance, so that tests can own them. */
export interface Clock {
  /** Milliseconds on a scale that never jumps. */
  now(): number
  /** Resolves after `ms`, rejects as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
}

/** The scale of `performance.now()`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
}

/** What every request of a run shares. */
export interface Budget {
  readonly client: HttpClient
  readonly signal: AbortSignal
  /** On the scale of `clock.now()`. */
  readonly deadline: number
  readonly clock: Clock
}

/** How long to keep trying: attempts in all, and milliseconds since the first began. */
interface Patience {
  readonly attempts: number
  readonly ms: number
}

/** Why an attempt is not the last one, and what to say if it is. */
interface Setback {
  readonly failure: SourceFailure
  readonly patience: Patience
}

const BASE_MS = 250
const CAP_MS = 5_000
/** For what passes by itself: 13 s of back-off at worst, within the budget. */
const LONG: Patience = { attempts: 7, ms: Number.POSITIVE_INFINITY }
/** For what is mostly a wrong name or port. */
const SHORT: Patience = { attempts: 5, ms: 10_000 }
const RETRIED_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

/**
 * GETs a URL until it answers with a status that says something (any but 429, 500, 502, 503, 504).
 * @param most milliseconds to give up after, where the budget has more.
 * @throws {SourceError} ERR_NETWORK, ERR_TLS, ERR_NOT_PHASE, ERR_RESPONSE_TOO_LARGE, ERR_THROTTLED,
 *   ERR_SERVER, ERR_TIMEOUT or ERR_ABORTED.
 */
export async function getWithRetries(
  budget: Budget,
  url: URL,
  headers: Readonly<Record<string, string>>,
  most = Number.POSITIVE_INFINITY,
): Promise<HttpReply> {
  const { clock } = budget
  const start = clock.now()
  const limit: Limit =
    start + most < budget.deadline ? [start + most, 'stalled'] : [budget.deadline, 'deadline']
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(budget, limit, url, headers)
    if ('status' in outcome) return outcome
    const { patience, failure } = outcome
    const backOff = clock.random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1))
    const wait = Math.max(backOff, failure.retryAfter ?? 0)
    const end = Math.min(limit[0], start + patience.ms)
    if (attempt >= patience.attempts || clock.now() + wait >= end) throw refusal(failure)
    try {
      await clock.sleep(wait, budget.signal)
    } catch {
      throw transportRefusal('aborted', url)
    }
  }
}

/**
 * GETs a URL once. The time of the request is nobody's budget: when it is up, the host does not answer.
 * @throws {SourceError} as `getWithRetries` does, but never ERR_TIMEOUT for a budget.
 */
export async function getOnce(client: HttpClient, request: HttpRequest): Promise<HttpReply> {
  const outcome = await attempt(client, request, 'stalled')
  if ('status' in outcome) return outcome
  throw refusal(outcome.failure)
}

/** When to give up, on the clock's scale, and what it is called then. */
type Limit = readonly [end: number, fault: 'deadline' | 'stalled']

async function once(
  { client, signal, clock }: Budget,
  [end, late]: Limit,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<HttpReply | Setback> {
  const timeout = end - clock.now()
  if (timeout <= 0) throw transportRefusal(late, url)
  return attempt(client, { url, headers, signal, timeout }, late)
}

async function attempt(
  client: HttpClient,
  request: HttpRequest,
  late: Limit[1],
): Promise<HttpReply | Setback> {
  const { url } = request
  try {
    const reply = await client.get(request)
    return RETRIED_STATUS.has(reply.status) ? statusSetback(reply, url) : reply
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    const fault = error.fault === 'deadline' ? late : error.fault
    const patience = PATIENCE[fault]
    if (patience === undefined) throw transportRefusal(fault, url)
    return { failure: transportFailure(fault, url), patience }
  }
}

function statusSetback(reply: HttpReply, url: URL): Setback {
  const wait = retryAfter(reply.retryAfter)
  if (reply.status === 429) {
    const failure: SourceFailure = {
      code: 'ERR_THROTTLED',
      fault: 'outside',
      field: 'host',
      message: `${place(url)} is throttled: too many requests in the last minute`,
      hint: 'Phase limits requests per account and per address; render fewer applications at a time or raise the limit',
      retryAfter: wait,
    }
    return { failure, patience: LONG }
  }
  const failure: SourceFailure = {
    code: 'ERR_SERVER',
    fault: 'outside',
    field: 'host',
    message: `${place(url)} answers with a server error (${reply.status})`,
    hint: 'look at the state and the logs of the Phase backend',
    retryAfter: wait,
  }
  return { failure, patience: LONG }
}

/** Milliseconds of a Retry-After header: seconds, or an HTTP date. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

/** The faults that may pass; the others fail at once. */
const PATIENCE: Readonly<Partial<Record<TransportFault, Patience>>> = {
  unresolved: SHORT,
  refused: SHORT,
  unreachable: SHORT,
  proxy: SHORT,
  closed: LONG,
  stalled: LONG,
}

type Words = readonly [code: SourceFailure['code'], words: string, hint: string]

const CHECK_HOST = 'check PHASE_HOST or hosts[].url, and the network between here and Phase'
const WORDS: Readonly<Record<TransportFault, Words>> = {
  unresolved: [
    'ERR_NETWORK',
    'the host name does not resolve',
    'check the spelling of PHASE_HOST or hosts[].url',
  ],
  refused: ['ERR_NETWORK', 'connection refused', CHECK_HOST],
  unreachable: ['ERR_NETWORK', 'the network has no route to the host', CHECK_HOST],
  closed: ['ERR_NETWORK', 'the connection broke', CHECK_HOST],
  stalled: ['ERR_TIMEOUT', 'the host does not answer', CHECK_HOST],
  proxy: [
    'ERR_NETWORK',
    'the proxy does not let the connection through',
    'check HTTPS_PROXY, NO_PROXY and the credentials of the proxy',
  ],
  untrusted: [
    'ERR_TLS',
    'certificate not trusted',
    'set PHASE_CA_FILE or hosts[].caFile to the certificate of the authority that signed it',
  ],
  expired: [
    'ERR_TLS',
    'certificate expired or not valid yet',
    'renew the certificate of the host, and check the clock of this machine',
  ],
  misnamed: [
    'ERR_TLS',
    'certificate made for another name',
    'use the name in the certificate in PHASE_HOST or hosts[].url',
  ],
  tls: ['ERR_TLS', 'no TLS connection', 'check that the host speaks TLS on this port'],
  'not-http': ['ERR_NOT_PHASE', 'the host does not speak HTTP', CHECK_HOST],
  'too-large': [
    'ERR_RESPONSE_TOO_LARGE',
    'the answer is larger than 32 MiB',
    'check that PHASE_HOST or hosts[].url is a Phase API',
  ],
  deadline: [
    'ERR_TIMEOUT',
    'no answer within the time for this run',
    'look at the speed of Phase and the network, or raise PHASE_TIMEOUT or timeout',
  ],
  aborted: ['ERR_ABORTED', 'the run was ended from outside', 'run it again'],
}

function transportFailure(fault: TransportFault, url: URL): SourceFailure {
  const [code, words, hint] = WORDS[fault]
  return { code, fault: 'outside', field: 'host', message: `${place(url)}: ${words}`, hint }
}

function transportRefusal(fault: TransportFault, url: URL): SourceError {
  return refusal(transportFailure(fault, url))
}

/** How messages name a URL: no scheme, no query. */
export function place(url: URL): string {
  return `${url.host}${url.pathname}`
}
