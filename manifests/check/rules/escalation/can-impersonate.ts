// RB033: somebody can act as somebody else.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { clusterBindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canImpersonate: Rule<Facts> = {
  id: 'RB033',
  name: 'can-impersonate',
  chapter: 'escalation',
  severity: 'critical',
  summary: 'a rule lets its subjects act as somebody else',
  why: 'With `impersonate` a request counts as that of another user, group or ServiceAccount; without `resourceNames` of anybody, members of `system:masters` included. From Kubernetes 1.36 the verbs `impersonate:MODE` do the same for the requests that `impersonate-on:MODE:VERB` names; they are reported although the second half may be missing.',
  fix: 'Remove the verb, or name who may be impersonated in `resourceNames`.',
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${roleOf('ClusterRole deployer', "{apiGroups: [''], resources: [users, groups], verbs: [impersonate]}")}${clusterBindingOf('ClusterRole deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('ClusterRole deployer', "{apiGroups: [''], resources: [nodes], verbs: [get]}")}${clusterBindingOf('ClusterRole deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB033', {
      meaning: 'they act with the permissions of whomever they name',
      hint: 'remove it, or name who may be impersonated in resourceNames',
    }),
}
