// Plain requests to a dev-server, as a client that knows nothing of Phase makes them.
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { DevServer } from '../../cmp/dev-server/server.ts'

/** What came back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export type Headers = Readonly<Record<string, string>>

/** One request. Header values go out as Latin-1. Rejects when the connection breaks. */
export function ask(
  server: Pick<DevServer, 'host' | 'caFile'>,
  path: string,
  headers: Headers = {},
  method = 'GET',
): Promise<Reply> {
  const ca = server.caFile === null ? undefined : readFileSync(server.caFile)
  const send = server.caFile === null ? httpRequest : httpsRequest
  return new Promise((resolve, reject) => {
    const request = send(server.host + path, { method, headers, ca, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
    request.on('error', reject).end()
  })
}

/** The Authorization header of a token, by its name. */
export function bearer(server: DevServer, name = 'default'): string {
  const [prefix, version, id] = server.tokens[name]?.split(':') ?? []
  const service = version === 'v1' ? 'Service' : 'ServiceAccount'
  return `Bearer ${prefix === 'pss_user' ? 'User' : service} ${id}`
}
