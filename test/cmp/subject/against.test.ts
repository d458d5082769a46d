import assert from 'node:assert/strict'
import { chdir, cwd } from 'node:process'
import { after, test } from 'node:test'
import { readAgainst } from '../../../cmp/subject/against.ts'
import { openGit } from '../../../cmp/subject/git.ts'
import type { Repository } from '../../support/git-repository.ts'
import { gitRepository } from '../../support/git-repository.ts'
import { temporaryTree } from '../../support/tree.ts'

const home = cwd()
after(() => chdir(home))

async function ask(text: string, root: string) {
  chdir(root)
  const git = openGit({
    repository: root,
    tools: { path: process.env.PATH ?? '', temporary: '/tmp', network: {} },
    signal: new AbortController().signal,
    deadline: performance.now() + 30_000,
  })
  const outcome = await readAgainst(text, '--against', git)
  chdir(home)
  return outcome
}

const said = (outcome: Awaited<ReturnType<typeof ask>>): string =>
  'problems' in outcome
    ? `${outcome.problems[0]?.fault}: ${outcome.problems[0]?.message}`
    : outcome.value.kind

function sample(): Repository {
  const repository = gitRepository({ 'deploy/a.yaml': 'a', 'file.yaml': 'b', 'live/a.yaml': 'c' })
  repository.git('branch', 'deploy')
  repository.git('branch', 'release/1')
  repository.git('tag', '--annotate', '--message', 'v', 'v1')
  return repository
}

const cases: readonly (readonly [text: string, want: string | RegExp])[] = [
  ['live', 'live'],
  ['./live', 'folder'],
  ['live/', 'folder'],
  ['file.yaml', 'file'],
  ['./deploy', 'folder'],
  ['deploy', /usage: --against "deploy" is a path and a Git revision too/],
  ['refs/heads/deploy', 'revision'],
  ['release/1', 'revision'],
  ['v1', 'revision'],
  ['HEAD', 'revision'],
  ['HEAD...', 'revision'],
  ['v1...HEAD', 'revision'],
  ['HEAD:deploy', /no folder, no file and no Git revision/],
  ['nowhere', /no folder, no file and no Git revision/],
  ['./nowhere', /is no folder and no file$/],
  ['nowhere...', /no folder, no file and no Git revision/],
  ['a..b', /no folder, no file and no Git revision/],
  ['', /no folder, no file and no Git revision/],
  ['--all', /no folder, no file and no Git revision/],
  ['--output=/tmp/x', /no folder, no file and no Git revision/],
  ['HEAD\n--all', /no folder, no file and no Git revision/],
  ['\u0000', /no folder, no file and no Git revision/],
]

for (const [text, want] of cases) {
  test(`--against ${JSON.stringify(text)}`, async () => {
    const repository = sample()
    const outcome = await ask(text, repository.root)
    if (typeof want === 'string') assert.equal(said(outcome), want)
    else assert.match(said(outcome), want)
  })
}

test('a revision has its commit and a label; with three dots, that of the merge base', async () => {
  const { root, git, commit } = sample()
  const base = git('rev-parse', 'HEAD')
  git('checkout', '--quiet', '-b', 'feature')
  commit({ 'x.yaml': 'x' })
  git('checkout', '--quiet', 'main')
  const main = commit({ 'y.yaml': 'y' })
  git('checkout', '--quiet', 'feature')
  assert.deepEqual(await ask('main', root), {
    value: { kind: 'revision', name: 'main', commit: main, label: `main (${main.slice(0, 12)})` },
  })
  const forked = await ask('main...', root)
  assert.ok('value' in forked && forked.value.kind === 'revision')
  assert.equal(forked.value.commit, base)
})

test('a branch and a tag of one name; a branch that only the remote has', async () => {
  const { root, git } = sample()
  git('tag', 'release/1', 'HEAD')
  assert.match(said(await ask('release/1', root)), /"release\/1" is a branch and a tag/)
  assert.match(said(await ask('release/1...', root)), /is a branch and a tag/)
  assert.equal(said(await ask('refs/tags/release/1', root)), 'revision')
  git('update-ref', 'refs/remotes/origin/stable', 'HEAD')
  const outcome = await ask('stable...', root)
  assert.ok('problems' in outcome)
  assert.equal(outcome.problems[0]?.hint, 'there is origin/stable')
})

test('no common commit, no repository', async () => {
  const { root, git } = sample()
  git('checkout', '--quiet', '--orphan', 'other')
  git('commit', '--quiet', '--allow-empty', '--message', 'other')
  assert.match(said(await ask('main...', root)), /HEAD and "main" have no commit in common here/)
  assert.match(said(await ask('main', temporaryTree())), /usage: there is no Git repository around/)
})
