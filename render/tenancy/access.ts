// Policies in; what may be read of Phase out. A source asks before it reads anything, so that
// neither a PhaseSecret nor a reference inside a value leads further than the policies do.
import type { Access } from '../source.ts'
import type { Policy } from './policy.ts'
import { allowsPlace } from './policy.ts'

/** No limits but the token's own: a local run. */
export const FULL_ACCESS: Access = {
  isLimited: false,
  hint: '',
  allows: () => true,
  beside: () => FULL_ACCESS,
}

/** What any of the policies allows, each for itself. */
export function accessBy(policies: readonly Policy[]): Access {
  const names = policies.map(({ name }) => name).join(' or ')
  return {
    isLimited: true,
    hint: `the administrator would have to allow it in policy ${names}, and the token has to see it`,
    allows: (place) => policies.some((policy) => allowsPlace(policy, place)),
    beside: (place) => accessBy(policies.filter((policy) => allowsPlace(policy, place))),
  }
}
