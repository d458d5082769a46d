// Every place that a configuration may stand in: found, at the right line, with what is wrong with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesOf, keyed } from '../../../manifests/encryption/rules/example-parts.ts'
import { factsOf, findingsOf, formsOf, newKey } from '../../support/encryption.ts'

const KEY = newKey()
const CONFIGURATION = entriesOf(['secrets', keyed('secretbox', `key-a=${KEY}`)]).slice(4)
const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))

const object = (apiVersion: string, kind: string, rest: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: enc\n${rest}`

const places: readonly (readonly [name: string, text: string, line: number, where: string])[] = [
  ['a document', CONFIGURATION, 6, ''],
  [
    'a document in JSON',
    `{"kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1",\n "resources": [{"resources": ["secrets"], "providers": [{"secretbox": {"keys": [{"name": "key-a",\n "secret": "${KEY}"}]}}]}]}\n`,
    3,
    '',
  ],
  ['the second document', `${object('v1', 'Namespace', '')}---\n${CONFIGURATION}`, 11, ''],
  [
    'stringData',
    object('v1', 'Secret', `stringData:\n  enc.yaml: |\n${indented(CONFIGURATION, 4)}`),
    12,
    ' in stringData[enc.yaml]',
  ],
  [
    'data',
    object('v1', 'Secret', `data:\n  enc.yaml: ${Buffer.from(CONFIGURATION).toString('base64')}\n`),
    6,
    ' in data[enc.yaml]',
  ],
  [
    'a ConfigMap',
    object('v1', 'ConfigMap', `data:\n  enc.yaml: |-\n${indented(CONFIGURATION, 4)}`),
    12,
    ' in data[enc.yaml]',
  ],
  [
    'a quoted value',
    object('v1', 'ConfigMap', `data:\n  enc.yaml: ${JSON.stringify(CONFIGURATION)}\n`),
    6,
    ' in data[enc.yaml]',
  ],
  [
    'files of a KubeadmControlPlane',
    object(
      'controlplane.cluster.x-k8s.io/v1beta1',
      'KubeadmControlPlane',
      `spec:\n  kubeadmConfigSpec:\n    files:\n      - path: /etc/enc.yaml\n        permissions: '0600'\n        content: |\n${indented(CONFIGURATION, 10)}`,
    ),
    16,
    ' in spec.kubeadmConfigSpec.files[0].content',
  ],
  [
    'encoded files of a KubeadmConfigTemplate',
    object(
      'bootstrap.cluster.x-k8s.io/v1beta1',
      'KubeadmConfigTemplate',
      `spec:\n  template:\n    spec:\n      files:\n        - path: /etc/enc.yaml\n          encoding: base64\n          content: ${Buffer.from(CONFIGURATION).toString('base64')}\n`,
    ),
    11,
    ' in spec.template.spec.files[0].content',
  ],
  [
    'Talos from 1.14 on',
    `apiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig:\n${indented(CONFIGURATION.split('\n').slice(2).join('\n'), 2)}`,
    1,
    '',
  ],
]

for (const [name, text, line, where] of places) {
  test(`a key in Git is found in ${name}`, () => {
    const found = findingsOf(factsOf(text), 'EN013')
    assert.deepEqual(found, [
      `EN013 critical ${line}: the secret of secretbox key key-a is in the repository${where}`,
    ])
    const all = JSON.stringify(findingsOf(factsOf(text)))
    for (const form of formsOf(KEY)) assert.ok(!all.includes(form), all)
  })
}

test('keys of Talos before 1.14 stand alone', () => {
  const text = `version: v1alpha1\nmachine:\n  type: controlplane\ncluster:\n  secretboxEncryptionSecret: ${KEY}\n  aescbcEncryptionSecret: \${KEY}\n`
  assert.deepEqual(findingsOf(factsOf(text), 'EN013'), [
    'EN013 critical 5: cluster.secretboxEncryptionSecret is in the repository, and is a key',
  ])
})

const nothing: readonly (readonly [name: string, text: string])[] = [
  [
    'a PhaseSecret',
    object(
      'secrets.phase.dev/v1alpha1',
      'PhaseSecret',
      'spec:\n  phaseApp: EncryptionConfiguration\n',
    ),
  ],
  [
    'a text that mentions it',
    object('v1', 'ConfigMap', 'data:\n  a: "see EncryptionConfiguration"\n'),
  ],
  [
    'what SOPS encrypted',
    `${CONFIGURATION.replace(KEY, 'ENC[AES256_GCM,data:abc=,iv:d/e=,tag:f+g=,type:str]')}sops:\n  mac: x\n`,
  ],
  ['a placeholder', CONFIGURATION.replace(KEY, '<the key>')],
  [
    'contentFrom',
    object(
      'controlplane.cluster.x-k8s.io/v1beta1',
      'KubeadmControlPlane',
      'spec:\n  kubeadmConfigSpec:\n    files:\n      - path: /etc/enc.yaml\n        contentFrom: {secret: {name: enc, key: enc.yaml}}\n',
    ),
  ],
]

for (const [name, text] of nothing) {
  test(`no key is found in ${name}`, () => {
    assert.deepEqual(
      findingsOf(factsOf(text), 'EN001', 'EN013').filter((line) => !line.includes(' info ')),
      [],
    )
  })
}

test('what a configuration in a Secret is refused for is told at its line', () => {
  const text = object(
    'v1',
    'Secret',
    `stringData:\n  enc.yaml: |\n${indented(CONFIGURATION.replace('secretbox', 'secretBox'), 4)}`,
  )
  assert.deepEqual(findingsOf(factsOf(text), 'EN001'), [
    'EN001 high 12: unknown field "secretBox" in resources[0].providers[0]',
  ])
})

test('a second configuration of a file is never read, a stream on standard input is no file', () => {
  const two = `${CONFIGURATION}---\n${CONFIGURATION}`
  assert.deepEqual(findingsOf(factsOf(two), 'EN002'), [
    'EN002 high 8: the file goes on after its first document, and an API server ignores that',
    'EN002 high 8: is not the first document of its file, so an API server never reads it',
  ])
  assert.deepEqual(findingsOf(factsOf(two, 37, '-'), 'EN002'), [])
})

test('transitions pair files by path, wrappers by name', () => {
  const named = (name: string, key: string) =>
    object(
      'v1',
      'Secret',
      `stringData:\n  enc.yaml: |\n${indented(CONFIGURATION.replace('key-a', key), 4)}`,
    ).replace('name: enc', `name: ${name}`)
  const base = factsOf(`${named('one', 'a')}---\n${named('two', 'b')}`)
  const head = { ...factsOf(`${named('two', 'b')}---\n${named('one', 'c')}`), base }
  const found = findingsOf(head, 'EN014')
  assert.equal(found.length, 2)
  assert.match(
    found[0] ?? '',
    /^EN014 critical \d+: secrets: secretbox key c is new and writes at once/,
  )
})

test('a configuration that is gone is told; one that moved is compared', () => {
  const base = factsOf(CONFIGURATION, 37, 'a/enc.yaml')
  const gone = findingsOf({ ...factsOf(''), base }, 'EN014')
  assert.equal(gone.length, 1)
  assert.match(
    gone[0] ?? '',
    /^EN014 medium undefined: the EncryptionConfiguration of a.enc.yaml is gone/,
  )
  const moved = factsOf(CONFIGURATION.replace('key-a', 'key-b'), 37, 'b/enc.yaml')
  assert.match(findingsOf({ ...moved, base }, 'EN014')[0] ?? '', /key-b is new and writes at once/)
})
