// API servers and managed clusters: manifests in, what keeps the configuration from them out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PodParts } from '../../../manifests/encryption/rules/example-parts.ts'
import {
  apiServerPod,
  CONFIG_FLAG,
  configurationOf,
  keyed,
  kms,
  MOUNT,
  RELOAD_FLAG,
  VOLUME,
} from '../../../manifests/encryption/rules/example-parts.ts'
import { factsOf, findingsOf } from '../../support/encryption.ts'

const FILE = configurationOf(keyed('secretbox', 'a'))
const VOLUME_OF = (type: string) => VOLUME.replace('Directory', type)

const pods: readonly (readonly [name: string, parts: PodParts, findings: readonly string[]])[] = [
  ['all is well', {}, []],
  [
    'the flag stands apart',
    { flags: [CONFIG_FLAG.replace('=', "\n        - '").concat("'"), RELOAD_FLAG] },
    [],
  ],
  ['no flag', { flags: [] }, ['EN015 high 9: is not told of the EncryptionConfiguration']],
  [
    'reload without a file',
    { flags: [RELOAD_FLAG] },
    [
      'EN015 high 21: automatic reload needs --encryption-provider-config, and is refused without',
      'EN015 high 9: is not told of the EncryptionConfiguration',
    ],
  ],
  [
    'no mount',
    { mounts: [] },
    ['EN015 high 21: the file of --encryption-provider-config is in no mount'],
  ],
  [
    'a mount of another folder',
    { mounts: [MOUNT.replace('kubernetes/enc', 'kubernetes/en')] },
    ['EN015 high 21: the file of --encryption-provider-config is in no mount'],
  ],
  [
    'a single file',
    { mounts: [MOUNT.replace('/enc,', '/enc/enc.yaml,')] },
    [
      'EN015 high 24: a single file is mounted, so automatic reload does not see that it is replaced',
    ],
  ],
  [
    'a single file without reload',
    { flags: [CONFIG_FLAG], mounts: [MOUNT.replace('/enc,', '/enc/enc.yaml,')] },
    [],
  ],
  [
    'subPath',
    { mounts: [MOUNT.replace('}', ', subPath: enc.yaml}')] },
    [
      'EN015 high 24: a single file is mounted, so automatic reload does not see that it is replaced',
    ],
  ],
  [
    'writable',
    { mounts: [MOUNT.replace('true', 'false')] },
    ['EN015 medium 24: the keys are mounted writable'],
  ],
  [
    'DirectoryOrCreate',
    { volumes: [VOLUME_OF('DirectoryOrCreate')] },
    [
      'EN015 high 26: the hostPath is of type DirectoryOrCreate: a node without the file gets an empty one',
    ],
  ],
]

for (const [name, parts, findings] of pods) {
  test(`a static pod: ${name}`, () => {
    const found = findingsOf(factsOf(`${FILE}${apiServerPod(parts)}`), 'EN015')
    assert.deepEqual(found, findings)
  })
}

test('another pod is none of ours', () => {
  const text = `${FILE}${apiServerPod({ flags: [] }).replaceAll('- kube-apiserver', '- kube-scheduler')}`
  assert.deepEqual(findingsOf(factsOf(text), 'EN015', 'EN017', 'EN019'), [])
})

const plane = (extra: string, permissions = "permissions: '0600'", version = 'v1beta1') =>
  `apiVersion: controlplane.cluster.x-k8s.io/${version}
kind: KubeadmControlPlane
metadata: {name: prod}
spec:
  kubeadmConfigSpec:
    files:
      - path: /etc/enc/enc.yaml
        ${permissions}
        contentFrom: {secret: {name: enc, key: enc.yaml}}
    clusterConfiguration:
      apiServer:
        extraArgs: ${extra}
        extraVolumes:
          - {name: enc, hostPath: /etc/enc, mountPath: /etc/enc/, readOnly: true, pathType: DirectoryOrCreate}
`

const MAP = '{encryption-provider-config: /etc/enc/enc.yaml}'
const LIST = '[{name: encryption-provider-config, value: /etc/enc/enc.yaml}]'

const planes: readonly (readonly [name: string, text: string, findings: readonly string[]])[] = [
  ['a map of arguments', plane(MAP), []],
  ['a list of arguments', plane(LIST, undefined, 'v1beta2'), []],
  [
    '0644',
    plane(MAP, "permissions: '0644'"),
    ['EN016 medium 8: the file with the keys may be read by others'],
  ],
  [
    '0640',
    plane(MAP, "permissions: '0640'"),
    ['EN016 medium 8: the file with the keys may be read by others'],
  ],
  ['0400', plane(MAP, "permissions: '0400'"), []],
  [
    'none',
    plane(MAP, 'owner: root:root'),
    ['EN016 medium 7: the file with the keys has no permissions, so others may read it'],
  ],
  ['another file', plane(MAP.replace('enc.yaml', 'other.yaml'), 'owner: root:root'), []],
]

for (const [name, text, findings] of planes) {
  test(`a KubeadmControlPlane: ${name}`, () => {
    assert.deepEqual(findingsOf(factsOf(text), 'EN015', 'EN016'), [
      'EN015 high 14: the hostPath is of type DirectoryOrCreate: a node without the file gets an empty one',
      ...findings,
    ])
  })
}

test('sockets: of the file by its name, of the only one, of none of several', () => {
  const plugin = configurationOf(kms('vault'))
  const pod = factsOf(apiServerPod(), 37, 'kube-apiserver.yaml')
  const found = (...files: { text: string; path: string }[]) =>
    findingsOf(
      { ...pod, files: files.flatMap(({ text, path }) => factsOf(text, 37, path).files) },
      'EN019',
    ).length
  assert.equal(found({ text: plugin, path: 'a/other.yaml' }), 1)
  assert.equal(found({ text: plugin, path: 'a/enc.yaml' }, { text: FILE, path: 'b.yaml' }), 1)
  assert.equal(found({ text: FILE, path: 'a/enc.yaml' }, { text: plugin, path: 'b.yaml' }), 0)
  assert.equal(found({ text: plugin, path: 'a.yaml' }, { text: plugin, path: 'b.yaml' }), 0)
  const abstract = plugin.replace('unix:///run/kms/plugin.sock', 'unix:///@plugin')
  assert.equal(found({ text: abstract, path: 'enc.yaml' }), 0)
})

const managed = (apiVersion: string, kind: string, rest: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: prod}\n${rest}`

const eks = (rest: string) =>
  managed('eks.services.k8s.aws/v1alpha1', 'Cluster', `spec:\n  name: prod\n${rest}`)
const ENCRYPTED = '  encryptionConfig: [{provider: {keyARN: one}, resources: [secrets]}]\n'
const gke = (state: string, key = 'one') =>
  managed(
    'container.cnrm.cloud.google.com/v1beta1',
    'ContainerCluster',
    `spec: {databaseEncryption: {state: ${state}, keyName: ${key}}}\n`,
  )
const aks = (version: string, kmsFields: string) =>
  managed(
    `containerservice.azure.com/${version}`,
    'ManagedCluster',
    `spec: {securityProfile: {azureKeyVaultKms: ${kmsFields}}}\n`,
  )
const openshift = (type: string) =>
  managed('config.openshift.io/v1', 'APIServer', `spec: {encryption: {type: ${type}}}\n`)

const changes: readonly (readonly [name: string, base: string, head: string, said?: RegExp])[] = [
  ['EKS: nothing', eks(ENCRYPTED), eks(ENCRYPTED)],
  ['EKS: added', eks(''), eks(ENCRYPTED)],
  [
    'EKS: removed',
    eks(ENCRYPTED),
    eks(''),
    /^EN018 high \d+: spec.encryptionConfig is removed .*: EKS can/,
  ],
  [
    'EKS: another key',
    eks(ENCRYPTED),
    eks(ENCRYPTED.replace('one', 'two')),
    /^EN018 high \d+: spec.encryptionConfig is changed: EKS/,
  ],
  [
    'GKE: decrypted',
    gke('ENCRYPTED'),
    gke('DECRYPTED'),
    /^EN018 high 4: spec.databaseEncryption.state is removed or turned off$/,
  ],
  [
    'GKE: more',
    gke('ENCRYPTED'),
    gke('ALL_OBJECTS_ENCRYPTION_ENABLED'),
    /^EN018 medium 4: spec.databaseEncryption.state is changed$/,
  ],
  [
    'GKE: another key',
    gke('ENCRYPTED'),
    gke('ENCRYPTED', 'two'),
    /^EN018 medium 4: spec.databaseEncryption.keyName is changed$/,
  ],
  [
    'AKS: a newer version',
    aks('v1api20240901', '{enabled: true, keyId: a}'),
    aks('v20250801', '{enabled: true, keyId: a, other: b}'),
  ],
  [
    'AKS: removed in a newer version',
    aks('v1api20240901', '{enabled: true}'),
    aks('v20250801', '{}'),
    /^EN018 high/,
  ],
  [
    'OpenShift: off',
    openshift('aesgcm'),
    openshift('identity'),
    /^EN018 high 4: spec.encryption.type is removed or turned off$/,
  ],
  ['OpenShift: on', openshift('identity'), openshift('aesgcm')],
  [
    'another kind',
    managed('v1', 'ConfigMap', 'spec: {encryptionConfig: true}\n'),
    managed('v1', 'ConfigMap', ''),
  ],
]

for (const [name, base, head, said] of changes) {
  test(`a managed cluster: ${name}`, () => {
    const found = findingsOf({ ...factsOf(head), base: factsOf(base) }, 'EN018')
    if (said === undefined) assert.deepEqual(found, [])
    else assert.match(found.join('\n').split('\n')[0] ?? '', said)
  })
}
