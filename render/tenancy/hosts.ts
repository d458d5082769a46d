// Two texts that name Phase hosts in; whether they are one host out. The one in Git may be anything.

/** Whether the host in Git is a configured one: the same text, or the same scheme, name, port and base path. */
export function isSameHost(wanted: string, configured: string): boolean {
  if (wanted === configured) return true
  // The URL parser forgives white space, backslashes, escapes, missing and doubled slashes, and
  // look-alike letters. A host that needs forgiveness is not the configured one.
  if (!/^https?:\/\/[\w.:[\]-]+(?:\/[\w./~-]*)?$/i.test(wanted)) return false
  const place = placeOf(wanted)
  return place !== undefined && place === placeOf(configured.trim())
}

function placeOf(host: string): string | undefined {
  const url = URL.parse(host)
  return url === null ? undefined : `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
