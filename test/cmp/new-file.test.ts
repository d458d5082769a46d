// Real files: their modes, what is never overwritten, and what is left when something goes wrong.
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { NewFile } from '../../cmp/new-file.ts'
import { isInGit, writeNewFiles } from '../../cmp/new-file.ts'
import { temporaryTree } from '../support/tree.ts'

const KEY = Buffer.from('a key')

const file = (path: string, rest: Partial<NewFile> = {}): NewFile => ({
  path,
  bytes: KEY,
  mode: 0o600,
  replaces: false,
  ...rest,
})

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

for (const umask of [0o000, 0o022, 0o077, 0o777]) {
  test(`mode 0600 under umask ${umask.toString(8)}`, () => {
    const base = temporaryTree({ 'old.yaml': 'old' })
    chmodSync(join(base, 'old.yaml'), 0o644)
    const before = process.umask(umask)
    try {
      const files = [file(join(base, 'new.yaml')), file(join(base, 'old.yaml'), { replaces: true })]
      assert.equal(writeNewFiles(files), undefined)
    } finally {
      process.umask(before)
    }
    for (const name of ['new.yaml', 'old.yaml']) {
      assert.equal(modeOf(join(base, name)), '600')
      assert.equal(readFileSync(join(base, name), 'utf8'), 'a key')
    }
  })
}

/** What stands in the way of a new file, and stays as it is. */
const taken: readonly [what: string, tree: Record<string, string>][] = [
  ['a file', { 'enc.yaml': 'old' }],
  ['an empty file', { 'enc.yaml': '' }],
  ['a folder', { 'enc.yaml/x': 'old' }],
  ['a link to a file', { 'enc.yaml': '-> target', target: 'old' }],
  ['a link to nothing', { 'enc.yaml': '-> nothing' }],
  ['a link to itself', { 'enc.yaml': '-> enc.yaml' }],
]

for (const [what, tree] of taken) {
  test(`${what} is not overwritten`, () => {
    const base = temporaryTree(tree)
    const problem = writeNewFiles([file(join(base, 'enc.yaml'))])
    assert.equal(problem?.fault, 'usage')
    assert.match(problem?.message ?? '', /exists already: nothing was written/)
    assert.ok(!existsSync(join(base, 'nothing')), 'no link is followed')
    if (tree.target !== undefined) assert.equal(readFileSync(join(base, 'target'), 'utf8'), 'old')
  })
}

test('what is replaced is replaced whole, a link itself and not its target', () => {
  const base = temporaryTree({ link: '-> target', target: 'old' })
  assert.equal(writeNewFiles([file(join(base, 'link'), { replaces: true })]), undefined)
  assert.ok(lstatSync(join(base, 'link')).isFile())
  assert.equal(readFileSync(join(base, 'target'), 'utf8'), 'old')
  assert.deepEqual(readdirSync(base).toSorted(), ['link', 'target'], 'no draft is left')
})

test('a reader who has the old file open never sees a part of the new one', () => {
  const base = temporaryTree({ 'enc.yaml': 'old' })
  const before = statSync(join(base, 'enc.yaml')).ino
  writeNewFiles([file(join(base, 'enc.yaml'), { replaces: true })])
  assert.notEqual(statSync(join(base, 'enc.yaml')).ino, before)
})

test('a folder is not replaced', () => {
  const base = temporaryTree({ 'enc.yaml/x': 'old' })
  const problem = writeNewFiles([file(join(base, 'enc.yaml'), { replaces: true })])
  assert.match(problem?.message ?? '', /is a folder/)
  assert.deepEqual(readdirSync(base), ['enc.yaml'])
})

test('a folder that is missing is said', () => {
  const base = temporaryTree()
  for (const replaces of [false, true]) {
    const problem = writeNewFiles([file(join(base, 'no/enc.yaml'), { replaces })])
    assert.match(problem?.message ?? '', /in a folder that does not exist/)
  }
})

test('if the second cannot be written the first is not left, and nothing was replaced', () => {
  const base = temporaryTree({ wrapper: 'old', old: 'old' })
  const files = [
    file(join(base, 'old'), { replaces: true }),
    file(join(base, 'enc.yaml')),
    file(join(base, 'wrapper')),
  ]
  assert.match(writeNewFiles(files)?.message ?? '', /wrapper exists already/)
  assert.deepEqual(readdirSync(base).toSorted(), ['old', 'wrapper'])
  assert.equal(readFileSync(join(base, 'old'), 'utf8'), 'old')
})

test('a work tree of Git is seen from below, and through links', () => {
  const base = temporaryTree({
    'repo/.git/HEAD': '',
    'repo/a/b/x': '',
    'worktree/.git': 'gitdir: x',
  })
  mkdirSync(join(base, 'outside'))
  symlinkSync(join(base, 'repo/a'), join(base, 'outside/in'))
  assert.equal(readlinkSync(join(base, 'outside/in')), join(base, 'repo/a'))
  const expected = {
    'repo/enc.yaml': true,
    'repo/a/b/enc.yaml': true,
    'worktree/enc.yaml': true,
    'outside/enc.yaml': false,
    'outside/in/enc.yaml': true,
    'missing/enc.yaml': false,
  }
  for (const [path, isInside] of Object.entries(expected)) {
    assert.equal(isInGit(join(base, path)), isInside, path)
  }
})
