// Which proxy a request goes through. HTTPS_PROXY and NO_PROXY mean what they mean to Go, and so
// to Argo CD beside us (golang.org/x/net/http/httpproxy), except that white space separates
// exceptions too, as curl has it.
import { BlockList, isIP } from 'node:net'

/** The two variables that matter: plain http goes to loopback only, which is never proxied. */
export interface ProxySettings {
  /** The text of HTTPS_PROXY: a URL, or a host and port. */
  readonly proxy?: string | undefined
  /** The text of NO_PROXY: names, `.suffixes`, addresses, networks, each with an optional port, or `*`. */
  readonly exceptions: string
}

/** The proxy's URL for an `https` URL, or undefined to connect directly. */
export function proxyFor(url: URL, { proxy, exceptions }: ProxySettings): string | undefined {
  if (url.protocol !== 'https:' || proxy === undefined) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const entries = exceptions.toLowerCase().split(/[\s,]+/)
  if (entries.some((entry) => matches(entry, host, url.port || '443'))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const { name, wantedPort } = splitPort(entry)
  if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false
  return isIP(host) === 0 ? matchesName(name, host) : matchesAddress(name, host)
}

/** `host`, `host:port`, `[address]:port`, or an IPv6 address or network, whose colons are its own. */
function splitPort(entry: string): { name: string; wantedPort?: string | undefined } {
  if (isIP(entry) !== 0 || entry.includes('/')) return { name: entry }
  const [, bracketed, plain, wantedPort] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d+))?$/.exec(entry) ?? []
  return { name: bracketed ?? plain ?? '', wantedPort }
}

/** `example.com` is that name and all below it; `.example.com` and `*.example.com` only those below. */
function matchesName(pattern: string, host: string): boolean {
  const suffix = pattern.replace(/^\*/, '')
  return suffix.startsWith('.')
    ? host.endsWith(suffix)
    : host === suffix || host.endsWith(`.${suffix}`)
}

function matchesAddress(pattern: string, address: string): boolean {
  const [network = '', bits] = pattern.split('/')
  const version = isIP(address)
  if (isIP(network) !== version) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const widest = version === 4 ? 32 : 128
  const prefix = bits === undefined ? widest : Number.parseInt(bits, 10)
  if (!(prefix >= 0 && prefix <= widest)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(address, family)
}
