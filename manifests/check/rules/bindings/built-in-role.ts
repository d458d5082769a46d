// RB016: one of the roles of Kubernetes that read Secrets is bound where Phase manages some.
import type { Facts } from '../../facts.ts'
import { secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, secretNames, stepsOf } from '../../words.ts'
import { bindingOf, PHASE_SECRET } from '../example-parts.ts'
import { subjectsText } from '../grants/grant-found.ts'

export const builtInRole: Rule<Facts> = {
  id: 'RB016',
  name: 'builtin-role-reads-secrets',
  chapter: 'bindings',
  severity: 'high',
  summary: 'a role of Kubernetes that reads and writes Secrets is bound where Phase manages some',
  why: '`edit`, `admin` and `cluster-admin` read and write all Secrets of the namespace, run pods as any of its ServiceAccounts, and execute commands in its pods. `view` reads no Secrets.',
  fix: 'Bind `view`, or a Role of your own that has what is needed.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${bindingOf('ClusterRole edit', 'Group keyspace-developers')}`,
    good: `${PHASE_SECRET}${bindingOf('ClusterRole view', 'Group keyspace-developers')}`,
  },
  *find(facts): Iterable<Found> {
    const seen = new Set<unknown>()
    for (const grant of secretGrants(facts)) {
      const { binding, rule, subjects, secrets } = grant
      if (rule.at !== undefined || seen.has(binding)) continue
      seen.add(binding)
      const isClusterWide = binding.kind === 'ClusterRoleBinding'
      const [subject] = subjects
      yield {
        at: binding.at,
        object: objectName(binding),
        severity: isClusterWide ? 'critical' : undefined,
        message: `binds ${subjectsText(grant)} to ${binding.role.kind} ${binding.role.name}, which reaches the Secrets of ${grant.place}`,
        hint: 'bind view, or a Role of your own with what is needed',
        subject,
        secrets: secretNames(secrets),
        path: subject && stepsOf({ binding, subject, grants: [grant] }),
      }
    }
  },
}
