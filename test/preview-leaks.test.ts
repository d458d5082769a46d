// Whatever values Phase, Git and two states of a repository have: none of them, in no spelling, and no hash
// of one that somebody could make without the key, is in anything that `preview` prints.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { run } from '../cmp/cli.ts'
import { findLeaks, place } from './argocd/support/leaks.ts'
import { memoryIo } from './support/memory-io.ts'
import { plant, temporaryTree } from './support/tree.ts'

const FORMATS = ['text', 'markdown', 'json', 'html']

/** Long and rare enough to be found nowhere by chance. */
const value = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
    fc.oneof(
      fc.constantFrom(
        '',
        ' <b>&"\'`|\n---\n',
        '\u001b[31m',
        '🔑 \u202e',
        '${not a reference',
        ': [x',
      ),
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll('$', '')),
    ),
  )
  .map(([head, tail]) => `v${head}${tail}`)
const values = fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), value, {
  minKeys: 1,
  maxKeys: 5,
  noNullPrototype: true,
})
const states = fc.record({
  development: values,
  production: values,
  inGit: values,
  inGitBefore: values,
})

type States = typeof states extends fc.Arbitrary<infer T> ? T : never

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function manifests(environment: string, secrets: Readonly<Record<string, string>>) {
  const reads = Object.keys(secrets).map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: 'own', key } },
  }))
  const own = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'own',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          kind: 'Secret',
          stringData: secrets,
        }),
      },
    },
    data: Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, base64(text)])),
    stringData: secrets,
    stringdata: secrets,
  }
  const containers = [{ name: 'a', env: reads, envFrom: [{ secretRef: { name: 'made' } }] }]
  const annotations = { 'secrets.phase.dev/redeploy': 'true' }
  return [
    {
      apiVersion: 'secrets.phase.dev/v1alpha1',
      kind: 'PhaseSecret',
      metadata: { name: 'made' },
      spec: {
        phaseApp: 'app',
        phaseAppEnv: environment,
        managedSecretReferences: [{ secretName: 'made' }],
      },
    },
    own,
    { ...own, metadata: { ...own.metadata, name: `own-${environment}` } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', annotations },
      spec: { template: { spec: { containers } } },
    },
  ]
}

/** Every value by a name, and every hash of one that needs no key. */
function confidential(all: States): ReadonlyMap<string, string> {
  const texts = Object.values(all).flatMap((each) => Object.values(each))
  const hashes = texts.flatMap((text) =>
    ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => [
      createHash(name).update(text).digest('hex').slice(0, 12),
      createHash(name).update(base64(text)).digest('hex').slice(0, 12),
      createHmac(name, '').update(text).digest('hex').slice(0, 12),
      createHash(name).update(text).digest('base64').slice(0, 12),
    ]),
  )
  return new Map([...texts, ...hashes].map((text, index) => [`#${index}`, text]))
}

const options = {
  lineWidth: 0,
  defaultStringType: 'QUOTE_DOUBLE',
  defaultKeyType: 'PLAIN',
} as const
const stream = (documents: readonly object[]): string =>
  documents.map((each) => stringify(each, options)).join('---\n')

test('no value and no hash of one is in any output', async () => {
  await fc.assert(
    fc.asyncProperty(states, async (all) => {
      const { development, production, inGit, inGitBefore } = all
      const root = temporaryTree()
      const environment = (secrets: object) => ({ secrets: { '/': secrets } })
      const environments = {
        development: environment(development),
        production: environment(production),
      }
      plant(root, {
        'store.yaml': stringify({ apps: { app: { environments } } }, options),
        'head/a.yaml': stream(manifests('production', inGit)),
        'base/a.yaml': stream(manifests('development', inGitBefore)),
      })
      const secrets = confidential(all)
      for (const format of FORMATS) {
        for (const against of [[], ['--against', join(root, 'base')]]) {
          const head = join(root, 'head')
          const argv = ['preview', head, '--offline', join(root, 'store.yaml'), ...against]
          const { io, stdout, stderr } = memoryIo()
          assert.equal(await run([...argv, '--format', format, '--stats'], io), 0, stderr())
          const output = place(`${format} ${against[0] ?? ''}`, stdout() + stderr())
          assert.deepEqual(findLeaks(output, secrets), [])
        }
      }
    }),
    { numRuns: 12 },
  )
})

test('the search finds a value where there is one', () => {
  const all = {
    development: { A: 'v0123456789abcdef' },
    production: {},
    inGit: {},
    inGitBefore: {},
  }
  const hash = createHash('sha256').update('v0123456789abcdef').digest('hex')
  for (const text of ['x v0123456789abcdef', base64('v0123456789abcdef'), `<${hash}>`]) {
    assert.ok(findLeaks(place('control', text), confidential(all)).length > 0, text)
  }
})

test('a stable key makes the output the same, and nothing else does', async () => {
  const root = temporaryTree({
    'store.yaml':
      'apps: { app: { environments: { production: { secrets: { /: { A: fake-value } } } } } }\n',
  })
  plant(root, { 'head/a.yaml': stream(manifests('production', {}).slice(0, 1)) })
  const preview = async (env: Record<string, string>) => {
    const { io, stdout } = memoryIo(env)
    await run(
      ['preview', join(root, 'head'), '--offline', join(root, 'store.yaml'), '--format', 'json'],
      io,
    )
    return stdout()
  }
  const key = { PHASE_FINGERPRINT_KEY: '0123456789abcdef0123456789abcdef' }
  assert.equal(await preview(key), await preview(key))
  const elsewhere = await preview({ ...key, PHASE_HOST: 'https://phase.example/' })
  assert.match(elsewhere, /secrets\.phase\.dev\/host: https:\/\/phase\.example\\n/, 'as a render')
  assert.notEqual(await preview({}), await preview({}))
})
