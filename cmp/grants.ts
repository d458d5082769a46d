// The settings of a run in; what its PhaseSecrets may be granted out.
import type { Grants } from '../render/authorize.ts'
import { mismatches } from '../render/tenancy/policy.ts'
import { tokenFacts } from './credentials.ts'
import type { Settings } from './settings.ts'

/** In a local run policies do not apply: whoever runs it brings their own token. */
export function grantsOf({ hosts, application, policies, tokens }: Settings): Grants {
  const [first, ...others] = hosts
  return {
    hosts: [first.url, ...others.map(({ url }) => url)],
    application,
    policies:
      application && policies?.filter((policy) => mismatches(policy, application).length === 0),
    ...tokenFacts(tokens),
  }
}
