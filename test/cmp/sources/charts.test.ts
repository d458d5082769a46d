// Charts that would make Helm read what it may not: links, schemas, archives, dependencies, value files.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { farSchemas } from '../../../cmp/sources/chart-schema.ts'
import { defaultValues } from '../../../cmp/sources/chart-values.ts'
import { checkDependencies, lacksDependencies } from '../../../cmp/sources/helm-dependencies.ts'
import { strayLinks } from '../../../cmp/sources/links.ts'
import { readParameters } from '../../../cmp/sources/parameters.ts'
import type { Repository } from '../../../cmp/sources/places.ts'
import { repositoryOf } from '../../../cmp/sources/places.ts'
import { helmFiles } from '../../../cmp/sources/value-files.ts'
import type { Problem } from '../../../manifests/problem.ts'
import type { Tree } from '../../support/tree.ts'
import { temporaryTree } from '../../support/tree.ts'

/** A repository with a chart in `chart`, and something precious beside it. */
function repositoryWith(tree: Tree): { chart: string; repository: Repository } {
  const base = temporaryTree({
    'out/token': 'fake-token',
    'repo/.git/config': 'fake',
    'repo/chart/': '',
    ...tree,
  })
  const chart = join(base, 'repo/chart')
  return { chart, repository: repositoryOf('chart', chart) }
}

const said = (problems: readonly Problem[]) =>
  problems.map(({ at, message, hint, fault }) => {
    assert.ok(hint && fault === 'input')
    assert.doesNotMatch(message + hint, /fake/)
    return `${at?.file ?? ''}:${at?.line ?? 0}: ${message}`
  })

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

const far = JSON.stringify({ $ref: 'file:///run/secrets/token' })
/** A packaged chart whose tar has the given files. */
function packaged(tree: Tree, ...flags: string[]): Buffer {
  const folder = temporaryTree(tree)
  return execFileSync('tar', [
    '-C',
    folder,
    ...flags,
    '-czf',
    '-',
    ...new Set(Object.keys(tree).map((path) => path.split('/')[0] ?? '')),
  ])
}
const long = `web/${'d/'.repeat(60)}values.schema.json`
const schemas: readonly [name: string, tree: () => Tree, network: boolean, isFar: boolean][] = [
  ['none', () => ({}), false, false],
  [
    'its own',
    () => ({
      'repo/chart/values.schema.json':
        '{"$schema":"https://json-schema.org/draft-07/schema#","$ref":"#/a","x":{"$ref":"#"}}',
    }),
    false,
    false,
  ],
  ['a file', () => ({ 'repo/chart/values.schema.json': far }), true, true],
  [
    'an escaped word',
    () => ({ 'repo/chart/values.schema.json': '{"a":[{"\\u0024ref":"/etc/passwd"}]}' }),
    true,
    true,
  ],
  [
    'a relative file, even if the schema calls itself so',
    () => ({
      'repo/chart/values.schema.json':
        '{"$defs":{"a":{"$id":"file:///x/","b":{"$id":"etc/passwd"}}},"$ref":"etc/passwd"}',
    }),
    true,
    true,
  ],
  [
    'an address, offline',
    () => ({ 'repo/chart/values.schema.json': '{"$ref":"https://example.com/x"}' }),
    false,
    true,
  ],
  [
    'an address, online',
    () => ({ 'repo/chart/values.schema.json': '{"$ref":"https://example.com/x"}' }),
    true,
    false,
  ],
  [
    'a meta schema',
    () => ({ 'repo/chart/values.schema.json': '{"$schema":"http://127.0.0.1/x"}' }),
    false,
    true,
  ],
  [
    'of a subchart',
    () => ({ 'repo/chart/charts/a/charts/b/values.schema.json': far }),
    false,
    true,
  ],
  [
    'of a subchart that Helm skips',
    () => ({ 'repo/chart/charts/_a/values.schema.json': far }),
    false,
    false,
  ],
  [
    'in an archive',
    () => ({ 'repo/chart/charts/a.tgz': packaged({ 'web/values.schema.json': far }) }),
    false,
    true,
  ],
  [
    'in an archive, long name, GNU',
    () => ({ 'repo/chart/charts/a.tgz': packaged({ [long]: far }, '--format=gnu') }),
    false,
    true,
  ],
  [
    'in an archive, long name, PAX',
    () => ({ 'repo/chart/charts/a.tgz': packaged({ [long]: far }, '--format=pax') }),
    false,
    true,
  ],
  [
    'in an archive in an archive',
    () => ({
      'repo/chart/charts/a.tgz': packaged({
        'web/charts/b.tgz': packaged({ 'b/values.schema.json': far }),
      }),
    }),
    false,
    true,
  ],
  [
    'in an archive, fine',
    () => ({
      'repo/chart/charts/a.tgz': packaged({
        'web/values.schema.json': '{}',
        'web/Chart.yaml': 'x',
      }),
    }),
    false,
    false,
  ],
  ['no archive', () => ({ 'repo/chart/charts/a.tgz': 'no archive' }), false, true],
]
for (const [name, tree, network, isFar] of schemas) {
  test(`schema: ${name}`, () => {
    const { chart, repository } = repositoryWith(tree())
    assert.equal(said(farSchemas(chart, repository, network)).length > 0, isFar)
  })
}

const dependency = (repository: string, more = '') =>
  `name: web\ndependencies:\n- name: redis\n  version: "1"\n  repository: ${repository}\n${more}`
const dependencies: readonly [
  name: string,
  tree: Tree,
  allowed: readonly string[] | 'any',
  want: RegExp | boolean,
][] = [
  [
    'in the repository',
    { 'repo/chart/Chart.yaml': dependency('file://../lib'), 'repo/lib/Chart.yaml': '' },
    [],
    false,
  ],
  [
    'outside',
    { 'repo/chart/Chart.yaml': dependency('file://../../out') },
    'any',
    /Chart.yaml:3: dependency redis: "file:\/\/..\/..\/out" is outside/,
  ],
  ['absolute', { 'repo/chart/Chart.yaml': dependency('file:///run/secrets') }, 'any', /outside/],
  [
    'by a link',
    { 'repo/chart/Chart.yaml': dependency('file://./lib'), 'repo/chart/lib': '-> ../../out' },
    'any',
    /outside/,
  ],
  [
    'in .git',
    { 'repo/chart/Chart.yaml': dependency('file://../.git') },
    'any',
    /is no folder of the repository/,
  ],
  [
    'from anywhere',
    { 'repo/chart/Chart.yaml': dependency('https://charts.example.com') },
    'any',
    true,
  ],
  [
    'allowed',
    { 'repo/chart/Chart.yaml': dependency('https://charts.example.com/stable/') },
    ['https://charts.example.com/*'],
    true,
  ],
  [
    'not allowed',
    { 'repo/chart/Chart.yaml': dependency('https://charts.example.com/a/b') },
    ['https://charts.example.com/*'],
    /may not be fetched/,
  ],
  [
    'not allowed by default',
    { 'repo/chart/Chart.yaml': dependency('oci://r.example/x') },
    [],
    /dependency redis from "oci:\/\/r.example\/x" is not in charts/,
  ],
  [
    'climbing',
    { 'repo/chart/Chart.yaml': dependency('https://charts.example.com/a/../../b') },
    ['https://charts.example.com/**'],
    /may not be fetched/,
  ],
  [
    'with a user',
    { 'repo/chart/Chart.yaml': dependency('https://charts.example.com@evil.net/b') },
    ['https://charts.example.com*/**'],
    /may not be fetched/,
  ],
  ['an alias', { 'repo/chart/Chart.yaml': dependency('"@stable"') }, 'any', /has no address/],
  ['a flag', { 'repo/chart/Chart.yaml': dependency('--debug') }, 'any', /has no address/],
  [
    'in another case, as Go reads it',
    { 'repo/chart/Chart.yaml': 'Dependencies:\n- Name: x\n  REPOSITORY: https://evil.net\n' },
    [],
    /dependency x from "https:\/\/evil.net"/,
  ],
  [
    'twice, in two cases',
    {
      'repo/chart/Chart.yaml': dependency('file://../lib', '  Repository: https://evil.net\n'),
      'repo/lib/x': '',
    },
    [],
    /evil.net/,
  ],
  [
    'merged',
    {
      'repo/chart/Chart.yaml':
        'x: &x {repository: "https://evil.net"}\ndependencies:\n- {name: a, <<: *x}\n',
    },
    [],
    /evil.net/,
  ],
  [
    'behind a line break that only Go sees',
    { 'repo/chart/Chart.yaml': `# x\u2028${dependency('https://evil.net')}` },
    'any',
    /invisible/,
  ],
  [
    'tagged',
    { 'repo/chart/Chart.yaml': dependency('!!binary aHR0cHM6Ly9ldmlsLm5ldA==') },
    'any',
    /YAML tag/,
  ],
  [
    'of the lock',
    {
      'repo/chart/Chart.yaml': dependency('https://ok.example'),
      'repo/chart/Chart.lock': dependency('https://evil.net'),
    },
    ['https://ok.example'],
    /Chart.lock:3: .*evil.net/,
  ],
  [
    'of apiVersion v1',
    { 'repo/chart/requirements.yaml': dependency('https://evil.net') },
    [],
    /requirements.yaml:3: /,
  ],
]
for (const [name, tree, allowed, want] of dependencies) {
  test(`dependency ${name}`, () => {
    const { chart, repository } = repositoryWith(tree)
    const outcome = checkDependencies(chart, repository, allowed)
    if (want instanceof RegExp) {
      assert.ok('problems' in outcome)
      assert.match(said(outcome.problems).join('\n'), want)
    } else assert.equal('value' in outcome && outcome.value.network, want)
  })
}

test('what Helm says of missing dependencies', () => {
  assert.ok(lacksDependencies('Error: found in Chart.yaml, but missing in charts/ directory: a'))
  assert.ok(!lacksDependencies('Error: a template failed'))
})

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
