// A preview as JSON: one order of fields, nothing undefined, what the schema says, and all of the model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatJson } from '../../../../cmp/preview/formats/json.ts'
import schema from '../../../../cmp/preview/formats/preview.schema.json' with { type: 'json' }
import type { Preview } from '../../../../render/preview/model.ts'
import { compareStates, describeState } from '../../../../render/preview/preview.ts'
import { schemaMistakes } from '../../../support/json-schema.ts'
import {
  deployment,
  fingerprint,
  phaseSecret,
  previewState,
} from '../../../support/preview-state.ts'
import {
  samplePreview,
  sampleWithoutBase,
  sampleWithoutDifference,
} from '../../../support/sample-preview.ts'

const manifests = (image: string) => phaseSecret('Production') + deployment({ image })

async function realPreviews(): Promise<Record<string, Preview>> {
  const before = await previewState(manifests('web:1'), {
    Production: { A: 'fake-1', B: 'fake-2' },
  })
  const after = await previewState(manifests('web:2'), { Production: { A: 'fake-3', C: 'fake-2' } })
  const words = await previewState(manifests('web:1'))
  return {
    'a real comparison': compareStates(before, after, undefined),
    'a real one with words': compareStates(
      words,
      await previewState(manifests('web:2')),
      undefined,
    ),
    'a real state': (await describeState(after, fingerprint, undefined)).preview,
    'a real state with words': (await describeState(words, fingerprint, undefined)).preview,
  }
}

const previews: Readonly<Record<string, Preview>> = {
  'a comparison': samplePreview(),
  'one state': sampleWithoutBase(),
  'no difference': sampleWithoutDifference(),
  ...(await realPreviews()),
}
for (const [name, preview] of Object.entries(previews)) {
  test(`${name}: valid, and all of it`, () => {
    const text = formatJson(preview)
    const read = JSON.parse(text)
    assert.deepEqual(schemaMistakes(schema, read), [])
    assert.deepEqual(read, { version: 1, ...JSON.parse(JSON.stringify(preview)) })
    assert.ok(text.endsWith('}\n'))
  })

  test(`${name}: the same bytes, in whatever order it was put together`, () => {
    assert.equal(formatJson(backwards(preview)), formatJson(preview))
  })
}

/** The same with the fields of all objects in the opposite order, but for what an operation sets. */
function backwards<T>(value: T, field = ''): T {
  if (Array.isArray(value)) return value.map((each) => backwards(each, field)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => {
    return [name, field === 'operations' ? each : backwards(each, name)]
  })
  return Object.fromEntries(entries.reverse())
}

test('what an operation sets is printed as it is, whatever its fields are called', () => {
  const value = JSON.parse('{"__proto__": {"value": null}, "b": [{}], "a": "\\u001b\\u202e"}')
  const [object, ...objects] = samplePreview().objects
  assert.ok(object)
  const diff = { operations: [{ op: 'add', path: '/x', value } as const], hunks: [] }
  const text = formatJson({ ...samplePreview(), objects: [{ ...object, diff }, ...objects] })
  assert.ok(text.includes('"a": "\\u001b\\u202e"'))
  const read = JSON.parse(text).objects[0].diff.operations[0].value
  assert.equal(JSON.stringify(read), JSON.stringify(value))
})

const mistakes: readonly (readonly [
  what: string,
  change: (preview: Preview) => object,
  want: string,
])[] = [
  ['a field of another version', (each) => ({ ...each, version: 2 }), '/version is not 1'],
  ['an unknown field', (each) => ({ ...each, value: 'x' }), '/ has value'],
  ['a missing field', ({ notes: _, ...each }) => ({ version: 1, ...each }), '/ lacks notes'],
  [
    'a value that is no fingerprint',
    (each) => ({ ...each, objects: [withKey('hunter2')] }),
    '/objects/0/secret/keys/0/value fits 0 of 2 choices',
  ],
]
for (const [what, change, want] of mistakes) {
  test(`the schema refuses ${what}`, () => {
    const { head, isPlaceholder, objects, notes } = sampleWithoutBase()
    const preview = { version: 1, head, isPlaceholder, objects, notes }
    assert.deepEqual(schemaMistakes(schema, change(preview)), [want])
  })
}

function withKey(value: string): object {
  const keys = [{ key: 'A', value: { fingerprint: value } }]
  const secret = { type: 'Opaque', isComplete: true, keys }
  return { apiVersion: 'v1', kind: 'Secret', name: 'a', part: 'emitted', secret }
}
