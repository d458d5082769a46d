// RB031: somebody can run commands in pods that have Secrets.
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canExec: Rule<Facts> = {
  id: 'RB031',
  name: 'can-exec',
  chapter: 'escalation',
  severity: 'high',
  summary: 'a rule lets its subjects run commands in pods, which shows the Secrets of those pods',
  why: "A command in a pod reads its environment, its mounted files and its ServiceAccount's token. A debug container (`pods/ephemeralcontainers`) can ask for the Secrets of the namespace itself. Below Kubernetes 1.35 `get` on `pods/exec` and `pods/attach` is enough, by WebSocket.\n\n`pods/portforward` and the `proxy` subresources reach the ports of pods past every network policy; they read what listens there hands out, so those findings are of medium severity.",
  fix: 'Remove the rule, or bind it for the time it is needed.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}${roleOf('Role deployer', "{apiGroups: [''], resources: [pods/exec], verbs: [create]}")}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('Role deployer', "{apiGroups: [''], resources: [pods/log], verbs: [get]}")}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
  },
  *find(facts): Iterable<Found> {
    yield* findPowers(facts, 'RB031', {
      meaning: 'a command in a pod reads what the pod has',
      hint: 'remove the rule, or bind it only for the time it is needed',
      isRemovable: true,
    })
    yield* findPowers(facts, 'RB031', {
      about: 'ports',
      severity: 'medium',
      meaning: 'they reach every port of the pods, also those that only the pod itself is meant to',
      hint: 'remove the rule, or bind it only for the time it is needed',
      isRemovable: true,
    })
  },
}
