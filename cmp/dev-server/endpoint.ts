// The endpoints of Phase that the dev-server has, and the paths they answer at.

/** The endpoints that are told apart; everything else is `other`. */
export const ENDPOINTS = ['tokens', 'secrets', 'health', 'other'] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** The endpoint of a path. The prefix `/service` may be there or not, as with Phase's proxy. */
export function endpointOf(pathname: string): Endpoint {
  const path = pathname.replace(/^\/service(?=\/)/, '')
  if (path === '/secrets/tokens/') return 'tokens'
  if (path === '/secrets/') return 'secrets'
  return path === '/health/' ? 'health' : 'other'
}
