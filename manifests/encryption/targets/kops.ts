// kOps: a field of its Cluster, and commands that carry the file into its own secret store.
import { printYaml } from '../print-yaml.ts'
import { FILE_PROVIDERS } from './file-targets.ts'
import type { Target } from './target.ts'
import { CLUSTER } from './target.ts'

export const kops: Target = {
  name: 'kops',
  title: 'kOps, a field of Cluster',
  versions: 'any kOps',
  keys: 'file',
  providers: FILE_PROVIDERS,
  needs: [CLUSTER],
  doesNot: [
    'stand alone: it is a patch for the Cluster that you have',
    'reload: a changed file needs a rolling update, so that old and new files run side by side meanwhile',
    'mount the socket of a KMS plugin',
  ],
  rollOut: [
    'kops create secret encryptionconfig -f FILE --force   # FILE is what --out names',
    'kops update cluster --yes',
    'kops rolling-update cluster --yes',
  ],
  wrap: ({ options }) => ({
    value: printYaml({
      apiVersion: 'kops.k8s.io/v1alpha2',
      kind: 'Cluster',
      metadata: { name: options.cluster },
      spec: { encryptionConfig: true },
    }),
  }),
}
