// AKS: a key of Azure Key Vault in the cluster's own description, or (the newer profile) a key of the platform.

import type { PlanStep } from '../plan-model.ts'
import { printYaml } from '../print-yaml.ts'
import type { Need, Target } from './target.ts'
import { CLUSTER } from './target.ts'

const VERSIONED: Need = {
  option: 'kmsKey',
  pattern: /^https:\/\/[-a-z0-9]+(\.[-a-z0-9]+)+\/keys\/[-A-Za-z0-9]+\/[0-9a-f]{32}$/,
  example: '--kms-key https://VAULT.vault.azure.net/keys/NAME/VERSION',
}

const VERSIONLESS: Need = {
  option: 'kmsKey',
  pattern: /^https:\/\/[-a-z0-9]+(\.[-a-z0-9]+)+\/keys\/[-A-Za-z0-9]+$/,
  example: '--kms-key https://VAULT.vault.azure.net/keys/NAME, without a version',
  isOptional: true,
}

/** Parentheses are allowed in names, too, and mean something to a shell: not here. */
const GROUP: Need = {
  option: 'resourceGroup',
  pattern: /^[-\w.]{0,89}[-\w]$/,
  example: '--resource-group prod',
}

const COMMON = {
  keys: 'own',
  providers: ['kms'],
  resources: ['secrets'],
} as const satisfies Partial<Target>

const DOES_NOT = [
  'make the vault, the key, or the user-assigned identity that the cluster needs to use them',
  'switch between a public and a private vault: turn it off and on again for that',
  'use a private vault: that needs keyVaultNetworkAccess Private and the resource id of the vault',
]
const LEGACY = 'the older of two ways; Azure calls it legacy for Kubernetes from 1.33'

function rewrite(why: string): PlanStep {
  return {
    title: 'rewrite all Secrets',
    why,
    run: ['kubectl get secrets --all-namespaces -o json | kubectl replace -f -'],
    goBack: ['nothing to go back from: no Secret changes its content'],
  }
}

const SHOWN = 'az aks show --name CLUSTER --resource-group GROUP --query securityProfile'
const OFF = 'az aks update --name CLUSTER --resource-group GROUP --disable-azure-keyvault-kms'

function plansOf(commit: string): Target['plans'] {
  return {
    enable: [
      { title: 'give the cluster the key', commit: [commit], verify: [SHOWN], goBack: [OFF] },
      rewrite('what was stored before is still in plain text'),
    ],
    rotate: [
      {
        title: 'give the cluster the new version of the key',
        why: 'keep the old version enabled: Secrets are still encrypted with it',
        commit: [`${commit}, with the id of the new version`],
        verify: [SHOWN],
        goBack: ['the id of the old version'],
      },
      rewrite('until then they need the old version of the key'),
    ],
    disable: [
      {
        title: 'take the key away',
        run: [OFF],
        verify: [SHOWN],
        goBack: ['the change of encryption plan enable again'],
      },
      rewrite('until then they need the key: keep it'),
    ],
  }
}

export const aksAso: Target = {
  ...COMMON,
  name: 'aks-aso',
  title: 'AKS, ManagedCluster of the Azure Service Operator',
  versions: `containerservice.azure.com/v1api20240901; ${LEGACY}`,
  needs: [CLUSTER, VERSIONED],
  doesNot: [
    ...DOES_NOT,
    'describe a whole cluster: it is a patch for the ManagedCluster that you have',
  ],
  rollOut: ['commit it; the operator carries it out'],
  plans: plansOf('ManagedCluster: spec.securityProfile.azureKeyVaultKms'),
  wrap: ({ options: { cluster, kmsKey } }) => ({
    value: printYaml({
      apiVersion: 'containerservice.azure.com/v1api20240901',
      kind: 'ManagedCluster',
      metadata: { name: cluster },
      spec: {
        securityProfile: {
          azureKeyVaultKms: { enabled: true, keyId: kmsKey, keyVaultNetworkAccess: 'Public' },
        },
      },
    }),
  }),
}

export const aksAz: Target = {
  ...COMMON,
  name: 'aks-az',
  title: 'AKS, a command of az',
  versions: LEGACY,
  needs: [CLUSTER, GROUP, VERSIONED],
  doesNot: DOES_NOT,
  rollOut: ['run it'],
  plans: plansOf('what encryption generate --target aks-az prints, to be run'),
  wrap: ({ options: { cluster, resourceGroup, kmsKey } }) => ({
    value: `az aks update --name ${cluster} --resource-group ${resourceGroup} --enable-azure-keyvault-kms --azure-keyvault-kms-key-id ${kmsKey} --azure-keyvault-kms-key-vault-network-access Public\n`,
  }),
}

export const aksProfile: Target = {
  ...COMMON,
  name: 'aks-profile',
  title: 'AKS, the newer encryption profile, a command of az',
  versions:
    'AKS from Kubernetes 1.33; a preview as of December 2025, with the extension aks-preview',
  oldestMinor: 33,
  needs: [CLUSTER, GROUP, VERSIONLESS],
  doesNot: [
    'make the vault or the key; without --kms-key the platform has one and rotates it',
    'take a key id with a version: newer versions of the key are found on their own',
  ],
  rollOut: ['run it'],
  plans: {
    enable: [
      {
        title: 'turn the profile on',
        commit: ['what encryption generate --target aks-profile prints, to be run'],
        verify: [SHOWN],
        goBack: ['not said here: how to turn it off is unverified'],
      },
      rewrite('what was stored before is still as it was'),
    ],
    rotate: [
      {
        title: 'nothing to do',
        why: 'the platform rotates its key, and follows yours',
        verify: [SHOWN],
      },
    ],
  },
  wrap: ({ options: { cluster, resourceGroup, kmsKey } }) => {
    const own =
      kmsKey === undefined
        ? ''
        : ` --enable-azure-keyvault-kms --azure-keyvault-kms-key-id ${kmsKey}`
    return {
      value: `az aks update --name ${cluster} --resource-group ${resourceGroup} --kms-infrastructure-encryption Enabled${own}\n`,
    }
  },
}
