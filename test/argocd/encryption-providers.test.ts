// The file that `encryption generate` writes for each provider starts a real API server, and what is
// written through that is in etcd as the provider says: ciphertext under the new key's name, or not.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { secretsIn } from '../support/encryption.ts'
import type { EncryptingServer } from './support/encryption-cluster.ts'
import {
  exportedHashes,
  nameIn,
  prefixOf,
  printedHash,
  runEncryption,
  startEncryptingServer,
  storedUnder,
} from './support/encryption-cluster.ts'
import type { KmsPlugin } from './support/kms-plugin.ts'
import { startKmsPlugin } from './support/kms-plugin.ts'
import type { Identity } from './support/kubernetes.ts'
import { makeIdentity, startEtcd } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { kubernetesMinor, requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
const minor = kubernetesMinor()
/** What every object has in it, for a search in etcd. */
const MARK = `mark-${randomBytes(12).toString('hex')}`
const SOCKET = join(folder, 'kms.sock')
const KMS = ['--provider', 'kms', '--kms-name', 'proof', '--kms-endpoint', `unix://${SOCKET}`]
let identity: Identity
let plugins: readonly KmsPlugin[] = []

/** Objects that are written through each server, and where they are in etcd. */
const OBJECTS = {
  secrets: {
    path: '/api/v1/namespaces/default/secrets',
    stored: '/secrets/default/one',
    object: { apiVersion: 'v1', kind: 'Secret', stringData: { value: MARK } },
  },
  configmaps: {
    path: '/api/v1/namespaces/default/configmaps',
    stored: '/configmaps/default/one',
    object: { apiVersion: 'v1', kind: 'ConfigMap', data: { value: MARK } },
  },
  deployments: {
    path: '/apis/apps/v1/namespaces/default/deployments',
    stored: '/deployments/default/one',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        selector: { matchLabels: { app: 'one' } },
        template: {
          metadata: { labels: { app: 'one' }, annotations: { mark: MARK } },
          spec: { containers: [{ name: 'one', image: 'one' }] },
        },
      },
    },
  },
  pandas: {
    path: '/apis/awesome.bears.example/v1/namespaces/default/pandas',
    stored: '/awesome.bears.example/pandas/default/one',
    object: { apiVersion: 'awesome.bears.example/v1', kind: 'Panda', spec: { value: MARK } },
  },
} as const
type Kind = keyof typeof OBJECTS
const ALL = Object.keys(OBJECTS) as readonly Kind[]

interface Case {
  readonly what: string
  readonly options: readonly string[]
  /** Before the name of the key or plugin. */
  readonly prefix: string
  readonly encrypted: readonly Kind[]
}

const SECRETBOX = 'k8s:enc:secretbox:v1:'
const resources = (...names: readonly string[]) => names.flatMap((each) => ['--resource', each])

const cases: readonly Case[] = [
  { what: 'no option', options: [], prefix: SECRETBOX, encrypted: ['secrets'] },
  {
    what: 'aescbc',
    options: ['--provider', 'aescbc'],
    prefix: 'k8s:enc:aescbc:v1:',
    encrypted: ['secrets'],
  },
  {
    what: 'aesgcm',
    options: ['--provider', 'aesgcm'],
    prefix: 'k8s:enc:aesgcm:v1:',
    encrypted: ['secrets'],
  },
  { what: 'kms v2', options: KMS, prefix: 'k8s:enc:kms:v2:', encrypted: ['secrets'] },
  { what: 'identity', options: ['--provider', 'identity'], prefix: '', encrypted: [] },
  { what: 'a key that only reads', options: ['--reads-only'], prefix: '', encrypted: [] },
  {
    what: 'no fallback',
    options: ['--fallback', 'none'],
    prefix: SECRETBOX,
    encrypted: ['secrets'],
  },
  {
    what: 'the core group',
    options: resources('*.'),
    prefix: SECRETBOX,
    encrypted: ['secrets', 'configmaps'],
  },
  {
    what: 'one group',
    options: resources('*.apps', 'secrets'),
    prefix: SECRETBOX,
    encrypted: ['secrets', 'deployments'],
  },
  { what: 'everything', options: resources('*.*'), prefix: SECRETBOX, encrypted: ALL },
  {
    what: 'a custom resource',
    options: resources('secrets', 'configmaps', 'pandas.awesome.bears.example'),
    prefix: SECRETBOX,
    encrypted: ['secrets', 'configmaps', 'pandas'],
  },
]

before(async () => {
  identity = makeIdentity(folder)
  plugins = [await startKmsPlugin(SOCKET)]
  await startEtcd(processes, folder)
})
after(async () => {
  await processes.end()
  for (const each of plugins) each.end()
  remove()
})

for (const [index, { what, options, prefix, encrypted }] of cases.entries()) {
  test(`${what}: ${encrypted.join(', ') || 'nothing'} is encrypted`, async (context) => {
    const file = join(folder, `${index}.yaml`)
    const said = await runEncryption(
      ['generate', ...options, '--kube-version', `1.${minor}`, '--out', file],
      file,
    )
    const name = `apiserver-${index}`
    const root = `/${name}`
    const [port, place] = [7000 + index, { folder, identity }]
    const server = await startEncryptingServer(processes, place, { name, port, file, prefix: root })
    try {
      await createAll(server)
      const stored = await storedUnder(`${root}/`)
      for (const kind of ALL) {
        const value = stored.get(`${root}${OBJECTS[kind].stored}`) ?? assert.fail(kind)
        const isEncrypted = encrypted.includes(kind)
        const expected = isEncrypted ? `${prefix}${nameIn(file)}:` : ''
        assert.equal(prefixOf(value), expected, kind)
        assert.equal(holdsMark(value), !isEncrypted, `${kind} holds its value in the clear`)
      }
      assert.deepEqual(await exportedHashes(server.admin), [printedHash(said)])
    } finally {
      await server.end()
    }
    if (logsKeys(file, name)) context.diagnostic('kube-apiserver logs the key')
  })
}

test('the plugin was asked to wrap a key, and not one for each object', () => {
  const calls = plugins[0]?.calls() ?? {}
  assert.equal(calls.Encrypt, 1, JSON.stringify(calls))
})

/** Creates one of each, and reads it through the API. */
async function createAll({ admin }: EncryptingServer): Promise<void> {
  await admin.apply(
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${CRD.metadata.name}`,
    CRD,
  )
  for (const { path, object } of Object.values(OBJECTS)) {
    await waitFor(path, async () => (await admin.request('GET', path)).status === 200)
    const { status, text } = await admin.request('POST', path, { ...object, metadata: ONE })
    assert.equal(status, 201, text)
    const read = await admin.request('GET', `${path}/${ONE.name}`)
    assert.equal(read.status, 200, read.text)
    assert.ok(holdsMark(Buffer.from(read.text)))
  }
}

const ONE = { name: 'one' }
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'pandas.awesome.bears.example' },
  spec: {
    group: 'awesome.bears.example',
    scope: 'Namespaced',
    names: { plural: 'pandas', singular: 'panda', kind: 'Panda' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
}

function holdsMark(value: Buffer): boolean {
  return value.includes(MARK) || value.includes(Buffer.from(MARK).toString('base64'))
}

/** Whether the log of an API server holds a key that it encrypts with. */
function logsKeys(file: string, name: string): boolean {
  const log = processes.logs().get(`${name}.log`)?.toString() ?? assert.fail('there is a log')
  return secretsIn(readFileSync(file, 'utf8')).some((key) => log.includes(key))
}
