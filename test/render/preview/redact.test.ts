import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainMap } from '../../../manifests/plain-value.ts'
import { redact } from '../../../render/preview/redact.ts'
import { fingerprint, printOf } from '../../support/preview-state.ts'

const secret = (more: PlainMap): PlainMap => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  ...more,
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const VALUE = 'hunter2-hunter2'

const hiding: readonly { name: string; object: PlainMap }[] = [
  { name: 'data', object: secret({ data: { A: base64(VALUE) } }) },
  { name: 'stringData', object: secret({ stringData: { A: VALUE } }) },
  { name: 'data that is no base64', object: secret({ data: { A: `${VALUE}!` } }) },
  { name: 'data that is a text', object: secret({ data: VALUE }) },
  { name: 'stringData that is a list', object: secret({ stringData: [VALUE] }) },
  { name: 'a value that is a map', object: secret({ data: { A: { B: VALUE } } }) },
  { name: 'a field with a typo', object: secret({ stringdata: { A: VALUE } }) },
  { name: 'a field that no Secret has', object: secret({ spec: { encrypted: VALUE } }) },
  { name: 'a type that is a map', object: secret({ type: { A: VALUE } }) },
  {
    name: 'data that is indented too far',
    object: secret({ metadata: { name: 'db', data: { A: VALUE } } }),
  },
  { name: 'metadata that is a text', object: secret({ metadata: VALUE }) },
  {
    name: 'what client-side apply leaves',
    object: secret({
      metadata: {
        name: 'db',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(
            secret({ data: { A: base64(VALUE) }, stringData: { B: VALUE } }),
          ),
        },
      },
    }),
  },
  {
    name: 'what client-side apply leaves, broken',
    object: secret({
      metadata: {
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data": "${VALUE}"` },
      },
    }),
  },
  { name: 'a type that is a list', object: secret({ type: [VALUE], immutable: [VALUE] }) },
  {
    name: 'a kind in small letters',
    object: { ...secret({ stringData: { A: VALUE } }), kind: 'secret' },
  },
  { name: 'a SecretList without items', object: { kind: 'SecretList', entries: [{ A: VALUE }] } },
  ...[
    ['labels', { A: { B: VALUE } }],
    ['annotations', { data: { A: VALUE } }],
    ['annotations', { 'kapp.k14s.io/original': JSON.stringify({ data: { A: VALUE } }) }],
    ['annotations', { 'objectset.rio.cattle.io/applied': `H4sI${base64(VALUE)}` }],
    ['finalizers', [{ A: VALUE }]],
    ['ownerReferences', { A: VALUE }],
    ['ownerReferences', [{ name: { A: VALUE }, extra: VALUE }]],
    ['managedFields', [{ manager: 'a', fieldsV1: { 'f:data': { 'f:A': VALUE } }, extra: VALUE }]],
    ['generation', { A: VALUE }],
  ].map(([field, value]) => ({
    name: `metadata.${field} with ${JSON.stringify(value)}`,
    object: secret({ metadata: { name: 'db', [String(field)]: value } }),
  })),
  {
    name: 'an annotation that repeats a value, as it is and as it is written',
    object: secret({
      metadata: { labels: { a: VALUE }, annotations: { a: `is ${VALUE}`, b: base64(VALUE) } },
      data: { A: base64(VALUE) },
    }),
  },
  {
    name: 'a Secret inside of another kind',
    object: { kind: 'Object', spec: { manifest: secret({ data: { A: VALUE } }) } },
  },
  {
    name: 'a Secret in what client-side apply left of another kind',
    object: {
      kind: 'Template',
      metadata: {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
            objects: [secret({ stringData: { A: VALUE } })],
          }),
        },
      },
    },
  },
  {
    name: 'a Secret of another group',
    object: { ...secret({ data: { A: VALUE } }), apiVersion: 'example.com/v1' },
  },
  {
    name: 'a Secret in an object of another kind',
    object: {
      apiVersion: 'kubernetes.crossplane.io/v1alpha2',
      kind: 'Object',
      spec: { forProvider: { manifest: secret({ data: { A: base64(VALUE) } }) } },
    },
  },
  {
    name: 'a Secret in a list in an object of another kind',
    object: { kind: 'Template', objects: [[secret({ stringData: { A: VALUE } })]] },
  },
]

for (const { name, object } of hiding) {
  test(`no value is left: ${name}`, () => {
    const text = JSON.stringify(redact(object, fingerprint))
    assert.doesNotMatch(text, /hunter2/)
    assert.ok(!text.includes(base64(VALUE)))
    assert.ok(!Buffer.from(text, 'base64').includes('hunter2'))
    assert.match(text, /<?[0-9a-f]{12}>?/)
  })
}

test('stringData wins over data, as in the API server, and keys are sorted', () => {
  const object = secret({ data: { B: base64('1'), A: base64('2') }, stringData: { B: 'three' } })
  const { content, keys } = redact(object, fingerprint)
  assert.deepEqual(
    [...(keys ?? [])],
    [
      ['A', { fingerprint: printOf('2') }],
      ['B', { fingerprint: printOf('three') }],
    ],
  )
  assert.deepEqual(content.data, { A: `<${printOf('2')}>`, B: `<${printOf('three')}>` })
  assert.ok(!('stringData' in content))
})

test('names, labels, annotations and the type stay; so does everything of other kinds', () => {
  const metadata = { name: 'db', namespace: 'shop', labels: { a: 'b' }, annotations: { c: 'd' } }
  const object = secret({ metadata, type: 'kubernetes.io/tls', immutable: true })
  assert.deepEqual(redact(object, fingerprint).content, object)
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { A: 'text' } }
  assert.deepEqual(redact(map, fingerprint), { content: map })
  const reference = {
    kind: 'Chart',
    spec: { valuesFrom: [{ kind: 'Secret', name: 'a', key: 'data' }] },
  }
  assert.equal(redact(reference, fingerprint).content, reference)
})

test('what the API server says of managed fields stays: all of it is names', () => {
  const managedFields = [
    { manager: 'argocd', operation: 'Apply', fieldsV1: { 'f:data': { '.': {}, 'f:A': {} } } },
  ]
  const object = secret({ metadata: { name: 'db', managedFields } })
  assert.deepEqual(redact(object, fingerprint).content, object)
})

test('what is deeper than the stack is hidden', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}"${VALUE}"${']'.repeat(100_000)}`)
  for (const object of [secret({ spec: deep, data: { A: deep } }), { kind: 'Pod', spec: deep }]) {
    assert.doesNotMatch(JSON.stringify(redact(object, fingerprint)), /hunter2/)
  }
})

test('a key called __proto__ is a key', () => {
  const object = secret({ stringData: JSON.parse(`{"__proto__": "${VALUE}"}`) })
  const { keys } = redact(object, fingerprint)
  assert.deepEqual([...(keys?.keys() ?? [])], ['__proto__'])
})

test('a checksum on a pod template is the same in every run, so it is replaced too', () => {
  const annotations = { 'secrets.phase.dev/checksum': '0123456789abcdef0123456789abcdef' }
  const object = { kind: 'Deployment', spec: { template: { metadata: { annotations } } } }
  const text = JSON.stringify(redact(object, fingerprint).content)
  assert.doesNotMatch(text, /0123456789abcdef/)
  assert.match(text, /"<[0-9a-f]{12}>"/)
})
