import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectsOf } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'

const look = (text: string) => {
  const body = Buffer.from(text)
  const parsed = parse({ file: 'a.yaml', line: 1, separator: Buffer.alloc(0), body })
  assert.ok('value' in parsed, text)
  return objectsOf(parsed.value)
}
const named = (name: string) => `{apiVersion: v1, kind: A, metadata: {name: ${name}}}`

/** Objects as `path name line`, then problems as `line message`. */
const cases: readonly [name: string, text: string, objects: string[], problems: string[]][] = [
  ['one', `${named('a')}\n`, [' a 1'], []],
  ['comments only', '# a\n', [], []],
  ['null, which Argo CD drops', 'null\n', [], []],
  ['a generated name', '{apiVersion: v1, kind: A, metadata: {generateName: a-}}', [' - 1'], []],
  [
    'a List',
    `kind: List\napiVersion: v1\nitems:\n- ${named('a')}\n- ${named('b')}\n`,
    ['items.0 a 4', 'items.1 b 5'],
    [],
  ],
  ['a List of null', 'kind: List\nitems:\n', [], []],
  ['a List of nothing', 'kind: RoleList\nitems: []\n', [], []],
  [
    'a List in a List',
    `kind: List\nitems:\n- kind: ConfigMapList\n  items:\n  - ${named('a')}\n- ${named('b')}\n`,
    ['items.1 b 6'],
    ['3 a List inside a List: Argo CD unpacks only the outer one'],
  ],
  [
    'items behind aliases',
    `x: &x\n- &a ${named('a')}\n- *a\nkind: List\nitems: *x\n`,
    ['items.0 a 2', 'items.1 a 3'],
    [],
  ],
  ['a kind that only ends like one', named('a').replace('A', 'AllowList'), [' a 1'], []],
  ['text', 'hello\n', [], ['1 the document is not a map, so no Kubernetes object']],
  ['an array', `\n- ${named('a')}\n`, [], ['2 the document is not a map, so no Kubernetes object']],
  [
    'a bare map',
    'a: 1\n',
    [],
    ['1 apiVersion is missing', '1 kind is missing', '1 metadata.name is missing'],
  ],
  [
    'a List without a list',
    'kind: List\nitems: 1\n',
    [],
    ['2 the items of the List are not written out as a list'],
  ],
  [
    'items that are no objects',
    `kind: List\nitems:\n- 1\n- {kind: A}\n- ${named('a')}\n`,
    ['items.2 a 5'],
    [
      '3 an item of the List is not a map, so no Kubernetes object',
      '4 apiVersion is missing',
      '4 metadata.name is missing',
    ],
  ],
  [
    'names that are not text',
    'apiVersion: 1\nkind: on\nmetadata:\n  name: 0x1\n  namespace: 2026\n',
    [],
    [
      '1 apiVersion is not text',
      '2 kind is not text',
      '5 metadata.namespace is not text',
      '4 metadata.name is not text',
    ],
  ],
  [
    'metadata that is no map',
    'apiVersion: v1\nkind: A\nmetadata: a\n',
    [],
    ['1 metadata.name is missing'],
  ],
]

for (const [name, text, objects, problems] of cases) {
  test(`objects: ${name}`, () => {
    const found = look(text)
    const shown = found.objects.map(({ path, object, at }) => {
      return `${path.join('.')} ${object.name ?? '-'} ${at.line}`
    })
    assert.deepEqual(shown, objects)
    assert.deepEqual(
      found.problems.map(({ at, message }) => `${at?.line} ${message}`),
      problems,
    )
  })
}

test('an object carries what identifies it, and its problems name it', () => {
  const [object] = look('apiVersion: apps/v1\nkind: A\nmetadata: {name: a, namespace: b}\n').objects
  assert.equal(object?.apiVersion, 'apps/v1')
  assert.deepEqual(object?.object, { kind: 'A', namespace: 'b', name: 'a' })
  const [problem] = look('kind: A\nmetadata: {name: a, namespace: b}\n').problems
  assert.deepEqual(problem?.object, { kind: 'A', namespace: 'b', name: 'a' })
})
