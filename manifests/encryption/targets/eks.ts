// EKS: a KMS key in the cluster's own description. AWS runs the plugin; keys never leave its KMS.

import type { PlanStep } from '../plan-model.ts'
import { printYaml } from '../print-yaml.ts'
import type { Need, Target } from './target.ts'
import { CLUSTER } from './target.ts'

const KEY: Need = {
  option: 'kmsKey',
  pattern: /^arn:aws[-a-z]*:kms:([a-z0-9-]+):\d{12}:key\/[-\w]+$/,
  example: '--kms-key arn:aws:kms:eu-west-1:111122223333:key/1234abcd-…',
}

const COMMON = {
  keys: 'own',
  providers: ['kms'],
  resources: ['secrets'],
  needs: [CLUSTER, KEY],
} as const satisfies Partial<Target>

const DOES_NOT = [
  'come off again: on EKS the key can neither be removed nor changed afterwards',
  'make the key, or allow the cluster to use it: it has to be symmetric and in the same region',
]

const SINCE_128 =
  'from Kubernetes 1.28 EKS encrypts all API data with a key that AWS owns; a key given here takes its place'

const NO_WAY_BACK: PlanStep['goBack'] = ['none: EKS keeps the key as long as the cluster lives']

function enable(commit: string, verify: readonly string[]): readonly PlanStep[] {
  return [
    {
      title: 'give the cluster the key',
      why: SINCE_128,
      commit: [commit],
      verify,
      goBack: NO_WAY_BACK,
    },
  ]
}

const DESCRIBED = ['aws eks describe-cluster --name CLUSTER --query cluster.encryptionConfig']

const ROTATE: readonly PlanStep[] = [
  {
    title: 'rotate the key inside AWS KMS',
    why: 'its ARN stays; the cluster sees nothing of it, and old data stays readable',
    run: ['aws kms enable-key-rotation --key-id KEY'],
    verify: ['aws kms get-key-rotation-status --key-id KEY'],
  },
]

export const eksctl: Target = {
  ...COMMON,
  name: 'eks-eksctl',
  title: 'EKS, ClusterConfig of eksctl',
  versions: 'eksctl.io/v1alpha5',
  doesNot: [
    ...DOES_NOT,
    'describe a whole cluster: it is a patch for the ClusterConfig that you have',
  ],
  rollOut: [
    'eksctl utils enable-secrets-encryption -f FILE   # for a cluster that is there; it rewrites all Secrets',
  ],
  plans: {
    enable: [
      ...enable('ClusterConfig: secretsEncryption.keyARN', DESCRIBED),
      {
        title: 'turn it on in the cluster that is there, and rewrite all Secrets',
        run: ['eksctl utils enable-secrets-encryption -f FILE'],
        verify: DESCRIBED,
        goBack: NO_WAY_BACK,
      },
    ],
    rotate: ROTATE,
  },
  wrap: ({ options: { cluster, kmsKey = '' } }) => ({
    value: printYaml({
      apiVersion: 'eksctl.io/v1alpha5',
      kind: 'ClusterConfig',
      metadata: { name: cluster, region: KEY.pattern.exec(kmsKey)?.[1] },
      secretsEncryption: { keyARN: kmsKey },
    }),
  }),
}

export const eksAck: Target = {
  ...COMMON,
  name: 'eks-ack',
  title: 'EKS, Cluster of the AWS Controllers for Kubernetes',
  versions: 'eks.services.k8s.aws/v1alpha1',
  doesNot: [
    ...DOES_NOT,
    'describe a whole cluster: it is a patch for the Cluster that you have',
    'rewrite what is stored already',
    'survive a change: the controller stops with a terminal condition when the entry is changed or removed',
  ],
  rollOut: ['commit it; the controller carries it out'],
  plans: {
    enable: [...enable('Cluster: spec.encryptionConfig', DESCRIBED), rewrite()],
    rotate: ROTATE,
  },
  wrap: ({ options: { cluster, kmsKey } }) => ({
    value: printYaml({
      apiVersion: 'eks.services.k8s.aws/v1alpha1',
      kind: 'Cluster',
      metadata: { name: cluster },
      spec: {
        name: cluster,
        encryptionConfig: [{ provider: { keyARN: kmsKey }, resources: ['secrets'] }],
      },
    }),
  }),
}

export const eksCrossplane: Target = {
  ...COMMON,
  name: 'eks-crossplane',
  title: 'EKS, Cluster of Crossplane (Upbound provider)',
  versions: 'eks.aws.upbound.io/v1beta2 (v1beta1 has lists in the place of maps)',
  doesNot: [
    ...DOES_NOT,
    'describe a whole cluster: it is a patch for the Cluster that you have',
    'rewrite what is stored already',
  ],
  rollOut: ['commit it; the provider carries it out'],
  plans: {
    enable: [...enable('Cluster: spec.forProvider.encryptionConfig', DESCRIBED), rewrite()],
    rotate: ROTATE,
  },
  wrap: ({ options: { cluster, kmsKey } }) => ({
    value: printYaml({
      apiVersion: 'eks.aws.upbound.io/v1beta2',
      kind: 'Cluster',
      metadata: { name: cluster },
      spec: {
        forProvider: {
          encryptionConfig: { provider: { keyArn: kmsKey }, resources: ['secrets'] },
        },
      },
    }),
  }),
}

function rewrite(): PlanStep {
  return {
    title: 'rewrite all Secrets',
    why: 'what was stored before is rewritten only when it is written',
    run: ['kubectl get secrets --all-namespaces -o json | kubectl replace -f -'],
    goBack: ['nothing to go back from: no Secret changes its content'],
  }
}
