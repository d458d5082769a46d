// k3s and RKE2: lines of their configuration file. Both write the EncryptionConfiguration themselves.

import type { PlanStep } from '../plan-model.ts'
import { printYaml } from '../print-yaml.ts'
import type { Target } from './target.ts'

const COMMON = {
  keys: 'own',
  resources: ['secrets'],
  needs: [],
} as const satisfies Partial<Target>

const NO_KEY =
  'show or take a key: it makes and keeps its own, in server/cred/encryption-config.json of its data folder'
const SECRETS_ONLY = 'encrypt anything but Secrets'

export const k3s: Target = {
  ...COMMON,
  name: 'k3s',
  title: 'k3s, config.yaml of every server',
  versions: 'from the releases of April 2025, when the provider became a choice',
  providers: ['secretbox', 'aescbc'],
  doesNot: [
    NO_KEY,
    SECRETS_ONLY,
    'change a running cluster for certain: whether it can be turned on afterwards is unverified, the pages of its documentation disagree',
  ],
  rollOut: ['write the lines into config.yaml of every server before its first start'],
  plans: {
    enable: [
      {
        title: 'start every server with encryption',
        commit: [
          'config.yaml of every server: the lines that encryption generate --target k3s prints',
        ],
        verify: ['k3s secrets-encrypt status   # enabled, on every server the same hash'],
        goBack: ['none: how to turn it off again is left out here'],
      },
    ],
    rotate: rotation('k3s'),
  },
  wrap: ({ provider }) => ({
    value: printYaml({
      'secrets-encryption': true,
      'secrets-encryption-provider': provider,
    }),
  }),
}

export const rke2: Target = {
  ...COMMON,
  name: 'rke2',
  title: 'RKE2, config.yaml of every server',
  versions: 'from the releases of April 2025, when the provider became a choice',
  providers: ['secretbox', 'aescbc'],
  doesNot: [
    NO_KEY,
    SECRETS_ONLY,
    'turn encryption off or on: RKE2 always encrypts, with aescbc unless told otherwise',
    'comply with FIPS 140, except with aescbc, as its documentation says',
  ],
  rollOut: ['write the line into config.yaml of every server before its first start'],
  plans: { rotate: rotation('rke2') },
  wrap: ({ provider }) => ({ value: printYaml({ 'secrets-encryption-provider': provider }) }),
}

function rotation(program: string): readonly PlanStep[] {
  return [
    {
      title: 'see that all servers have the same keys',
      why: 'a rotation while servers differ has made clusters unreadable',
      run: [`${program} secrets-encrypt status   # on every server`],
      verify: ['the hashes of all servers match, and no rotation is under way'],
    },
    {
      title: 'rotate the key on one server',
      why: 'it adds the key, makes it write, rewrites all Secrets and drops the old key',
      run: [`${program} secrets-encrypt rotate-keys   # on one server`],
      verify: [`${program} secrets-encrypt status says that it has finished`],
      goBack: ['a snapshot of etcd from before, with the old encryption-config.json'],
    },
    {
      title: 'restart the other servers, one after the other',
      why: 'they have the old key until then',
      run: [`systemctl restart ${program}${program === 'rke2' ? '-server' : ''}   # on each`],
      verify: [`${program} secrets-encrypt status: the hashes of all servers match`],
    },
  ]
}
