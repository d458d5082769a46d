// Cluster API: a patch for a KubeadmControlPlane. The file comes from a Secret of the management cluster,
// which Phase can render: no key is in Git. Its two APIs write flags differently.
import type { PlainMap } from '../../plain-value.ts'
import { printYaml } from '../print-yaml.ts'
import { argsMap, extraVolumes, flagsFor } from './api-server.ts'
import { FILE_PROVIDERS } from './file-targets.ts'
import type { Target, WrapRequest } from './target.ts'
import { CLUSTER } from './target.ts'

const COMMON = {
  keys: 'file',
  providers: FILE_PROVIDERS,
  needs: [CLUSTER],
  doesNot: [
    'stand alone: it is a patch for the KubeadmControlPlane that you have, whose files and flags it adds to',
    'hold the file: the Secret has to be in the namespace of the KubeadmControlPlane (--as secret, --as phase-secret)',
    'keep the key out of the bootstrap data of the machines, which is a Secret of the management cluster and the user data of the instances',
    'change running machines: all are replaced one by one, so that old and new files run side by side for the whole roll-out',
    'see a change of the Secret: name each new file differently (--secret-name), so that the machines are replaced',
  ],
  rollOut: [
    'commit the Secret under a new name, and the patch that names it',
    'wait until all machines are replaced: kubectl get kubeadmcontrolplane shows as many up to date as there are',
  ],
} as const satisfies Partial<Target>

export const clusterApiV1Beta1: Target = {
  ...COMMON,
  name: 'cluster-api-v1beta1',
  title: 'Cluster API, KubeadmControlPlane v1beta1',
  versions: 'from 1.0; v1beta2 came in 1.11',
  wrap: (request) => ({ value: controlPlane('v1beta1', argsMap(request), request) }),
}

export const clusterApiV1Beta2: Target = {
  ...COMMON,
  name: 'cluster-api-v1beta2',
  title: 'Cluster API, KubeadmControlPlane v1beta2',
  versions: 'from 1.11',
  wrap: (request) => ({ value: controlPlane('v1beta2', flagsFor(request), request) }),
}

function controlPlane(
  version: string,
  extraArgs: PlainMap | readonly object[],
  request: WrapRequest,
): string {
  const { secret, nodePath, options } = request
  const { namespace, name, key } = secret
  const file = {
    path: nodePath,
    owner: 'root:root',
    permissions: '0600',
    contentFrom: { secret: { name, key } },
  }
  return printYaml({
    apiVersion: `controlplane.cluster.x-k8s.io/${version}`,
    kind: 'KubeadmControlPlane',
    metadata: { name: `${options.cluster}-control-plane`, namespace },
    spec: {
      kubeadmConfigSpec: {
        clusterConfiguration: {
          apiServer: { extraArgs, extraVolumes: extraVolumes(request) },
        },
        files: [file],
      },
    },
  })
}
