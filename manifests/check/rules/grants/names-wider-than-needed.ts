// RB005: a rule names Secrets that no workload of its subjects uses.
import type { Facts } from '../../facts.ts'
import { isRead, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { namesUsed, withoutNames } from '../../rule-fixes.ts'
import { listed } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'
import { grantFound } from './grant-found.ts'

const APP = `${ACCOUNT}${deployment('serviceAccountName: keyspace-app')}`

export const namesWiderThanNeeded: Rule<Facts> = {
  id: 'RB005',
  name: 'names-wider-than-managed',
  chapter: 'grants',
  severity: 'medium',
  summary: 'a rule names Secrets that no workload of its subjects uses',
  why: 'What a ServiceAccount may read and nothing of it uses is only of use to somebody who takes the pod over. A name whose Secret is gone is worse: the next Secret of that name is readable from its first moment.',
  fix: 'Remove the names. If the program reads a Secret through the API on purpose, exempt the finding with that as the reason.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret, old-secret], verbs: [get]}",
    )}${READER_BINDING}${APP}`,
    good: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
    )}${READER_BINDING}${APP}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of writtenGrants(facts)) {
      const { rule, verbs } = grant
      const used = namesUsed(facts, grant)
      if (used === undefined || !verbs.some(isRead)) continue
      const extra = rule.resourceNames.filter((name) => name !== '' && !used.has(name))
      if (extra.length === 0) continue
      yield grantFound(grant, {
        message: `names ${listed(extra)}, which no workload of its subjects uses`,
        hint: 'remove what is not needed',
        fix: withoutNames(facts, grant, extra),
      })
    }
  },
}
