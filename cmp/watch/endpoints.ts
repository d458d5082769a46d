// Where to listen, and what to say there, in; a server for probes and metrics out. It has no login and
// needs none: it says numbers and what credentials are called, and takes nothing in.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import type { Probes } from './choices.ts'
import type { ListenAddress } from './listen.ts'
import { listenText } from './listen.ts'

/** What the paths say. */
export interface EndpointSources extends Probes {
  /** The text of `/metrics` and its media type. */
  metrics(): Promise<{ readonly text: string; readonly type: string }>
}

/** A server that listens. */
export interface Endpoints {
  /** With the port that was taken. */
  readonly address: ListenAddress
  /** Ends open connections too. */
  close(): Promise<void>
}

/** Bytes; a scraper sends a few hundred. */
const LONGEST_HEADERS = 8 * 1024
const MOST_CONNECTIONS = 256
/** Milliseconds; whoever sends a request slowly, or does not read, would keep a connection from the probes. */
const PATIENCE = 5000

/** Listens; a problem of fault `usage` if that place cannot be had. */
export async function openEndpoints(
  listen: ListenAddress,
  sources: EndpointSources,
  patience = PATIENCE,
): Promise<Outcome<Endpoints>> {
  const server = createServer(
    {
      maxHeaderSize: LONGEST_HEADERS,
      headersTimeout: patience,
      requestTimeout: patience,
      connectionsCheckingInterval: patience / 5,
      keepAliveTimeout: patience,
    },
    (request, response) => void answer(request, response, sources),
  )
  server.maxConnections = MOST_CONNECTIONS
  // Nobody keeps a connection by not reading an answer, either.
  server.timeout = 2 * patience
  try {
    await listening(server, listen)
  } catch (error) {
    return { problems: [refusal(listen, error)] }
  }
  const { port } = addressOf(server)
  return { value: { address: { host: listen.host, port }, close: () => close(server) } }
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      // Running out of descriptors is no reason to stop watching.
      server.on('error', () => {})
      resolve()
    })
  })
}

function addressOf(server: Server): Pick<AddressInfo, 'port'> {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address : { port: 0 }
}

const WORDS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EADDRINUSE: ['is in use', 'choose another port'],
  EACCES: ['may not be listened on', 'choose a port from 1024 on'],
  EADDRNOTAVAIL: ['is not an address of this machine', 'name one of its own, or 0.0.0.0 for all'],
}

function refusal(listen: ListenAddress, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const [message, hint] = WORDS[code] ?? [`cannot be listened on (${code})`, 'choose another one']
  return usageError(`--listen: ${listenText(listen)} ${message}`, hint)
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sources: EndpointSources,
): Promise<void> {
  const isKnownMethod = request.method === 'GET' || request.method === 'HEAD'
  const { status, text, type, headers } = isKnownMethod
    ? await contentOf(request.url ?? '', sources)
    : { ...NO_METHOD, type: undefined }
  // A body is never read: a connection that brings one is of no further use.
  const hasBody = ['content-length', 'transfer-encoding'].some((name) => name in request.headers)
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(hasBody ? { connection: 'close' } : {}),
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

const NO_METHOD: Answer = {
  status: 405,
  text: 'only GET and HEAD\n',
  headers: { allow: 'GET, HEAD' },
}

async function contentOf(url: string, sources: EndpointSources): Promise<Answer> {
  try {
    switch (url.split('?', 1)[0]) {
      case '/healthz':
        return probe(sources.isAlive(), 'no progress\n')
      case '/readyz':
        return probe(sources.isReady(), 'not ready\n')
      case '/metrics':
        return { status: 200, ...(await sources.metrics()) }
      default:
        return { status: 404, text: 'only /healthz, /readyz and /metrics\n' }
    }
  } catch {
    return { status: 500, text: 'internal error\n' }
  }
}

function probe(isSo: boolean, otherwise: string): Answer {
  return isSo ? { status: 200, text: 'ok\n' } : { status: 503, text: otherwise }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
