// Sealed output through the whole program: what the controller would make of it, that it is the same for
// the same values, and that nothing but the configuration chooses for whom.
import assert from 'node:assert/strict'
import { createHash, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { run } from '../cmp/cli.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { HOST } from '../manifests/provenance.ts'
import { unsealValue } from '../manifests/sealing/seal-secret.ts'
import { memoryIo } from './support/memory-io.ts'
import { sealer } from './support/sealing.ts'

const VALUES = { A_KEY: 'fake-value-of-a', B_KEY: 'fake-value-of-b' }
const prod = sealer(2048, '2020-01-01', '2049-12-31')
const other = sealer(2048, '2020-01-01', '2049-12-31')
const ending = sealer(2048, '2020-01-01', new Date(Date.now() + 30 * 86_400_000).toISOString())

const PHASE_SECRET = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: shop }
spec: { phaseApp: shop, managedSecretReferences: [{ secretName: shop }] }
`
const ARGOCD = {
  ARGOCD_APP_NAME: 'shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'shop',
}

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'argocd-phase-sealed-'))
  for (const [name, { pem }] of Object.entries({ prod, other, ending })) {
    writeFileSync(join(folder, `${name}.pem`), pem)
  }
  writeFileSync(join(folder, 'key'), createHash('sha256').update('key').digest('hex'))
  writeFileSync(join(folder, 'short'), Buffer.from('fake-key-of-31-bytes-fake-key-3'))
  writeFileSync(join(folder, 'zeroes'), '00'.repeat(32))
})
after(() => rmSync(folder, { recursive: true }))

interface Case {
  readonly values?: Readonly<Record<string, string>>
  readonly manifest?: string
  /** Lines of the policy's `allow`. */
  readonly allow?: string
  readonly policies?: string
  readonly sealing?: string
  readonly env?: Readonly<Record<string, string>>
  readonly seed?: string
}

const certificates = () =>
  `certificates: { prod: { file: ${folder}/prod.pem }, other: { file: ${folder}/other.pem }, ending: { file: ${folder}/ending.pem } }`

const policy = (name: string, allow: string) => `
  - name: ${name}
    match: { projects: [shop] }
    allow: { apps: [shop], environments: [Production], ${allow} }`

async function render({ values = VALUES, manifest = PHASE_SECRET, ...rest }: Case = {}) {
  const { allow = 'output: sealed, certificate: prod', env = ARGOCD, sealing = '' } = rest
  const { policies = policy('shop', allow), seed = 'sealed' } = rest
  const secrets = JSON.stringify({ '/': values })
  const store = `apps: { shop: { environments: { Production: { secrets: ${secrets} } } } }\n`
  const server = await startDevServer({ store, seed })
  try {
    const config = join(folder, 'config.yaml')
    writeFileSync(
      config,
      `version: 1\nhosts: [{ url: "${server.host}" }]\nsealing: { ${sealing}${certificates()} }\npolicies:${policies}\n`,
    )
    const token = { PHASE_SERVICE_TOKEN: server.token, PHASE_PLUGIN_CONFIG: config }
    const { io, stdout, stderr } = memoryIo({ ...env, ...token }, manifest)
    const exitCode = await run(['generate', '-'], io)
    return { exitCode, stdout: stdout(), stderr: stderr() }
  } finally {
    await server.close()
  }
}

interface Sealed {
  readonly kind: string
  readonly metadata: { name: string; namespace?: string; annotations: Record<string, string> }
  readonly spec: { encryptedData: Record<string, string> }
}

async function sealed(given: Case = {}): Promise<Sealed> {
  const { exitCode, stdout, stderr } = await render(given)
  assert.equal(exitCode, 0, stderr)
  assert.equal(stderr, '')
  const made: Sealed = parse(stdout)
  assert.equal(made.kind, 'SealedSecret')
  return made
}

function opened({ metadata, spec }: Sealed, key = prod.key, scope = 'strict' as const) {
  const { name, namespace } = metadata
  return Object.fromEntries(
    Object.entries(spec.encryptedData).map(([data, text]) => [
      data,
      unsealValue(text, { scope, name, namespace }, key)?.revealText(),
    ]),
  )
}

test('it opens with the private key of the certificate, and with no other', async () => {
  const made = await sealed()
  assert.deepEqual(opened(made), VALUES)
  assert.deepEqual(Object.values(opened(made, other.key)), [undefined, undefined])
  assert.deepEqual(
    opened({ ...made, metadata: { ...made.metadata, name: 'elsewhere' } }),
    { A_KEY: undefined, B_KEY: undefined },
    'strict is the default: it opens nowhere else',
  )
})

test('the golden output of the fixture opens to the values of its store', () => {
  const here = 'fixtures/generate/sealed'
  const key = createPrivateKey(readFileSync(join(here, 'test-only.key.pem'), 'utf8'))
  const [shop, bytes] = parseAllDocuments(readFileSync(join(here, 'expected.yaml'), 'utf8')).map(
    (document): Sealed => document.toJS(),
  )
  assert.ok(shop !== undefined && bytes !== undefined)
  assert.deepEqual(opened(shop, key), {
    API_KEY: 'fake-production-api-key',
    EMPTY: '',
    LINES: 'fake-first-line\nfake-second-line\n',
  })
  const { 'tls.bin': text = '' } = bytes.spec.encryptedData
  const place = { scope: 'strict', name: 'bytes', namespace: 'shop' } as const
  const value = unsealValue(text, place, key)?.revealBytes() ?? new Uint8Array()
  assert.equal(Buffer.from(value).toString('latin1'), 'fake-bytes-\xff\x00')
})

describe('the same is the same', () => {
  test('a changed value changes its own entry and no other', async () => {
    const [before, after] = [
      await sealed(),
      await sealed({ values: { ...VALUES, B_KEY: 'fake-changed' } }),
    ]
    assert.equal(after.spec.encryptedData.A_KEY, before.spec.encryptedData.A_KEY)
    assert.notEqual(after.spec.encryptedData.B_KEY, before.spec.encryptedData.B_KEY)
    const said = ({ metadata }: Sealed) => ({
      ...metadata,
      annotations: { ...metadata.annotations, [HOST]: 'a server of its own each' },
    })
    assert.deepEqual(said(after), said(before))
  })

  test('with the key file, whatever the environment; without it, by the environment', async () => {
    const sealing = `keyFile: ${folder}/key, `
    const texts = async (given: Case) => (await sealed(given)).spec.encryptedData
    const mine = await texts({ sealing })
    assert.deepEqual(await texts({ sealing, seed: 'another environment' }), mine)
    const derived = await texts({})
    assert.deepEqual(await texts({}), derived)
    const elsewhere = await texts({ seed: 'another environment' })
    for (const key of Object.keys(VALUES)) {
      assert.equal(new Set([mine[key], derived[key], elsewhere[key]]).size, 3, key)
    }
  })

  test('a removed key changes an annotation, which Argo CD compares', async () => {
    const [before, after] = [await sealed(), await sealed({ values: { A_KEY: VALUES.A_KEY } })]
    const fields = ({ metadata }: Sealed) => metadata.annotations['secrets.phase.dev/fields']
    assert.notEqual(fields(before), fields(after))
    assert.deepEqual(Object.keys(after.spec.encryptedData), ['A_KEY'])
  })
})

const ANOTHER = 'output: sealed, certificate: other'
const refusals: Readonly<Record<string, readonly [given: () => Case, code: number, RegExp]>> = {
  'policies that seal for different certificates': [
    () => ({ policies: policy('a', 'output: sealed, certificate: prod') + policy('b', ANOTHER) }),
    1,
    /policies a and b allow this with different output: plain, or sealed in different ways/,
  ],
  'policies of which one does not seal': [
    () => ({ policies: policy('a', 'output: plain') + policy('b', ANOTHER) }),
    1,
    /policies a and b allow this with different output/,
  ],
  'policies that seal with different scopes': [
    () => ({ policies: policy('a', ANOTHER) + policy('b', `${ANOTHER}, scope: cluster-wide`) }),
    1,
    /policies a and b allow this with different output/,
  ],
  'a key that is too short': [
    () => ({ sealing: `keyFile: ${folder}/short, ` }),
    2,
    /sealing\.keyFile: .*\/short is not 32 bytes/,
  ],
  'a key that is none': [
    () => ({ sealing: `keyFile: ${folder}/zeroes, ` }),
    2,
    /sealing\.keyFile: .*\/zeroes /,
  ],
  'a key that is not there': [
    () => ({ sealing: `keyFile: ${folder}/missing, ` }),
    2,
    /sealing\.keyFile: .* cannot be read \(missing\)/,
  ],
  'a SealedSecret of that name in Git': [
    () => ({
      manifest: `${PHASE_SECRET}---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: shop }\n`,
    }),
    1,
    /SealedSecret shop.*the stream already has this object/,
  ],
}

for (const [name, [given, code, says]] of Object.entries(refusals)) {
  test(`refused, without a byte of output: ${name}`, async () => {
    const { exitCode, stdout, stderr } = await render(given())
    assert.match(stderr, says)
    assert.equal(stdout, '')
    assert.equal(exitCode, code)
    assert.ok(!stderr.includes('fake-'), 'no value, and no key')
  })
}

test('policies that say the same of the output agree', async () => {
  const policies = policy('a', ANOTHER) + policy('b', `${ANOTHER}, scope: strict`)
  assert.deepEqual(opened(await sealed({ policies }), other.key), VALUES)
})

test('nothing of the author chooses the output', async () => {
  const wanted = { output: 'plain', certificate: 'other', scope: 'cluster-wide' }
  const env = Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) => [
      [`ARGOCD_ENV_${name.toUpperCase()}`, value],
      [`ARGOCD_ENV_PHASE_${name.toUpperCase()}`, value],
      [`PARAM_${name.toUpperCase()}`, value],
    ]),
  )
  const manifest = PHASE_SECRET.replace(
    'secretName: shop',
    'secretName: shop, template: { metadata: { annotations: { sealedsecrets.bitnami.com/cluster-wide: "true" } } }',
  )
  const made = await sealed({ env: { ...ARGOCD, ...env }, manifest })
  assert.deepEqual(opened(made), VALUES)
  assert.equal(made.metadata.annotations['sealedsecrets.bitnami.com/cluster-wide'], undefined)
})

test('a certificate that ends soon is a warning', async () => {
  const { exitCode, stdout, stderr } = await render({
    allow: 'output: sealed, certificate: ending',
  })
  assert.match(stderr, /^warning: the sealing certificate of .*ending\.pem expires on /)
  assert.equal(exitCode, 0)
  assert.deepEqual(opened(parse(stdout), ending.key), VALUES)
})

test('the checksum of a workload is that of plain output', async () => {
  const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { secrets.phase.dev/redeploy: "true" } }
spec:
  template:
    spec: { containers: [{ name: web, envFrom: [{ secretRef: { name: shop } }] }] }
`
  const given = { manifest: PHASE_SECRET + deployment }
  const checksums: unknown[] = []
  for (const allow of ['output: plain', 'output: sealed, certificate: prod', ANOTHER]) {
    const { stdout } = await render({ ...given, allow })
    checksums.push(/secrets\.phase\.dev\/checksum: "?([0-9a-f]{32})/.exec(stdout)?.[1])
  }
  assert.ok(checksums[0] !== undefined)
  assert.equal(new Set(checksums).size, 1)
})
