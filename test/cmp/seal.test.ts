// `seal` in process: what comes in and what comes out, and what keeps everything from coming out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import { showPin } from '../../manifests/sealing/pin.ts'
import { scopeOf } from '../../manifests/sealing/scope.ts'
import { unsealValue } from '../../manifests/sealing/seal-secret.ts'
import { cluster, K, SECRET, seal, VALUE } from '../support/seal-command.ts'
import { sealer } from '../support/sealing.ts'

interface Sealed {
  readonly kind: string
  readonly metadata: { name: string; namespace?: string; annotations: Record<string, string> }
  readonly spec: {
    encryptedData: Record<string, string>
    template: { type: string; immutable?: boolean; metadata?: Record<string, object> }
  }
}

/** What a controller makes of a SealedSecret. */
function open({ metadata, spec }: Sealed): Record<string, string | undefined> {
  const { name, namespace } = metadata
  const place = { scope: scopeOf(metadata.annotations), namespace, name }
  return Object.fromEntries(
    Object.entries(spec.encryptedData).map(([key, text]) => [
      key,
      unsealValue(text, place, cluster.key)?.revealText(),
    ]),
  )
}

const all = (out: string): Sealed[] => parseAllDocuments(out).map((each) => each.toJS())

test('a Secret on standard input: the SealedSecret, which opens to what was in it', async () => {
  const { code, out, err } = await seal([], SECRET)
  assert.equal(err, '')
  assert.equal(code, 0)
  const [sealed, ...more] = all(out)
  assert.ok(sealed !== undefined && more.length === 0)
  assert.deepEqual(open(sealed), { EMPTY: '', PASSWORD: VALUE })
  assert.equal(sealed.kind, 'SealedSecret')
  assert.deepEqual(sealed.metadata, {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'argocd.argoproj.io/sync-wave': '2',
      'secrets.phase.dev/sealed-for': showPin(cluster.certificate.fingerprint),
    },
  })
  assert.deepEqual(sealed.spec.template, { type: 'Opaque', metadata: { labels: { app: 'web' } } })
  assert.doesNotMatch(out, /comment|uid|last-applied/)
})

test('files, folders, Lists and JSON: all Secrets in their order, and nothing else', async () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [parse(SECRET), { ...parse(SECRET), metadata: { name: 'two', namespace: 'shop' } }],
  }
  const tree = {
    'a.json': JSON.stringify(list),
    'f/b.yaml': `kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata: {a: Secret}\n---\n${SECRET.replace('name: web', 'name: three')}`,
    'f/c.yaml': '# nothing\n',
  }
  const { code, out, err } = await seal(
    ['./a.json', './f', '-'],
    SECRET.replace('name: web', 'name: four'),
    {},
    tree,
  )
  assert.equal(
    err,
    'notice: 1 other object is left out: only Secrets and PhaseSecrets are sealed\n',
  )
  assert.equal(code, 0)
  assert.deepEqual(
    all(out).map(({ metadata }) => metadata.name),
    ['web', 'two', 'three', 'four'],
  )
  assert.ok(all(out).every((each) => open(each).PASSWORD === VALUE))
})

test('JSON: one object, or one List', async () => {
  const one = JSON.parse((await seal(['-o', 'json'], SECRET)).out)
  assert.equal(open(one).PASSWORD, VALUE)
  const two = await seal(['--format', 'json'], `${SECRET}---\n${SECRET.replace('web', 'api')}`)
  const { kind, items } = JSON.parse(two.out)
  assert.equal(kind, 'List')
  assert.deepEqual(
    items.map((each: Sealed) => open(each).PASSWORD),
    [VALUE, VALUE],
  )
})

test('keys that JavaScript has plans for, and empty values as Go prints them', async () => {
  const text = `${SECRET}  __proto__: a\n  constructor: b\n`.replace('EMPTY: ""', 'EMPTY: null')
  for (const format of ['yaml', 'json']) {
    const { code, out } = await seal(['-o', format, '--deterministic-key-file', './k'], text)
    assert.equal(code, 0)
    const { spec }: Sealed = JSON.parse(JSON.stringify(parse(out)))
    assert.deepEqual(Object.keys(spec.encryptedData), [
      'EMPTY',
      'PASSWORD',
      '__proto__',
      'constructor',
    ])
  }
})

const scopes: readonly (readonly [args: string[], annotation: string, scope: string])[] = [
  [[], '', 'strict'],
  [['--scope', 'strict'], 'cluster-wide', 'strict'],
  [['--scope', 'namespace-wide'], '', 'namespace-wide'],
  [['--scope', 'cluster-wide'], '', 'cluster-wide'],
  [[], 'namespace-wide', 'namespace-wide'],
  [[], 'cluster-wide', 'cluster-wide'],
]
for (const [args, annotation, scope] of scopes) {
  test(`scope ${scope}: ${args.join(' ')} ${annotation}`, async () => {
    const line = annotation && `sealedsecrets.bitnami.com/${annotation}: "true"\n    `
    const { out, err } = await seal(args, SECRET.replace('argocd', `${line}argocd`))
    const [sealed] = all(out)
    const isChosen = args.length > 0 || scope === 'strict'
    assert.match(err, isChosen ? /^$/ : /^notice: .*as its annotation says\n {2}hint: /)
    assert.ok(sealed !== undefined)
    assert.equal(scopeOf(sealed.metadata.annotations), scope)
    assert.equal(open(sealed).PASSWORD, VALUE)
  })
}

test('--namespace fills in, --name renames, and both are what it is sealed for', async () => {
  const nowhere = SECRET.replace('  namespace: shop\n', '')
  const { out } = await seal(['-n', 'stage', '--name', 'api'], nowhere)
  const [sealed] = all(out)
  assert.ok(sealed !== undefined)
  assert.deepEqual([sealed.metadata.namespace, sealed.metadata.name], ['stage', 'api'])
  assert.equal(open(sealed).PASSWORD, VALUE)
  const wide = all((await seal(['--scope', 'cluster-wide'], nowhere)).out)[0]
  assert.equal(wide?.metadata.namespace, undefined)
})

test('random unless a key is given; then the same bytes each time', async () => {
  const [one, two] = [await seal([], SECRET), await seal([], SECRET)]
  assert.notEqual(one.out, two.out)
  const withKey = () => seal(['--deterministic-key-file', './k'], SECRET)
  const derived = await withKey()
  assert.equal(derived.code, 0)
  assert.equal((await withKey()).out, derived.out)
  const base64 = Buffer.from(K, 'hex').toString('base64')
  for (const k of [`${K.toUpperCase()}\n`, `${base64}\n`, Buffer.from(K, 'hex')]) {
    const again = await seal(['--deterministic-key-file', './k'], SECRET, {}, { k })
    assert.equal(again.out, derived.out)
  }
  assert.equal(open(all(derived.out)[0] as Sealed).PASSWORD, VALUE)
})

test('a PhaseSecret: what Phase holds, sealed; no trace of it elsewhere', async () => {
  const store = `apps: { shop: { environments: { Production: { secrets: { /: { PASSWORD: ${VALUE} } } } } } }\n`
  const server = await startDevServer({ store, seed: 'seal' })
  const manifest = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: web, namespace: shop}
spec:
  phaseApp: shop
  managedSecretReferences: [{secretName: web}, {secretName: api}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
`
  try {
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token }
    const { code, out, err } = await seal(['--deterministic-key-file', './k'], manifest, env)
    assert.equal(
      err,
      'notice: 1 other object is left out: only Secrets and PhaseSecrets are sealed\n',
    )
    assert.equal(code, 0)
    const sealed = all(out)
    assert.deepEqual(
      sealed.map(({ metadata }) => metadata.name),
      ['web', 'api'],
    )
    assert.ok(sealed.every((each) => open(each).PASSWORD === VALUE))
    for (const { metadata } of sealed) {
      assert.equal(metadata.annotations['argocd.argoproj.io/sync-options'], 'ServerSideApply=true')
      assert.match(metadata.annotations['secrets.phase.dev/fields'] ?? '', /^[0-9a-f]{16}$/)
    }
    const denied = await seal([], manifest, { ...env, PHASE_SERVICE_TOKEN: '' })
    assert.equal(denied.out, '')
    assert.equal(denied.code, 2)
  } finally {
    await server.close()
  }
})

test('--raw: one value to the last byte, one text without a newline', async () => {
  const value = Uint8Array.from({ length: 256 }, (_, n) => n)
  const { code, out, err } = await seal(['--raw', '-n', 'shop', '--name', 'web'], value)
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^[A-Za-z0-9+/]+=*$/)
  const place = { scope: 'strict', namespace: 'shop', name: 'web' } as const
  assert.deepEqual(
    Buffer.from(unsealValue(out, place, cluster.key)?.revealBytes() ?? []),
    Buffer.from(value),
  )
  const noted = await seal(['--raw', '--scope', 'cluster-wide'], `${VALUE}\n`)
  assert.match(noted.err, /^notice: the value ends in a newline/)
  const wide = { scope: 'cluster-wide' } as const
  assert.equal(unsealValue(noted.out, wide, cluster.key)?.revealText(), `${VALUE}\n`)
  const large = await seal(['--raw', '--scope', 'cluster-wide'], Buffer.alloc(1024 * 1024 + 1))
  assert.deepEqual([large.code, large.out], [1, ''])
})

test('a value that stands in an annotation is warned about, without it', async () => {
  const text = SECRET.replaceAll(VALUE, 'correct horse battery').replace(
    'sync-wave: "2"',
    'sync-wave: "2"\n    note: it is correct horse battery',
  )
  const { code, err } = await seal([], text)
  assert.equal(code, 0)
  assert.match(
    err,
    /^warning: .* Secret shop\/web: annotation note holds the value of key PASSWORD\n/,
  )
  assert.doesNotMatch(err, /horse/)
})

test('the output is written once, and not on a warning of the certificate', async () => {
  const soon = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10)
  const { pem } = sealer(2048, '2026-01-01', soon)
  const { code, out, err } = await seal([], SECRET, {}, { 'cert.pem': pem })
  assert.equal(code, 0)
  assert.match(err, /^warning: the sealing certificate of .*cert\.pem expires on /)
  assert.match(out, /kind: SealedSecret/)
})
