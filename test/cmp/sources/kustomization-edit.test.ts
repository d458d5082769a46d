// What parameters make of a kustomization.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { editKustomization } from '../../../cmp/sources/kustomization-edit.ts'
import { readParameters } from '../../../cmp/sources/parameters.ts'

const TEXT = `# kept
resources: [a.yaml]
namePrefix: old-
images:
- {name: nginx, newName: my/nginx, newTag: "1"}
- name: other
commonLabels: {a: b}
odd: [012, 1e3, yes, 2020-01-01]
`
const edited = (given: readonly object[], text = TEXT) => {
  const parameters = readParameters(JSON.stringify(given), 'kustomize')
  assert.ok('value' in parameters)
  return editKustomization(text, parameters.value, 'app/kustomization.yaml')
}
const edits: readonly [given: object, path: string, want: unknown][] = [
  [{ name: 'namePrefix', string: 'yes' }, 'namePrefix', 'yes'],
  [{ name: 'nameSuffix', string: '-x' }, 'nameSuffix', '-x'],
  [{ name: 'namespace', string: 'shop' }, 'namespace', 'shop'],
  [
    { name: 'images', array: ['nginx:2'] },
    'images',
    [{ name: 'nginx', newTag: '2' }, { name: 'other' }],
  ],
  [
    { name: 'images', array: ['nginx=*:2'] },
    'images',
    [{ name: 'nginx', newName: 'my/nginx', newTag: '2' }, { name: 'other' }],
  ],
  [
    { name: 'images', array: ['r.io:5000/x/y@sha256:ab'] },
    'images',
    [
      { name: 'nginx', newName: 'my/nginx', newTag: '1' },
      { name: 'other' },
      { name: 'r.io:5000/x/y', digest: 'sha256:ab' },
    ],
  ],
  [
    { name: 'images', array: ['other=r.io:5000/x:1@sha256:ab'] },
    'images',
    [
      { name: 'nginx', newName: 'my/nginx', newTag: '1' },
      { name: 'other', newName: 'r.io:5000/x', newTag: '1', digest: 'sha256:ab' },
    ],
  ],
  [{ name: 'replicas', map: { web: '3' } }, 'replicas', [{ name: 'web', count: 3 }]],
  [{ name: 'commonLabels', map: { a: 'on', c: '1' } }, 'commonLabels', { a: 'on', c: '1' }],
  [
    { name: 'commonAnnotations', map: { 'x\nresources: [https://evil.net]': 'y' } },
    'commonAnnotations',
    { 'x\nresources: [https://evil.net]': 'y' },
  ],
  [{ name: 'components', array: ['../c'] }, 'components', ['../c']],
]
for (const [given, path, want] of edits) {
  test(`edited by ${JSON.stringify(given)}`, () => {
    const outcome = edited([given])
    assert.ok('value' in outcome)
    // As a YAML 1.1 reader sees it, like Kustomize.
    const options = { version: '1.1' } as const
    assert.deepEqual(parse(outcome.value, options), { ...parse(TEXT, options), [path]: want })
    assert.match(outcome.value, /^# kept\nresources: \[ a.yaml \]\n/)
    assert.match(outcome.value, /odd: \[ 012, 1e3, yes, 2020-01-01 \]/)
  })
}

test('an empty kustomization can be edited, a broken one and senseless parameters not', () => {
  const prefix = { name: 'namePrefix', string: 'a' }
  const empty = edited([prefix], '')
  assert.deepEqual('value' in empty && parse(empty.value), { namePrefix: 'a' })
  assert.ok('problems' in edited([prefix], 'a: [') && 'problems' in edited([prefix], '- a'))
  const bad = edited([
    { name: 'images', array: ['nginx', '=x:1', ''] },
    { name: 'replicas', map: { a: 'x' } },
  ])
  assert.ok('problems' in bad && bad.problems.length === 4)
})
