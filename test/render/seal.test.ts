// What is sealed and what keeps it from being: parts that no run of the whole program gets to.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provenanceAnnotations, readProvenance } from '../../manifests/provenance.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { RenderedSecret } from '../../render/model.ts'
import { openSecret } from '../../render/print-stream.ts'
import type { Sealing } from '../../render/seal.ts'
import { sealSecrets } from '../../render/seal.ts'
import { sealer } from '../support/sealing.ts'
import { secret } from '../support/stamping.ts'

const { certificate } = sealer()
const asked: string[] = []
const sealing: Sealing = {
  certificate(name) {
    asked.push(name)
    return { value: { certificate, problems: [] } }
  },
  key: () => ({ value: undefined }),
}
const strict = (changes: Partial<RenderedSecret> = {}) =>
  secret({ sealed: { certificate: 'prod', scope: 'strict' }, ...changes })

const places: Readonly<Record<string, readonly [RenderedSecret, app: string | undefined, string]>> =
  {
    'its own namespace': [strict({ namespace: 'own' }), 'app', 'own'],
    'the namespace that Argo CD would choose': [strict(), 'app', 'app'],
    'no namespace': [strict(), undefined, 'cannot be sealed with scope strict'],
    'no namespace, namespace-wide': [
      strict({ sealed: { certificate: 'prod', scope: 'namespace-wide' } }),
      undefined,
      'cannot be sealed with scope namespace-wide',
    ],
    'no namespace, cluster-wide': [
      strict({ sealed: { certificate: 'prod', scope: 'cluster-wide' } }),
      undefined,
      'none',
    ],
  }

for (const [name, [given, app, want]] of Object.entries(places)) {
  test(`sealed for ${name}`, () => {
    const { sealed, problems } = sealSecrets([given], sealing, app)
    const made = sealed.get(given)
    const said = problems.map(({ message }) => message).join('\n')
    const found = made === undefined ? said : (made.metadata.namespace ?? 'none')
    assert.ok(found.includes(want), found)
  })
}

test('a certificate is read once, and a key of another environment seals otherwise', () => {
  asked.length = 0
  const [one, two] = [strict(), strict({ sealingKey: new Uint8Array(32).fill(9) })]
  const { sealed } = sealSecrets([one, two], sealing, 'app')
  assert.deepEqual(asked, ['prod'])
  const text = (each: RenderedSecret) => sealed.get(each)?.spec.encryptedData.get('API_KEY')
  assert.notEqual(text(one), text(two))
})

test('a Secret of many small values may be too large for etcd once it is sealed', () => {
  const value = SecretValue.ofText('fake-small')
  const many = (count: number) =>
    strict({ data: new Map(Array.from({ length: count }, (_, index) => [`K${index}`, value])) })
  const said = (count: number) => sealSecrets([many(count)], sealing, 'app').problems
  assert.deepEqual(said(100), [])
  assert.match(said(4100)[0]?.message ?? '', /^Secret shop-secret is too large once it is sealed: /)
})

test('what is to be sealed is never opened to be printed', () => {
  assert.throws(() => openSecret(strict()), TypeError)
  assert.equal(openSecret(secret()).data.size, 1)
})

test('a sealed Secret says where it is from: by itself, and by what the controller makes of it', () => {
  const from = {
    host: 'https://phase.example',
    environmentId: 'cff349b7-4d92-4bd6-8cb8-8fce901aca95',
    referencedEnvironmentIds: ['076f74c9-6484-4de7-8f97-69dbc7352029'],
    pollingInterval: 90,
  }
  const annotations = provenanceAnnotations({ ...from, appId: 'a', path: '/' })
  const given = strict({ annotations })
  const made = sealSecrets([given], sealing, 'app').sealed.get(given)
  assert.deepEqual(readProvenance(made?.metadata.annotations), from)
  assert.deepEqual(readProvenance(made?.spec.template.metadata.annotations), from)
})
