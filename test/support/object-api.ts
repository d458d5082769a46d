// A Kubernetes API server as far as GET, PUT and POST of ConfigMaps and Leases go, on loopback: with
// resource versions, conflicts, and status bodies as the real one writes them.
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { BEARER, kubeconfig } from './kubernetes-api.ts'

/** What the server does with the next request; `done-unheard` does it, and does not say so. */
export type Behaviour = number | 'hang' | 'drop' | 'html' | 'done-unheard'

export interface KubeObject {
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

export interface ObjectApi {
  readonly host: string
  /** `GET path` of every request, in order. */
  readonly requests: readonly string[]
  /** Bodies of PUT and POST, in order. */
  readonly written: readonly KubeObject[]
  /** Consumed one by one. */
  readonly script: Behaviour[]
  get(path: string): KubeObject | undefined
  /** Somebody else writes; undefined removes it. */
  put(path: string, object: KubeObject | undefined): void
  writeKubeconfig(path: string): void
  close(): Promise<void>
}

const PATH =
  /^\/(?:api\/v1|apis\/coordination\.k8s\.io\/v1)\/namespaces\/([^/]+)\/(configmaps|leases)/
const KINDS: Readonly<Record<string, object>> = {
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
  leases: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
}

export async function startObjectApi(): Promise<ObjectApi> {
  const requests: string[] = []
  const written: KubeObject[] = []
  const script: Behaviour[] = []
  const objects = new Map<string, KubeObject>()
  let version = 100
  const put = (path: string, object: KubeObject): KubeObject => {
    version += 1
    const [, namespace, resource = ''] = PATH.exec(path) ?? []
    const metadata = { name: path.split('/').at(-1), namespace, ...object.metadata }
    // As the real one: it keeps books of who wrote what.
    const managedFields = [{ manager: 'argocd-phase-plugin', operation: 'Update' }]
    const stored = {
      ...KINDS[resource],
      ...object,
      metadata: { ...metadata, resourceVersion: String(version), managedFields },
    }
    objects.set(path, stored)
    return stored
  }
  const handle = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    const body = request.method === 'GET' ? {} : ((await json(request)) as KubeObject)
    if (request.method !== 'GET') written.push(body)
    if (request.headers.authorization !== `Bearer ${BEARER}`) return failure(401)
    if (request.method === 'POST') {
      const place = `${path}/${body.metadata?.name}`
      return objects.has(place) ? failure(409) : [201, put(place, body)]
    }
    const found = objects.get(path)
    if (found === undefined) return failure(404)
    if (request.method === 'GET') return [200, found]
    const over = body.metadata?.resourceVersion
    const isCurrent = over === undefined || over === found.metadata?.resourceVersion
    return isCurrent ? [200, put(path, body)] : failure(409)
  }
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.replace(/\?.*$/, '')}`)
    void answer(script.shift(), request, response, handle)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    requests,
    written,
    script,
    get: (path) => objects.get(path),
    put: (path, object) => void (object === undefined ? objects.delete(path) : put(path, object)),
    writeKubeconfig: (path) => writeFileSync(path, kubeconfig(`http://${host}`, BEARER)),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  behaviour: Behaviour | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: IncomingMessage) => Promise<readonly [number, object]>,
): Promise<void> {
  if (behaviour === 'hang') return
  if (behaviour === 'drop') return void request.socket.destroy()
  if (behaviour === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>leaked-body</html>')
    return
  }
  const [status, body] = typeof behaviour === 'number' ? failure(behaviour) : await handle(request)
  if (behaviour === 'done-unheard') return void request.socket.destroy()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function failure(code: number): readonly [number, object] {
  return [
    code,
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'leaked-body', code },
  ]
}
