import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Document } from '../../manifests/document.ts'
import type { Edit } from '../../manifests/edit.ts'
import { editDocument } from '../../manifests/edit.ts'
import { plainValue } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'

const documentOf = (text: string): Document => ({
  file: 'a.yaml',
  line: 1,
  separator: Buffer.alloc(0),
  body: Buffer.from(text),
})
const parsedOf = (text: string) => {
  const parsed = parse(documentOf(text))
  assert.ok('value' in parsed, text)
  return parsed.value
}
const stamp: Edit = { annotate: ['spec', 'template'], key: 'x/sum', value: '12345678' }
const edit = (text: string, ...edits: Edit[]): string => {
  const outcome = editDocument(parsedOf(text), edits.length === 0 ? [stamp] : edits)
  return 'value' in outcome ? outcome.value : `problem: ${outcome.problems[0]?.message}`
}

/** The pod template before and after, below `spec:\n  template:\n`. */
const cases: readonly [name: string, before: string, after: string][] = [
  [
    'behind the last annotation and its comment',
    '    metadata:\n      annotations:\n        # kept\n        a: "1"   # too\n    spec: {}\n',
    '    metadata:\n      annotations:\n        # kept\n        a: "1"   # too\n        x/sum: "12345678"\n    spec: {}\n',
  ],
  [
    'in the place of an old one',
    '    metadata:\n      annotations:\n        x/sum: old # mine\n        b: c\n',
    '    metadata:\n      annotations:\n        x/sum: "12345678" # mine\n        b: c\n',
  ],
  [
    'behind a block scalar',
    '    metadata:\n      annotations:\n        a: |\n          text\n    spec: {}\n',
    '    metadata:\n      annotations:\n        a: |\n          text\n        x/sum: "12345678"\n    spec: {}\n',
  ],
  [
    'in a flow map',
    '    metadata:\n      annotations: {a: b}\n',
    '    metadata:\n      annotations: {"x/sum": "12345678", a: b}\n',
  ],
  [
    'in an empty flow map',
    '    metadata:\n      annotations: {} # none\n',
    '    metadata:\n      annotations: {"x/sum": "12345678"} # none\n',
  ],
  [
    'where annotations are null',
    '    metadata:\n      annotations:\n      labels: {}\n',
    '    metadata:\n      annotations: {"x/sum": "12345678"}\n      labels: {}\n',
  ],
  [
    'where there are none',
    '    metadata:\n      labels:\n        a: b\n    spec: {}\n',
    '    metadata:\n      labels:\n        a: b\n      annotations:\n        x/sum: "12345678"\n    spec: {}\n',
  ],
  [
    'where there is no metadata',
    '    spec:\n      containers:\n      - name: a\n',
    '    spec:\n      containers:\n      - name: a\n    metadata:\n      annotations:\n        x/sum: "12345678"\n',
  ],
]

for (const [name, before, after] of cases) {
  const head = 'kind: Deployment\nspec:\n  template:\n'
  test(`annotates ${name}`, () => assert.equal(edit(head + before), head + after))
  test(`annotates ${name}, CRLF`, () => {
    const crlf = (text: string) => (head + text).replaceAll('\n', '\r\n')
    assert.equal(edit(crlf(before)), crlf(after))
  })
  test(`annotates ${name}, without a final newline`, () => {
    assert.equal(edit((head + before).trimEnd()).trimEnd(), (head + after).trimEnd())
  })
}

test('JSON stays JSON', () => {
  const json = '{"spec":{"template":{"spec":{"n":1e2}}}}'
  const edited = edit(json)
  assert.deepEqual(JSON.parse(edited).spec.template.metadata.annotations, { 'x/sum': '12345678' })
  assert.ok(edited.includes('1e2'), 'numbers are not printed anew')
})

test('aliased annotations are written out where they are used, the anchor stays as it is', () => {
  const text =
    'metadata:\n  annotations: &a\n    k: v\nspec:\n  template:\n    metadata:\n      annotations: *a\n'
  const edited = edit(text)
  assert.match(edited, /annotations: &a\n {4}k: v\n/)
  const value = plainValue(parsedOf(edited))
  assert.ok('value' in value)
  assert.deepEqual(value.value, {
    metadata: { annotations: { k: 'v' } },
    spec: { template: { metadata: { annotations: { k: 'v', 'x/sum': '12345678' } } } },
  })
})

test('merged annotations are kept', () => {
  const text =
    'x: &m\n  annotations:\n    k: v\nspec:\n  template:\n    metadata:\n      <<: *m\n      labels: {}\n'
  const value = plainValue(parsedOf(edit(text)))
  assert.ok('value' in value)
  assert.deepEqual(Object(value.value).spec.template.metadata.annotations, {
    k: 'v',
    'x/sum': '12345678',
  })
})

test('an edit that would show elsewhere through an alias is refused', () => {
  const text = 'spec:\n  template:\n    metadata:\n      annotations: &a\n        k: v\nother: *a\n'
  assert.match(edit(text), /^problem: the document cannot be edited in place/)
})

test('items of a List are replaced and annotated in one go', () => {
  const text = 'kind: List\nitems:\n# one\n- kind: A\n  x: 1\n# two\n- spec:\n    template: {}\n'
  const replace: Edit = { replace: ['items', 0], objects: ['{"b": 1}', '{"c": 2}'] }
  const annotate: Edit = { ...stamp, annotate: ['items', 1, 'spec', 'template'] }
  assert.equal(
    edit(text, replace, annotate),
    'kind: List\nitems:\n# one\n- {"b": 1}\n- {"c": 2}\n# two\n- spec:\n    template: {"metadata": {"annotations": {"x/sum": "12345678"}}}\n',
  )
})

test('items of a flow List', () => {
  const replace: Edit = { replace: ['items', 0], objects: ['{"b": 1}', '{"c": 2}'] }
  assert.equal(edit('{"items": [{"a": 1}, {}]}', replace), '{"items": [{"b": 1}, {"c": 2}, {}]}\n')
})

test('whatever the layout, exactly the annotation is added', () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.constantFrom('yes', '0x1', '', '---', 'a: b', '# c', 'é\n\nx'),
  )
  // Two spellings of one YAML 1.1 word or number would be one key twice, and `<<` merges.
  const key = fc
    .string({ minLength: 1 })
    .filter((text) => !/^(y|n|yes|no|on|off|true|false|null|~|<<|[-+.\d].*)$/i.test(text))
  const map = fc.dictionary(key, scalar, { maxKeys: 4 })
  const metadata = fc.option(
    fc.record({ annotations: fc.option(map), labels: map }, { requiredKeys: [] }),
  )
  const options = fc.record({
    collectionStyle: fc.constantFrom<('any' | 'block' | 'flow')[]>('any', 'block', 'flow'),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
  })
  fc.assert(
    fc.property(metadata, map, options, (meta, extra, style) => {
      const object = { extra, spec: { template: { metadata: meta, spec: [extra] } } }
      const before = stringify(object, style)
      const value = plainValue(parsedOf(before))
      assert.ok('value' in value)
      const after = edit(before)
      assert.doesNotMatch(after, /^problem/, before)
      const result = plainValue(parsedOf(after))
      assert.ok('value' in result)
      const expected = structuredClone(Object(value.value))
      const template = expected.spec.template
      template.metadata = { ...template.metadata }
      template.metadata.annotations = { ...template.metadata.annotations, 'x/sum': '12345678' }
      assert.deepEqual(result.value, expected)
    }),
    { numRuns: 200 },
  )
})
