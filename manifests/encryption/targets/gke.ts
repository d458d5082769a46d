// GKE: a key of Cloud KMS in the cluster's own description. Google runs the plugin and rewrites all Secrets.

import type { PlanStep } from '../plan-model.ts'
import { printYaml } from '../print-yaml.ts'
import type { Need, Target } from './target.ts'
import { CLUSTER } from './target.ts'

const KEY: Need = {
  option: 'kmsKey',
  pattern: /^projects\/[-a-z0-9:.]+\/locations\/[-a-z0-9]+\/keyRings\/[-\w]+\/cryptoKeys\/[-\w]+$/,
  example: '--kms-key projects/P/locations/L/keyRings/R/cryptoKeys/K',
}

const LOCATION: Need = {
  option: 'location',
  pattern: /^[a-z]+(-[a-z0-9]+)+$/,
  example: '--location europe-west1',
}

const COMMON = {
  keys: 'own',
  providers: ['kms'],
} as const satisfies Partial<Target>

const DOES_NOT = [
  'replace what GKE does anyway: the disks below etcd are always encrypted, this comes on top',
  'make the key, or let the service agent of GKE use it: it has to be in the location of the cluster',
]

const ROTATE: readonly PlanStep[] = [
  {
    title: 'make a new version of the key in Cloud KMS',
    why: 'its name stays; keep the old versions enabled, Secrets are still encrypted with them',
    run: ['gcloud kms keys versions create --key K --keyring R --location L --primary'],
    verify: ['gcloud kms keys describe K --keyring R --location L   # primary is the new version'],
    goBack: ['make the old version the primary one again'],
  },
  {
    title: 'rewrite all Secrets',
    why: 'until then they need the old version',
    run: ['kubectl get secrets --all-namespaces -o json | kubectl replace -f -'],
  },
]

function change(title: string, commit: string, back: string): PlanStep {
  return {
    title,
    why: 'GKE rewrites all Secrets itself; leave old and new key alone until it has finished',
    commit: [commit],
    verify: [
      'gcloud container clusters describe CLUSTER --location L --format "value(databaseEncryption)"',
    ],
    goBack: [back],
  }
}

export const gkeConfigConnector: Target = {
  ...COMMON,
  name: 'gke-config-connector',
  title: 'GKE, ContainerCluster of Config Connector',
  versions: 'container.cnrm.cloud.google.com/v1beta1',
  resources: ['secrets', '*.*'],
  needs: [CLUSTER, KEY],
  doesNot: [
    ...DOES_NOT,
    'describe a whole cluster: it is a patch for the ContainerCluster that you have',
    'promise that the state stays as written: newer GKE is said to report ALL_OBJECTS_ENCRYPTION_ENABLED where ENCRYPTED was asked for (unverified)',
  ],
  rollOut: ['commit it; Config Connector carries it out'],
  plans: {
    enable: [
      change(
        'give the cluster the key',
        'ContainerCluster: what encryption generate --target gke-config-connector prints',
        'spec.databaseEncryption.state: DECRYPTED',
      ),
    ],
    rotate: ROTATE,
    disable: [
      change(
        'take the key away',
        'ContainerCluster: spec.databaseEncryption.state: DECRYPTED',
        'the state and the key as they were',
      ),
    ],
  },
  wrap: ({ resources, options: { cluster, kmsKey } }) => ({
    value: printYaml({
      apiVersion: 'container.cnrm.cloud.google.com/v1beta1',
      kind: 'ContainerCluster',
      metadata: { name: cluster },
      spec: {
        databaseEncryption: {
          state: resources.includes('*.*') ? 'ALL_OBJECTS_ENCRYPTION_ENABLED' : 'ENCRYPTED',
          keyName: kmsKey,
        },
      },
    }),
  }),
}

export const gkeGcloud: Target = {
  ...COMMON,
  name: 'gke-gcloud',
  title: 'GKE, a command of gcloud',
  versions: 'any GKE',
  resources: ['secrets'],
  needs: [CLUSTER, KEY, LOCATION],
  doesNot: DOES_NOT,
  rollOut: ['run it'],
  plans: {
    enable: [
      change(
        'give the cluster the key',
        'what encryption generate --target gke-gcloud prints, to be run',
        'gcloud container clusters update CLUSTER --location L --disable-database-encryption',
      ),
    ],
    rotate: ROTATE,
    disable: [
      change(
        'take the key away',
        'gcloud container clusters update CLUSTER --location L --disable-database-encryption, to be run',
        'the command of encryption generate --target gke-gcloud again',
      ),
    ],
  },
  wrap: ({ options: { cluster, kmsKey, location } }) => ({
    value: `gcloud container clusters update ${cluster} --location ${location} --database-encryption-key ${kmsKey}\n`,
  }),
}
