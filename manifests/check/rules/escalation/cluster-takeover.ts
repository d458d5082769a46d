// RB036: somebody can take the cluster over, or the whole namespace.
import type { Facts } from '../../facts.ts'
import type { Rule } from '../../model.ts'
import { clusterBindingOf, PHASE_SECRET, roleOf } from '../example-parts.ts'
import { findPowers } from './power-rule.ts'

export const clusterTakeover: Rule<Facts> = {
  id: 'RB036',
  name: 'cluster-takeover',
  chapter: 'escalation',
  severity: 'critical',
  summary: 'a rule lets its subjects take over the cluster, or everything in a namespace',
  why: '`*` on everything is the whole namespace, or with a ClusterRoleBinding the cluster. `nodes/proxy` reaches the kubelet, which runs commands in every pod of the node. Admission webhooks and mutating policies see and change what others write, Secrets included. Who approves certificate requests makes certificates of other users.',
  fix: "Remove it, or give it to the platform alone and list its subjects under `trusted` in the platform's configuration.",
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${roleOf('ClusterRole deployer', "{apiGroups: [''], resources: [nodes/proxy], verbs: [get]}")}${clusterBindingOf('ClusterRole deployer', 'ServiceAccount ci/deployer')}`,
    good: `${PHASE_SECRET}${roleOf('ClusterRole deployer', "{apiGroups: [''], resources: [nodes], verbs: [get]}")}${clusterBindingOf('ClusterRole deployer', 'ServiceAccount ci/deployer')}`,
  },
  find: (facts) =>
    findPowers(facts, 'RB036', {
      meaning: 'with it they can reach every Secret',
      hint: 'remove it, or trust the subject in the configuration of the platform',
    }),
}
