// RB014: a ServiceAccount of one namespace reads the Secrets of another.
import { identityOf } from '../../../rbac/evaluate.ts'
import { normalized } from '../../../rbac/subjects.ts'
import type { Facts } from '../../facts.ts'
import { isRead, secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, qualified, secretNames, stepsOf } from '../../words.ts'
import { bindingOf, PHASE_SECRET, readerRole } from '../example-parts.ts'

const ROLE = readerRole(
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

export const crossNamespaceSubject: Rule<Facts> = {
  id: 'RB014',
  name: 'cross-namespace-subject',
  chapter: 'bindings',
  severity: 'medium',
  summary: 'a ServiceAccount of another namespace reads managed Secrets',
  why: 'Whoever can create pods in the other namespace runs them as that ServiceAccount and reads these Secrets. The border between the two namespaces is gone.',
  fix: 'Move the workload, give it a Secret of its own in its namespace, or exempt the finding with the reason.',
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'ServiceAccount monitoring/scraper')}`,
    good: `${PHASE_SECRET}${ROLE}${bindingOf('Role secret-reader', 'ServiceAccount keyspace/keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const seen = new Set<string>()
    for (const grant of secretGrants(facts)) {
      const { binding, subjects, secrets, verbs } = grant
      if (binding.kind !== 'RoleBinding' || !verbs.some(isRead)) continue
      for (const subject of subjects) {
        const who = normalized(subject)
        if (who.kind !== 'ServiceAccount' || who.namespace === binding.namespace) continue
        const key = `${binding.namespace} ${binding.name} ${identityOf(who)}`
        if (seen.has(key)) continue
        seen.add(key)
        yield {
          at: subject.at ?? binding.at,
          object: objectName(binding),
          message: `lets ServiceAccount ${qualified({ ...who })} of another namespace read managed Secrets`,
          hint: 'move the workload, or exempt it with a reason',
          subject: who,
          secrets: secretNames(secrets),
          path: stepsOf({ binding, subject, grants: [grant] }),
        }
      }
    }
  },
}
