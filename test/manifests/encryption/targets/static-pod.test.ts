// The edit of a static pod: exactly what is missing is added, once, and nothing else changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { staticPod } from '../../../../manifests/encryption/targets/static-pod.ts'
import { patchOf } from '../../../../manifests/encryption/targets/static-pod-patch.ts'
import type { WrapRequest } from '../../../../manifests/encryption/targets/target.ts'

const REQUEST: WrapRequest = {
  provider: 'secretbox',
  resources: ['secrets'],
  minor: 36,
  nodePath: '/etc/kubernetes/enc/enc.yaml',
  secret: { namespace: 'kube-system', name: 'encryption-config', key: 'enc.yaml' },
  options: {},
}

const CONFIG = '--encryption-provider-config=/etc/kubernetes/enc/enc.yaml'
const RELOAD = '--encryption-provider-config-automatic-reload=true'
const MOUNT = { name: 'encryption-config', mountPath: '/etc/kubernetes/enc', readOnly: true }
const VOLUME = {
  name: 'encryption-config',
  hostPath: { path: '/etc/kubernetes/enc', type: 'Directory' },
}

function edit(text: string, request: Partial<WrapRequest> = {}): string {
  const manifest = { path: 'kube-apiserver.yaml', bytes: Buffer.from(text) }
  const result = staticPod.wrap({ ...REQUEST, ...request, manifest })
  assert.ok('value' in result && typeof result.value === 'string', JSON.stringify(result))
  return result.value
}

function refuse(text: string): { message: string; line: number | undefined } {
  const manifest = { path: 'kube-apiserver.yaml', bytes: Buffer.from(text) }
  const result = staticPod.wrap({ ...REQUEST, manifest })
  assert.ok('problems' in result, 'nothing was refused')
  return {
    message: result.problems[0]?.message ?? '',
    line: result.problems[0]?.at?.line,
  }
}

const POD = `# of kubeadm
apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: 10.0.0.1:6443
  name: kube-apiserver
spec:
  containers:
  - command:
    - kube-apiserver   # the program
    - --etcd-servers=https://127.0.0.1:2379
    name: kube-apiserver
    volumeMounts:
    - mountPath: /etc/kubernetes/pki
      name: pki
      readOnly: true
  # after the containers
  volumes:
  - hostPath:
      path: /etc/kubernetes/pki
      type: DirectoryOrCreate
    name: pki
status: {}
`

test('only lines are added, and the second time none', () => {
  const after = edit(POD)
  // Every line of the old text is there, in its order.
  const lines = after.split('\n')
  let place = -1
  for (const line of POD.split('\n')) {
    place = lines.indexOf(line, place + 1)
    assert.notEqual(place, -1, line)
  }
  assert.equal(lines.length - POD.split('\n').length, 9)
  assert.equal(edit(after), after)
})

test('the flags, the mount and the volume', () => {
  const { spec } = parse(edit(POD))
  assert.deepEqual(spec.containers[0].command.slice(2), [CONFIG, RELOAD])
  assert.deepEqual(spec.containers[0].volumeMounts[1], MOUNT)
  assert.deepEqual(spec.volumes[1], VOLUME)
})

test('before 1.26 there is no reload', () => {
  assert.ok(!edit(POD, { minor: 25 }).includes('automatic-reload'))
})

test('the folder of a KMS socket, too', () => {
  const provider = {
    kind: 'kms',
    apiVersion: 'v2',
    name: 'p',
    endpoint: 'unix:///run/kms/s',
  } as const
  const configuration = { entries: [{ resources: ['secrets'], providers: [provider] }] }
  const { spec } = parse(edit(POD, { configuration }))
  assert.deepEqual(spec.containers[0].volumeMounts[2], {
    name: 'kms-plugin',
    mountPath: '/run/kms',
  })
})

/** Changes of POD, and what comes out of its first container and its volumes. */
const variants: readonly [what: string, text: string, check: (pod: Pod) => void][] = [
  [
    'no mounts and no volumes',
    POD.replace(/ {4}volumeMounts:\n(?: {4,6}[^c].*\n)*/, '').replace(
      / {2}volumes:\n(?: {2,6}.*\n)*/,
      '',
    ),
    ({ container, volumes }) => {
      assert.deepEqual(container.volumeMounts, [MOUNT])
      assert.deepEqual(volumes, [VOLUME])
    },
  ],
  [
    'flags in args',
    POD.replace('    - --etcd', '    args:\n    - --etcd'),
    ({ container }) => assert.deepEqual(container.args?.slice(1), [CONFIG, RELOAD]),
  ],
  [
    'the flag in two items',
    POD.replace(
      '    name: kube',
      `    - --encryption-provider-config\n    - ${REQUEST.nodePath}\n    name: kube`,
    ),
    ({ container }) => assert.deepEqual(container.command.slice(4), [RELOAD]),
  ],
  [
    'reload turned off',
    POD.replace('    name: kube', `    - ${RELOAD.replace('true', 'false')}\n    name: kube`),
    ({ container }) => assert.deepEqual(container.command.slice(2).toSorted(), [RELOAD, CONFIG]),
  ],
  [
    'a volume of the same name',
    POD.replaceAll('name: pki', 'name: encryption-config'),
    ({ container, volumes }) => {
      assert.equal(container.volumeMounts[1]?.name, 'encryption-config-2')
      assert.equal(volumes[1]?.name, 'encryption-config-2')
    },
  ],
  [
    'the folder mounted to be written to, and made on the fly',
    edit(POD)
      .replace('      readOnly: true\n  # after', '  # after')
      .replace('type: Directory\n', 'type: DirectoryOrCreate\n'),
    ({ container, volumes }) => {
      assert.deepEqual(container.volumeMounts[1], MOUNT)
      assert.deepEqual(volumes[1], VOLUME)
    },
  ],
  [
    'a folder above it is mounted',
    POD.replaceAll('/etc/kubernetes/pki', '/etc/kubernetes'),
    ({ container }) => assert.equal(container.volumeMounts.length, 1),
  ],
  [
    'lists that are indented, in another order, with Windows quotes',
    `kind: Pod
spec:
    volumes:
        - name: a
          emptyDir: {}
    containers:
        - name: sidecar
          image: x
        - name: kube-apiserver
          volumeMounts:
            - name: a
              mountPath: "/a"
          command:
            - "kube-apiserver"
            - '--v=2'
            # the last comment
`,
    ({ container }) => assert.deepEqual(container.command.slice(2), [CONFIG, RELOAD]),
  ],
]

interface Pod {
  readonly container: { command: string[]; args?: string[]; volumeMounts: { name: string }[] }
  readonly volumes: { name: string }[]
}

for (const [what, text, check] of variants) {
  test(`edited: ${what}`, () => {
    const after = edit(text)
    const { spec } = parse(after)
    const container = spec.containers.find(
      ({ name }: { name: string }) => name === 'kube-apiserver',
    )
    check({ container, volumes: spec.volumes })
    assert.equal(edit(after), after, 'twice is once')
  })
}

const MOUNTED = edit(POD)
const refused: readonly [what: string, text: string, message: RegExp, line: number][] = [
  ['no pod', POD.replace('kind: Pod', 'kind: Deployment'), /no pod with a container/, 2],
  ['another pod', POD.replaceAll('kube-apiserver', 'etcd'), /no pod with a container/, 2],
  ['no manifest at all', '[]', /no pod with a container/, 1],
  [
    'another file is read already',
    MOUNTED.replace('enc/enc.yaml', 'old.yaml'),
    /names another file/,
    13,
  ],
  [
    'a shell',
    POD.replace(/- kube-api.*\n.*\n/, '- sh\n    - -c\n    - kube-apiserver\n'),
    /list of flags/,
    10,
  ],
  [
    'only the file is mounted',
    MOUNTED.replaceAll('/etc/kubernetes/enc"', '/etc/kubernetes/enc/enc.yaml"'),
    /not seen as the folder/,
    20,
  ],
  [
    'a part of a volume',
    MOUNTED.replace('readOnly: true\n  # after', 'subPath: x\n  # after'),
    /not seen as the folder/,
    20,
  ],
  [
    'from elsewhere',
    MOUNTED.replace('path: "/etc/kubernetes/enc"', 'path: "/etc/enc"'),
    /not seen as the folder/,
    20,
  ],
  [
    'flow style',
    POD.replace(/command:\n.*\n.*\n/, 'command: [kube-apiserver, --v=2]\n'),
    /cannot be edited/,
    2,
  ],
  ['broken', 'a: [', /not valid YAML/, 2],
]

for (const [what, text, message, line] of refused) {
  test(`refused: ${what}`, () => {
    const found = refuse(text)
    assert.match(found.message, message)
    assert.equal(found.line, line)
  })
}

test('without a manifest', () => {
  assert.ok('problems' in staticPod.wrap(REQUEST))
})

test('the patch is plain RFC 6902', () => {
  const patch = patchOf(parse(POD), REQUEST)
  assert.deepEqual(patch, [
    { op: 'add', path: '/spec/containers/0/command/-', value: CONFIG },
    { op: 'add', path: '/spec/containers/0/command/-', value: RELOAD },
    { op: 'add', path: '/spec/containers/0/volumeMounts/-', value: MOUNT },
    { op: 'add', path: '/spec/volumes/-', value: VOLUME },
  ])
})
