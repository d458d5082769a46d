// Charts that would make Helm fetch: schemas that refer to others, and dependencies.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { farSchemas } from '../../../cmp/sources/chart-schema.ts'
import { checkDependencies, lacksDependencies } from '../../../cmp/sources/helm-dependencies.ts'
import { repositoryWith, said } from '../../support/chart-repository.ts'
import type { Tree } from '../../support/tree.ts'
import { temporaryTree } from '../../support/tree.ts'

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
  ...['draft-07/x', 'draft/2020-12/../../../x', 'draft/2020-12/schema/../x', 'schema#x'].map(
    (path): (typeof schemas)[number] => [
      `beside the drafts that Helm has: ${path}`,
      () => ({ 'repo/chart/values.schema.json': `{"$schema":"https://json-schema.org/${path}"}` }),
      false,
      true,
    ],
  ),
  ...['draft-04/schema', 'draft/2020-12/schema', 'draft/2019-09/meta/core'].map(
    (path): (typeof schemas)[number] => [
      `a draft that Helm has: ${path}`,
      () => ({ 'repo/chart/values.schema.json': `{"$ref":"https://json-schema.org/${path}#"}` }),
      false,
      false,
    ],
  ),
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
