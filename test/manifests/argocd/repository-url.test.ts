// Addresses of repositories. The normalized forms are what NormalizeGitURL of Argo CD 3.6.1 gave.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isSameRepository,
  normalizeRepositoryUrl,
  shownRepository,
} from '../../../manifests/argocd/repository-url.ts'

const forms: readonly [address: string, normalized: string][] = [
  ['https://GitHub.com/Org/Repo.git', 'https://github.com/org/repo'],
  ['git@github.com:Org/Repo.git', 'git@github.com/org/repo'],
  ['ssh://git@github.com/org/repo', 'git@github.com/org/repo'],
  ['ssh://git@github.com:22/org/repo.git', 'git@github.com:22/org/repo'],
  ['https://user:p@host/x', 'https://user:p@host/x'],
  [' https://h/x/ ', 'https://h/x/'],
  ['https://h/x.git/', 'https://h/x.git/'],
  ['file:///srv/repo.git', 'file:///srv/repo'],
  ['/srv/repo', '/srv/repo'],
  ['https://h:port/x', ''],
  ['https://h/x y', 'https://h/x%20y'],
  ['https://h/%zz', ''],
  ['https://h/ü', 'https://h/%C3%BC'],
  ['user@host:path', 'user@host/path'],
  ['', ''],
  [`https://h/${'/'.repeat(1_000_000)}x`, ''],
]
for (const [address, normalized] of forms) {
  test(`normalized: ${address.slice(0, 60)}`, () => {
    assert.equal(normalizeRepositoryUrl(address), normalized)
  })
}

const pairs: readonly [one: string, other: string, same: boolean][] = [
  ['https://github.com/org/repo', 'https://GitHub.com/org/repo.git', true],
  ['https://github.com/org/repo', 'git@github.com:org/repo.git', true],
  ['https://github.com/org/repo', 'ssh://git@github.com/org/repo', true],
  ['https://github.com/org/repo', 'https://token@github.com/org/repo/', true],
  ['https://github.com/org/repo', 'https://github.com/org/repo2', false],
  ['https://github.com/org/repo', 'https://github.com.evil/org/repo', false],
  ['https://github.com/org/repo', 'https://evil/github.com/org/repo', false],
  ['https://h:8443/a', 'https://h/a', false],
  ['/srv/repo', '/srv/repo.git', true],
  ['', '', false],
  ['https://h:port/x', 'https://h:port/x', false],
]
for (const [one, other, same] of pairs) {
  test(`${one} and ${other} are ${same ? 'one' : 'two'}`, () => {
    assert.equal(isSameRepository(one, other), same)
    assert.equal(isSameRepository(other, one), same)
  })
}

test('a password is not shown', () => {
  assert.equal(shownRepository('https://me:secret@host/x'), 'https://host/x')
  assert.equal(shownRepository('https://me:se@cret@host/x@y'), 'https://host/x@y')
  assert.equal(shownRepository('git@host:x'), 'git@host:x')
})
