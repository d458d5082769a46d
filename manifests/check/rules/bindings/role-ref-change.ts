// RB015: a binding names another role than before, which the API server refuses.
import { stringsAt } from '../../../plain-value.ts'
import type { Binding } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'
import { bindingOf, readerRole, roleOf } from '../example-parts.ts'

const RULE = "{apiGroups: [''], resources: [configmaps], verbs: [get]}"
const ROLES = `${readerRole(RULE)}${roleOf('Role config-reader', RULE)}`
const READER = bindingOf('Role secret-reader', 'ServiceAccount keyspace-app')

export const roleRefChange: Rule<Facts> = {
  id: 'RB015',
  name: 'roleref-change',
  chapter: 'bindings',
  severity: 'high',
  summary: 'a binding names another role than before, which the API server refuses',
  why: 'The `roleRef` of a binding cannot be changed. The sync fails with "cannot change roleRef", and until somebody sees it the old role stays bound.',
  fix: 'Give the binding a new name, so that Argo CD makes the new one and prunes the old one; or have it replaced by `argocd.argoproj.io/sync-options: Replace=true,Force=true`.',
  fixable: 'suggestion',
  example: {
    base: `${ROLES}${READER}`,
    bad: `${ROLES}${READER.replace('name: secret-reader}', 'name: config-reader}')}`,
    good: `${ROLES}${bindingOf('Role config-reader', 'ServiceAccount keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const before = new Map(facts.base?.rbac.bindings.map((each) => [keyOf(each), each]))
    for (const binding of facts.rbac.bindings) {
      const old = before.get(keyOf(binding))
      const object = facts.originOf(binding)
      if (old === undefined || object === undefined) continue
      const { kind, name } = binding.role
      if (old.role.kind === kind && old.role.name === name) continue
      const options = stringsAt(object.value, 'metadata', 'annotations')[SYNC_OPTIONS] ?? ''
      if (/\bReplace=true\b/.test(options) && /\bForce=true\b/.test(options)) continue
      yield {
        at: placeOf(object, ['roleRef']),
        object: objectName(binding),
        message: `its roleRef was ${old.role.kind} ${old.role.name} and is ${kind} ${name}: the API server refuses that`,
        hint: 'give the binding a new name',
      }
    }
  },
}

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options'

function keyOf({ kind, namespace, name }: Binding): string {
  return JSON.stringify([kind, namespace, name])
}
