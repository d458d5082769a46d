// The address of Argo CD's API server in, as a person or the argocd command line writes it; its URL in
// one spelling, or what is wrong with it, out. Nothing of the address is quoted: it may hold a password.

/** Such as `https://argocd-server.argocd.svc`, without a slash at the end; or why there is none. */
export type ServerAddress = { readonly server: string } | { readonly fault: string }

/**
 * A URL, or `host[:port][/path]` as ARGOCD_SERVER has it for the argocd command: https then. Plain http
 * is for a server that says `server.insecure`; whether it is wise is the caller's to say: `isPlain`.
 */
export function readServerAddress(text: string): ServerAddress {
  // The URL parser silently drops or rewrites these.
  if (/[\s\p{C}\\]/u.test(text)) return { fault: 'holds white space or a backslash' }
  if (/[?#]/.test(text)) return { fault: 'holds a query or a fragment' }
  if (text.includes('@')) return { fault: 'holds a user name or password' }
  const hasScheme = text.includes('://')
  if (hasScheme && !/^https?:\/\//i.test(text)) return { fault: 'is neither https nor http' }
  const address = hasScheme ? text : `https://${text}`
  // `https:/host` and `https:///host` would lead to other hosts than they look like.
  const isOne = /^https?:\/\/[^/:]/i.test(address) && (hasScheme || !/^https?:/i.test(text))
  if (!isOne || !URL.canParse(address)) return { fault: 'is not an address' }
  const { origin, pathname } = new URL(address)
  return { server: `${origin}${pathname.replace(/\/+$/, '')}` }
}

/** Whether the token would travel unencrypted. */
export function isPlain(server: string): boolean {
  return server.startsWith('http://')
}
