// One request in, one whole reply or one classified TransportError out. No retries, no redirects,
// no meaning: retry.ts and api.ts add those. Nothing of a request or a body gets into an error.
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { isLoopback } from './host.ts'
import type { TransportFault } from './transport.ts'
import { faultOf, TransportError } from './transport.ts'

/** A GET request. */
export interface HttpRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Ends the request at once. */
  readonly signal: AbortSignal
  /** Milliseconds until the request is given up, whatever it is doing. */
  readonly timeout: number
  /** Milliseconds without a byte from the other side until the connection counts as dead; 15 s. */
  readonly stall?: number | undefined
  /** Bytes of a body that are read, at most; 32 MiB. */
  readonly largest?: number | undefined
}

/** A POST request with a JSON body. */
export interface HttpPost extends HttpRequest {
  readonly json: string
}

/** A complete reply of any status. */
export interface HttpReply {
  readonly status: number
  /** Lower case, without parameters; empty if there is none. */
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly body: Uint8Array
}

/** The seam between the protocol and the network. */
export interface HttpClient {
  /** @throws {TransportError} if there is no complete reply. */
  get(request: HttpRequest): Promise<HttpReply>
  /** Closes the idle connections. */
  close(): void
}

/** What changes something at the other side: nothing of Phase's protocol does. */
export interface HttpPoster {
  /** @throws {TransportError} if there is no complete reply: whether the request arrived is not known. */
  post(request: HttpPost): Promise<HttpReply>
}

export interface HttpClientOptions {
  /** PEM certificates; with them, no other authority is trusted. Absent: the public ones. */
  readonly ca?: string | undefined
  /** The proxy for a URL, as `http://…` or `https://…`; never asked for loopback. */
  readonly proxyFor?: ((url: URL) => string | undefined) | undefined
  /** Milliseconds after which we close an unused connection. Absent: the host does, and may just then be asked. */
  readonly idle?: number | undefined
}

interface Connection {
  readonly send: (url: URL, options: RequestOptions & Trust) => ClientRequest
  readonly agent: Agent
  readonly trust: Trust
}

interface Trust {
  readonly rejectUnauthorized?: true
  readonly ca?: string
}

/** More than any real answer: 310 environment keys take 310 kB, 1000 secrets 860 kB. */
const MAX_BYTES = 32 * 1024 * 1024
const STALL_MS = 15_000

/** A client that keeps its connections open between requests. */
export function httpClient(options: HttpClientOptions = {}): HttpClient & HttpPoster {
  const connections = new Map<string, Promise<Connection>>()
  const ask = async (request: HttpRequest, method: string, body: Buffer | undefined) => {
    const { origin } = request.url
    const connection = connections.get(origin) ?? connect(request.url, options)
    connections.set(origin, connection)
    const { send, agent, trust } = await connection
    const headers = body === undefined ? request.headers : withBody(request.headers, body)
    return exchange(request, body, () => send(request.url, { method, headers, agent, ...trust }))
  }
  return {
    get: (request) => ask(request, 'GET', undefined),
    post: (request) => ask(request, 'POST', Buffer.from(request.json)),
    close() {
      for (const connection of connections.values()) {
        connection.then(
          ({ agent }) => agent.destroy(),
          () => {},
        )
      }
      connections.clear()
    },
  }
}

function withBody(headers: HttpRequest['headers'], body: Buffer): HttpRequest['headers'] {
  return { ...headers, 'content-type': 'application/json', 'content-length': `${body.length}` }
}

/** Loads only what the URL needs: TLS costs a third of a run, so plain http does without. */
async function connect(url: URL, options: HttpClientOptions): Promise<Connection> {
  const pool = { keepAlive: true, ...(options.idle === undefined ? {} : { timeout: options.idle }) }
  if (url.protocol === 'http:') {
    const { Agent, request } = await import('node:http')
    return { send: request, agent: new Agent(pool), trust: {} }
  }
  const { Agent, request } = await import('node:https')
  // Said aloud so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn it off.
  const strict = { rejectUnauthorized: true } as const
  const trust: Trust = options.ca === undefined ? strict : { ...strict, ca: options.ca }
  const proxy = isLoopback(url) ? undefined : options.proxyFor?.(url)
  if (proxy === undefined) return { send: request, agent: new Agent(pool), trust }
  if (!/^https?:\/\//i.test(proxy) || !URL.canParse(proxy)) throw new TransportError('proxy')
  const { HttpsProxyAgent } = await import('https-proxy-agent')
  const agent = new HttpsProxyAgent(proxy, { ...pool, ...trust })
  return { send: request, agent, trust }
}

function exchange(
  request: HttpRequest,
  body: Buffer | undefined,
  send: () => ClientRequest,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    let fault: TransportFault | undefined
    let outgoing: ClientRequest | undefined
    const stop = (reason: TransportFault) => {
      fault ??= reason
      outgoing?.destroy(new TransportError(reason))
    }
    const limits = limit(request, stop)
    const fail = (error: unknown) => {
      limits.release()
      reject(new TransportError(fault ?? faultOf(error)))
    }
    try {
      if (request.signal.aborted) throw new TransportError('aborted')
      outgoing = send()
      outgoing.on('error', fail)
      outgoing.once('proxyConnect', ({ statusCode }) => statusCode !== 200 && stop('proxy'))
      outgoing.once('response', (incoming) => {
        readReply(incoming, request, limits.progress, stop).then(resolve).then(limits.release, fail)
      })
      outgoing.end(body)
    } catch (error) {
      fail(error)
    }
  })
}

/** Calls `stop` when the signal aborts, the time is up, or no progress was made for too long. */
function limit(
  { signal, timeout, stall: silence = STALL_MS }: HttpRequest,
  stop: (fault: TransportFault) => void,
) {
  const onAbort = () => stop('aborted')
  signal.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(stop, Math.max(0, timeout), 'deadline')
  const stall = setTimeout(stop, silence, 'stalled')
  return {
    progress() {
      stall.refresh()
    },
    release() {
      clearTimeout(deadline)
      clearTimeout(stall)
      signal.removeEventListener('abort', onAbort)
    },
  }
}

async function readReply(
  incoming: IncomingMessage,
  { largest = MAX_BYTES }: HttpRequest,
  onProgress: () => void,
  stop: (fault: TransportFault) => void,
): Promise<HttpReply> {
  const chunks: Uint8Array[] = []
  let length = 0
  onProgress()
  for await (const chunk of incoming) {
    onProgress()
    length += chunk.length
    if (length > largest) {
      stop('too-large')
      // The chunk may have been the last one: then nothing else ends this.
      throw new TransportError('too-large')
    }
    chunks.push(chunk)
  }
  if (!incoming.complete) throw new TransportError('closed')
  return {
    status: incoming.statusCode ?? 0,
    contentType: (incoming.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase(),
    retryAfter: incoming.headers['retry-after'],
    body: Buffer.concat(chunks),
  }
}
