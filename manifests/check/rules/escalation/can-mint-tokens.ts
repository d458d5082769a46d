// RB032: somebody can have tokens made for ServiceAccounts.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canMintTokens: Rule<Facts> = {
  id: 'RB032',
  name: 'can-mint-sa-token',
  chapter: 'escalation',
  severity: 'high',
  summary: 'a rule lets its subjects have a token made for ServiceAccounts, and act as them',
  why: 'A POST to `serviceaccounts/token` answers with a token of that ServiceAccount. Whoever has it may do what the ServiceAccount may, its Secrets included.',
  fix: 'Name the ServiceAccounts in `resourceNames`, and know what those may do.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}${roleOf('Role deployer', "{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}")}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('Role deployer', "{apiGroups: [''], resources: [serviceaccounts], verbs: [get]}")}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB032', {
      meaning: 'with a token they may do all that the ServiceAccount may',
      hint: 'name the ServiceAccounts in resourceNames',
    }),
}
