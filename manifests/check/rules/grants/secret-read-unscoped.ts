// RB001: a Role or ClusterRole lets somebody get every Secret of a namespace where Phase manages some.
import type { Facts } from '../../facts.ts'
import { isUnscoped, isWildcard, secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { limitToNames } from '../../rule-fixes.ts'
import { listed, qualified, subjectText } from '../../words.ts'
import { PHASE_SECRET, READER_BINDING } from '../example-parts.ts'
import { grantFound } from './grant-found.ts'

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
    bad: `${PHASE_SECRET}---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: secret-reader
  namespace: keyspace
rules:
  - apiGroups: ['']
    resources: [secrets]
    verbs: [get]
---
${READER_BINDING}`,
    good: `${PHASE_SECRET}---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: secret-reader
  namespace: keyspace
rules:
  - apiGroups: ['']
    resources: [secrets]
    resourceNames: [keyspace-cloud-prod-secret]
    verbs: [get]
---
${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of secretGrants(facts)) {
      if (!grant.verbs.includes('get') || !isUnscoped(grant) || isWildcard(grant)) continue
      yield grantFound(facts, grant, {
        severity: grant.binding.kind === 'ClusterRoleBinding' ? 'critical' : 'high',
        message: `lets ${listed(grant.subjects.map(subjectText))} get every Secret, ${qualified(grant.secrets[0] ?? { name: '' })} among them`,
        hint: 'name the Secrets in resourceNames',
        fix: limitToNames(facts, grant),
      })
    }
  },
}
