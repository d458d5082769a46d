// Which files are searched for tokens: all of the folder but what is read already, links and `.git`.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { otherFiles } from '../../../cmp/check/other-files.ts'
import { temporaryTree } from '../../support/tree.ts'

test('files of the folder and of folders below, in order', () => {
  const folder = temporaryTree()
  const outside = temporaryTree()
  writeFileSync(join(outside, 'secret'), 'x')
  for (const name of ['b', '.git', 'node_modules', '.hidden']) mkdirSync(join(folder, name))
  for (const name of [
    'b/values.yaml',
    '.git/config',
    'node_modules/x',
    '.hidden/y',
    'a.yaml',
    '.env',
  ]) {
    writeFileSync(join(folder, name), name)
  }
  symlinkSync(join(outside, 'secret'), join(folder, 'link'))
  symlinkSync(outside, join(folder, 'linked'))
  const { documents, isCut } = otherFiles(folder, (path) => path.endsWith('a.yaml'))
  assert.deepEqual(
    documents.map(({ file }) => file.slice(folder.length + 1)),
    ['.env', '.hidden/y', 'b/values.yaml'],
  )
  assert.equal(isCut, false)
})

test('a folder with more than is looked at is cut, and says so', () => {
  const folder = temporaryTree()
  const large = Buffer.alloc(4 * 1024 * 1024, 'x')
  for (let n = 0; n < 17; n += 1)
    writeFileSync(join(folder, `f${String(n).padStart(2, '0')}`), large)
  const { documents, isCut } = otherFiles(folder, () => false)
  assert.equal(documents.length, 16)
  assert.equal(isCut, true)
})

test('standard input and what is no folder have none', () => {
  assert.deepEqual(
    otherFiles('-', () => false),
    { documents: [], isCut: false },
  )
  assert.deepEqual(
    otherFiles('/nowhere', () => false),
    { documents: [], isCut: false },
  )
})
