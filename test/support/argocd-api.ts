// argocd-server as far as watch asks it, on loopback: Applications with their manifests and sync windows,
// the errors of its grpc-gateway, and every way to misbehave. What test/argocd/watch-client.test.ts
// sees of the real one is what this one does.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ArgoCdVersion, FakeApplication } from './argocd-application.ts'
import { listed } from './argocd-application.ts'

/** What the server does with the next request instead of answering it. */
export type Misbehaviour =
  /** An error of its own with this HTTP status, which quotes the token and a value. */
  | number
  | 'hang'
  | 'drop'
  /** A login page. */
  | 'html'
  | 'redirect'
  | 'garbage'
  /** JSON of the wrong shape. */
  | 'other'
  /** More than anybody reads. */
  | 'huge'
  /** Half of an answer. */
  | 'cut'

export interface RecordedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly userAgent: string | undefined
  readonly body: unknown
  /** On the scale of `performance.now()`. */
  readonly at: number
}

export interface ArgoCdApi {
  /** `http://127.0.0.1:…`. */
  readonly server: string
  /** By `namespace/name`; change them at will. */
  readonly applications: Map<string, FakeApplication>
  readonly requests: RecordedRequest[]
  /** Consumed one by one; without any, the server answers. */
  readonly script: Misbehaviour[]
  /** The tokens that are let in. */
  readonly tokens: Set<string>
  version: ArgoCdVersion
  /** Whether the account may sync. */
  maySync: boolean
  /** Milliseconds that a refresh takes. */
  renderTime: number
  /** Called in the middle of every hard refresh: what a render changes. */
  onRender: (application: FakeApplication) => void
  /** Requests of one kind, such as `GET /api/v1/applications`. */
  requestsOf(method: string, path: RegExp): readonly RecordedRequest[]
  close(): Promise<void>
}

/** What errors of this server quote: nothing of it may be seen anywhere. */
export const QUOTED = 'leaked-body-value'
/** The token that is let in. */
export const TOKEN = 'eyJhbGciOi.fake-argocd-token.c2lnbmF0dXJl'

export async function startArgoCdApi(): Promise<ArgoCdApi> {
  const server = createServer((request, response) => {
    void handle(api, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const requests: RecordedRequest[] = []
  const api: ArgoCdApi = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    applications: new Map(),
    requests,
    script: [],
    tokens: new Set([TOKEN]),
    version: '3.6',
    maySync: true,
    renderTime: 0,
    onRender: () => {},
    requestsOf: (method, path) =>
      requests.filter((each) => each.method === method && path.test(each.path)),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return api
}

async function handle(
  api: ArgoCdApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', api.server)
  const body = await readText(request)
  const { authorization, 'user-agent': userAgent } = request.headers
  const path = url.pathname
  api.requests.push({
    method: request.method ?? '',
    path,
    query: url.searchParams,
    authorization,
    userAgent,
    body: body === '' ? undefined : JSON.parse(body),
    at: performance.now(),
  })
  const misbehaviour = api.script.shift()
  if (misbehaviour !== undefined) return misbehave(misbehaviour, request, response)
  if (!api.tokens.has((authorization ?? '').replace(/^Bearer /, ''))) {
    return fail(response, 401, 16, 'invalid session: token signature is invalid')
  }
  const [, name, action] = /^\/api\/v1\/applications(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path) ?? []
  if (name === undefined) return answer(response, list(api, url.searchParams))
  // Argo CD does not tell what does not exist from what may not be seen.
  const key = `${url.searchParams.get('appNamespace') ?? namespaceIn(body)}/${name}`
  const application = api.applications.get(key)
  if (application === undefined) return fail(response, 403, 7, 'permission denied')
  if (request.method === 'POST' && action === 'sync') return sync(api, application, response)
  if (request.method !== 'GET') return fail(response, 403, 7, 'permission denied: update')
  if (action === 'manifests') return manifests(application, response)
  if (action === 'syncwindows') return answer(response, application.windows)
  if (url.searchParams.get('refresh') === 'hard') await refresh(api, application)
  answer(response, application.object)
}

function list({ applications, version }: ArgoCdApi, query: URLSearchParams): object {
  const projects = query.getAll('projects')
  const fields = query.get('fields')?.split(',') ?? []
  const items = [...applications.values()]
    .filter(({ object }) => projects.length === 0 || projects.includes(object.spec.project))
    .map(({ object }) => listed(object, fields, version))
  return { metadata: { resourceVersion: '1' }, items: items.length === 0 ? null : items }
}

async function refresh(api: ArgoCdApi, application: FakeApplication): Promise<void> {
  const { metadata, status } = application.object
  metadata.annotations['argocd.argoproj.io/refresh'] = 'hard'
  if (api.renderTime > 0) await sleep(api.renderTime, undefined, { ref: false })
  api.onRender(application)
  status.reconciledAt = new Date().toISOString()
  delete metadata.annotations['argocd.argoproj.io/refresh']
}

function manifests({ manifests: rendered }: FakeApplication, response: ServerResponse): void {
  if (rendered === 'failing') {
    const words = `failed to generate manifest for source 1 of 1: exit status 3: ${QUOTED}`
    fail(response, 500, 2, `Manifest generation error (cached): ${words}`)
  } else {
    const texts = rendered.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    answer(response, { manifests: texts })
  }
}

function sync(api: ArgoCdApi, { object }: FakeApplication, response: ServerResponse): void {
  if (!api.maySync) fail(response, 403, 7, 'permission denied: applications, sync')
  else if (object.operation !== undefined) {
    fail(response, 400, 9, 'another operation is already in progress')
  } else {
    object.status.operationState = { phase: 'Running', startedAt: new Date().toISOString() }
    answer(response, object)
  }
}

function misbehave(
  misbehaviour: Misbehaviour,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const json = { 'content-type': 'application/json' }
  if (misbehaviour === 'drop') request.socket.destroy()
  else if (misbehaviour === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${QUOTED}</html>`)
  } else if (misbehaviour === 'redirect') {
    response.writeHead(307, { location: `https://login.example.com/${QUOTED}` }).end()
  } else if (misbehaviour === 'garbage') response.writeHead(200, json).end(`{"items": ${QUOTED}`)
  else if (misbehaviour === 'other') response.writeHead(200, json).end(`{"items":"${QUOTED}"}`)
  else if (misbehaviour === 'huge') {
    response.writeHead(200, json)
    response.on('drain', () => pour(response))
    pour(response)
  } else if (misbehaviour === 'cut') {
    response.writeHead(200, { ...json, 'content-length': '100' }).write('{"items":[')
    setImmediate(() => request.socket.destroy())
  } else if (misbehaviour !== 'hang') {
    fail(response, misbehaviour, CODES[misbehaviour] ?? 2, 'failed')
  }

  function fail(to: ServerResponse, status: number, code: number, words: string): void {
    const message = `${words}: ${QUOTED} ${request.headers.authorization}`
    to.writeHead(status, json).end(JSON.stringify({ error: message, code, message }))
  }
}

function pour(response: ServerResponse): void {
  while (response.write(' '.repeat(1024 * 1024))) {
    // Until the other side has had enough.
  }
}

/** What grpc-gateway makes of a status, the other way round. */
const CODES: Readonly<Record<number, number>> = {
  400: 9,
  401: 16,
  403: 7,
  404: 5,
  429: 8,
  503: 14,
  504: 4,
}

function fail(response: ServerResponse, status: number, code: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: message, code, message }))
}

function answer(response: ServerResponse, json: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
}

function namespaceIn(body: string): string {
  const json: unknown = body === '' ? {} : JSON.parse(body)
  return typeof json === 'object' && json !== null && 'appNamespace' in json
    ? String(json.appNamespace)
    : 'argocd'
}
