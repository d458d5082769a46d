// What an Application may set, what is said about the rest, and that plugin.yaml announces the same.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { announcements } from '../../../cmp/sources/announcements.ts'
import { ANNOUNCEMENTS, announcementsFor } from '../../../cmp/sources/parameter-table.ts'
import { readParameters } from '../../../cmp/sources/parameters.ts'

const read = (given: unknown, detected: 'directory' | 'helm' | 'kustomize' = 'helm') =>
  readParameters(typeof given === 'string' ? given : JSON.stringify(given), detected)

for (const text of ['null', '', ' \n', '[]']) {
  test(`${JSON.stringify(text)} means none`, () => {
    const outcome = read(text)
    assert.ok('value' in outcome)
    assert.equal(outcome.value.source, 'helm')
    assert.equal(outcome.value.text('releaseName'), undefined)
    assert.deepEqual(outcome.value.list('valueFiles'), [])
  })
}

test('each shape', () => {
  const outcome = read(
    [
      { name: 'releaseName', string: 'web' },
      { name: 'namespace', string: '' },
      { name: 'skipTests', string: 'true' },
      { name: 'skipCrds', string: 'false' },
      { name: 'valueFiles', array: ['a.yaml', 'b.yaml'] },
      { name: 'parameters', map: { a: '1', __proto__x: '2' } },
      { name: 'values', map: { image: 'tag: 1' } },
      { name: 'apiVersions', array: null, map: null, string: undefined },
    ].slice(0, 7),
  )
  assert.ok('value' in outcome)
  const { text, flag, list, map } = outcome.value
  assert.deepEqual([text('releaseName'), text('namespace')], ['web', undefined])
  assert.deepEqual([flag('skipTests'), flag('skipCrds')], [true, false])
  assert.deepEqual(list('valueFiles'), ['a.yaml', 'b.yaml'])
  assert.deepEqual(
    [...map('parameters')],
    [
      ['a', '1'],
      ['__proto__x', '2'],
    ],
  )
  assert.deepEqual([...map('values')], [['image', 'tag: 1']])
})

test('sourceType wins over what was detected', () => {
  const outcome = read([
    { name: 'sourceType', string: 'directory' },
    { name: 'recurse', string: 'true' },
  ])
  assert.ok('value' in outcome && outcome.value.source === 'directory')
})

const wrong: readonly [name: string, given: unknown, ...problems: RegExp[]][] = [
  ['no JSON', '[{"name": "secret-looking"', /^the parameters are not a JSON array.*hint: such as/],
  ['no array', { name: 'valueFiles' }, /not a JSON array/],
  ['no name', [{ string: 'x' }], /not a JSON array/],
  [
    'a misspelt name',
    [{ name: 'valuefile', array: [] }],
    /no parameter "valuefile".*mean valueFiles\?/,
  ],
  ['an unknown name', [{ name: 'plugin-env', string: 'x' }], /hint: there are sourceType, recurse/],
  [
    'a wrong shape',
    [{ name: 'valueFiles', string: 'a.yaml' }],
    /valueFiles is not an array of strings/,
  ],
  ['an item that is no string', [{ name: 'valueFiles', array: [1] }], /not an array of strings/],
  ['a map of more than strings', [{ name: 'parameters', map: { a: 1 } }], /not a map of strings/],
  [
    'two shapes',
    [{ name: 'values', string: 'a: 1', map: { a: '1' } }],
    /values is not a string or a map/,
  ],
  ['no shape', [{ name: 'values' }], /values is not a string/],
  ['a stray key', [{ name: 'values', string: 'a', forceString: true }], /values is not a string/],
  [
    'twice',
    [
      { name: 'values', string: 'a' },
      { name: 'values', string: 'b' },
    ],
    /values is given twice/,
  ],
  ['no flag', [{ name: 'skipTests', string: 'yes' }], /skipTests is neither true nor false/],
  ['no source type', [{ name: 'sourceType', string: 'kustomise' }], /did you mean kustomize\?/],
  [
    'of another source',
    [{ name: 'namePrefix', string: 'a' }],
    /namePrefix means nothing.* helm.*belongs to kustomize/,
  ],
  [
    'everything at once',
    [
      { name: 'include', string: '*' },
      { name: 'x', string: '' },
      { name: 'skipCrds', array: [] },
    ],
    /no parameter "x"/,
    /skipCrds is not a string/,
    /include means nothing/,
  ],
]
for (const [name, given, ...problems] of wrong) {
  test(`an error: ${name}`, () => {
    const outcome = read(given)
    assert.ok('problems' in outcome)
    const said = outcome.problems.map(({ fault, message, hint }) => {
      assert.equal(fault, 'input')
      return `${message}  hint: ${hint}`
    })
    assert.equal(said.length, problems.length, said.join('\n'))
    for (const [index, pattern] of problems.entries()) assert.match(said[index] ?? '', pattern)
    assert.doesNotMatch(said.join(), /secret-looking/)
  })
}

test('plugin.yaml announces the table, and starts no shell and no discovery', () => {
  const { kind, metadata, spec } = parse(readFileSync('plugin.yaml', 'utf8'))
  assert.deepEqual([kind, metadata.name], ['ConfigManagementPlugin', 'phase'])
  assert.deepEqual(spec.generate, { command: ['argocd-phase-plugin', 'generate', '.'] })
  assert.deepEqual(Object.keys(spec), ['generate', 'parameters'])
  assert.deepEqual(spec.parameters, { static: announcements(ANNOUNCEMENTS) })
})

test('each source has its own list, and a chart its default values', () => {
  const names = announcementsFor('directory').map(({ name }) => name)
  assert.deepEqual(names, ['sourceType', 'recurse', 'include', 'exclude'])
  const found = announcements(announcementsFor('helm'), new Map([['a.b', '1']]))
  assert.deepEqual(found.find(({ name }) => name === 'parameters')?.map, { 'a.b': '1' })
})
