// What a kustomization may refer to.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { strayReferences } from '../../../cmp/sources/kustomization-graph.ts'
import { repositoryOf } from '../../../cmp/sources/places.ts'
import type { Tree } from '../../support/tree.ts'
import { temporaryTree } from '../../support/tree.ts'

/** What is said of `repo/app`. */
function walk(tree: Tree, remoteBases = false): string[] {
  const base = temporaryTree({
    'out/token': 'fake-token',
    'out/kustomization.yaml': 'fake-token: [',
    'repo/.git/config': 'fake-token',
    'repo/app/a.yaml': 'kind: A',
    'repo/base/kustomization.yaml': 'resources: [b.yaml]\n',
    'repo/base/b.yaml': '',
    ...tree,
  })
  const folder = join(base, 'repo/app')
  const repository = { ...repositoryOf('app', folder), root: join(base, 'repo') }
  const problems = strayReferences(folder, { repository, remoteBases })
  return problems.map(({ fault, at, message, hint }) => {
    assert.ok(fault === 'input' && hint)
    assert.doesNotMatch(message + hint, /fake/)
    return `${at?.file}:${at?.line}: ${message}`
  })
}
const app = (text: string, more: Tree = {}): Tree => ({
  'repo/app/kustomization.yaml': text,
  ...more,
})

test('everything local is fine', () => {
  const text = `resources: [a.yaml, ../base]
components: [comp]
patches:
- path: p.yaml
- patch: |-
    - op: add
patchesStrategicMerge:
- p.yaml
- |-
  apiVersion: v1
- '{"apiVersion": "v1"}'
configMapGenerator:
- files: [a.yaml, key=a.yaml]
  envs: [a.yaml]
  literals: [url=https://example.com]
generators: [plugin.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PrefixTransformer
commonAnnotations: {home: "https://example.com"}
openapi: {path: a.yaml}
`
  const more = {
    'repo/app/p.yaml': '',
    'repo/app/plugin.yaml': 'kind: X\nannotations: {see: "https://example.com"}\npath: p.yaml\n',
    'repo/app/comp/kustomization.yml': 'kind: Component\n',
  }
  assert.deepEqual(walk(app(text, more)), [])
})

const addresses = [
  'https://evil.net/a.yaml',
  'HTTPS://evil.net/a.yaml',
  'git@evil.net:a/b',
  'ssh://git@evil.net/a/b',
  'git::https://evil.net/a',
  'gh:a/b',
  'github.com/a/b',
  'GitHub.com/a/b?ref=x',
  'www.github.com/a/b',
  'user@evil.net:a/b',
  'file:///out',
  ' https://evil.net/a.yaml',
]
const fields: readonly [name: string, write: (text: string) => string][] = [
  ['resources', (text) => `resources:\n- a.yaml\n- ${text}\n`],
  ['Resources, as Go reads it', (text) => `reſources:\n- ${text}\n`],
  ['bases', (text) => `bases:\n- ${text}\n`],
  ['components', (text) => `components:\n- ${text}\n`],
  ['crds', (text) => `crds:\n- ${text}\n`],
  ['configurations', (text) => `configurations:\n- ${text}\n`],
  ['generators', (text) => `generators:\n- ${text}\n`],
  ['transformers', (text) => `transformers:\n- ${text}\n`],
  ['validators', (text) => `validators:\n- ${text}\n`],
  ['openapi', (text) => `openapi:\n  path: ${text}\n`],
  ['patches', (text) => `patches:\n- path: ${text}\n`],
  ['patchesJson6902', (text) => `patchesJson6902:\n- path: ${text}\n`],
  ['patchesStrategicMerge', (text) => `patchesStrategicMerge:\n- ${text}\n`],
  ['replacements', (text) => `replacements:\n- path: ${text}\n`],
  ['configMapGenerator files', (text) => `configMapGenerator:\n- files:\n  - k=${text}\n`],
  ['secretGenerator envs', (text) => `secretGenerator:\n- envs: [${text}]\n`],
  ['secretGenerator env', (text) => `secretGenerator:\n- env: ${text}\n`],
  ['a merged field', (text) => `x: &x\n  path: ${text}\npatches:\n- {<<: *x}\n`],
  ['an alias', (text) => `x: &x ["${text}"]\nresources: *x\n`],
]
for (const [name, write] of fields) {
  test(`addresses and strays in ${name}`, () => {
    const seen = (text: string, remote = false) =>
      walk(app(write(JSON.stringify(text).slice(1, -1))), remote)
    for (const address of addresses)
      assert.match(seen(address).join(), /is an address, or looks like one/, address)
    for (const path of [
      '../../out/token',
      '../../out',
      '/etc/passwd',
      '../.git/config',
      'link',
      'missing',
    ]) {
      assert.equal(seen(path).length, 1, path)
    }
    assert.deepEqual(seen('https://example.com/a?ref=v1', true), [])
    for (const bad of [
      'file:///out',
      'git::file:///out',
      'https://x.net/a?ref=--upload-pack=x',
      'https://x.net/a?x=1&ref=%2d-x',
      'https://x.net/a?r%65f=--x',
    ]) {
      assert.equal(seen(bad, true).length, 1, bad)
    }
  })
}

const refused: readonly [name: string, tree: Tree, want: RegExp][] = [
  [
    'a local folder with the name of an address',
    app('resources: [github.com/a]', { 'repo/app/github.com/a/kustomization.yaml': '' }),
    /app\/kustomization.yaml:1: "github.com\/a" is an address/,
  ],
  [
    'a link out',
    app('resources:\n- x.yaml\n', { 'repo/app/x.yaml': '-> ../../out/token' }),
    /^app\/kustomization.yaml:2: "x.yaml" leads out/,
  ],
  ['a linked folder out', app('resources: [x]', { 'repo/app/x': '-> ../../out' }), /"x" leads out/],
  [
    'the kustomization is a link out',
    { 'repo/app/kustomization.yaml': '-> ../../out/kustomization.yaml' },
    /app\/kustomization.yaml:1: is no file of the repository/,
  ],
  [
    'two kustomizations',
    app('', { 'repo/app/Kustomization': '' }),
    /app:1: holds kustomization.yaml and Kustomization/,
  ],
  [
    'none in a base',
    app('resources: [../empty]', { 'repo/empty/x': '' }),
    /^\/empty:1: holds no kustomization/,
  ],
  [
    'deep in a base',
    app('resources: [../base]', {
      'repo/base/kustomization.yaml': 'resources:\n\n- https://evil.net\n',
    }),
    /^\/base\/kustomization.yaml:3: /,
  ],
  ['Helm', app('helmCharts:\n- name: x\n'), /helmCharts are not supported/],
  ['Helm in another case', app('HELMcharts:\n- name: x\n'), /not supported/],
  [
    'an address in settings of a plugin',
    app('transformers: [t.yaml]', {
      'repo/app/t.yaml': 'kind: PatchTransformer\npath: https://evil.net/x\n',
    }),
    /app\/t.yaml:2: is an address/,
  ],
  [
    'deeper in them',
    app('generators: [t.yaml]', {
      'repo/app/t.yaml': 'a: 1\n---\nkind: ConfigMapGenerator\nFiles:\n- k=http://evil.net/x\n',
    }),
    /app\/t.yaml:5: is an address/,
  ],
  [
    'in settings below a folder',
    app('transformers: [t]', {
      'repo/app/t/kustomization.yaml': 'resources: [u.yaml]',
      'repo/app/t/u.yaml': 'path: https://evil.net/x\n',
    }),
    /app\/t\/u.yaml:1: is an address/,
  ],
  [
    'a file in .git in settings',
    app('generators: [t.yaml]', { 'repo/app/t.yaml': 'files: [a=../.GIT/../.git/config]\n' }),
    /app\/t.yaml:1: leads into .git/,
  ],
  [
    'the same behind a link, in inline settings',
    app('generators:\n- |\n  kind: X\n  envs: [x]\n', { 'repo/app/x': '-> ../.git/config' }),
    /leads into .git/,
  ],
  [
    'the same as seen from where the settings are used',
    app('generators: [../t]', {
      'repo/t/kustomization.yaml': 'resources: [u.yaml]',
      'repo/t/u.yaml': 'files: [x]\n',
      'repo/app/x': '-> ../.git/config',
    }),
    /^\/t\/u.yaml:1: leads into .git/,
  ],
  [
    'patches of settings',
    app('generators: [t]', {
      'repo/app/t/kustomization.yaml': 'resources: [u.yaml]\npatches:\n- patch: "[]"\n',
      'repo/app/t/u.yaml': 'files: [x]\n',
    }),
    /app\/t\/kustomization.yaml:3: "patches" could change settings of plugins/,
  ],
  [
    'in inline settings',
    app('transformers:\n- |\n  kind: X\n  path: https://evil.net/x\n'),
    /is an address/,
  ],
  [
    'inline settings that are none',
    app('transformers:\n- "https://evil.net/x: b"\n'),
    /is an address, or looks like one/,
  ],
  ['a tag', app('resources: [!!binary aHR0cHM6Ly9ldmlsLm5ldA==]'), /holds a YAML tag/],
  [
    'a tag in settings',
    app('generators: [t.yaml]', { 'repo/app/t.yaml': 'path: !!binary aHR0cHM6Ly9ldmlsLm5ldA==\n' }),
    /app\/t.yaml:1: holds a YAML tag/,
  ],
  [
    'a line break that only Go sees',
    app('# x\u2028resources: [https://evil.net]\n'),
    /app\/kustomization.yaml:1: holds an invisible character/,
  ],
  [
    'what is a map to us and a text to Go',
    app('configMapGenerator:\n- envs: [http://evil.net/x:]\n'),
    /something else where a text belongs/,
  ],
  ['the same in a list', app('resources: [http://evil.net/x:]\n'), /something else/],
  ['the same of a field', app('patches: [{path: http://evil.net/x:}]\n'), /no valid YAML/],
  [
    'the same in settings',
    app('generators: [t.yaml]', { 'repo/app/t.yaml': 'files: [k=http://evil.net/x:]\n' }),
    /is an address/,
  ],
  ['a carriage return', app('# x\rresources: [https://evil.net]\n'), /invisible/],
  [
    'two documents',
    app('resources: []\n---\nresources: [https://evil.net]\n'),
    /several documents/,
  ],
  ['no YAML', app('a: [fake'), /is no valid YAML/],
]
for (const [name, tree, want] of refused) {
  test(`refused: ${name}`, () => assert.match(walk(tree).join('\n'), want))
}

for (const [field, isAddress] of [
  ['targetFilePath', true],
  ['anything', true],
  ['annotations', false],
] as const) {
  test(`an address in ${field} of settings is ${isAddress ? 'refused' : 'a text'}`, () => {
    const settings = { 'repo/app/t.yaml': `kind: X\n${field}:\n  a: http://evil.net\n` }
    assert.equal(walk(app('generators: [t.yaml]', settings)).length, isAddress ? 1 : 0)
  })
}

test('merges are followed however deep, and in circles', () => {
  const chain = Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} {<<: *x${n}}\n`).join(
    '',
  )
  const text = `x0: &x0 {path: "https://evil.net"}\n${chain}patches: [{<<: *x40}]\n`
  assert.match(walk(app(text)).join(), /is an address/)
  assert.deepEqual(walk(app('x: &x {<<: *x}\npatches: [*x]\n')), [])
  assert.match(walk(app('a: '.concat('['.repeat(100_000)))).join(), /is no valid YAML/)
})

test('circles end', () => {
  assert.deepEqual(
    walk(app('resources: [../base]', { 'repo/base/kustomization.yaml': 'resources: [../app]\n' })),
    [],
  )
})
