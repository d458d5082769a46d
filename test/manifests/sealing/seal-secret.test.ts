// A Secret to a SealedSecret: what goes where, what opens, what does not change.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { printSealedSecretJson, printSealedSecretYaml } from '../../../manifests/sealing/print.ts'
import type { SealingScope } from '../../../manifests/sealing/scope.ts'
import { SEALING_SCOPES, scopeOf, sealingLabel } from '../../../manifests/sealing/scope.ts'
import type { SealingOptions, SecretToSeal } from '../../../manifests/sealing/seal-secret.ts'
import { sealSecret, sealValue, unsealValue } from '../../../manifests/sealing/seal-secret.ts'
import { SecretValue } from '../../../manifests/secret-value.ts'
import { sealer, secretOf } from '../../support/sealing.ts'

const { certificate, key } = sealer()
const other = sealer()
const deterministic = (byte = 1) =>
  ({ kind: 'deterministic', key: Buffer.alloc(32, byte) }) as const
const options = (rest: Partial<SealingOptions> = {}): SealingOptions => ({
  certificate,
  scope: 'strict',
  mode: { kind: 'random' },
  ...rest,
})
const binary = Uint8Array.from({ length: 256 }, (_, n) => n)
const values = { z: 'last', A: '', 'b.bin': binary, '10': 'ten', '9': 'nine', __proto: 'p' }

for (const scope of SEALING_SCOPES) {
  test(`${scope}: every value opens in its place, and nowhere wider`, () => {
    const secret = secretOf(values)
    const { metadata, spec } = sealSecret(secret, options({ scope }))
    assert.deepEqual([...spec.encryptedData.keys()], ['10', '9', 'A', '__proto', 'b.bin', 'z'])
    assert.equal(scopeOf(metadata.annotations), scope)
    assert.equal(scopeOf(spec.template.metadata.annotations), 'strict')
    const places: readonly (readonly [string, string])[] = [
      ['keyspace', 'web'],
      ['keyspace', 'api'],
      ['elsewhere', 'web'],
    ]
    const opens = places.map(([namespace, name]) =>
      [...spec.encryptedData].every(([name_, sealed]) => {
        const value = unsealValue(sealed, { scope, namespace, name }, key)
        const wanted = secret.data.get(name_)?.revealBytes() ?? Buffer.of(0)
        return value !== undefined && Buffer.compare(value.revealBytes(), wanted) === 0
      }),
    )
    assert.deepEqual(opens, [true, scope !== 'strict', scope === 'cluster-wide'])
    const first = [...spec.encryptedData.values()][0] ?? ''
    assert.equal(
      unsealValue(first, { scope, namespace: 'keyspace', name: 'web' }, other.key),
      undefined,
    )
    for (const wrong of SEALING_SCOPES.filter((each) => each !== scope)) {
      const place = { scope: wrong, namespace: 'keyspace', name: 'web' }
      assert.equal(unsealValue(first, place, key), undefined, wrong)
    }
  })
}

const missing: readonly (readonly [SealingScope, Partial<SecretToSeal>, boolean])[] = [
  ['strict', { namespace: undefined }, false],
  ['strict', { namespace: '' }, false],
  ['strict', { name: '' }, false],
  ['namespace-wide', { namespace: undefined }, false],
  ['cluster-wide', { namespace: undefined }, true],
]
for (const [scope, lack, isSealed] of missing) {
  test(`${scope} with ${JSON.stringify(lack)} is ${isSealed ? 'sealed' : 'refused'}`, () => {
    const seal = () => sealSecret(secretOf({ a: 'b' }, lack), options({ scope }))
    if (isSealed) assert.equal(seal().metadata.namespace, undefined)
    else assert.throws(seal, RangeError)
  })
}

test('derived: the same bytes; one changed value changes one line', () => {
  const seal = (secret: SecretToSeal, rest: Partial<SealingOptions> = {}) =>
    printSealedSecretYaml(sealSecret(secret, options({ mode: deterministic(), ...rest })))
  const text = seal(secretOf(values))
  assert.equal(seal(secretOf(values)), text)
  const reordered = Object.fromEntries(Object.entries(values).toReversed())
  assert.equal(seal(secretOf(reordered)), text)
  const lines = seal(secretOf({ ...values, z: 'lasT' })).split('\n')
  const changed = lines.filter((line, n) => line !== text.split('\n')[n])
  assert.equal(changed.length, 1)
  assert.match(changed[0] ?? '', /^ {4}z: /)
  const data = (yaml: string): string[] => Object.values(parse(yaml).spec.encryptedData)
  for (const rest of [{ mode: deterministic(2) }, { certificate: other.certificate }] as const) {
    const others = data(seal(secretOf(values), rest))
    assert.ok(others.every((sealed) => !data(text).includes(sealed)))
  }
  assert.throws(
    () => seal(secretOf(values), { mode: { kind: 'deterministic', key: Buffer.alloc(31, 1) } }),
    RangeError,
  )
})

test('derived: equal values under two keys, names or namespaces show nothing of it', () => {
  const places = [
    { namespace: 'a', name: 'b', key: 'c' },
    { namespace: 'a', name: 'b', key: 'd' },
    { namespace: 'a', name: 'c', key: 'c' },
    { namespace: 'b', name: 'b', key: 'c' },
  ]
  for (const scope of SEALING_SCOPES) {
    const sealed = places.map((place) =>
      sealValue(SecretValue.ofText('same'), place, options({ scope, mode: deterministic() })),
    )
    assert.equal(new Set(sealed).size, 4)
    assert.equal(
      new Set(sealed.map((each) => Buffer.from(each, 'base64').subarray(258).toString('hex'))).size,
      4,
    )
  }
})

test('random: no two ciphertexts are equal', () => {
  const draw = () => [
    ...sealSecret(secretOf({ a: 'x', b: 'x' }), options()).spec.encryptedData.values(),
  ]
  assert.equal(new Set([...draw(), ...draw()]).size, 4)
})

test('annotations, labels, type and immutable go where they are read', () => {
  const annotations = {
    'argocd.argoproj.io/sync-wave': '-1',
    'argocd.argoproj.io/sync-options': 'Prune=false',
    'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    'argocd.argoproj.io/tracking-id': 'app:/Secret:keyspace/web',
    'argocd.argoproj.io/hook': 'PreSync',
    'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded',
    'argocd.argoproj.io/skip-reconcile': 'true',
    'sealedsecrets.bitnami.com/managed': 'true',
    'sealedsecrets.bitnami.com/cluster-wide': 'true',
    'sealedsecrets.bitnami.com/namespace-wide': 'true',
    'secrets.phase.dev/fields': '0123456789abcdef',
    'secrets.phase.dev/path': '/',
    'kubectl.kubernetes.io/last-applied-configuration': 'a copy of everything',
    'objectset.rio.cattle.io/applied': 'a copy of everything',
    'example.com/team': 'web',
  }
  const labels = { 'argocd.argoproj.io/secret-type': 'repository', app: 'web' }
  const secret = secretOf(
    { a: 'b' },
    { annotations, labels, type: 'example.com/x', immutable: true },
  )
  const sealed = sealSecret(secret, options({ scope: 'namespace-wide' }))
  assert.match(
    sealed.metadata.annotations['secrets.phase.dev/sealed-for'] ?? '',
    /^sha256:[0-9a-f]{64}$/,
  )
  const { 'secrets.phase.dev/sealed-for': _, ...own } = sealed.metadata.annotations
  assert.deepEqual(own, {
    'argocd.argoproj.io/sync-wave': '-1',
    'argocd.argoproj.io/sync-options': 'Prune=false',
    'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    'argocd.argoproj.io/tracking-id': 'app:/Secret:keyspace/web',
    'argocd.argoproj.io/hook': 'PreSync',
    'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded',
    'sealedsecrets.bitnami.com/namespace-wide': 'true',
    'secrets.phase.dev/fields': '0123456789abcdef',
  })
  assert.deepEqual(sealed.spec.template, {
    type: 'example.com/x',
    immutable: true,
    metadata: {
      labels,
      annotations: {
        'argocd.argoproj.io/skip-reconcile': 'true',
        'sealedsecrets.bitnami.com/managed': 'true',
        'secrets.phase.dev/fields': '0123456789abcdef',
        'secrets.phase.dev/path': '/',
        'example.com/team': 'web',
      },
    },
  })
  assert.equal(printSealedSecretYaml(sealed).includes('a copy of everything'), false)
})

test('what client-side apply cannot hold is applied server-side, unless the author says otherwise', () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`key-${n}`, 'v']))
  const OPTIONS = 'argocd.argoproj.io/sync-options'
  const of = (secret: SecretToSeal) => sealSecret(secret, options()).metadata.annotations[OPTIONS]
  assert.equal(of(secretOf(many)), 'ServerSideApply=true')
  assert.equal(of(secretOf({ big: Buffer.alloc(200_000) })), 'ServerSideApply=true')
  assert.equal(of(secretOf({ small: 'v' })), undefined)
  assert.equal(of(secretOf(many, { annotations: { [OPTIONS]: 'Prune=false' } })), 'Prune=false')
})

test('YAML and JSON say the same, and empty maps are left out', () => {
  const plain = sealSecret(secretOf({}), options())
  const yaml = printSealedSecretYaml(plain)
  assert.match(
    yaml,
    /^apiVersion: bitnami.com\/v1alpha1\nkind: SealedSecret\nmetadata:\n {2}name: web\n/,
  )
  assert.match(yaml, /\nspec:\n {2}encryptedData: \{\}\n {2}template:\n {4}type: Opaque\n$/)
  const full = sealSecret(secretOf(values, { labels: { yes: 'NO' }, immutable: false }), options())
  const parsed = parse(printSealedSecretYaml(full), { version: '1.1' })
  assert.deepEqual(JSON.parse(printSealedSecretJson(full)), parsed)
  assert.equal(parsed.spec.template.metadata.labels.yes, 'NO')
  assert.equal(parsed.spec.template.immutable, false)
})

test('nothing of a value is in what is printed or thrown', () => {
  const value = 'correct horse battery staple'
  const sealed = sealSecret(secretOf({ a: value }), options({ mode: deterministic() }))
  const text = printSealedSecretYaml(sealed) + printSealedSecretJson(sealed)
  for (const encoding of ['utf8', 'base64', 'hex'] as const) {
    assert.equal(text.includes(Buffer.from(value).toString(encoding)), false, encoding)
  }
  const broken = () => sealSecret(secretOf({ a: value }, { namespace: '' }), options())
  assert.throws(broken, (error: Error) => !`${error.message}${error.stack}`.includes('correct'))
  const opened = unsealValue(
    sealed.spec.encryptedData.get('a') ?? '',
    { scope: 'strict', namespace: 'keyspace', name: 'web' },
    key,
  )
  assert.equal(`${opened} ${JSON.stringify(opened)}`, '[secret] "[secret]"')
  assert.equal(opened?.revealText(), value)
})

test('labels are those of the controller', () => {
  const label = (scope: SealingScope) =>
    Buffer.from(sealingLabel({ scope, namespace: 'ns', name: 'n' })).toString()
  assert.deepEqual(SEALING_SCOPES.map(label), ['ns/n', 'ns', ''])
})
