// Overlays of all shapes, and repositories that mean ill.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { located, locatorOf } from '../../../support/origins.ts'
import { OVERLAYS } from '../../../support/overlay-cases.ts'
import type { Tree } from '../../../support/tree.ts'
import { plant, temporaryTree } from '../../../support/tree.ts'

const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n'

/** Locates in `repo/app`. */
function repository(tree: Tree, built: string) {
  const base = temporaryTree({ 'out/token': 'fake-token', 'repo/.git/config': '', 'repo/app/': '' })
  plant(join(base, 'repo'), tree)
  const directory = join(base, 'repo/app')
  const found = locatorOf('kustomize', directory, Buffer.from(built), join(base, 'repo'))
  const place = (document: string, line: string) =>
    located(found.locate(found.positionOf(document, line))).replace(`${base}/repo/`, '')
  return { ...found, place }
}

for (const { name, tree, built, places } of OVERLAYS) {
  for (const [document, line, want] of places) {
    test(`${name}: ${line.trim()} is at ${want}`, () => {
      assert.equal(repository(tree, built).place(document, line), want)
    })
  }
}

const deep = (levels: number, width: number): Tree =>
  Object.fromEntries(
    Array.from({ length: levels }, (_, n) => {
      const below = Array.from({ length: width }, (_, k) => `../l${n + 1}-${k}`)
      return Array.from({ length: width }, (_, k) => [
        `${n === 0 ? 'app' : `l${n}-${k}`}/kustomization.yaml`,
        `resources: [${below}]\n`,
      ])
    }).flat(),
  )

/** What is not read, or not to its end; the line is then of the kustomization as a whole. */
const hostile: readonly (readonly [name: string, tree: Tree])[] = [
  ['no kustomization', {}],
  ['a kustomization that is none', { 'app/kustomization.yaml': 'resources: [' }],
  [
    'fields of other shapes',
    { 'app/kustomization.yaml': 'resources: {a: [1]}\npatches: a\nsecretGenerator: [a, [b]]\n' },
  ],
  [
    'a circle',
    {
      'app/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../app, ../b]\ncomponents: [../app]\n',
    },
  ],
  [
    'a link out',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': '-> ../../out/token' },
  ],
  ['a path out', { 'app/kustomization.yaml': 'resources: [../../out]\n' }],
  [
    'a file that is not below',
    { 'app/kustomization.yaml': 'resources: [../b/a.yaml]\n', 'b/a.yaml': ACCOUNT },
  ],
  ['a file of .git', { 'app/kustomization.yaml': 'resources: [../.git/config]\n' }],
  ['an address', { 'app/kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n' }],
  [
    'a folder called like an address',
    {
      'app/kustomization.yaml': 'resources: ["git@b"]\n',
      'app/git@b/kustomization.yaml': 'resources: [a.yaml]\n',
      'app/git@b/a.yaml': ACCOUNT,
    },
  ],
  ['a name with a null', { 'app/kustomization.yaml': 'resources: ["a\\0.yaml"]\n' }],
  [
    '10 MB',
    {
      'app/kustomization.yaml': 'resources: [a.yaml]\n',
      'app/a.yaml': `${ACCOUNT}# ${'x'.repeat(10_000_000)}\n`,
    },
  ],
  [
    'brackets in brackets',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': `${'['.repeat(100_000)}\n` },
  ],
  [
    'aliases of aliases',
    {
      'app/kustomization.yaml': 'resources: [a.yaml]\n',
      'app/a.yaml': `a: &a [x,x,x]\n${Array.from({ length: 20 }, (_, n) => `a${n}: &a${n} [*a${n === 0 ? '' : n - 1},*a${n === 0 ? '' : n - 1}]\n`).join('')}`,
    },
  ],
  ['more ways than there are stars', deep(60, 3)],
  ['a long list', { 'app/kustomization.yaml': `resources:\n${'- a.yaml\n'.repeat(100_000)}` }],
]
for (const [name, tree] of hostile) {
  test(`a repository with ${name} has a place`, { timeout: 30_000 }, () => {
    const { place } = repository(tree, ACCOUNT)
    assert.equal(place('', 'kind: ServiceAccount'), 'app/kustomization.yaml:1:1 ~')
  })
}

/** Output that Kustomize would not print. */
for (const built of [
  '',
  '---\n---\n',
  'a: [',
  `a: ${'['.repeat(50_000)}`,
  'kind: A\n\u0000',
  '- a\n',
  ACCOUNT,
]) {
  test(`${JSON.stringify(built.slice(0, 20))} has a place at every line`, () => {
    const { locate, files } = repository({ 'app/kustomization.yaml': 'resources: []\n' }, built)
    for (const line of [-1, 0, 1, 2, 1e9, Number.NaN]) {
      const { at } = locate({ file: files[0]?.path ?? '', line, column: 1 })
      assert.match(at.file, /app\/kustomization\.yaml$/)
    }
  })
}

test('patterns of targets are not run', { timeout: 30_000 }, () => {
  const name = `${'a'.repeat(60)}!`
  const { place } = repository(
    {
      'app/kustomization.yaml': `resources: [a.yaml]\npatches:\n- target: {name: "(a+)+$"}\n  patch: '[{"op": "add", "path": "/x", "value": 1}]'\n`,
      'app/a.yaml': ACCOUNT.replace('name: a', `name: "${name}"`),
    },
    `${ACCOUNT.replace('name: a', `name: ${name}`)}x: 1\n`,
  )
  assert.equal(place('', 'x: 1'), 'app/kustomization.yaml:4:10 ~')
})

test('a chart of a kustomization is where it is asked for', () => {
  const tree = { 'app/kustomization.yaml': 'namePrefix: a-\nhelmCharts:\n- name: db\n' }
  assert.equal(repository(tree, ACCOUNT).place('', '  name: a'), 'app/kustomization.yaml:3:1 ~')
})
