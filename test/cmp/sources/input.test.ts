// Folders and standard input as an author of a repository could make them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readFolder } from '../../../cmp/sources/input.ts'
import type { Tree } from '../../support/tree.ts'
import { plant } from '../../support/tree.ts'
import { unprivileged } from '../../support/unprivileged.ts'

let base: string
let dir: string

// Without a suite around them, hooks would be those of every file in this process.
describe('the input of a run', () => {
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'input-'))
    dir = join(base, 'dir')
    mkdirSync(dir)
  })
  afterEach(() => rmSync(base, { recursive: true }))

  const make = (tree: Tree) => plant(base, tree)

  /** Paths that were read, or `fault: path: message` of every problem, both relative to `base`. */
  function read(directory = dir, recurse = false): string[] {
    const outcome = readFolder(directory, { recurse })
    if ('value' in outcome) return outcome.value.map(({ path }) => path.replace(`${base}/`, ''))
    assert.doesNotMatch(JSON.stringify(outcome), /fake-content/)
    return outcome.problems.map(({ fault, at, message, hint }) => {
      assert.ok(hint !== undefined && at?.line === 1 && at.column === 1)
      return `${fault}: ${at.file.replace(`${base}/`, '')}: ${message}`
    })
  }

  const folders: readonly {
    readonly name: string
    readonly tree: Readonly<Record<string, string>>
    readonly recurse?: boolean
    readonly want: readonly string[]
  }[] = [
    {
      name: 'three endings, nothing else, not recursive',
      tree: {
        'dir/a.yaml': '',
        'dir/b.yml': '',
        'dir/c.json': '',
        'dir/d.YAML': '',
        'dir/e.txt': '',
        'dir/f.yaml.bak': '',
        'dir/g.jsonnet': '',
        'dir/sub/h.yaml': '',
      },
      want: ['dir/a.yaml', 'dir/b.yml', 'dir/c.json'],
    },
    {
      name: 'bytewise order of whole paths',
      tree: {
        'dir/a.yaml': '',
        'dir/a/z.yaml': '',
        'dir/a-b.yaml': '',
        'dir/B.yaml': '',
        'dir/é.yaml': '',
        'dir/\uff61.yaml': '',
        'dir/🔑.yaml': '',
      },
      recurse: true,
      want: [
        'dir/B.yaml',
        'dir/a-b.yaml',
        'dir/a.yaml',
        'dir/a/z.yaml',
        'dir/é.yaml',
        'dir/\uff61.yaml',
        'dir/🔑.yaml',
      ],
    },
    {
      name: 'hidden files and folders',
      tree: {
        'dir/.a.yaml': '',
        'dir/.git/b.yaml': '',
        'dir/.argocd-source.yaml': '',
        'dir/..c/d.yaml': '',
        'dir/sub/.e/f.yaml': '',
        'dir/sub/g.yaml': '',
      },
      recurse: true,
      want: ['dir/sub/g.yaml'],
    },
    {
      name: 'values of a chart',
      tree: { 'dir/values.yaml': '', 'dir/values.yml': '', 'dir/a.yaml': '' },
      want: ['dir/a.yaml'],
    },
    {
      name: 'a folder with a manifest’s name',
      tree: { 'dir/a.yaml/b.yaml': '', 'dir/c.yaml': '' },
      recurse: true,
      want: ['dir/a.yaml/b.yaml', 'dir/c.yaml'],
    },
    {
      name: 'the skip marker',
      tree: { 'dir/a.yaml': 'x: 1\n# +argocd:skip-file-rendering\n', 'dir/b.yaml': '' },
      want: ['dir/b.yaml'],
    },
    { name: 'nothing', tree: {}, want: ['input: dir: holds no manifests'] },
    {
      name: 'nothing that is rendered',
      tree: { 'dir/a.yaml': '# +argocd:skip-file-rendering' },
      want: ['input: dir: holds no manifests'],
    },
    {
      name: 'manifests in subfolders only',
      tree: { 'dir/sub/a.yaml': '' },
      want: ['input: dir: holds no manifests'],
    },
    ...['Chart.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((file) => ({
      name: `${file} below, and nothing beside it is read`,
      tree: { [`dir/app/${file}`]: 'fake-content', 'dir/app/a.yaml': '-> /nowhere' },
      recurse: true,
      want: [`input: dir/app/${file}: this folder has to be rendered first`],
    })),
    ...['Chart.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((file) => ({
      name: `${file} in a folder that is to be read as it is: without it, and without values`,
      tree: {
        [`dir/${file}`]: 'fake-content',
        'dir/values-prod.yaml': 'fake-content',
        'dir/requirements.yaml': 'fake-content',
        'dir/values.schema.json': 'fake-content',
        'dir/a.yaml': '',
      },
      want: ['dir/a.yaml'],
    })),
    {
      name: 'values of another name, without a chart beside them',
      tree: { 'dir/values-prod.yaml': '', 'dir/a.yaml': '' },
      want: ['dir/a.yaml', 'dir/values-prod.yaml'],
    },
    {
      name: 'links into .git, whatever they are called',
      tree: {
        'dir/.git/config': 'fake-content',
        'dir/a.yaml': '-> .git/config',
        'dir/b': '-> .git',
        'dir/c.yaml': '-> b/config',
      },
      recurse: true,
      want: ['a.yaml', 'b', 'c.yaml'].map((name) => `input: dir/${name}: is a link into .git`),
    },
    {
      name: 'a chart below, recursively',
      tree: {
        'dir/a.yaml': '',
        'dir/app/Chart.yaml': '',
        'dir/app/templates/b.yaml': '{{ fake-content }}',
      },
      recurse: true,
      want: ['input: dir/app/Chart.yaml: this folder has to be rendered first'],
    },
    {
      name: 'a chart below, not recursively',
      tree: { 'dir/a.yaml': '', 'dir/app/Chart.yaml': '' },
      want: ['dir/a.yaml'],
    },
    {
      name: 'links inside, chains, and mounted ConfigMaps',
      tree: {
        'dir/a.yaml': '-> b.yaml',
        'dir/b.yaml': '-> ..data/c.yaml',
        'dir/..data': '-> ..2026',
        'dir/..2026/c.yaml': '',
      },
      want: ['dir/a.yaml', 'dir/b.yaml'],
    },
    {
      name: 'a link from a subfolder to above, still inside',
      tree: { 'dir/sub/a.yaml': '-> ../b.yaml', 'dir/b.yaml': '' },
      recurse: true,
      want: ['dir/b.yaml', 'dir/sub/a.yaml'],
    },
    {
      name: 'links out: relative, absolute, in chains, through a linked folder, to a sibling of the same beginning',
      tree: {
        'out/s.yaml': 'fake-content',
        'dir2/s.yaml': 'fake-content',
        'dir/a.yaml': '-> ../out/s.yaml',
        'dir/b.yaml': '-> /etc/passwd',
        'dir/c.yaml': '-> a.yaml',
        'dir/d.yaml': '-> way/s.yaml',
        'dir/way': '-> ../out',
        'dir/e.yaml': '-> ../dir2/s.yaml',
      },
      want: ['a', 'b', 'c', 'd', 'e'].map(
        (n) => `input: dir/${n}.yaml: is a link that leads out of the folder`,
      ),
    },
    {
      name: 'links to nothing, to themselves, in circles',
      tree: {
        'dir/a.yaml': '-> missing',
        'dir/b.yaml': '-> b.yaml',
        'dir/c.yaml': '-> d.yaml',
        'dir/d.yaml': '-> c.yaml',
      },
      want: ['a', 'b', 'c', 'd'].map((n) => `input: dir/${n}.yaml: is a link that leads nowhere`),
    },
    {
      name: 'links that are no manifests',
      tree: {
        'dir/README': '-> ../out',
        'dir/x': '-> /nowhere',
        'dir/y': '-> ..',
        'dir/a.yaml': '',
      },
      want: ['dir/a.yaml'],
    },
    {
      name: 'a linked folder outside, recursively',
      tree: { 'out/s.yaml': 'fake-content', 'dir/way': '-> ../out', 'dir/a.yaml': '' },
      recurse: true,
      want: ['input: dir/way: is a link that leads out of the folder'],
    },
    {
      name: 'a linked folder inside is read where it stands; circles end',
      tree: {
        'dir/sub/a.yaml': '',
        'dir/way': '-> sub',
        'dir/sub/up': '-> ..',
        'dir/b.yaml': '-> sub',
      },
      recurse: true,
      want: ['dir/sub/a.yaml'],
    },
    {
      name: 'a link to a device',
      tree: { 'dir/a.yaml': '-> /dev/zero' },
      want: ['input: dir/a.yaml: is a link that leads out of the folder'],
    },
  ]
  for (const { name, tree, recurse, want } of folders) {
    test(name, () => {
      make(tree)
      assert.deepEqual(read(dir, recurse), want)
    })
  }

  test('contents come as they are', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00])
    writeFileSync(join(dir, 'a.yaml'), bytes)
    const outcome = readFolder(dir, { recurse: false })
    assert.ok('value' in outcome)
    assert.ok(Buffer.from(outcome.value[0]?.bytes ?? []).equals(bytes))
  })

  test('a pipe or a socket in the place of a manifest is refused, not waited for', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$@"', 'sh', join(dir, 'a.yaml'), join(dir, 'pipe')])
    make({ 'dir/b.yaml': '-> pipe' })
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(dir, 'c.json'), resolve))
    const problems = read()
    await new Promise((resolve) => server.close(resolve))
    assert.deepEqual(
      problems,
      ['a.yaml', 'b.yaml', 'c.json'].map((name) => `input: dir/${name}: is not a regular file`),
    )
  })

  test('what cannot be read is reported, all of it', () => {
    make({ 'dir/a.yaml': 'fake-content', 'dir/sub/b.yaml': '', 'dir/c.yaml': '' })
    chmodSync(join(dir, 'a.yaml'), 0)
    chmodSync(join(dir, 'sub'), 0)
    const problems = unprivileged(base, () => read(dir, true))
    chmodSync(join(dir, 'sub'), 0o700)
    assert.deepEqual(problems, [
      'usage: dir/a.yaml: cannot be read',
      'usage: dir/sub: cannot be read',
    ])
  })

  test('a name that is no UTF-8 is an error, not a missing manifest', () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${dir}/a`), Buffer.from([0xff]), Buffer.from('.yaml')]),
      '',
    )
    assert.match(read().join(), /^usage: dir\/a\ufffd\.yaml: /)
  })

  test('deep folders', () => {
    const deep = Array(900).fill('d').join('/')
    make({ [`dir/${deep}/a.yaml`]: '' })
    assert.deepEqual(read(dir, true), [`dir/${deep}/a.yaml`])
  })

  test('the folder itself may be a link, and is named as it was given', () => {
    make({
      'dir/a.yaml': '',
      'dir/b.yaml': '-> a.yaml',
      there: '-> dir',
      'deep/er': '-> ../dir',
      'deep/a.yaml': 'x',
    })
    assert.deepEqual(read(join(base, 'there')), ['there/a.yaml', 'there/b.yaml'])
    assert.deepEqual(read(`${dir}/`), ['dir/a.yaml', 'dir/b.yaml'])
    assert.deepEqual(read(`${dir}/.`), ['dir/./a.yaml', 'dir/./b.yaml'])
    // `..` after a link is where the link leads.
    make({ 'dir/inner/c.yaml': '', far: '-> dir/inner' })
    assert.deepEqual(read(`${base}/far/..`), ['far/../a.yaml', 'far/../b.yaml'])
  })

  test('the current folder has no name', () => {
    const outcome = readFolder('.', { recurse: false })
    assert.ok('value' in outcome)
    assert.ok(outcome.value.some(({ path }) => path === 'package.json'))
  })

  for (const directory of ['missing', 'file', 'file/below', '']) {
    test(`${JSON.stringify(directory)} is not a folder`, () => {
      make({ file: '' })
      const outcome = readFolder(directory && join(base, directory), { recurse: false })
      assert.match(JSON.stringify(outcome), /"usage".*"is not a folder".*name a folder, or - for/)
    })
  }
})
