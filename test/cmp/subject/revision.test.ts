// Commits of real repositories, friendly and hostile, laid out in a folder of the run's own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { test } from 'node:test'
import { openWorkspace } from '../../../cmp/sources/workspace.ts'
import type { Git } from '../../../cmp/subject/git.ts'
import { openGit } from '../../../cmp/subject/git.ts'
import { checkOut, readFileAt } from '../../../cmp/subject/revision.ts'
import type { Repository } from '../../support/git-repository.ts'
import { fingerprintOf, gitRepository } from '../../support/git-repository.ts'
import { temporaryTree } from '../../support/tree.ts'

function gitIn(root: string, signal = new AbortController().signal, seconds = 30): Git {
  const opened = openGit({
    repository: root,
    tools: { path: process.env.PATH ?? '', temporary: '/tmp', network: {} },
    signal,
    deadline: performance.now() + seconds * 1000,
  })
  assert.ok('value' in opened)
  return opened.value
}

async function layOut(repository: Repository, revision = 'HEAD', folder?: string) {
  const opened = openWorkspace(temporaryTree())
  assert.ok('value' in opened)
  const git = gitIn(repository.root)
  const commit = await git.resolve(revision)
  assert.ok('value' in commit && commit.value !== undefined)
  return checkOut(git, commit.value, opened.value, folder)
}

async function laidOut(repository: Repository, revision = 'HEAD', folder?: string) {
  const outcome = await layOut(repository, revision, folder)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value
}

const words = (outcome: Awaited<ReturnType<typeof layOut>>): string =>
  'problems' in outcome ? outcome.problems.map(({ message }) => message).join() : 'laid out'

test('files, programs, links and names of all kinds, as they were committed', async () => {
  const repository = gitRepository({
    'a.yaml': 'a: 1\r\n',
    'b/c d/é 🔑.yaml': Buffer.from([0, 1, 255]),
    'b/run.sh': '#!/bin/sh\n',
    'b/link': '-> ../a.yaml',
    'b/out': '-> /etc/passwd',
  })
  repository.git('update-index', '--chmod=+x', 'b/run.sh')
  repository.git('commit', '--quiet', '--message', 'program')
  repository.commit({ 'a.yaml': 'a: 2\n' })
  const { root, notices } = await laidOut(repository, 'HEAD~1')
  assert.deepEqual(notices, [])
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), 'a: 1\r\n')
  assert.deepEqual(readFileSync(join(root, 'b/c d/é 🔑.yaml')), Buffer.from([0, 1, 255]))
  assert.equal(statSync(join(root, 'b/run.sh')).mode & 0o777, 0o700)
  assert.equal(statSync(join(root, 'a.yaml')).mode & 0o777, 0o600)
  assert.equal(readlinkSync(join(root, 'b/out')), '/etc/passwd')
  assert.equal(readlinkSync(join(root, 'b/link')), '../a.yaml')
})

test('one folder alone, and nothing where there is none', async () => {
  const repository = gitRepository({
    'apps/web/a.yaml': 'a',
    'apps/web-2/b.yaml': 'b',
    'c.yaml': 'c',
  })
  const { root } = await laidOut(repository, 'HEAD', 'apps/web')
  assert.deepEqual(readdirSync(root, { recursive: true }).sort(), [
    'apps',
    'apps/web',
    'apps/web/a.yaml',
  ])
  const none = await laidOut(repository, 'HEAD', 'apps/api')
  assert.deepEqual(readdirSync(none.root), [])
})

test('nothing of the repository is touched', async () => {
  const repository = gitRepository({ 'a.yaml': 'a' })
  repository.commit({ 'a.yaml': 'b' })
  writeFileSync(join(repository.root, 'a.yaml'), 'dirty')
  const before = fingerprintOf(repository.root)
  await laidOut(repository, 'HEAD~1')
  assert.equal(fingerprintOf(repository.root), before)
})

test('no filter, hook, monitor or helper that a repository configures is run', async () => {
  const repository = gitRepository({
    '.gitattributes': '* filter=evil diff=evil text eol=crlf ident export-subst\n',
    'a.yaml': '$Id$ $Format:%H$\n',
  })
  const mark = join(temporaryTree(), 'ran')
  const evil = `touch ${mark}`
  for (const key of [
    'core.fsmonitor',
    'core.sshCommand',
    'core.pager',
    'core.editor',
    'core.askPass',
    'filter.evil.smudge',
    'diff.evil.textconv',
    'diff.external',
    'credential.helper',
    'alias.cat-file',
    'alias.ls-tree',
    'core.alternateRefsCommand',
    'remote.origin.uploadpack',
  ]) {
    repository.git('config', key, key.startsWith('alias') ? `!${evil}` : evil)
  }
  repository.git(
    'config',
    'core.hooksPath',
    temporaryTree({ 'post-checkout': `#!/bin/sh\n${evil}\n` }),
  )
  const { root } = await laidOut(repository)
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), '$Id$ $Format:%H$\n')
  assert.equal(existsSync(mark), false)
})

test('objects that a partial clone lacks are not fetched', async () => {
  const origin = gitRepository({ 'a.yaml': 'a' })
  origin.git('config', 'uploadpack.allowFilter', 'true')
  const clone = join(temporaryTree(), 'clone')
  execFileSync(
    'git',
    ['clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin.root}`, clone],
    { stdio: 'ignore' },
  )
  const mark = join(temporaryTree(), 'ran')
  execFileSync('git', ['-C', clone, 'config', 'remote.origin.uploadpack', `touch ${mark};`])
  const outcome = await layOut({ ...origin, root: clone })
  assert.match(words(outcome), /objects of the revision are missing/)
  assert.equal(existsSync(mark), false)
})

/** A commit whose tree git itself would not have made. */
function commitOf(
  { git, root }: Repository,
  entries: readonly (readonly [mode: string, name: string, content: string])[],
) {
  const objects = entries.map(([mode, name, content]) => {
    writeFileSync(join(root, 'content'), content)
    const object = mode === '40000' ? content : git('hash-object', '-w', 'content')
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, 'hex')])
  })
  writeFileSync(join(root, 'tree'), Buffer.concat(objects))
  const tree = git('hash-object', '-t', 'tree', '-w', '--literally', 'tree')
  return { tree, commit: git('commit-tree', tree, '-m', 'hostile') }
}

for (const name of ['..', '.', '.git', '.GIT']) {
  test(`a tree that somebody made by hand, with the name ${name}, is refused`, async () => {
    const repository = gitRepository({})
    const inner = commitOf(repository, [['100644', 'evil.yaml', 'evil']])
    const { commit } = commitOf(repository, [['40000', name, inner.tree]])
    const outcome = await layOut(repository, commit)
    assert.match(words(outcome), /cannot be laid out/)
  })
}

test('a tree with a slash in a name, or one name twice, writes nothing outside', async () => {
  const repository = gitRepository({})
  const outside = temporaryTree()
  const slash = commitOf(repository, [['100644', '../evil', 'evil']])
  assert.match(words(await layOut(repository, slash.commit)), /cannot be laid out/)
  // A link that is written through a link would plant a file of the author's choice too.
  for (const mode of ['100644', '120000']) {
    const inner = commitOf(repository, [[mode, 'evil', '/evil']])
    const twice = commitOf(repository, [
      ['120000', 'a', outside],
      ['40000', 'a', inner.tree],
    ])
    assert.match(words(await layOut(repository, twice.commit)), /cannot be laid out/)
    assert.deepEqual(readdirSync(outside), [])
  }
})

test('submodules and Git LFS are told', async () => {
  const repository = gitRepository({
    'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
  })
  const head = repository.git('rev-parse', 'HEAD')
  repository.git('update-index', '--add', '--cacheinfo', `160000,${head},sub`)
  repository.git('commit', '--quiet', '--message', 'sub')
  const { notices } = await laidOut(repository)
  assert.deepEqual(
    notices.map(({ message }) => message),
    [
      '1 submodules of the revision are empty folders here',
      '1 files of the revision are in Git LFS: only their pointers are read',
    ],
  )
})

test('a repository of SHA-256, a linked worktree, a subfolder', async () => {
  const repository = gitRepository({ 'sub/a.yaml': 'a' }, '--object-format=sha256')
  const { root } = await laidOut(repository)
  assert.equal(readFileSync(join(root, 'sub/a.yaml'), 'utf8'), 'a')
  const below = await gitIn(join(repository.root, 'sub')).resolve('HEAD')
  assert.deepEqual(below, { value: repository.git('rev-parse', 'HEAD') })
  const linked = join(temporaryTree(), 'linked')
  repository.git('worktree', 'add', '--quiet', linked)
  assert.ok((await laidOut({ ...repository, root: linked })).root)
})

test('a repository of another user, as in a container of CI', {
  skip: getuid?.() !== 0 && 'needs root',
}, async () => {
  const repository = gitRepository({ 'a.yaml': 'a' })
  for (const path of ['.', '.git']) chownSync(join(repository.root, path), 54321, 54321)
  assert.throws(() => repository.git('rev-parse', 'HEAD'), /dubious ownership/)
  const commit = await gitIn(repository.root).resolve('HEAD')
  assert.match(('value' in commit && commit.value) || '', /^[0-9a-f]{40}$/)
})

test('one file of a commit; what is no file there is none', async () => {
  const repository = gitRepository({ 'apps/web.yaml': 'kind: Application\n' })
  const git = gitIn(repository.root)
  const read = (path: string) => readFileAt(git, repository.git('rev-parse', 'HEAD'), path)
  assert.deepEqual(await read('apps/web.yaml'), { value: Buffer.from('kind: Application\n') })
  for (const path of ['apps/api.yaml', 'apps', '../x', 'a\nHEAD']) {
    assert.deepEqual(await read(path), { value: undefined }, path)
  }
})

test('a run that ends ends git', async () => {
  const repository = gitRepository({ 'a.yaml': 'a' })
  const aborted = AbortSignal.abort()
  const outcome = await gitIn(repository.root, aborted).resolve('HEAD')
  assert.ok('problems' in outcome && outcome.problems[0]?.fault === 'outside')
  const late = await gitIn(repository.root, undefined, 0).resolve('HEAD')
  assert.match('problems' in late ? (late.problems[0]?.message ?? '') : '', /time budget/)
})
