// RB034: somebody can give themselves more than they have.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canEscalate: Rule<Facts> = {
  id: 'RB034',
  name: 'can-escalate-or-bind',
  chapter: 'escalation',
  severity: 'critical',
  summary: 'a rule lets its subjects give themselves permissions that they do not have',
  why: 'The API server lets nobody grant what they do not have themselves, except for the verbs `escalate` (write any rules into a role) and `bind` (bind any role). Writing RoleBindings without them only passes on what one has.',
  fix: 'Remove the verbs; or limit `bind` to the roles that may be given away by `resourceNames`.',
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [update, escalate]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB034', {
      meaning: 'they can give themselves every permission there',
      hint: 'remove the verbs, or limit bind by resourceNames',
    }),
}
