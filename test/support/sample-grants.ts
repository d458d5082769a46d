// What trusted input allows, as a test wants it, and what comes of a PhaseSecret.
import type { Problem } from '../../manifests/problem.ts'
import type { Grants } from '../../render/authorize.ts'
import { authorize } from '../../render/authorize.ts'
import type { PhaseSecret } from '../../render/model.ts'

/** A local run with one host and one token. */
export function sampleGrants(changes: Partial<Grants> = {}): Grants {
  return {
    hosts: ['https://console.phase.dev'],
    looksUpTokens: false,
    hasDefaultToken: true,
    ...changes,
  }
}

/** Why the PhaseSecret is refused; nothing if it is granted. */
export function problemsOf(phaseSecret: PhaseSecret, grants: Grants): readonly Problem[] {
  const outcome = authorize(phaseSecret, grants)
  return 'problems' in outcome ? outcome.problems : []
}
