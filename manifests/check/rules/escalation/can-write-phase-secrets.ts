// RB035: somebody besides the platform can write PhaseSecrets.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canWritePhaseSecrets: Rule<Facts> = {
  id: 'RB035',
  name: 'can-write-phasesecrets',
  chapter: 'escalation',
  severity: 'critical',
  summary: 'a rule lets its subjects write PhaseSecrets in the cluster',
  why: 'This plugin needs no PhaseSecret in the cluster. Where the operator of Phase runs, whoever writes one has it write Secrets into any namespace, and send the token of another team to a host of their choice.',
  fix: 'Remove the verbs: PhaseSecrets belong into Git, where a pull request is needed.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [secrets.phase.dev], resources: [phasesecrets], verbs: [get, create]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [secrets.phase.dev], resources: [phasesecrets], verbs: [get]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB035', {
      meaning:
        'an operator of Phase would write Secrets for them, and use tokens that are not theirs',
      hint: 'keep PhaseSecrets in Git, and remove the verbs',
    }),
}
