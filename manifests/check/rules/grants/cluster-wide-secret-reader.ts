// RB004: a ClusterRoleBinding gives somebody the Secrets of every namespace.
import type { Facts } from '../../facts.ts'
import { isRead, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, qualified, secretNames, stepsOf, subjectName } from '../../words.ts'
import { bindingOf, clusterBindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { subjectsText } from './grant-found.ts'

const ROLE = roleOf(
  'ClusterRole secret-reader',
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

export const clusterWideSecretReader: Rule<Facts> = {
  id: 'RB004',
  name: 'clusterrole-secret-via-crb',
  chapter: 'grants',
  severity: 'critical',
  summary: 'a ClusterRoleBinding lets its subjects read Secrets of every namespace',
  why: 'A ClusterRoleBinding holds in all namespaces, those that do not exist yet too. With `resourceNames` it still reads whatever has that name anywhere.',
  fix: 'Bind the role with a RoleBinding in each namespace that needs it. A ClusterRole may stay one: a RoleBinding limits it to its own namespace.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${ROLE}${clusterBindingOf('ClusterRole secret-reader', 'ServiceAccount keyspace/keyspace-app')}`,
    good: `${PHASE_SECRET}${ROLE}${bindingOf('ClusterRole secret-reader', 'ServiceAccount keyspace/keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const seen = new Set<unknown>()
    for (const grant of writtenGrants(facts)) {
      const { binding, source, subjects, secrets } = grant
      if (binding.kind !== 'ClusterRoleBinding' || seen.has(binding)) continue
      if (!grant.verbs.some(isRead)) continue
      seen.add(binding)
      const [subject] = subjects
      yield {
        at: binding.at,
        object: objectName(binding),
        message: `gives ${subjectsText(grant)} the Secrets of ${source.kind} ${qualified(source)} in every namespace`,
        hint: 'use a RoleBinding in each namespace that needs it',
        subject: subject && subjectName(subject),
        subjects: subjects.map(subjectName),
        secrets: secretNames(secrets),
        path: subject && stepsOf({ binding, subject, grants: [grant] }),
      }
    }
  },
}
