// RB006: somebody may change or delete a Secret that Phase manages.
import type { Facts } from '../../facts.ts'
import { isRead, isWildcard, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { withoutVerbs } from '../../rule-fixes.ts'
import { listed } from '../../words.ts'
import { PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'
import { grantFound, subjectsText } from './grant-found.ts'

export const managedSecretWritable: Rule<Facts> = {
  id: 'RB006',
  name: 'managed-secret-writable',
  chapter: 'grants',
  severity: 'high',
  summary: 'a rule lets its subjects change or delete Secrets that Phase manages',
  why: 'Only Argo CD has to write a managed Secret. Whoever else can gives the workloads values of their own: another database, another key to trust. Who can create Secrets can also have a token made for any ServiceAccount of the namespace, by a Secret of type `kubernetes.io/service-account-token`.',
  fix: 'Remove the verbs, or limit the rule to the Secrets that the subject owns.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get, update]}",
    )}${READER_BINDING}`,
    good: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
    )}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of writtenGrants(facts)) {
      const writes = grant.verbs.filter((verb) => !isRead(verb))
      if (writes.length === 0 || isWildcard(grant)) continue
      const names = grant.secrets.map(({ name }) => name)
      const { resourceNames } = grant.rule
      const isOnlyManaged =
        resourceNames.length > 0 && resourceNames.every((name) => names.includes(name))
      yield grantFound(grant, {
        message: `lets ${subjectsText(grant)} ${listed(writes)} managed Secrets of ${grant.place}`,
        hint: 'leave writing to Argo CD: remove the verbs',
        fix: withoutVerbs(grant, writes, isOnlyManaged),
      })
    }
  },
}
