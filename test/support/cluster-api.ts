// A Kubernetes API server as far as discovery and GET of single objects go, on loopback, with status
// bodies as the real one writes them, and a kubeconfig that points at it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BEARER, kubeconfig } from './kubernetes-api.ts'

/** What the server does with the next request to a path. */
export type Behaviour =
  | number
  | 'hang'
  | 'drop'
  | 'html'
  | 'huge'
  | { readonly status: number; readonly headers: Readonly<Record<string, string>> }

export interface ClusterApi {
  readonly host: string
  /** `GET path` of every request, in order. */
  readonly requests: readonly string[]
  /** Bodies by path. */
  readonly objects: Map<string, object>
  /** By path; consumed one by one. */
  readonly script: Map<string, Behaviour[]>
  /** A kubeconfig for this server, with another token if there is one. */
  kubeconfig(token?: string): string
  close(): Promise<void>
}

const resource = (name: string, kind: string, namespaced: boolean) => ({ name, kind, namespaced })
const list = (groupVersion: string, ...resources: object[]) => ({
  kind: 'APIResourceList',
  groupVersion,
  resources,
})

/** What this cluster knows. */
const DISCOVERY: Readonly<Record<string, object>> = {
  '/api/v1': list(
    'v1',
    resource('secrets', 'Secret', true),
    resource('configmaps', 'ConfigMap', true),
    resource('namespaces', 'Namespace', false),
  ),
  '/apis/apps/v1': list(
    'apps/v1',
    resource('deployments/status', 'Deployment', true),
    resource('deployments', 'Deployment', true),
  ),
  '/apis/argoproj.io/v1alpha1': list(
    'argoproj.io/v1alpha1',
    resource('applications', 'Application', true),
  ),
}

export async function startClusterApi(): Promise<ClusterApi> {
  const requests: string[] = []
  const objects: ClusterApi['objects'] = new Map(Object.entries(DISCOVERY))
  const script: ClusterApi['script'] = new Map()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    answer(request, response, script.get(path)?.shift(), objects.get(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    requests,
    objects,
    script,
    kubeconfig: (token = BEARER) => kubeconfig(`http://${host}`, token),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  behaviour: Behaviour | undefined,
  object: object | undefined,
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
  if (behaviour === 'huge') {
    response.writeHead(200)
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, () => setImmediate(more))
    }
    more()
    return
  }
  const isKnown = request.headers.authorization === `Bearer ${BEARER}`
  const { status, headers } =
    typeof behaviour === 'object'
      ? behaviour
      : { status: behaviour ?? statusFor(isKnown, object), headers: {} }
  const failure = { kind: 'Status', status: 'Failure', message: 'leaked-body', code: status }
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(status === 200 ? object : failure))
}

function statusFor(isKnown: boolean, object: object | undefined): number {
  if (!isKnown) return 401
  return object === undefined ? 404 : 200
}
