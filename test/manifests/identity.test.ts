import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { identify } from '../../manifests/identity.ts'
import { plainValue } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'
import { valueAt } from '../../manifests/plain-value.ts'
import { documentOf } from '../support/document.ts'

const HEAD = 'apiVersion: apps/v1\nkind: Deployment\n'
const FIELDS = ['apiVersion', 'kind', 'namespace', 'name', 'generateName'] as const

/** What the parser says, in the order of FIELDS; undefined if it refuses the document. */
function parsedFields(text: string): unknown[] | 'empty' | undefined {
  const parsed = parse(documentOf(text))
  const root = 'value' in parsed ? plainValue(parsed.value) : parsed
  if ('problems' in root) return undefined
  if (root.value === null) return 'empty'
  const [apiVersion, kind] = [valueAt(root.value, 'apiVersion'), valueAt(root.value, 'kind')]
  const inner = FIELDS.slice(2).map((field) => valueAt(root.value, 'metadata', field))
  return [apiVersion, kind, ...inner]
}

function identifiedFields(text: string): unknown[] | 'empty' | 'unknown' {
  const identity = identify(documentOf(text))
  return typeof identity === 'string' ? identity : FIELDS.map((field) => identity[field])
}

const known: readonly (readonly [name: string, text: string, fields: string])[] = [
  ['plain', `${HEAD}metadata:\n  name: web\n  namespace: shop\n`, 'shop web '],
  ['comments', `# c\n${HEAD}\n# d\nmetadata: # e\n    # f\n    name: web # g\n`, ' web '],
  ['simple quotes', `${HEAD}metadata:\n  name: 'web' # c\n  namespace: "a b"\n`, 'a b web '],
  ['a quoted number', `${HEAD}metadata:\n  name: "1"\n`, ' 1 '],
  ['generateName', `${HEAD}metadata:\n  generateName: job-\n`, '  job-'],
  ['inner colons', `${HEAD}metadata:\n  name: system:node:a\n`, ' system:node:a '],
  ['CRLF', `${HEAD}metadata:\n  name: web\n`.replaceAll('\n', '\r\n'), ' web '],
  ['byte order mark', `\ufeff${HEAD}metadata:\n  name: web`, ' web '],
  ['any order', `spec:\n  name: no\nmetadata:\n  labels:\n    name: no\n  name: a\n${HEAD}`, ' a '],
  ['block scalars', `${HEAD}data:\n  x: |\n    kind: No\nmetadata:\n  name: a\n`, ' a '],
  ['unindented list', `${HEAD}metadata:\n  name: a\nitems:\n- name: b\n  kind: c\n`, ' a '],
  ['list in metadata', `${HEAD}metadata:\n  finalizers:\n  - x\n  name: a\n`, ' a '],
  ['end marker', `${HEAD}metadata:\n  name: a\n...\n# c\n`, ' a '],
  ['no metadata', HEAD, '  '],
  ['null metadata', `${HEAD}metadata:\nspec: {}\n`, '  '],
  ['longer keys', `${HEAD}kinds: x\nmetadatas: 1\nmetadata:\n  names: x\n  name: a\n`, ' a '],
]

for (const [name, text, expected] of known) {
  test(`identify reads: ${name}`, () => {
    const fields = identifiedFields(text)
    assert.ok(Array.isArray(fields), String(fields))
    const shown = fields.slice(2).map((field) => field ?? '')
    assert.deepEqual([...fields.slice(0, 2), shown.join(' ')], ['apps/v1', 'Deployment', expected])
    assert.deepEqual(parsedFields(text), fields)
  })
}

const META = `${HEAD}metadata:\n`
const unknown: readonly (readonly [name: string, text: string])[] = [
  ['not a map', 'hello\n'],
  ['a list', '- kind: a\n- apiVersion: b\n'],
  ['an indented root', '  apiVersion: v1\n  kind: A\n'],
  ['flow style', '{apiVersion: v1, kind: A}\n'],
  ['flow metadata', `${HEAD}metadata: {name: a}\n`],
  ['a quoted key', 'apiVersion: v1\n"kind": A\n'],
  ['an explicit key', 'apiVersion: v1\n? kind\n: A\n'],
  ['a merge key', `${HEAD}<<: {kind: B}\n`],
  ['a merge key in metadata', `${META}  <<: *a\n  name: a\n`],
  ['a duplicate', `${HEAD}kind: B\n`],
  ['a duplicate name', `${META}  name: a\n  name: b\n`],
  ['an anchor', 'apiVersion: v1\nkind: &a A\n'],
  ['an alias', 'apiVersion: v1\nkind: *a\n'],
  ['a tag', 'apiVersion: v1\nkind: !!str A\n'],
  ['an anchor on metadata', `${HEAD}metadata: &m\n  name: a\n`],
  ['an anchor on its own line', `${META}  &m\n  name: a\n`],
  ['an escape', 'apiVersion: v1\nkind: "\\x41"\n'],
  ['a doubled quote', `${META}  name: 'it''s'\n`],
  ['a tab', 'apiVersion: v1\nkind:\tA\n'],
  ['a blank before the colon', 'apiVersion: v1\nkind : A\n'],
  ['a number', `${META}  name: 123\n`],
  ['a boolean of YAML 1.1', `${META}  name: on\n`],
  ['a null', `${META}  name: null\n`],
  ['no value', 'apiVersion: v1\nkind:\n'],
  ['a value on the next line', 'apiVersion: v1\nkind:\n  A\n'],
  ['a value that goes on', 'apiVersion: v1\nkind: A\n  b\n'],
  ['a value that goes on after a blank line', `${META}  name: a\n\n    b\n`],
  ['a block scalar', 'apiVersion: v1\nkind: |\n  A\n'],
  ['a block scalar as metadata', `${META}  |\n  name: a\n`],
  ['a list as metadata', `${META}  - name: a\n`],
  ['a missing kind', 'apiVersion: v1\nmetadata:\n  name: a\n'],
  ['a lone carriage return', 'apiVersion: v1\nkind: A\rname: b\n'],
]

for (const [name, text] of unknown) {
  test(`identify leaves to the parser: ${name}`, () => {
    assert.equal(identify(documentOf(text)), 'unknown')
  })
}

for (const text of ['', '\n', '# only a comment\n', '  # indented\r\n\r\n', '\ufeff# c', '...\n']) {
  test(`identify finds nothing in ${JSON.stringify(text)}`, () => {
    assert.equal(identify(documentOf(text)), 'empty')
  })
}

const fragment = fc.constantFrom(
  ...['apiVersion: v1', 'kind: A', 'kind: "B"', "kind: 'C' # c", 'kind: x y', 'metadata:', 'kind:'],
  ...['metadata: # c', 'metadata: {name: a}', '  name: a', '  namespace: "b"', '    name: deep'],
  ...['  generateName: c-', '  labels:', '  x: |', '    kind: A', '', '# c', '  # c', '- name: a'],
  ...['  - x', 'data: |', ' name: d', 'spec: "a', '  b"', 'list: [', '  a, b ]', ']', '...', '\t'],
  ...[
    '  <<: *m',
    'base: &m',
    '  name: 1',
    '  name: on',
    '  "name": q',
    '? kind',
    ': z',
    '   ',
    '-',
  ],
  ...['kind: \rA', '  name: é', 'é: 1', 'kind : A', '  |', '  >-', 'text: >', 'name: a', "'", '"'],
)
const soup = fc
  .tuple(fc.array(fragment, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.join(end))
const likely = fc
  .tuple(fc.shuffledSubarray(['apiVersion: v1', 'kind: A', 'metadata:\n  name: a']), soup, soup)
  .map(([head, middle, tail]) => [...head, middle, tail].join('\n'))

test('identify never disagrees with the parser', () => {
  let answered = 0
  const property = fc.property(fc.oneof(soup, likely), (text) => {
    const fields = identifiedFields(text)
    const expected = parsedFields(text)
    if (fields === 'unknown' || expected === undefined) return
    answered += 1
    assert.deepEqual(fields, expected, JSON.stringify(text))
  })
  fc.assert(property, { numRuns: 3000 })
  assert.ok(answered > 100, `only ${answered} of the documents got an answer`)
})
