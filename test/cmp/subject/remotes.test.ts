// What a checkout's remotes are, against what git itself says.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { remotesOf } from '../../../cmp/subject/remotes.ts'
import { temporaryTree } from '../../support/tree.ts'

const CONFIG = `[core]
\tbare = false
\turl = https://no/core
[remote "origin"]
\turl = git@github.com:org/repo.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
\tpushurl = https://no/push
[remote "with \\"quotes\\" ]"] url = "https://h/a#b;c" ; comment
; url = https://no/comment
[Remote "up"]
  URL=https://h/long\\
er # comment
[remote]
\turl = https://no/name
[branch "main"]
\tremote = origin
\turl = https://no/branch
`
const URLS = ['git@github.com:org/repo.git', 'https://h/a#b;c', 'https://h/longer']

const layouts: readonly [
  what: string,
  tree: Record<string, string>,
  root: string,
  urls: string[],
][] = [
  ['a clone', { 'a/.git/config': CONFIG }, 'a', URLS],
  [
    'a linked worktree',
    {
      'a/.git/config': CONFIG,
      'a/.git/worktrees/b/commondir': '../..\n',
      'b/.git': 'gitdir: ../a/.git/worktrees/b\n',
    },
    'b',
    URLS,
  ],
  [
    'a submodule',
    { 'a/.git/modules/s/config': CONFIG, 'a/s/.git': 'gitdir: ../.git/modules/s\n' },
    'a/s',
    URLS,
  ],
  ['no repository', { 'a/x': '' }, 'a', []],
  ['a pointer to nothing', { 'a/.git': 'gitdir: ../nothing\n' }, 'a', []],
  ['no pointer', { 'a/.git': 'x'.repeat(10_000) }, 'a', []],
  ['a pointer without a path', { 'a/.git': 'gitdir: \0x' }, 'a', []],
  ['no configuration', { 'a/.git/config/': '' }, 'a', []],
  ['a broken configuration', { 'a/.git/config': '[remote "x\nurl = y\n[[["""\\' }, 'a', []],
  [
    'a configuration that is too long',
    { 'a/.git/config': `${CONFIG}${'#'.repeat(1_000_000)}` },
    'a',
    [],
  ],
]
for (const [what, tree, root, urls] of layouts) {
  test(what, () => {
    assert.deepEqual(remotesOf(join(temporaryTree(tree), root)), urls)
  })
}

test('the same as git, in a clone and a linked worktree', () => {
  const base = temporaryTree()
  const git = (folder: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: '1' }
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com']
    const run = spawnSync('git', [...identity, ...args], {
      cwd: join(base, folder),
      env,
      encoding: 'utf8',
    })
    assert.equal(run.status, 0, run.stderr)
    return run.stdout
  }
  mkdirSync(join(base, 'a'))
  git('a', 'init', '-q')
  git('a', 'remote', 'add', 'origin', 'https://h/a b#c;d"e\\f')
  git('a', 'remote', 'add', 'x.y', 'git@h:x')
  git('a', 'commit', '-q', '--allow-empty', '-m', 'x')
  git('a', 'worktree', 'add', '-q', '../b')
  for (const folder of ['a', 'b']) {
    const said = git(folder, 'config', '--get-regexp', '^remote\\..*\\.url$')
    const urls = said
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(line.indexOf(' ') + 1))
    assert.deepEqual(remotesOf(join(base, folder)), urls)
    assert.equal(urls.length, 2)
  }
})
