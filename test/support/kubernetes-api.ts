// A Kubernetes API server as far as `GET /api/v1/namespaces/{namespace}/secrets/{name}` goes, on
// loopback, with status bodies as the real one writes them, and a kubeconfig that points at it.
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with the next request: an HTTP status, no answer at all, or its end of the connection. */
export type Behaviour = number | 'hang' | 'drop' | 'html'

export interface KubernetesApi {
  readonly host: string
  /** `GET path` of every request, in order. */
  readonly requests: readonly string[]
  /** Secrets by `namespace/name`; values are plain text. */
  readonly secrets: Map<string, Readonly<Record<string, string>>>
  /** Consumed one by one; without any, the server answers from `secrets`. */
  readonly script: Behaviour[]
  /** Writes a kubeconfig for this server. */
  writeKubeconfig(path: string): void
  close(): Promise<void>
}

/** The only credential that is let in. */
export const BEARER = 'fake-service-account-token'

export async function startKubernetesApi(): Promise<KubernetesApi> {
  const requests: string[] = []
  const secrets: KubernetesApi['secrets'] = new Map()
  const script: Behaviour[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    answer(request, response, script.shift(), secrets)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    requests,
    secrets,
    script,
    writeKubeconfig: (path) => writeFileSync(path, kubeconfig(`http://${host}`, BEARER)),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A kubeconfig of one cluster and one user. */
export function kubeconfig(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    // The client library speaks plain http only to a cluster that asks for no checks.
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token } }],
  })
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  behaviour: Behaviour | undefined,
  secrets: KubernetesApi['secrets'],
): void {
  if (behaviour === 'hang') return
  if (behaviour === 'drop') {
    request.socket.destroy()
    return
  }
  if (behaviour === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>leaked-body</html>')
    return
  }
  const [, namespace = '', name = ''] =
    /^\/api\/v1\/namespaces\/([^/]+)\/secrets\/([^/]+)$/.exec(request.url ?? '') ?? []
  const data = secrets.get(`${namespace}/${name}`)
  const isKnown = request.headers.authorization === `Bearer ${BEARER}`
  const status = behaviour ?? (isKnown ? (data === undefined ? 404 : 200) : 401)
  const body =
    status === 200 ? secretOf(namespace, name, data ?? {}) : statusOf(status, namespace, name)
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(`${JSON.stringify(body)}\n`)
}

function secretOf(namespace: string, name: string, data: Readonly<Record<string, string>>): object {
  const sealed = Object.entries(data).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ])
  return {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: { name, namespace, resourceVersion: '41', creationTimestamp: '2026-01-02T03:04:05Z' },
    data: sealed.length === 0 ? undefined : Object.fromEntries(sealed),
    type: 'Opaque',
  }
}

const USER = 'User "system:serviceaccount:argocd:argocd-repo-server"'
const REASONS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', `${USER} cannot get resource "secrets" in API group "" in the namespace`],
  404: ['NotFound', 'not found'],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
}

function statusOf(code: number, namespace: string, name: string): object {
  const [reason, words] = REASONS[code] ?? ['InternalError', 'Internal error occurred']
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `secrets "${name}" in ${namespace}: ${words} leaked-body`,
    reason,
    details: { name, kind: 'secrets' },
    code,
  }
}
