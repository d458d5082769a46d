// The schema for editors and the reader know the same fields, in both directions.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../../manifests/problem.ts'
import { NAME_TRANSFORMERS } from '../../render/key-names.ts'
import { readPhaseSecret } from '../../render/phase-secret.ts'
import schema from '../../render/phasesecret.schema.json' with { type: 'json' }
import { manifestObject } from '../support/manifest-object.ts'

const { spec } = schema.properties
const { managedSecret, processor, nameTransformer } = schema.$defs
const { serviceToken } = spec.properties.authentication.properties
const { template } = managedSecret.properties

/** A spec in flow style around one of its maps, and the fields the schema gives that map. */
const maps: Record<string, readonly [around: (map: string) => string, properties: object]> = {
  spec: [(map) => map, spec.properties],
  authentication: [(map) => `{authentication: ${map}}`, spec.properties.authentication.properties],
  serviceToken: [(map) => `{authentication: {serviceToken: ${map}}}`, serviceToken.properties],
  serviceTokenSecretReference: [
    (map) => `{authentication: {serviceToken: {serviceTokenSecretReference: ${map}}}}`,
    serviceToken.properties.serviceTokenSecretReference.properties,
  ],
  managedSecretReferences: [
    (map) => `{managedSecretReferences: [${map}]}`,
    managedSecret.properties,
  ],
  processors: [
    (map) => `{managedSecretReferences: [{processors: {KEY: ${map}}}]}`,
    processor.properties,
  ],
  template: [(map) => `{managedSecretReferences: [{template: ${map}}]}`, template.properties],
  'template.metadata': [
    (map) => `{managedSecretReferences: [{template: {metadata: ${map}}}]}`,
    template.properties.metadata.properties,
  ],
}

function problemsOf(specText: string): readonly Problem[] {
  const reading = readPhaseSecret(
    manifestObject(
      `apiVersion: secrets.phase.dev/v1alpha1\nkind: PhaseSecret\nmetadata: {name: a}\nspec: ${specText}\n`,
    ),
  )
  assert.ok('problems' in reading)
  return reading.problems
}

function unknownFieldHints(specText: string): string[] {
  return problemsOf(specText)
    .filter(({ message }) => message.startsWith('unknown field'))
    .map(({ hint = '' }) => hint)
}

for (const [name, [around, properties]] of Object.entries(maps)) {
  test(`${name}: the reader knows every field of the schema`, () => {
    const map = Object.keys(properties).map((field) => `${field}: null`)
    assert.deepEqual(unknownFieldHints(around(`{${map.join(', ')}}`)), [])
  })

  test(`${name}: the schema has every field the reader knows`, () => {
    const [hint = ''] = unknownFieldHints(around('{qqqqqqqqqqqq: null}'))
    const known = hint.replace('known here: ', '').split(', ')
    const old = ['kubernetesAuth']
    assert.deepEqual(
      known.filter((field) => !old.includes(field)).sort(),
      Object.keys(properties).sort(),
    )
  })
}

test('the schema has the transformers of the reader', () => {
  assert.deepEqual(nameTransformer.enum, NAME_TRANSFORMERS)
})
