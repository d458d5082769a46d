// RB002: a rule lets somebody list or watch all Secrets, which returns every value.
import type { Facts } from '../../facts.ts'
import { isWildcard, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { namesNeeded, withoutVerbs } from '../../rule-fixes.ts'
import { PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'
import { grantFound, subjectsText } from './grant-found.ts'

const LISTS = ['list', 'watch']

export const secretListUnscoped: Rule<Facts> = {
  id: 'RB002',
  name: 'secret-list-watch-unscoped',
  chapter: 'grants',
  severity: 'high',
  summary: 'a rule lets its subjects list or watch all Secrets, which returns their values',
  why: 'The answer to `list` and `watch` holds whole objects, values included. Whoever may list Secrets needs no `get`.',
  fix: 'Remove the verbs, or name the Secrets in `resourceNames`: then a client may list and watch with the field selector `metadata.name=NAME`, and a plain `kubectl get secrets` is refused.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}${readerRole("{apiGroups: [''], resources: [secrets], verbs: [list, watch]}")}${READER_BINDING}`,
    good: `${PHASE_SECRET}${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get, list, watch]}",
    )}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of writtenGrants(facts)) {
      const verbs = grant.verbs.filter((verb) => LISTS.includes(verb))
      if (verbs.length === 0 || grant.rule.resourceNames.length > 0 || isWildcard(grant)) continue
      yield grantFound(grant, {
        severity: grant.binding.kind === 'ClusterRoleBinding' ? 'critical' : undefined,
        message: `lets ${subjectsText(grant)} ${verbs.join(' and ')} the Secrets of ${grant.place}, with their values`,
        hint: 'remove the verbs, or name the Secrets in resourceNames',
        fix: withoutVerbs(grant, LISTS, namesNeeded(facts, grant) !== undefined),
      })
    }
  },
}
