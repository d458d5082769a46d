// RB010: the ServiceAccount `default` is given something.

import { normalized } from '../../../rbac/subjects.ts'
import type { Facts } from '../../facts.ts'
import { secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, qualified } from '../../words.ts'
import { bindingOf, PHASE_SECRET, readerRole } from '../example-parts.ts'

const ROLE = readerRole(
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

export const bindingToDefaultAccount: Rule<Facts> = {
  id: 'RB010',
  name: 'binding-to-default-sa',
  chapter: 'bindings',
  severity: 'high',
  summary: 'a binding gives something to the ServiceAccount default',
  why: 'Every pod that names no ServiceAccount runs as `default`. What it is given, every such pod of the namespace has, today and tomorrow.',
  fix: 'Make a ServiceAccount for the workload, name it in the pod template, and bind that one.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'ServiceAccount default')}`,
    good: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'ServiceAccount keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const guarded = new Set(secretGrants(facts).map(({ binding }) => binding))
    for (const binding of facts.rbac.bindings) {
      if (facts.policy.grantsOf(binding).length === 0) continue
      for (const subject of binding.subjects) {
        const who = normalized(subject)
        if (who.kind !== 'ServiceAccount' || who.name !== 'default') continue
        if (facts.isTrusted(who)) continue
        yield {
          at: subject.at ?? binding.at,
          object: objectName(binding),
          severity: guarded.has(binding) ? undefined : 'medium',
          message: `binds ServiceAccount ${qualified(who)}, which every pod without a ServiceAccount of its own runs as`,
          hint: 'bind a ServiceAccount that only the workload uses',
          subject: who,
        }
      }
    }
  },
}
