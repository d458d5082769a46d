// What an emitted Secret says of its origin: as Phase and the PhaseSecret have it, whatever its author wrote.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provenanceAnnotations, readProvenance } from '../../manifests/provenance.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import { emitSecrets } from '../../render/emit.ts'
import { readPhaseSecret } from '../../render/phase-secret.ts'
import type { SourceResult } from '../../render/source.ts'
import { manifestObject } from '../support/manifest-object.ts'

const ID = 'cff349b7-4d92-4bd6-8cb8-8fce901aca95'
const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${String(n).padStart(8, '0')}${ID.slice(8)}`)

const phase = (changes: Partial<SourceResult> = {}): SourceResult => ({
  host: 'https://phase.example',
  appId: 'app-id',
  environmentId: ID,
  referencedEnvironmentIds: [],
  path: '/',
  checksumKey: new Uint8Array(32),
  sealingKey: new Uint8Array(32),
  secrets: [{ key: 'A', value: SecretValue.ofText('fake-value') }],
  warnings: [],
  ...changes,
})

function emit(spec: string, result: SourceResult, annotations = '{}') {
  const text = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: a, namespace: shop, annotations: ${annotations} }
spec:
  phaseApp: shop
  managedSecretReferences: [{ secretName: one }, { secretName: two }]
${spec}`
  const reading = readPhaseSecret(manifestObject(text))
  assert.ok('value' in reading)
  const { secrets, problems } = emitSecrets(reading.value, result)
  const [one, two] = secrets.map((secret) => secret.annotations)
  assert.deepEqual(one, two, 'every Secret of one PhaseSecret says the same')
  return { annotations: one ?? {}, problems }
}

test('the host, the environments and the interval are those of the render', () => {
  const referencedEnvironmentIds = ids(2)
  const { annotations } = emit('  pollingInterval: 90\n', phase({ referencedEnvironmentIds }))
  assert.deepEqual(readProvenance(annotations), {
    host: 'https://phase.example',
    environmentId: ID,
    referencedEnvironmentIds,
    pollingInterval: 90,
  })
})

test('without references and interval there are no annotations of them', () => {
  const { annotations } = emit('', phase())
  assert.deepEqual(Object.keys(annotations).sort(), [
    'argocd.argoproj.io/sync-options',
    'secrets.phase.dev/app-id',
    'secrets.phase.dev/environment-id',
    'secrets.phase.dev/fields',
    'secrets.phase.dev/host',
    'secrets.phase.dev/path',
  ])
})

test('annotations of the PhaseSecret itself add nothing and replace nothing', () => {
  const forged = provenanceAnnotations({
    host: 'https://evil.example',
    appId: 'x',
    environmentId: ids(1)[0] ?? '',
    referencedEnvironmentIds: ids(3),
    path: '/x',
    pollingInterval: 1,
  })
  const carried = { ...forged, 'argocd.argoproj.io/sync-wave': '1' }
  const plain = emit('', phase(), '{ argocd.argoproj.io/sync-wave: "1" }')
  assert.deepEqual(emit('', phase(), JSON.stringify(carried)).annotations, plain.annotations)
})

test('where not all environments find a place, that is said, once', () => {
  const { problems } = emit('', phase({ referencedEnvironmentIds: ids(100) }))
  assert.deepEqual(problems, [])
  const many = emit('', phase({ referencedEnvironmentIds: ids(101) }))
  assert.deepEqual(
    many.problems.map(({ severity, message }) => `${severity}: ${message}`),
    ['warning: references lead to 101 other environments, of which watch is told 100'],
  )
  assert.deepEqual(readProvenance(many.annotations)?.referencedEnvironmentIds, ids(100))
})
