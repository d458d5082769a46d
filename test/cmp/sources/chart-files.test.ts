// Charts that would make Helm read files that it may not: links and value files.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultValues } from '../../../cmp/sources/chart-values.ts'
import { strayLinks } from '../../../cmp/sources/links.ts'
import { readParameters } from '../../../cmp/sources/parameters.ts'
import { helmFiles } from '../../../cmp/sources/value-files.ts'
import { repositoryWith, said } from '../../support/chart-repository.ts'
import type { Tree } from '../../support/tree.ts'

const links: readonly [name: string, tree: Tree, want: readonly string[]][] = [
  [
    'none',
    {
      'repo/chart/a/b': '',
      'repo/chart/c': '-> a/b',
      'repo/chart/d': '-> ../shared',
      'repo/shared/x': '',
    },
    [],
  ],
  [
    'out, absolute, in chains, to nowhere, into .git',
    {
      'repo/chart/files/a': '-> ../../../out/token',
      'repo/chart/files/b': '-> /etc/passwd',
      'repo/chart/files/c': '-> a',
      'repo/chart/files/d': '-> nowhere',
      'repo/chart/files/e': '-> ../../.git/config',
    },
    [
      'chart/files/a:1: is a link that leads out of the repository',
      'chart/files/b:1: is a link that leads out of the repository',
      'chart/files/c:1: is a link that leads out of the repository',
      'chart/files/d:1: is a link that leads nowhere',
      'chart/files/e:1: is a link into .git',
    ],
  ],
  [
    'in a folder that a link leads to',
    {
      'repo/chart/in': '-> ../shared',
      'repo/shared/deep/x': '-> /etc/passwd',
      'repo/shared/up': '-> ../chart',
    },
    ['/shared/deep/x:1: is a link that leads out of the repository'],
  ],
  [
    'a link to the root of the repository',
    { 'repo/chart/up': '-> ..' },
    ['/.git:1: would be read as a part of the chart'],
  ],
  [
    'a .git below',
    { 'repo/chart/sub/.git/config': '' },
    ['chart/sub/.git:1: would be read as a part of the chart'],
  ],
  ['a .git beside Chart.yaml, which the tool does not see', { 'repo/chart/.git/config': '' }, []],
]
for (const [name, tree, want] of links) {
  test(`links: ${name}`, () => {
    const { chart, repository } = repositoryWith(tree)
    const root = { ...repository, root: join(chart, '..') }
    assert.deepEqual(said(strayLinks([chart], root, chart)).sort(), [...want].sort())
  })
}

const files: readonly [path: string, want: string][] = [
  ['values.yaml', 'repo/chart/values.yaml'],
  ['../shared/v.yaml', 'repo/shared/v.yaml'],
  ['/shared/v.yaml', 'repo/shared/v.yaml'],
  ['link.yaml', 'repo/shared/v.yaml'],
  ['gone.yaml', '"gone.yaml" does not exist'],
  ['../../out/token', '"../../out/token" leads out of the repository'],
  ['/../out/token', '"/../out/token" leads out of the repository'],
  ['/etc/passwd', '"/etc/passwd" does not exist'],
  ['far.yaml', '"far.yaml" leads out of the repository'],
  ['/.git/config', '"/.git/config" leads into .git'],
  ['git.yaml', '"git.yaml" leads into .git'],
  ['https://evil.net/v.yaml', '"https://evil.net/v.yaml" is an address'],
  ['secrets+age://x', '"secrets+age://x" is an address'],
  ['$other/v.yaml', '"$other/v.yaml" refers to another source of the Application'],
  ['..', '".." is no file'],
  ['-', '"-" does not exist'],
  ['', '"" is no path'],
  ['a\nb', '"a\\nb" is no path'],
]
for (const [path, want] of files) {
  test(`value file ${JSON.stringify(path)}`, () => {
    const { chart, repository } = repositoryWith({
      'repo/chart/values.yaml': '',
      'repo/shared/v.yaml': '',
      'repo/chart/link.yaml': '-> ../shared/v.yaml',
      'repo/chart/far.yaml': '-> ../../out/token',
      'repo/chart/git.yaml': '-> ../.git/config',
    })
    for (const parameter of [
      { name: 'valueFiles', array: [path] },
      { name: 'fileParameters', map: { k: path } },
    ]) {
      const parameters = readParameters(JSON.stringify([parameter]), 'helm')
      assert.ok('value' in parameters)
      const outcome = helmFiles(parameters.value, chart, repository)
      if ('problems' in outcome)
        assert.match(
          said(outcome.problems).join(),
          new RegExp(`^:0: parameter ${parameter.name}: `),
        )
      const got =
        'problems' in outcome
          ? said(outcome.problems)
              .join()
              .replace(/^.*?: .*?: /, '')
          : [...outcome.value.valueFiles, ...outcome.value.fileParameters.values()]
              .join()
              .replace(/^.*(?=repo\/)/, '')
      assert.equal(got, want)
    }
  })
}

test('missing value files may be ignored, stray ones not', () => {
  const { chart, repository } = repositoryWith({ 'repo/chart/a.yaml': '' })
  const given = (paths: string[]) => {
    const text = JSON.stringify([
      { name: 'valueFiles', array: paths },
      { name: 'ignoreMissingValueFiles', string: 'true' },
    ])
    const parameters = readParameters(text, 'helm')
    assert.ok('value' in parameters)
    return helmFiles(parameters.value, chart, repository)
  }
  const outcome = given(['no.yaml', 'a.yaml'])
  assert.deepEqual('value' in outcome && outcome.value.valueFiles, [join(chart, 'a.yaml')])
  assert.ok('problems' in given(['../../no']))
})

test('default values by their path', () => {
  const { chart, repository } = repositoryWith({
    'repo/chart/values.yaml': 'a: {b: [1, {c: x}], d: null}\ne: true\n',
  })
  const outcome = defaultValues(chart, repository)
  assert.deepEqual('value' in outcome && [...outcome.value], [
    ['a.b[0]', '1'],
    ['a.b[1].c', 'x'],
    ['e', 'true'],
  ])
  const stray = repositoryWith({ 'repo/chart/values.yaml': '-> ../../out/token' })
  assert.ok('problems' in defaultValues(stray.chart, stray.repository))
})
