// RB030: somebody can create or change pods where Phase manages Secrets.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const canCreateWorkloads: Rule<Facts> = {
  id: 'RB030',
  name: 'can-create-workloads',
  chapter: 'escalation',
  severity: 'high',
  summary:
    'a rule lets its subjects create or change pods, which can mount every Secret of the namespace',
  why: 'A pod may mount any Secret of its namespace and run as any of its ServiceAccounts; RBAC is not asked. Whoever can create pods, or change a Deployment, reads the Secrets with it.',
  fix: 'Let Argo CD deploy, and take the verbs from everybody else. Where somebody needs them, list the finding as an exemption with a reason: it is a reader of all Secrets of the namespace.',
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [apps], resources: [deployments], verbs: [get, patch]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('Role deployer', '{apiGroups: [apps], resources: [deployments], verbs: [get]}')}${bindingOf('Role deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB030', {
      meaning: 'their pods can mount every Secret of it',
      hint: 'leave deploying to Argo CD, or exempt it with a reason',
    }),
}
