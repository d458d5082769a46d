// The schema for editors and the reader know the same fields, in both directions.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import schema from '../../../cmp/config/configuration.schema.json' with { type: 'json' }
import { readConfiguration } from '../../../cmp/config/read-configuration.ts'

const { properties, $defs } = schema
const policy = $defs.policy.properties
const check = $defs.check.properties
const watch = $defs.watch.properties

/** A file around one of its maps in flow style, and the fields that the schema gives that map. */
const maps: Record<string, readonly [around: (map: string) => string, fields: object]> = {
  root: [(map) => map, properties],
  hosts: [(map) => `{hosts: [${map}]}`, properties.hosts.items.properties],
  credentials: [
    (map) => `{credentials: {a: ${map}}}`,
    properties.credentials.additionalProperties.properties,
  ],
  tokenSecrets: [(map) => `{tokenSecrets: ${map}}`, properties.tokenSecrets.properties],
  helm: [(map) => `{sources: {helm: ${map}}}`, properties.sources.properties.helm.properties],
  kustomize: [
    (map) => `{sources: {kustomize: ${map}}}`,
    properties.sources.properties.kustomize.properties,
  ],
  sealing: [(map) => `{sealing: ${map}}`, properties.sealing.properties],
  certificates: [
    (map) => `{sealing: {certificates: {a: ${map}}}}`,
    properties.sealing.properties.certificates.additionalProperties.properties,
  ],
  policy: [(map) => `{policies: [${map}]}`, policy],
  match: [(map) => `{policies: [{match: ${map}}]}`, policy.match.properties],
  check: [(map) => `{check: ${map}}`, check],
  exemptions: [(map) => `{check: {exemptions: ${map}}}`, check.exemptions.properties],
  readers: [(map) => `{check: {readers: [${map}]}}`, $defs.readers.items.properties],
  watch: [(map) => `{watch: ${map}}`, watch],
  argocd: [(map) => `{watch: {argocd: ${map}}}`, watch.argocd.properties],
  phase: [(map) => `{watch: {phase: [${map}]}}`, watch.phase.items.properties],
  interval: [(map) => `{watch: {interval: ${map}}}`, watch.interval.properties],
  state: [(map) => `{watch: {state: ${map}}}`, watch.state.properties],
  allow: [(map) => `{policies: [{allow: ${map}}]}`, policy.allow.properties],
}

function unknownFieldHints(text: string): string[] {
  const outcome = readConfiguration(Buffer.from(text), 'config.yaml')
  assert.ok('problems' in outcome)
  return outcome.problems
    .filter(({ message }) => message.startsWith('unknown field'))
    .map(({ hint = '' }) => hint)
}

for (const [name, [around, fields]] of Object.entries(maps)) {
  test(`${name}: the reader knows every field of the schema, and the schema every field it reads`, () => {
    const map = Object.keys(fields).map((field) => `${field}: null`)
    assert.deepEqual(unknownFieldHints(around(`{${map.join(', ')}}`)), [])
    const [hint = ''] = unknownFieldHints(around('{qqqqqqqqqqqq: null}'))
    const known = hint.replace('known here: ', '').split(', ')
    assert.deepEqual(known.sort(), Object.keys(fields).sort())
  })
}
