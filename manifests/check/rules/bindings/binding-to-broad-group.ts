// RB011: a group that nearly everybody is in is given something.

import type { Subject } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import { secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName } from '../../words.ts'
import { bindingOf, PHASE_SECRET, readerRole } from '../example-parts.ts'

const ROLE = readerRole(
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

export const bindingToBroadGroup: Rule<Facts> = {
  id: 'RB011',
  name: 'binding-to-broad-group',
  chapter: 'bindings',
  severity: 'critical',
  summary: 'a binding gives something to a group that nearly everybody is in',
  why: 'The API server puts every request into some of these groups by itself: `system:authenticated` holds every user and every pod that has a token, `system:serviceaccounts` every pod, `system:serviceaccounts:NAMESPACE` every pod of a namespace, `system:unauthenticated` whoever reaches the port.',
  fix: 'Bind the ServiceAccount or the group that needs it.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'Group system:authenticated')}`,
    good: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'Group keyspace-admins')}`,
  },
  *find(facts): Iterable<Found> {
    const guarded = new Set(secretGrants(facts).map(({ binding }) => binding))
    for (const binding of facts.rbac.bindings) {
      if (facts.policy.grantsOf(binding).length === 0) continue
      for (const subject of binding.subjects) {
        const who = whoIs(subject)
        if (who === undefined || facts.isTrusted(subject)) continue
        const { kind, name } = subject
        yield {
          at: subject.at ?? binding.at,
          object: objectName(binding),
          severity: guarded.has(binding) ? undefined : 'medium',
          message: `binds ${kind} ${name}: ${who}`,
          hint: 'bind the ServiceAccount or the group that needs it',
          subject: { kind, name },
        }
      }
    }
  },
}

const GROUPS: Readonly<Record<string, string>> = {
  'system:authenticated': 'every user and every pod with a token',
  'system:unauthenticated': 'whoever reaches the API server',
  'system:masters': 'its members may do everything anyway, so this hides who is meant',
  'system:serviceaccounts': 'every pod with a token',
}

function whoIs({ kind, name }: Subject): string | undefined {
  if (kind === 'User') {
    return name === 'system:anonymous' ? 'whoever reaches the API server' : undefined
  }
  if (kind !== 'Group') return undefined
  if (Object.hasOwn(GROUPS, name)) return GROUPS[name]
  const prefix = 'system:serviceaccounts:'
  if (!name.startsWith(prefix)) return undefined
  return `every pod with a token in namespace ${name.slice(prefix.length)}`
}
