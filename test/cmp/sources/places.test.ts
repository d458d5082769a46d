// Where a repository begins, and what of it may be followed.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { locate, repositoryOf } from '../../../cmp/sources/places.ts'
import { temporaryTree } from '../../support/tree.ts'

const UUID = '0b0e3a5e-93b4-4a77-8a4c-3f5f6d6e1c2b'
const OTHER = '1b0e3a5e-93b4-4a77-8a4c-3f5f6d6e1c2b'
const unpacked = `/tmp/_cmp_server/${UUID}`

const roots: readonly [real: string, sourcePath: string | undefined, root: string][] = [
  [unpacked, '.', unpacked],
  [`${unpacked}/apps/web`, 'apps/web', unpacked],
  [`${unpacked}/apps/web`, undefined, unpacked],
  [`${unpacked}/_cmp_server/${OTHER}/app`, `_cmp_server/${OTHER}/app`, unpacked],
  [`/x/_cmp_server/not-a-uuid/app`, 'app', '/x/_cmp_server/not-a-uuid'],
  ['/srv/repo/apps/web', 'apps/web', '/srv/repo'],
  ['/srv/repo/apps/web', './apps/web/', '/srv/repo'],
  ['/srv/repo/apps/web', 'web', '/srv/repo/apps'],
  ['/srv/repo/apps/web', '.', '/srv/repo/apps/web'],
  ['/srv/repo/apps/web', '', '/srv/repo/apps/web'],
  ['/srv/repo/apps/web', 'eb', '/srv/repo/apps/web'],
  ['/srv/repo/apps/web', 'other', '/srv/repo/apps/web'],
  ['/srv/repo/apps/web', '../apps/web', '/srv/repo/apps/web'],
  ['/web', 'web', '/web'],
]
for (const [real, sourcePath, root] of roots) {
  test(`inside Argo CD, ${real} of ${sourcePath} is in ${root}`, () => {
    assert.equal(repositoryOf('.', real, { sourcePath }).root, root)
  })
}

test('outside Argo CD the nearest .git counts, a file of that name too, else the folder', () => {
  const base = temporaryTree({
    'a/.git/': '',
    'a/b/c/': '',
    'a/sub/.git': 'gitdir: x',
    'a/sub/d/': '',
  })
  const root = (folder: string) => repositoryOf('.', join(base, folder)).root
  assert.equal(root('a/b/c'), join(base, 'a'))
  assert.equal(root('a/sub/d'), join(base, 'a/sub'))
  assert.equal(root('a'), join(base, 'a'))
})

test('names in messages never show the machine', () => {
  const { display } = repositoryOf('../web', '/srv/repo/apps/web', { sourcePath: 'apps/web' })
  assert.equal(display('/srv/repo/apps/web'), '../web')
  assert.equal(display('/srv/repo/apps/web/..x'), '../web/..x')
  assert.equal(display('/srv/repo/base/a.yaml'), '/base/a.yaml')
  assert.equal(display('/etc/passwd'), 'passwd')
  assert.equal(repositoryOf('.', '/srv/a', {}).display('/srv/a/b.yaml'), 'b.yaml')
})

test('what may be followed', () => {
  const base = temporaryTree({
    'out/s': '',
    'repo2/s': '',
    'repo/.git/config': '',
    'repo/a/b.yaml': '',
    'repo/.GIT2': '',
    'repo/in': '-> a/b.yaml',
    'repo/out': '-> ../out/s',
    'repo/near': '-> ../repo2/s',
    'repo/git': '-> .git',
    'repo/circle': '-> circle',
    'repo/sub/.git/config': '',
  })
  const root = join(base, 'repo')
  const of = (path: string) => {
    const place = locate(root, path)
    return typeof place === 'string' ? place : place.real.slice(root.length)
  }
  assert.equal(of(join(root, 'in')), '/a/b.yaml')
  assert.equal(of(`${root}/a/../in`), '/a/b.yaml')
  assert.equal(of(join(root, '.GIT2')), '/.GIT2')
  assert.equal(of(join(root, 'out')), 'outside')
  assert.equal(of(join(root, 'near')), 'outside')
  assert.equal(of('/etc/passwd'), 'outside')
  assert.equal(of('/no/such'), 'outside')
  assert.equal(of(`${root}/../repo2/s`), 'outside')
  assert.equal(of(join(root, 'missing')), 'missing')
  assert.equal(of(join(root, 'circle')), 'missing')
  assert.equal(of(join(root, 'git/config')), 'git')
  assert.equal(of(join(root, 'sub/.git/config')), 'git')
})
