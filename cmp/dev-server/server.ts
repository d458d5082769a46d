// The dev-server in process: a store's text in, a listening Phase backend out. Loopback only.
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Problem } from '../../manifests/problem.ts'
import type { Sodium } from '../../render/phase/sodium.ts'
import { loadSodium } from '../../render/phase/sodium.ts'
import type { Account } from './accounts.ts'
import { json } from './answer.ts'
import { loadCertificates } from './certificates.ts'
import { createEntropy } from './entropy.ts'
import { planFaults } from './fault-plan.ts'
import type { Fault } from './faults.ts'
import type { RequestCount } from './request.ts'
import { createRequestLog, readRequest } from './request.ts'
import { answer } from './routes.ts'
import { send } from './send.ts'
import type { Store } from './store.ts'
import { readStore } from './store-file.ts'
import type { World } from './world.ts'
import { buildWorld, createClock } from './world.ts'

export interface DevServerOptions {
  /** The store file's text; its format is at the head of store.ts. */
  readonly store: string
  /** Its name, for messages. */
  readonly file?: string | undefined
  /** Absent or 0: a free one. */
  readonly port?: number | undefined
  /** Serve TLS with the certificates of this folder, made if need be; absent: plain HTTP. */
  readonly tlsDir?: string | undefined
  /** Derive keys, ids, tokens and ciphertexts from this text; absent: random ones. */
  readonly seed?: string | undefined
  /** Faults beyond the store's; they come first and survive updates. */
  readonly faults?: readonly Fault[] | undefined
}

export interface DevServer {
  /** Base URL, without a slash at the end. */
  readonly host: string
  /** The token of the store's first token entry. */
  readonly token: string
  /** All tokens by their names; an update may add some. */
  readonly tokens: Readonly<Record<string, string>>
  /** The file of the certificate authority; null over plain HTTP. */
  readonly caFile: string | null
  /** What has been asked so far, and how often. */
  requests(): readonly RequestCount[]
  /** Serves another store from now on, with the same keys. @throws {StoreError} and keeps the old one. */
  update(store: string): void
  /** Breaks all connections and stops. */
  close(): Promise<void>
}

/** A store that cannot be served. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('; '))
    this.problems = problems
  }
}

/** Starts a dev-server and resolves when it listens. @throws {StoreError} or the listening error. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const backend = createBackend(await loadSodium(), options)
  const tls = options.tlsDir === undefined ? undefined : await loadCertificates(options.tlsDir)
  const server =
    tls === undefined
      ? createHttpServer()
      : createHttpsServer({ cert: tls.certificate, key: tls.key })
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    backend.handle(message, response).catch(() => response.destroy())
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await listen(server, options.port ?? 0)
  return {
    host: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    caFile: tls?.caFile ?? null,
    get token() {
      return backend.accounts()[0]?.token ?? ''
    },
    get tokens() {
      return Object.fromEntries(backend.accounts().map(({ name, token }) => [name, token]))
    },
    requests: backend.requests,
    update: backend.update,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

interface Backend extends Pick<DevServer, 'requests' | 'update'> {
  handle(message: IncomingMessage, response: ServerResponse): Promise<void>
  accounts(): readonly Account[]
}

/** What answers requests, without the listening. @throws {StoreError} */
function createBackend(sodium: Sodium, options: DevServerOptions): Backend {
  const file = options.file ?? 'store.yaml'
  const setting = { entropy: createEntropy(sodium, options.seed), now: createClock() }
  const log = createRequestLog()
  const serve = (store: Store, previous: World | undefined) => ({
    world: buildWorld(setting, store, previous),
    plan: planFaults([...(options.faults ?? []), ...store.faults]),
  })
  let current = serve(readOrThrow(options.store, file), undefined)
  return {
    requests: () => log.counts(),
    accounts: () => current.world.accounts,
    update(text) {
      current = serve(readOrThrow(text, file), current.world)
    },
    async handle(message, response) {
      message.resume()
      if (message.url === '/dev/requests') return send(response, json(200, {}, log.counts()), [])
      const { world, plan } = current
      const request = readRequest(world, {
        method: message.method ?? '',
        target: message.url ?? '',
        header: (name) => headerOf(message, name),
      })
      log.add(request)
      await send(response, answer(world, request), plan.meet(request))
    },
  }
}

function readOrThrow(text: string, file: string): Store {
  const outcome = readStore(text, file)
  if ('problems' in outcome) throw new StoreError(outcome.problems)
  return outcome.value
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
