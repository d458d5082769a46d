// RB001: a rule lets somebody get every Secret of a namespace where Phase manages some.
import type { Facts } from '../../facts.ts'
import { isWildcard, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { limitToNames } from '../../rule-fixes.ts'
import { PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'
import { grantFound, subjectsText } from './grant-found.ts'

export const secretReadUnscoped: Rule<Facts> = {
  id: 'RB001',
  name: 'secret-read-unscoped',
  chapter: 'grants',
  severity: 'high',
  summary: 'a rule lets its subjects get every Secret of the namespace, not only the one they need',
  why: 'A rule on `secrets` without `resourceNames` opens every Secret of the namespace: those that Phase manages, those of other teams, TLS keys, registry passwords and tokens. Bound by a ClusterRoleBinding it opens those of all namespaces.',
  fix: 'Name the Secrets in `resourceNames`. Remove the rule if the workload only mounts the Secret or reads it through its environment: the kubelet does that, and needs no permission of the ServiceAccount.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}${readerRole("{apiGroups: [''], resources: [secrets], verbs: [get]}")}${READER_BINDING}`,
    good: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
    )}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of writtenGrants(facts)) {
      const { verbs, rule, binding } = grant
      if (!verbs.includes('get') || rule.resourceNames.length > 0 || isWildcard(grant)) continue
      yield grantFound(grant, {
        severity: binding.kind === 'ClusterRoleBinding' ? 'critical' : undefined,
        message: `lets ${subjectsText(grant)} get every Secret of ${grant.place}`,
        hint: 'name the Secrets in resourceNames',
        fix: limitToNames(facts, grant),
      })
    }
  },
}
