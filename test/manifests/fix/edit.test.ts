// One document and one patch: the exact text that comes out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PatchOperation } from '../../../manifests/check/model.ts'
import { editObject } from '../../../manifests/fix/edit.ts'
import { parse } from '../../../manifests/parse.ts'
import { documentOf } from '../../support/document.ts'

function edit(text: string, operations: readonly PatchOperation[], path: (string | number)[] = []) {
  const parsed = parse(documentOf(text))
  assert.ok('value' in parsed, text)
  const edited = editObject(parsed.value, path, operations)
  return 'misfit' in edited ? `misfit: ${edited.misfit}` : edited.parsed.text
}

const remove = (path: string): PatchOperation => ({ op: 'remove', path })
const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value })
const replace = (path: string, value: unknown): PatchOperation => ({ op: 'replace', path, value })

type Case = readonly [name: string, before: string, operations: PatchOperation[], after: string]

const cases: readonly Case[] = [
  [
    'a verb in brackets',
    'rules:\n- resources: [secrets]\n  verbs: [get, list, watch] # all\n',
    [remove('/rules/0/verbs/1')],
    'rules:\n- resources: [secrets]\n  verbs: [get, watch] # all\n',
  ],
  [
    'the last verbs in brackets',
    'a:\n  verbs: [ get, list, watch ]\n',
    [remove('/a/verbs/2'), remove('/a/verbs/1')],
    'a:\n  verbs: [ get ]\n',
  ],
  [
    'a verb of a list with comments',
    'verbs:\n  # one\n  - get # read\n  # two\n  - list # read all\n\n  # three\n  - watch\n',
    [remove('/verbs/1')],
    'verbs:\n  # one\n  - get # read\n  # two\n\n  # three\n  - watch\n',
  ],
  [
    'the last item',
    'verbs:\n  # why\n  - get\nb: 1\n',
    [remove('/verbs/0')],
    'verbs: []\n  # why\nb: 1\n',
  ],
  ['the only key of an item', 'a:\n  - b: 1 # x\n', [remove('/a/0/b')], 'a:\n  - {}\n'],
  [
    'the first key of an item',
    'a:\n  - b: 1 # gone\n    c: 2 # stays\n',
    [remove('/a/0/b')],
    'a:\n  - c: 2 # stays\n',
  ],
  [
    'the first key of an item, a comment below',
    'a:\n  - b: 1\n    # of c\n    c: 2\n',
    [remove('/a/0/b')],
    'a:\n  -\n    # of c\n    c: 2\n',
  ],
  [
    'a label, and then the map',
    'metadata:\n  labels:\n    a: b\n    # inside\n  name: x\n',
    [remove('/metadata/labels/a'), remove('/metadata/labels')],
    'metadata:\n  name: x\n',
  ],
  [
    'a key with a comment inside its value and one below',
    'a:\n  b:\n    c: 1\n    # inside\n  # below\n  d: 2\n',
    [remove('/a/b')],
    'a:\n  # below\n  d: 2\n',
  ],
  [
    'a block scalar',
    'a: |\n  x\n  y\nb: >-\n  z\nc: 1\n',
    [remove('/b')],
    'a: |\n  x\n  y\nc: 1\n',
  ],
  [
    'names for a rule, lists in brackets',
    'rules:\n  - resources: ["secrets"]\n    verbs: ["get"]\n',
    [add('/rules/0/resourceNames', ['x', 'no'])],
    'rules:\n  - resources: ["secrets"]\n    verbs: ["get"]\n    resourceNames: [x, "no"]\n',
  ],
  [
    'names for a rule, lists with dashes in the column of the key',
    'rules:\n- verbs:\n  - get # only\n- verbs:\n  - list\n',
    [add('/rules/0/resourceNames', ['x'])],
    'rules:\n- verbs:\n  - get # only\n  resourceNames:\n  - x\n- verbs:\n  - list\n',
  ],
  [
    'a name for a pod',
    'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: b\n---x: 1\n'.replace(
      '---x: 1\n',
      'status: {}\n',
    ),
    [add('/spec/template/spec/serviceAccountName', 'web')],
    'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: b\n      serviceAccountName: web\nstatus: {}\n',
  ],
  [
    'a rule in two',
    'rules:\n  # who\n  - resources: [secrets] # s\n    verbs: [get, list] # v\n  # next\n  - verbs: [x]\n',
    [
      replace('/rules/0', { resources: ['secrets'], verbs: ['get'], resourceNames: ['x'] }),
      add('/rules/1', { resources: ['secrets'], verbs: ['list'] }),
    ],
    'rules:\n  # who\n  - resources: [secrets] # s\n    verbs: [get] # v\n    resourceNames: [x]\n  - resources: [secrets]\n    verbs: [list]\n  # next\n  - verbs: [x]\n',
  ],
  ['a missing map', 'a: 1\n', [add('/labels', { 'a/b': 'on' })], 'a: 1\nlabels:\n  a/b: "on"\n'],
  [
    'a key without a value',
    'a: # why\nb: 1\n',
    [add('/a', { c: ['d'] })],
    'a: # why\n  c: [d]\nb: 1\n',
  ],
  ['an empty map', 'a: {} # why\nb: 1\n', [add('/a/c', 'd')], 'a: # why\n  c: d\nb: 1\n'],
  [
    'an item before the first',
    'a:\n  # one\n  - b\n',
    [add('/a/0', 'c')],
    'a:\n  # one\n  - c\n  - b\n',
  ],
  ['an item into brackets', 'a: [b, c]\n', [add('/a/1', 'x')], 'a: [b, x, c]\n'],
  [
    'a key into braces',
    'a: {b: c, d: e} # f\n',
    [add('/a/g', [1])],
    'a: {b: c, d: e, g: [1]} # f\n',
  ],
  [
    'a scalar, in the quotes that it has',
    `a: 'x' # a\nb: "y"\nc: z\nd: [w, 'v']\n`,
    [replace('/a', "it's"), replace('/b', 'on'), replace('/c', 'on'), replace('/d/1', 'u')],
    `a: 'it''s' # a\nb: "on"\nc: "on"\nd: [w, 'u']\n`,
  ],
  ['a block scalar by a word', 'a: |\n  x\nb: 1\n', [replace('/a', 'w')], 'a: w\nb: 1\n'],
  ['a list by a word', 'a:\n  - x # y\nb: 1\n', [replace('/a', 'z')], 'a: z\nb: 1\n'],
  [
    'a list by a map in its column',
    'a:\n- x\nb: 1\n',
    [replace('/a', { c: 1 })],
    'a:\n  c: 1\nb: 1\n',
  ],
  [
    'JSON stays JSON',
    '{\n  "a": [\n    "x",\n    "y"\n  ],\n  "b": {"c": 1}\n}\n',
    [remove('/a/1'), add('/a/0', 'no'), add('/b/d', { e: ['f'] })],
    '{\n  "a": [\n    "no",\n    "x"\n  ],\n  "b": {"c": 1, "d": {"e": ["f"]}}\n}\n',
  ],
  [
    'comments between brackets',
    'a: [\n  x, # one\n  y, # two\n  z # three\n]\n',
    [remove('/a/2'), remove('/a/0')],
    'a: [\n   # one\n  y, # two\n   # three\n]\n',
  ],
  ['a hostile key', 'a: {}\n', [add('/a/b: c\n---\nd', 'e')], 'a:\n  "b: c\\n---\\nd": e\n'],
  ['an anchor that nobody uses', 'a: &x [b, c]\n', [remove('/a/1')], 'a: &x [b]\n'],
  [
    'beside a merge key',
    'a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n',
    [add('/c/e', 2)],
    'a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n  e: 2\n',
  ],
  ['tabs before a comment', 'a: [b,\tc]\t# d\n', [remove('/a/1')], 'a: [b]\t# d\n'],
]

for (const [name, before, operations, after] of cases) {
  test(`edits ${name}`, () => assert.equal(edit(before, operations), after))
  test(`edits ${name}, CRLF`, () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n')
    assert.equal(edit(crlf(before), operations), crlf(after))
  })
}

const refused: readonly Case[] = [
  ['what an alias shows', 'a: &x {b: 1}\nc: *x\n', [remove('/c/b')], 'alias'],
  ['an alias itself', 'a: &x {b: 1}\nc: *x\n', [replace('/c', 1)], 'alias'],
  ['what an alias repeats', 'a: &x {b: 1}\nc: *x\n', [remove('/a/b')], 'something else'],
  ['an anchor that is in use', 'a: &x {b: 1}\nc: *x\n', [remove('/a')], 'something else'],
  ['what a merge key brings', 'a: &x {b: 1}\nc: {<<: *x}\n', [remove('/c/b')], 'merge'],
  [
    'what a merge key brings, by another value',
    'a: &x {b: 1}\nc: {<<: *x}\n',
    [replace('/c/b', 2)],
    'merge',
  ],
  ['a map that is merged', 'a: &x {b: 1}\nc: {<<: *x}\n', [add('/a/d', 2)], 'something else'],
  ['the last key of the document', 'a: 1\n', [remove('/a')], 'something else'],
  [
    'a number that JSON does not have',
    '{"a": 1}\n',
    [replace('/a', Number.POSITIVE_INFINITY)],
    'something else',
  ],
]

for (const [name, before, operations, reason] of refused) {
  test(`refuses ${name}`, () =>
    assert.match(edit(before, operations), new RegExp(`^misfit: .*${reason}`)))
}

test('edits an item of a List, and nothing else', () => {
  const text = 'kind: List\nitems:\n- kind: A\n  x: [1, 2]\n- kind: B\n  x: [1, 2]\n'
  assert.equal(
    edit(text, [remove('/x/0'), add('/v', 'z')], ['items', 1]),
    text.replace('- kind: B\n  x: [1, 2]\n', '- kind: B\n  x: [2]\n  v: z\n'),
  )
})

test('an object of a List that an alias shows is refused', () => {
  const text = 'kind: List\nitems:\n- &a {kind: A, x: 1}\n- *a\n'
  assert.match(edit(text, [remove('/x')], ['items', 1]), /^misfit/)
})

test('a large document is edited in little more than the time to read it', () => {
  const rule = '  - apiGroups: [""]\n    resources: [secrets]\n    verbs: [get, list] # n\n'
  const text = `rules:\n${rule.repeat(5000)}`
  const after = edit(text, [remove('/rules/4999/verbs/1')])
  assert.equal(after, `rules:\n${rule.repeat(4999)}${rule.replace(', list', '')}`)
})
