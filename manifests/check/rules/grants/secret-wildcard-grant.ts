// RB003: `*` in a rule reaches Secrets, or an empty name that stands for every request without a name.
import type { Facts } from '../../facts.ts'
import { isWildcard, writtenGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'
import { grantFound, subjectsText } from './grant-found.ts'

export const secretWildcardGrant: Rule<Facts> = {
  id: 'RB003',
  name: 'secret-wildcard-grant',
  chapter: 'grants',
  severity: 'critical',
  summary: 'a rule reaches Secrets by `*`, or by an empty name in resourceNames',
  why: '`*` as verb, resource or API group takes in Secrets and every verb that Kubernetes will ever add. An empty text in `resourceNames` looks like a limit and is none for `list`, `watch`, `create` and `deletecollection`: it fits every request that has no name.',
  fix: 'Write out the groups, resources and verbs that are needed, Secrets in a rule of their own with `resourceNames`.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${readerRole("{apiGroups: [''], resources: ['*'], verbs: [get]}")}${READER_BINDING}`,
    good: `${PHASE_SECRET}${readerRole("{apiGroups: [''], resources: [configmaps], verbs: [get]}")}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const grant of writtenGrants(facts)) {
      const { rule } = grant
      const hasEmptyName = rule.resourceNames.includes('')
      if (!isWildcard(grant) && !hasEmptyName) continue
      const how = hasEmptyName ? 'an empty name in resourceNames' : wildcardsOf(rule)
      yield grantFound(grant, {
        message: `${how} gives ${subjectsText(grant)} Secrets of ${grant.place} (${grant.verbs.join(', ')})`,
        hint: 'write out what is needed, Secrets in a rule of their own with resourceNames',
      })
    }
  },
}

function wildcardsOf(rule: { [field in 'verbs' | 'apiGroups' | 'resources']: readonly string[] }) {
  const fields = (['apiGroups', 'resources', 'verbs'] as const).filter((field) =>
    rule[field].includes('*'),
  )
  return `* in ${fields.join(' and ')}`
}
