// Talos: a patch of the machine configuration with the keys in it. 1.14 took the whole configuration in the
// place of two single keys.
import type { PlainMap } from '../../plain-value.ts'
import { usageError } from '../../problem.ts'
import { SecretValue } from '../../secret-value.ts'
import { plainConfiguration } from '../print.ts'
import { printYaml } from '../print-yaml.ts'
import type { Target } from './target.ts'

const COMMON = {
  keys: 'inside',
  needs: [],
} as const satisfies Partial<Target>

const PATCH =
  'talosctl patch machineconfig --nodes NODE --patch @PATCH   # one control plane node after the other'

/** Fields of `cluster`, and the name that Talos gives the key in etcd (siderolabs/talos). */
const FIELDS = { secretbox: 'secretboxEncryptionSecret', aescbc: 'aescbcEncryptionSecret' } as const

export const talos113: Target = {
  ...COMMON,
  name: 'talos-1.13',
  title: 'Talos up to 1.13, fields of the machine configuration',
  versions: 'deprecated in 1.14',
  takes: 'a key',
  rollOut: [PATCH],
  providers: ['secretbox', 'aescbc'],
  resources: ['secrets'],
  doesNot: [
    'encrypt anything but Secrets',
    'keep the name of the key: Talos calls it key2 with secretbox and key1 with aescbc',
    'rotate: there is room for one key of a kind. Where the fields are set already, leave them as they are',
  ],
  plans: {},
  wrap: ({ configuration }) => {
    const provider = configuration?.entries[0]?.providers.find(({ kind }) => kind !== 'identity')
    if (provider?.kind !== 'secretbox' && provider?.kind !== 'aescbc') {
      return {
        problems: [usageError('Talos up to 1.13 has keys of secretbox and aescbc', 'use one')],
      }
    }
    const secret = provider.keys[0]?.secret.revealBytes() ?? new Uint8Array()
    const cluster = { [FIELDS[provider.kind]]: Buffer.from(secret).toString('base64') }
    return { value: SecretValue.ofText(printYaml({ cluster })) }
  },
}

export const talos114: Target = {
  ...COMMON,
  name: 'talos-1.14',
  title: 'Talos from 1.14, a document of the machine configuration',
  versions: 'the file of the cluster is the whole configuration there',
  providers: ['secretbox', 'aescbc', 'aesgcm', 'kms', 'identity'],
  rollOut: [
    'put the resources of FILE below config of the KubeEtcdEncryptionConfig in PATCH',
    PATCH,
  ],
  doesNot: [
    'go with the older fields: remove cluster.secretboxEncryptionSecret and cluster.aescbcEncryptionSecret, and bring their keys along as key2 and key1 where Secrets are encrypted with them',
    'belong on workers: it is for control plane nodes only',
    'mount the socket of a KMS plugin',
    'go through encryption rotate: keep the EncryptionConfiguration (generate without --target), rotate that, and put its resources below config',
    'keep the hash of that: Talos prints its file itself, so compare what the API servers export with one another',
  ],
  wrap: ({ configuration }) => {
    const config: PlainMap = configuration === undefined ? {} : plainConfiguration(configuration)
    const document = { apiVersion: 'v1alpha1', kind: 'KubeEtcdEncryptionConfig', config }
    return { value: SecretValue.ofText(printYaml(document)) }
  },
}
