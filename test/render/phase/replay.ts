// The recordings of a real Phase backend, served on loopback: a request that matches a recorded
// one by method, path and headers gets exactly that answer.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One recorded exchange. */
export interface Capture {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

interface Recorded {
  readonly path: string
  readonly key: string
  readonly value: string
}

/** The keys and plaintexts behind the recordings. */
export interface Expected {
  readonly keys: {
    readonly tokens: Readonly<Record<string, string>>
    readonly envs: Readonly<Record<string, { readonly id: string; readonly salt: string }>>
  }
  readonly plaintext: Readonly<Record<string, readonly Recorded[]>>
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/vectors/${name}`, import.meta.url), 'utf8'))

export const captures: readonly Capture[] = read('http.json').captures
export const expected: Expected = read('expected.json')

export function capture(name: string): Capture {
  const found = captures.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no recording is called ${name}`)
  return found
}

export interface Replay {
  readonly host: string
  /** The names of the recordings that were served. */
  readonly served: string[]
  close(): Promise<void>
}

/**
 * Serves the recordings. `forced` answers a path with one recording, whatever the headers are;
 * `without` leaves out rows by their key digests.
 */
export async function startReplay(
  options: { forced?: Readonly<Record<string, string>>; without?: readonly string[] } = {},
): Promise<Replay> {
  const served: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const forced = options.forced?.[path]
    const header = (name: string) => request.headers[name.toLowerCase()]
    const asRecorded = (each: Capture, names: readonly string[]) =>
      each.request.method === request.method &&
      each.request.path === path &&
      names.every((name) => each.request.headers[name] === header(name))
    const names = ['Authorization', 'Environment', 'dynamic', 'lease', 'tags', 'X-Use-Camel-Case']
    const found =
      forced === undefined
        ? (captures.find((each) => asRecorded(each, [...names, 'Path'])) ??
          captures.find(
            (each) => asRecorded(each, names) && each.request.headers.Path === undefined,
          ))
        : capture(forced)
    if (found === undefined) {
      response.writeHead(599).end()
      return
    }
    served.push(found.name)
    const { status, headers, body } = found.response
    const unfiltered = found.request.headers.Path !== undefined || forced !== undefined
    const kept = Array.isArray(body)
      ? body.filter(
          (row) =>
            // A recording of all paths holds what the backend answers for each of them.
            (unfiltered || row.path === header('Path')) &&
            !options.without?.includes(row.key_digest ?? row.keyDigest),
        )
      : body
    response.writeHead(status, headers)
    response.end(typeof kept === 'string' ? kept : JSON.stringify(kept))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `http://127.0.0.1:${port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
