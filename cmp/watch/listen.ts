// `--listen` as it is written in; where to listen, or nothing if it is no such place, out.
import { isIP } from 'node:net'

/** Where a server listens. */
export interface ListenAddress {
  /** An IP address or `localhost`. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** `ADDRESS:PORT`, an IPv6 address in brackets. An address has to be there: all of them is a choice, not a default. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const isHost =
    bracketed === undefined ? isIP(host) === 4 || host === 'localhost' : isIP(host) === 6
  const port = Number(digits)
  return isHost && port <= 65_535 ? { host, port } : undefined
}

/** As `parseListen` reads it. */
export function listenText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
