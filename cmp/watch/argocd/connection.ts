// A call of Argo CD's API in, the JSON of its answer out, or an ArgoCdError. The token and the
// authorities are read anew for each call: both may be replaced while watch runs.
import type { PlainMap } from '../../../manifests/plain-value.ts'
import { isPlainMap } from '../../../manifests/plain-value.ts'
import type { HttpClient, HttpPoster, HttpReply } from '../../../render/phase/http.ts'
import { httpClient } from '../../../render/phase/http.ts'
import type { TransportFault } from '../../../render/phase/transport.ts'
import { TransportError } from '../../../render/phase/transport.ts'
import { readAuthorities } from '../../authorities.ts'
import { readToken } from '../../token-file.ts'
import type { ArgoCdError } from '../model.ts'
import type { ArgoCdSettings } from '../settings.ts'
import {
  authoritiesFailure,
  notArgoCd,
  statusFailure,
  tokenFailure,
  transportFailure,
} from './failures.ts'

const NO_JSON = 'answers with something else than its JSON'

export interface ConnectionOptions {
  /** Ends all calls. */
  readonly signal: AbortSignal
  readonly userAgent: string
  /** The proxy for an https URL; never asked for loopback. */
  readonly proxyFor?: ((url: URL) => string | undefined) | undefined
}

/** One request. */
export interface Call {
  /** Below `/api/v1/`, each part still to be escaped. */
  readonly path: readonly string[]
  readonly query: readonly (readonly [string, string])[]
  /** Milliseconds. */
  readonly timeout: number
  /** Bytes of the answer. */
  readonly largest: number
  /** With it, the call is a POST. */
  readonly body?: unknown
  /** What a gRPC error means for this call; undefined: what it means for all. */
  readonly refusal?: ((refusal: Refusal) => ArgoCdError | undefined) | undefined
  /** Ways to fail that say nothing of the next Application. */
  readonly ownFaults?: readonly TransportFault[] | undefined
}

/** An error of Argo CD's own. `said` may quote anything: to be looked at, never to be passed on. */
export interface Refusal {
  readonly status: number
  readonly code: number
  readonly said: string
  readonly host: string
}

export interface Connection {
  /** As in `URL.host`, for messages. */
  readonly host: string
  /** The JSON object of a 200. @throws {ArgoCdError} */
  ask(call: Call): Promise<PlainMap>
  /** The text of a 200 that says that it is JSON. @throws {ArgoCdError} */
  askText(call: Call): Promise<Buffer>
  close(): void
}

type Client = HttpClient & HttpPoster

export function openConnection(settings: ArgoCdSettings, options: ConnectionOptions): Connection {
  const { host } = new URL(settings.server)
  const clients = clientsFor(settings, options)
  const askText: Connection['askText'] = async (call) => {
    const request = {
      url: urlOf(settings.server, call),
      headers: headers(settings, options),
      signal: options.signal,
      timeout: call.timeout,
      // Argo CD says nothing until it has everything.
      stall: call.timeout,
      largest: call.largest,
    }
    const client = clients.current()
    try {
      const { body } = call
      const reply = await (body === undefined
        ? client.get(request)
        : client.post({ ...request, json: JSON.stringify(body) }))
      return textOf(reply, host, call)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const isOwn = call.ownFaults?.includes(error.fault) === true
      throw transportFailure(error.fault, host, call.timeout / 1000, isOwn)
    }
  }
  return {
    host,
    askText,
    async ask(call) {
      const json = parse(await askText(call))
      if (isPlainMap(json)) return json
      throw notArgoCd(host, NO_JSON)
    },
    close: clients.close,
  }
}

/** One client at a time; another one as soon as the file of authorities says something else. */
function clientsFor({ caFile }: ArgoCdSettings, { proxyFor }: ConnectionOptions) {
  let open: { readonly ca: string | undefined; readonly client: Client } | undefined
  return {
    current(): Client {
      const ca = caFile === undefined ? undefined : readAuthorities(caFile)
      // Absent authorities would mean the public ones.
      if (caFile !== undefined && ca === undefined) throw authoritiesFailure()
      if (open?.ca !== ca || open === undefined) {
        open?.client.close()
        open = { ca, client: httpClient({ ca, proxyFor }) }
      }
      return open.client
    },
    close(): void {
      open?.client.close()
      open = undefined
    },
  }
}

function urlOf(server: string, { path, query }: Call): URL {
  const url = new URL(`${server}/api/v1/${path.map(encodeURIComponent).join('/')}`)
  for (const [name, value] of query) url.searchParams.append(name, value)
  return url
}

function headers(settings: ArgoCdSettings, { userAgent }: ConnectionOptions) {
  return {
    accept: 'application/json',
    authorization: `Bearer ${tokenOf(settings)}`,
    'user-agent': userAgent,
  }
}

/** @throws {ArgoCdError} which names nothing of what was read. */
function tokenOf({ token }: ArgoCdSettings): string {
  const read = 'text' in token ? { text: token.text.trim() } : readToken(token.file)
  if ('fault' in read && read.fault !== 'empty') {
    throw tokenFailure(`cannot be read: its file is ${read.fault.replaceAll('-', ' ')}`)
  }
  const text = 'text' in read ? read.text : ''
  if (text === '') throw tokenFailure('is empty')
  // Anything else would end the header, or make Node quote it in an error.
  if (!/^[\x21-\x7e]+$/.test(text)) throw tokenFailure('holds characters that no token has')
  return text
}

function textOf({ status, contentType, body }: HttpReply, host: string, call: Call): Buffer {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const isJson = contentType === 'application/json'
  if (status === 200 && isJson) return text
  if (status === 200) throw notArgoCd(host, NO_JSON)
  const json = isJson ? parse(text) : undefined
  const code = isPlainMap(json) && typeof json.code === 'number' ? json.code : undefined
  const said = isPlainMap(json) && typeof json.message === 'string' ? json.message : ''
  const meant = code === undefined ? undefined : call.refusal?.({ status, code, said, host })
  throw meant ?? statusFailure(status, code, host)
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'))
  } catch {
    return undefined
  }
}
