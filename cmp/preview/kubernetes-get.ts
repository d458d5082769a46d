// In: paths of a Kubernetes API. Out: what GET answers there, bounded, with retries within the time that is
// left. Redirects are not followed. Nothing of an answer but its status gets into a message.
import { request as httpRequest } from 'node:http'
import type { RequestOptions } from 'node:https'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Problem } from '../../manifests/problem.ts'
import { outsideError } from '../../manifests/problem.ts'

/** 404 and 403 concern one path; a problem concerns everything that is asked. */
export type Answer =
  | { readonly status: 200; readonly body: unknown }
  | { readonly status: 'missing' | 'forbidden' }
  /** It answers, and not with this: what stands behind one path is at fault. */
  | { readonly status: 'broken'; readonly why: string }
  | { readonly status: 'failed'; readonly problem: Problem }

export interface Endpoint {
  /** `https://host:port/prefix`, without a slash at its end. */
  readonly server: string
  /** The agent and the headers with the credential. */
  readonly options: RequestOptions
  readonly signal: AbortSignal
  /** On the scale of `performance.now()`. */
  readonly deadline: number
  /** Milliseconds before each further attempt. */
  readonly delays: readonly number[]
}

/** Bytes: ten times what etcd takes. */
const LARGEST = 16 * 1024 * 1024

interface Received {
  readonly status: number
  /** Milliseconds. */
  readonly retryAfter: number | undefined
  readonly text: string
}

/** Never throws. */
export async function get(endpoint: Endpoint, path: string): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const received = await receive(endpoint, path)
    const ended = endOf(endpoint)
    if (ended !== undefined) return { status: 'failed', problem: ended }
    const delay = delayBefore(received, endpoint.delays[attempt])
    if (delay === undefined) return answerOf(received, hostOf(endpoint))
    if (performance.now() + delay >= endpoint.deadline) return answerOf(received, hostOf(endpoint))
    await sleep(delay, undefined, { signal: endpoint.signal }).catch(() => {})
  }
}

/** How a message names the API. */
export function hostOf({ server }: Endpoint): string {
  return `the Kubernetes API at ${new URL(server).host}`
}

/** Why no more may be asked. */
function endOf({ signal, deadline }: Endpoint): Problem | undefined {
  const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
  if (signal.aborted && !isLate)
    return outsideError('the run was ended from outside', 'run it again')
  if (!signal.aborted && performance.now() < deadline) return undefined
  return outsideError(
    'the Kubernetes API did not answer within the time for this run',
    'look at the API server and the network, or raise PHASE_TIMEOUT or timeout',
  )
}

/** Undefined: no further attempt. */
function delayBefore(received: Received | Error, delay: number | undefined): number | undefined {
  if (delay === undefined) return undefined
  if (received instanceof TooLarge) return undefined
  if (received instanceof Error) return isOfTrust(received) ? undefined : delay
  const { status, retryAfter } = received
  return status === 429 || status >= 500 ? Math.max(retryAfter ?? 0, delay) : undefined
}

function answerOf(received: Received | Error, host: string): Answer {
  if (received instanceof Error) return { status: 'failed', problem: unreachable(received, host) }
  const { status, text } = received
  if (status === 200) return bodyOf(text)
  if (status === 404) return { status: 'missing' }
  if (status === 403) return { status: 'forbidden' }
  if (status === 401) {
    const problem = outsideError(
      `${host} rejects the credentials`,
      'log in again, or check the kubeconfig',
    )
    return { status: 'failed', problem }
  }
  if (status === 429) {
    const problem = outsideError(`${host} is too busy to answer`, 'run it again in a while')
    return { status: 'failed', problem }
  }
  if (status >= 300 && status < 400) {
    const hint = 'put the address that it leads to into the kubeconfig'
    return { status: 'failed', problem: outsideError(`${host} redirects to another address`, hint) }
  }
  return { status: 'broken', why: `answers with status ${status}` }
}

function bodyOf(text: string): Answer {
  try {
    return { status: 200, body: JSON.parse(text) }
  } catch {
    return { status: 'broken', why: 'does not answer with JSON' }
  }
}

function unreachable(error: Error, host: string): Problem {
  if (error instanceof TooLarge) {
    return outsideError(`${host} answers with more than ${LARGEST} bytes`, 'look at the API server')
  }
  return isOfTrust(error)
    ? outsideError(
        `the certificate of ${host} is not trusted, or ours is not`,
        'check the certificate authority and the client certificate in the kubeconfig',
      )
    : outsideError(
        `${host} cannot be reached`,
        'check its address in the kubeconfig, and the network',
      )
}

/** TLS failed: another attempt would fail as well. */
function isOfTrust(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return /CERT|SSL|TLS|SIGNATURE|EPROTO|ISSUER|CRL/.test(code)
}

class TooLarge extends Error {}

function receive({ server, options, signal, deadline }: Endpoint, path: string) {
  return new Promise<Received | Error>((resolve) => {
    const { protocol, hostname, port, pathname } = new URL(server)
    const prefix = pathname === '/' ? '' : pathname
    const left = Math.max(1, Math.ceil(deadline - performance.now()))
    const send = protocol === 'http:' ? httpRequest : httpsRequest
    const request = send(
      {
        ...options,
        method: 'GET',
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        path: prefix + path,
        headers: { ...options.headers, accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(left)]),
      },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > LARGEST) response.destroy(new TooLarge())
          else chunks.push(chunk)
        })
        response.on('error', resolve)
        response.on('close', () => resolve(new Error('cut off')))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: secondsIn(response.headers['retry-after']),
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    request.on('error', resolve)
    request.end()
  })
}

/** The API server sends whole seconds, never a date. */
function secondsIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}
