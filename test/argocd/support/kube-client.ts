// As much of a Kubernetes client as the suites need: JSON over TLS with one token.
import { readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'

export interface KubeAccess {
  readonly address: string
  readonly caFile: string
  readonly token: string
  /** Of every request, such as Impersonate-User; one name may have several values. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
}

export interface KubeAnswer {
  readonly status: number
  readonly text: string
}

export interface KubeClient {
  request(method: string, path: string, body?: object, contentType?: string): Promise<KubeAnswer>
  /** The object at a path; undefined if there is none. @throws at any other status than 200. */
  get<T>(path: string): Promise<T | undefined>
  /** Creates it, or makes it what is given (server-side apply). @throws if the server refuses. */
  apply(path: string, object: object): Promise<void>
  /** A JSON merge patch. @throws if the server refuses. */
  patch(path: string, change: object): Promise<void>
}

const TIMEOUT = 10_000

export function kubeClient(access: KubeAccess): KubeClient {
  const request: KubeClient['request'] = (method, path, body, contentType) =>
    send(access, method, path, body, contentType)
  const change = async (path: string, body: object, contentType: string): Promise<void> => {
    const { status, text } = await request('PATCH', path, body, contentType)
    if (status !== 200 && status !== 201) throw new Error(`PATCH ${path}: ${status} ${text}`)
  }
  return {
    request,
    async get<T>(path: string) {
      const { status, text } = await request('GET', path)
      if (status === 404) return undefined
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`)
      return JSON.parse(text) as T
    },
    apply: (path, object) =>
      change(`${path}?fieldManager=test&force=true`, object, 'application/apply-patch+yaml'),
    patch: (path, body) => change(path, body, 'application/merge-patch+json'),
  }
}

function send(
  { address, caFile, token, headers = {} }: KubeAccess,
  method: string,
  path: string,
  body?: object,
  contentType = 'application/json',
): Promise<KubeAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${address}${path}`,
      {
        method,
        ca: readFileSync(caFile),
        timeout: TIMEOUT,
        headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': contentType },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer`)))
    request.on('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
