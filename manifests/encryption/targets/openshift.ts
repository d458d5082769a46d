// OpenShift: the cluster's APIServer object. Its operators make the keys, rotate them and rewrite objects.

import type { PlanStep } from '../plan-model.ts'
import { printYaml } from '../print-yaml.ts'
import type { Target } from './target.ts'

export const openshift: Target = {
  name: 'openshift',
  title: 'OpenShift, APIServer cluster',
  versions: 'version 4; not HyperShift, whose HostedCluster has fields of its own',
  keys: 'own',
  providers: ['aescbc', 'aesgcm', 'identity'],
  resources: ['secrets'],
  needs: [],
  doesNot: [
    'choose the resources: OpenShift encrypts Secrets, ConfigMaps and some of its own',
    'show or take a key: operators make and rotate them',
    'offer secretbox; a KMS is left out here, its fields are unverified',
  ],
  rollOut: ['commit it, or: oc apply --server-side -f FILE'],
  plans: {
    enable: [change('aescbc'), watch('EncryptionCompleted')],
    rotate: [
      {
        title: 'nothing to do',
        why: 'the operators rotate the key on their own and rewrite what it encrypted',
        verify: statusOf('EncryptionCompleted'),
      },
    ],
    disable: [change('identity'), watch('DecryptionCompleted')],
  },
  wrap: ({ provider }) => ({
    value: printYaml({
      apiVersion: 'config.openshift.io/v1',
      kind: 'APIServer',
      metadata: { name: 'cluster' },
      spec: { encryption: { type: provider } },
    }),
  }),
}

function change(type: string): PlanStep {
  const back = type === 'identity' ? 'aescbc' : 'identity'
  return {
    title: `let the type be ${type}`,
    commit: [`APIServer cluster: spec.encryption.type: ${type}`],
    goBack: [`spec.encryption.type: ${back}, and wait until that has finished, too`],
  }
}

function watch(reason: string): PlanStep {
  return {
    title: 'wait until everything is rewritten',
    why: 'the operators do it, and it takes 20 minutes or more; do not change the type meanwhile',
    verify: statusOf(reason),
  }
}

function statusOf(reason: string): string[] {
  return [
    `oc get kubeapiserver,openshiftapiserver -o jsonpath='{range .items[*].status.conditions[?(@.type=="Encrypted")]}{.reason}{"\\n"}{end}'   # ${reason}`,
  ]
}
