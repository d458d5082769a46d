import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { SecretManifest } from '../../manifests/print.ts'
import { printScalar, printSecretJson, printSecretYaml } from '../../manifests/print.ts'

const secret = (more: Partial<SecretManifest>): SecretManifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  name: 'name',
  labels: {},
  annotations: {},
  type: 'Opaque',
  data: new Map(),
  ...more,
})

test('words that some reader takes for something else are quoted', () => {
  const words =
    'NO on y N Yes true TRUE null ~ 0b11 0x1F 0o17 017 1e3 e3 E-3 1_000 .5 .inf 12:30:00 2026-11-23 = << - ? a:'
  for (const word of [
    ...words.split(' '),
    '',
    ' a',
    'a ',
    'a #b',
    'a: b',
    '"',
    "'",
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '[',
    '{',
    'dc3d69e9',
  ]) {
    assert.equal(printScalar(word), JSON.stringify(word), word)
  }
  for (const word of ['Opaque', 'kubernetes.io/tls', 'a=b', 'app:1', 'ZmFrZQ==', 'production']) {
    assert.equal(printScalar(word), word)
  }
})

test('every Secret reads back as it is, in YAML 1.1 and 1.2, as a block and as a line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('no', '1e3', '__proto__', '\u2028', '\u0085'),
  )
  const map = fc.dictionary(text, text, { maxKeys: 4 })
  const base64 = fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => Buffer.from(bytes).toString('base64'))
  const data = fc.dictionary(fc.stringMatching(/^[-._a-zA-Z0-9]{1,8}$/), base64, { maxKeys: 4 })
  fc.assert(
    fc.property(text, map, map, text, data, (name, labels, annotations, type, values) => {
      const input = secret({
        name,
        labels,
        annotations,
        type,
        data: new Map(Object.entries(values)),
      })
      for (const printed of [printSecretYaml(input), printSecretJson(input)]) {
        for (const version of ['1.1', '1.2'] as const) {
          const read = parse(printed, { version })
          assert.equal(read.metadata.name, name)
          assert.equal(read.type, type)
          assert.deepEqual({ ...read.metadata.labels }, { ...labels })
          assert.deepEqual({ ...read.metadata.annotations }, { ...annotations })
          assert.deepEqual({ ...read.data }, { ...values })
        }
      }
      assert.doesNotMatch(printSecretJson(input), /\n/)
    }),
    { numRuns: 300 },
  )
})
