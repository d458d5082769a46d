import assert from 'node:assert/strict'
import { test } from 'node:test'
import jsonPatch from 'fast-json-patch'
import type { PatchOperation } from '../../../manifests/check/model.ts'
import { patched, withTests } from '../../../manifests/check/patch.ts'
import { fileOf, fixFor } from '../../support/fixes.ts'

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: readers, labels: {a: b}, annotations: {note: x}}
rules:
  - {apiGroups: [""], resources: [secrets], verbs: [get, list, watch]}
  - {apiGroups: [""], resources: [pods], verbs: [get]}
`
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, env: [{name: A, value: precious}]}
`
const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: precious}
`

/** The text, the operations, and the paths of the tests that they get. */
const cases: readonly [string, string, readonly PatchOperation[], readonly string[]][] = [
  [
    'a removal tests the rule and what goes',
    ROLE,
    [{ op: 'remove', path: '/rules/0/verbs/1' }],
    ['/rules/0', '/rules/0/verbs/1'],
  ],
  [
    'a new key tests the rule that does not have it',
    ROLE,
    [{ op: 'add', path: '/rules/0/resourceNames', value: ['x'] }],
    ['/rules/0'],
  ],
  [
    'a new item tests its neighbours',
    ROLE,
    [{ op: 'add', path: '/rules/1', value: { verbs: ['get'] } }],
    ['/rules/0', '/rules/1'],
  ],
  [
    'what was tested or written is not tested again',
    ROLE,
    [
      { op: 'replace', path: '/rules/0', value: { verbs: ['get'] } },
      { op: 'add', path: '/rules/1', value: { verbs: ['list'] } },
    ],
    ['/rules/0', '/rules/1'],
  ],
  ['a label', ROLE, [{ op: 'remove', path: '/metadata/labels/a' }], ['/metadata/labels/a']],
  [
    'all annotations are not quoted',
    ROLE,
    [{ op: 'add', path: '/metadata/annotations/b', value: 'c' }],
    [],
  ],
  [
    'an item is known by its name, and values beside are not quoted',
    POD,
    [{ op: 'add', path: '/spec/containers/0/image', value: 'x' }],
    ['/spec/containers/0/name'],
  ],
  ['the data of Secrets', SECRET, [{ op: 'remove', path: '/stringData/password' }], []],
  ['its neighbours', SECRET, [{ op: 'add', path: '/stringData/b', value: 'c' }], []],
]

for (const [name, text, operations, expected] of cases) {
  test(`tests: ${name}`, () => {
    const fix = fixFor(fileOf(text), operations)
    const tested = withTests(fix)
    const paths = tested.flatMap(({ op, path }) => (op === 'test' ? [path] : []))
    assert.deepEqual([...new Set(paths)], [...expected])
    assert.deepEqual(
      tested.filter(({ op }) => op !== 'test'),
      operations,
    )
    assert.doesNotMatch(JSON.stringify(tested), /precious/)
    const result = jsonPatch.applyPatch(
      structuredClone(fix.object.value),
      structuredClone(tested) as never,
    )
    const wanted = patched(fix.object.value, operations)
    assert.ok('value' in wanted)
    assert.deepEqual(result.newDocument, wanted.value)
  })
}

test('a patch fails on what is not any more what the rule saw', () => {
  const fix = fixFor(fileOf(ROLE), [{ op: 'remove', path: '/rules/0/verbs/1' }])
  const moved = ROLE.replace('rules:\n', 'rules:\n  - {resources: [a], verbs: [get, list]}\n')
  const now = fixFor(fileOf(moved), []).object.value
  assert.ok('value' in patched(now, fix.operations), 'without tests it would change another rule')
  assert.deepEqual(patched(now, withTests(fix)), { misfit: 'is for what is not there any more' })
})

/** Operations that must not be carried out. */
const misfits: readonly (readonly [PatchOperation, RegExp])[] = [
  [{ op: 'add', path: '/__proto__/polluted', value: 1 }, /does not have/],
  [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }, /no valid JSON patch/],
  [{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }, /does not have/],
  [{ op: 'replace', path: '/toString', value: 1 }, /does not have/],
  [{ op: 'remove', path: '/rules/length' }, /does not have/],
  [{ op: 'remove', path: '/rules/01' }, /does not have/],
  [{ op: 'remove', path: '/rules/-' }, /does not have/],
  [{ op: 'add', path: '/rules/9', value: 1 }, /does not have/],
  [{ op: 'add', path: '/kind/x', value: 1 }, /does not have/],
  [{ op: 'remove', path: '' }, /whole object/],
  [{ op: 'remove', path: 'rules' }, /no JSON pointer/],
  [{ op: 'remove', path: '/a~2' }, /no JSON pointer/],
]

for (const [operation, reason] of misfits) {
  test(`no patch: ${operation.op} ${operation.path}`, () => {
    const fix = fixFor(fileOf(ROLE), [operation])
    const result = patched(fix.object.value, fix.operations)
    assert.match('misfit' in result ? result.misfit : 'patched', reason)
    assert.deepEqual(withTests(fix), [])
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
}

test('keys that objects inherit are keys like others where they are written', () => {
  const text = 'apiVersion: v1\nkind: A\nmetadata: {name: a, labels: {constructor: x}}\n'
  const fix = fixFor(fileOf(text), [{ op: 'remove', path: '/metadata/labels/constructor' }])
  assert.equal(withTests(fix).length, 2)
})

test('what aliases blow up is refused', () => {
  const value: unknown[] = [[]]
  for (let n = 0; n < 12; n += 1) value[0] = Array(9).fill(value[0])
  assert.deepEqual(patched(value, []), { misfit: 'is for an object that is too large' })
})
