// A Phase host's text in, the base URL of its API out. Nothing of a text that is refused is
// quoted: a host may hold a password by mistake.
import { refusal } from './failures.ts'

/**
 * Reads a host such as `https://console.phase.dev`; a base path and trailing slashes are fine.
 * @returns scheme, host, port and base path in their canonical spelling, without a slash at the end.
 * @throws {SourceError} ERR_HOST_INVALID, fault `usage`.
 */
export function parseHost(text: string): string {
  const host = text.trim()
  if (host === '') throw invalid('the Phase host is empty')
  // The URL parser silently drops or rewrites these; an address that needs that is a mistake.
  if (/[\s\p{C}\\]/u.test(host)) throw invalid('the Phase host holds white space or a backslash')
  if (!/^https?:\/\//i.test(host)) throw invalid('the Phase host does not begin with https://')
  if (/[?#]/.test(host)) throw invalid('the Phase host holds a query or a fragment')
  if (!URL.canParse(host)) throw invalid('the Phase host is not a URL')
  const url = new URL(host)
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/]*@/i.test(host)) {
    throw invalid('the Phase host holds a user name or password')
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw invalid('the Phase host uses plain http, which is only for loopback addresses')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Whether a URL points at this machine: 127.0.0.0/8, ::1 or `localhost`. */
export function isLoopback(url: URL): boolean {
  // A URL's host is canonical: every spelling of an IPv4 address has become four decimal numbers.
  return (
    url.hostname === 'localhost' ||
    url.hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(url.hostname)
  )
}

function invalid(message: string): Error {
  return refusal({
    code: 'ERR_HOST_INVALID',
    fault: 'usage',
    field: 'host',
    message,
    hint: 'set PHASE_HOST or hosts[].url to an address such as https://console.phase.dev',
  })
}
