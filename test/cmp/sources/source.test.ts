// Whole sources: what a folder is taken for, and what its tool is given and may do. The tools are small scripts.
import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SourceRequest } from '../../../cmp/sources/source.ts'
import { readSource } from '../../../cmp/sources/source.ts'
import { defaultTools } from '../../../cmp/sources/tools.ts'
import { memoryIo } from '../../support/memory-io.ts'
import type { Tree } from '../../support/tree.ts'
import { temporaryTree } from '../../support/tree.ts'

const UNTOUCHED = 'name: web\n'

/** Reads `repo/app` of a tree whose `bin` has tools that are shell scripts. */
async function read(tree: Tree, scripts: Tree, more: Partial<SourceRequest> = {}) {
  const tools = Object.entries(scripts).map(([name, script]) => [
    `bin/${name}`,
    `#!/bin/sh\n${script}\n`,
  ])
  const base = temporaryTree({
    'repo/.git/config': 'fake',
    'tmp/': '',
    ...tree,
    ...Object.fromEntries(tools),
  })
  for (const [path = ''] of tools) chmodSync(join(base, path), 0o755)
  const outcome = await readSource({
    directory: join(base, 'repo/app'),
    recurse: false,
    kubernetes: { apiVersions: [] },
    tools: defaultTools(true),
    settings: {
      path: `${join(base, 'bin')}:/usr/bin:/bin`,
      temporary: join(base, 'tmp'),
      network: {},
    },
    io: memoryIo().io,
    deadline: performance.now() + 60_000,
    ...more,
  })
  assert.deepEqual(readdirSync(join(base, 'tmp')), [], 'nothing is left behind')
  const shown = (text: string) => text.replaceAll(`${base}/repo/`, '')
  if ('value' in outcome) {
    return outcome.value.map(({ path, bytes }) => `${shown(path)}: ${Buffer.from(bytes)}`)
  }
  return outcome.problems.map(({ fault, at, message, hint }) => {
    assert.ok(hint !== undefined)
    return `${fault}: ${shown(at?.file ?? '')}:${at?.line ?? 0}: ${shown(message)}`
  })
}

const chart = { 'repo/app/Chart.yaml': UNTOUCHED }
const kustomization = { 'repo/app/kustomization.yaml': 'resources: []\n' }
const print = (name: string) => `/bin/echo "kind: ${name}"`
const both = { helm: print('Helm'), kustomize: print('Kustomize') }
const given = (...parameters: object[]) => ({ parameters: JSON.stringify(parameters) })

const sources: readonly [
  name: string,
  tree: Tree,
  more: Partial<SourceRequest>,
  want: readonly string[],
][] = [
  ['a chart', chart, {}, ['helm template: kind: Helm\n']],
  ['a kustomization', kustomization, {}, ['kustomize build app: kind: Kustomize\n']],
  [
    'both, as Argo CD takes it',
    { ...chart, ...kustomization },
    {},
    ['kustomize build app: kind: Kustomize\n'],
  ],
  [
    'both, told otherwise',
    { ...chart, ...kustomization },
    given({ name: 'sourceType', string: 'helm' }),
    ['helm template: kind: Helm\n'],
  ],
  [
    'a chart read as it is',
    { ...chart, 'repo/app/a.yaml': 'kind: A' },
    given({ name: 'sourceType', string: 'directory' }),
    ['app/a.yaml: kind: A'],
  ],
  [
    'a folder called Chart.yaml',
    { 'repo/app/Chart.yaml/x.yaml': '', 'repo/app/a.yaml': 'kind: A' },
    {},
    ['app/a.yaml: kind: A'],
  ],
  [
    'plain, recursive',
    { 'repo/app/a.yaml': '', 'repo/app/b/c.yaml': '' },
    given({ name: 'recurse', string: 'true' }),
    ['app/a.yaml: ', 'app/b/c.yaml: '],
  ],
  [
    'included',
    { 'repo/app/a.yaml': '', 'repo/app/b.json': '', 'repo/app/c.yml': '' },
    given({ name: 'include', string: '{*.json,c*}' }),
    ['app/b.json: ', 'app/c.yml: '],
  ],
  [
    'excluded, with links and charts that then do not matter',
    {
      'repo/app/a.yaml': '',
      'repo/app/x.yaml': '-> /etc/passwd',
      'repo/app/charts/web/Chart.yaml': '',
    },
    given({ name: 'exclude', string: '{x*,charts/*}' }, { name: 'recurse', string: 'true' }),
    ['app/a.yaml: '],
  ],
  [
    'nothing included',
    { 'repo/app/a.yaml': '' },
    given({ name: 'include', string: 'b*' }),
    ['input: app:1: holds no manifests'],
  ],
  [
    'no pattern',
    { 'repo/app/a.yaml': '' },
    given({ name: 'include', string: '[' }),
    ['input: :0: "[" is no pattern'],
  ],
  ['no folder', {}, {}, ['usage: app:1: is not a folder']],
  ['.git itself', { 'repo/app': '-> .git' }, {}, ['input: app:1: is a part of .git']],
  [
    'no chart',
    { 'repo/app/a.yaml': '' },
    given({ name: 'sourceType', string: 'kustomize' }),
    ['input: app:1: holds no kustomization'],
  ],
]
for (const [name, tree, more, want] of sources) {
  test(name, async () => assert.deepEqual(await read(tree, both, more), want))
}

test('standard input stays as it is, and is no chart', async () => {
  const { io } = memoryIo({}, 'kind: A')
  assert.deepEqual(await read({}, {}, { directory: '-', io }), ['-: kind: A'])
  const [problem] = await read(
    {},
    {},
    { directory: '-', io, ...given({ name: 'sourceType', string: 'helm' }) },
  )
  assert.match(problem ?? '', /standard input is no source of type helm/)
})

const failures: readonly [
  name: string,
  tree: Tree,
  scripts: Tree,
  more: Partial<SourceRequest>,
  want: RegExp,
][] = [
  ['no helm', chart, {}, {}, /^outside: :0: helm cannot be run/],
  [
    'a tool that fails, in a template',
    chart,
    { helm: 'echo "Error: template: web/templates/a.yaml:7:3: $PWD/x is bad" >&2; exit 1' },
    {},
    /^input: app\/templates\/a.yaml:7: helm template failed \(exit code 1\): template: web\/templates\/a.yaml:7:3: x is bad$/,
  ],
  [
    'a tool that fails, with a path out',
    chart,
    { helm: 'echo "Error: YAML parse error on web/../../../x.yaml: no" >&2; exit 1' },
    {},
    /^input: app\/Chart.yaml:1: /,
  ],
  [
    'nothing rendered',
    chart,
    { helm: 'echo "---"; echo "# Source: a"' },
    {},
    /^input: app\/Chart.yaml:1: the chart renders to no manifests/,
  ],
  [
    'nothing built',
    kustomization,
    { kustomize: ':' },
    {},
    /^input: app:1: the kustomization builds no manifests/,
  ],
  [
    'too late',
    chart,
    { helm: '/bin/sleep 60' },
    { deadline: performance.now() + 1 },
    /^outside: app\/Chart.yaml:1: helm template did not end in time/,
  ],
  [
    'ended',
    kustomization,
    { kustomize: '/bin/sleep 60' },
    { io: memoryIo({}, '', AbortSignal.abort()).io },
    /^outside: app:1: the run was ended from outside/,
  ],
  [
    'a stray link',
    { ...chart, 'repo/app/files/x': '-> /run/secrets' },
    both,
    {},
    /^input: app\/files\/x:1: is a link that leads/,
  ],
  [
    'a stray address',
    { 'repo/app/kustomization.yaml': 'resources: [https://evil.net]' },
    both,
    {},
    /is an address/,
  ],
]
for (const [name, tree, scripts, more, want] of failures) {
  test(`a failure: ${name}`, async () =>
    assert.match((await read(tree, scripts, more)).join('\n'), want))
}

test('what a tool sees: our vector, no secrets, no way to git', async () => {
  const report = `{ echo "# $0 $*"; /usr/bin/env; command -v git || echo "no git"; } | /bin/sed 's/^/x: /'`
  const [helm = ''] = await read(
    chart,
    { helm: report },
    { application: { name: 'ns_web', namespace: 'shop' } },
  )
  assert.match(helm, /helm template --namespace=shop --include-crds -- web \.\n/)
  const [kustomize = ''] = await read(kustomization, { kustomize: report })
  assert.match(kustomize, /kustomize build --load-restrictor=LoadRestrictionsRootOnly \.\n/)
  for (const output of [helm, kustomize]) {
    assert.match(output, /no git/)
    assert.doesNotMatch(output, /PHASE|ARGOCD_|PARAM_|NODE_|TOKEN|SSL_CERT/)
  }
})

test('values go through standard input', async () => {
  const [output] = await read(
    chart,
    { helm: '/bin/cat' },
    given({ name: 'values', string: 'kind: Values' }),
  )
  assert.equal(output, 'helm template: kind: Values')
})

test('a tool works on a copy where it would write, without .git', async () => {
  const script =
    '/bin/cat kustomization.yaml; /bin/ls -A ../; echo "#"; echo "kind: X" > new; : > kustomization.yaml'
  const tree = {
    ...kustomization,
    'repo/other/x': '',
    'repo/app/f': '',
  }
  const [output = ''] = await read(
    tree,
    { kustomize: script },
    given({ name: 'namePrefix', string: 'p-' }),
  )
  assert.match(output, /namePrefix: "p-"\napp\nother\n#/)
  const base = temporaryTree({
    'repo/.git/config': '',
    'repo/Chart.yaml': UNTOUCHED,
    'tmp/': '',
    'bin/helm': '#!/bin/sh\n/bin/ls -A; echo "kind: X"; echo x > Chart.yaml\n',
  })
  chmodSync(join(base, 'bin/helm'), 0o755)
  const atRoot = await readSource({
    directory: join(base, 'repo'),
    recurse: false,
    kubernetes: { apiVersions: [] },
    tools: { ...defaultTools(true), helm: join(base, 'bin/helm') },
    settings: { path: '', temporary: join(base, 'tmp'), network: {} },
    io: memoryIo().io,
    deadline: performance.now() + 60_000,
  })
  assert.ok('value' in atRoot)
  assert.equal(Buffer.from(atRoot.value[0]?.bytes ?? []).toString(), 'Chart.yaml\nkind: X\n')
  assert.equal(readFileSync(join(base, 'repo/Chart.yaml'), 'utf8'), UNTOUCHED)
})

const lacking = (build: string) => `case "$1" in
dependency) ${build};;
*) if [ -e charts/lib ]; then echo "kind: Built"; else echo "Error: found in Chart.yaml, but missing in charts/ directory: lib" >&2; exit 1; fi;;
esac`
const withDependency = {
  'repo/app/Chart.yaml': 'name: web\ndependencies: [{name: lib, repository: "file://../lib"}]\n',
  'repo/lib/Chart.yaml': 'name: lib\n',
}
test('dependencies are built in a copy, once', async () => {
  const helm = lacking('/bin/mkdir charts; : > charts/lib')
  assert.deepEqual(await read(withDependency, { helm }), ['helm template: kind: Built\n'])
  assert.match((await read(withDependency, { helm: lacking(':') })).join(), /missing in charts/)
  assert.match(
    (await read(withDependency, { helm: lacking('echo "Error: no" >&2; exit 1') })).join(),
    /helm dependency build failed .*: no$/,
  )
  const linked = { ...withDependency, 'repo/app/charts': '-> ../shared', 'repo/shared/': '' }
  assert.match(
    (await read(linked, { helm })).join(),
    /app\/charts:1: is a link where Helm has to write/,
  )
  const stray = { ...withDependency, 'repo/lib/x': '-> /etc/passwd' }
  assert.match((await read(stray, { helm })).join(), /\/lib\/x:1: is a link that leads out/)
  const brought = lacking(
    `/bin/mkdir -p charts/lib; echo '{"$ref":"file:///etc/passwd"}' > charts/lib/values.schema.json`,
  )
  assert.match(
    (await read(withDependency, { helm: brought })).join(),
    /app\/charts\/lib\/values.schema.json:1: refers to a JSON schema/,
  )
})
