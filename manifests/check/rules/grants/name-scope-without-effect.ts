// RB008: names in a rule that some of its verbs do not heed.

import type { Rule as RoleRule } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName } from '../../words.ts'
import { READER_BINDING, readerRole } from '../example-parts.ts'

export const nameScopeWithoutEffect: Rule<Facts> = {
  id: 'RB008',
  name: 'name-scope-without-effect',
  chapter: 'grants',
  severity: 'info',
  summary: 'resourceNames means something else for some of the verbs than one would think',
  why: 'A POST that creates has no name yet, so with `resourceNames` it is always refused; only server-side apply, which needs `patch` too, creates by name. `deletecollection` never has a name. `list` and `watch` have one only with the field selector `metadata.name=NAME`; a plain `kubectl get secrets` is refused.',
  fix: 'Nothing has to be done if that is what was meant. Else move the verb into a rule without names, and know what that opens.',
  fixable: 'no',
  example: {
    bad: `${readerRole(
      "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [create, list]}",
    )}${READER_BINDING}`,
    good: `${readerRole("{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}")}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const role of facts.rbac.roles) {
      for (const rule of role.rules) {
        for (const message of remarks(rule)) {
          yield { at: rule.at ?? role.at, object: objectName(role), message }
        }
      }
    }
  },
}

function remarks({ verbs, resources, resourceNames }: RoleRule): string[] {
  if (resourceNames.length === 0 || resourceNames.includes('')) return []
  const lists = verbs.filter((verb) => verb === 'list' || verb === 'watch')
  const isSubresource = resources.every((resource) => resource.includes('/'))
  const never = verbs.includes('create') && !verbs.includes('patch') && !isSubresource
  return [
    ...(never ? ['create with resourceNames allows nothing without patch'] : []),
    ...(verbs.includes('deletecollection')
      ? ['deletecollection with resourceNames allows nothing']
      : []),
    ...(lists.length > 0
      ? [`${lists.join(' and ')} with resourceNames need the field selector metadata.name=NAME`]
      : []),
  ]
}
