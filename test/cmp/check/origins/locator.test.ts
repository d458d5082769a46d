// What is common to all sources: rendered files set apart, and places that are their own source.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLocator } from '../../../../cmp/check/origins/locator.ts'
import { setApart } from '../../../../cmp/check/origins/rendered-text.ts'
import { repositoryOf } from '../../../../cmp/sources/places.ts'
import { cutRendered } from '../../../../cmp/sources/rendered.ts'
import { readDocuments } from '../../../../manifests/stream.ts'
import { locatorOf } from '../../../support/origins.ts'
import { temporaryTree } from '../../../support/tree.ts'

const OUTPUT = `---
# Source: web/templates/a.yaml
kind: A
---
# Source: web/templates/b.yaml
kind: B
---
# Source: web/templates/a.yaml
kind: C
x: 1
---
# Source: web/templates/a.yaml
kind: D`

test('documents of one template have lines of their own', () => {
  const files = setApart(cutRendered(Buffer.from(OUTPUT)))
  assert.deepEqual(
    files.map(({ path, firstLine }) => [path.slice(14, 20), firstLine]),
    [
      ['a.yaml', -1],
      ['b.yaml', -1],
      ['a.yaml', 2],
      ['a.yaml', 6],
    ],
  )
  assert.equal(Buffer.concat(files.map(({ bytes }) => bytes)).toString(), OUTPUT)
  const { documents } = readDocuments(files)
  const lines = documents.map(({ file, line }) => `${file.slice(14, 20)}:${line}`)
  assert.deepEqual(lines, ['a.yaml:0', 'b.yaml:0', 'a.yaml:3', 'a.yaml:7'])
})

test('files with names of their own stay as they are', () => {
  const files = [
    { path: 'a.yaml', bytes: Buffer.from('kind: A\n') },
    { path: 'b.yaml', bytes: Buffer.from('') },
  ]
  assert.deepEqual(setApart(files), files)
})

for (const [kind, directory] of [
  ['directory', 'app'],
  ['directory', '-'],
  ['helm', '-'],
] as const) {
  test(`${directory} as ${kind} is its own source`, () => {
    const repository = repositoryOf('app', '/nowhere')
    const files = [{ path: 'app/a.yaml', bytes: Buffer.from('kind: A\n') }]
    const locate = makeLocator({ kind, directory, folder: '/nowhere', repository }, files)
    const at = { file: 'app/a.yaml', line: 1, column: 7 }
    assert.deepEqual(locate(at), { at, isExact: true })
  })
}

test('a place in a file that was not rendered is its own source', () => {
  const { locate } = locatorOf('helm', 'fixtures/origins/chart', Buffer.from(OUTPUT))
  const at = { file: '.phase-check.yaml', line: 3, column: 1 }
  assert.deepEqual(locate(at), { at, isExact: true })
})

test('a folder that is a link is called as it was given', () => {
  const base = temporaryTree({
    'repo/.git/config': '',
    'repo/deep/down/app/kustomization.yaml': 'resources: [a.yaml, ../base]\n',
    'repo/deep/down/app/a.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n',
    'repo/deep/down/base/kustomization.yaml': 'resources: [b.yaml]\n',
    'repo/deep/down/base/b.yaml': 'apiVersion: v1\nkind: B\nmetadata: {name: b}\n',
    'repo/link': '-> deep/down/app',
  })
  const built =
    'apiVersion: v1\nkind: A\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: B\nmetadata:\n  name: b\n'
  const { locate, positionOf } = locatorOf('kustomize', `${base}/repo/link`, Buffer.from(built))
  const names = ['kind: A', 'kind: B'].map((line) => locate(positionOf(line, line)).at.file)
  // `link/../base` is another place than the link suggests, so that the name begins at the repository.
  assert.deepEqual(names, [`${base}/repo/link/a.yaml`, '/deep/down/base/b.yaml'])
})

test('the same question has the same answer', () => {
  const { locate, files } = locatorOf('helm', 'fixtures/origins/chart', Buffer.from(OUTPUT))
  const at = { file: files[0]?.path ?? '', line: 1, column: 1 }
  assert.equal(locate(at), locate({ ...at }))
})
