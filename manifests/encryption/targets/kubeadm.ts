// kubeadm: the flags and the volume in its ClusterConfiguration. Its two APIs write flags differently.
import type { PlainMap } from '../../plain-value.ts'
import { printYaml } from '../print-yaml.ts'
import { argsMap, extraVolumes, flagsFor } from './api-server.ts'
import { FILE_PROVIDERS, NO_FILE } from './file-targets.ts'
import type { Target, WrapRequest } from './target.ts'

const COMMON = {
  keys: 'file',
  providers: FILE_PROVIDERS,
  needs: [],
  doesNot: [
    NO_FILE,
    'change a running cluster by itself: merge it into the ClusterConfiguration in the ConfigMap kubeadm-config and your own file',
  ],
  rollOut: [
    'copy the file to every control plane node, mode 0600, owner root: into the mounted folder, by a rename',
    'kubeadm init phase control-plane apiserver --config kubeadm.yaml   # on each node, only when flags change',
  ],
} as const satisfies Partial<Target>

export const kubeadmV1Beta3: Target = {
  ...COMMON,
  name: 'kubeadm-v1beta3',
  title: 'kubeadm, API v1beta3',
  versions: 'from 1.22; deprecated since 1.31, where v1beta4 came',
  wrap: (request) => ({ value: clusterConfiguration('v1beta3', argsMap(request), request) }),
}

export const kubeadmV1Beta4: Target = {
  ...COMMON,
  name: 'kubeadm-v1beta4',
  title: 'kubeadm, API v1beta4',
  versions: 'from 1.31',
  oldestMinor: 31,
  wrap: (request) => ({ value: clusterConfiguration('v1beta4', flagsFor(request), request) }),
}

function clusterConfiguration(
  version: string,
  extraArgs: PlainMap | readonly object[],
  request: WrapRequest,
): string {
  return printYaml({
    apiVersion: `kubeadm.k8s.io/${version}`,
    kind: 'ClusterConfiguration',
    apiServer: { extraArgs, extraVolumes: extraVolumes(request) },
  })
}
