// The sources with the real tools: helm 3, helm 4 and kustomize, whose paths are in HELM3, HELM4 and KUSTOMIZE.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { run } from '../../cmp/cli.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import type { SourceRequest } from '../../cmp/sources/source.ts'
import { readSource } from '../../cmp/sources/source.ts'
import { defaultTools } from '../../cmp/sources/tools.ts'
import { memoryIo } from '../support/memory-io.ts'
import type { Tree } from '../support/tree.ts'
import { plant, temporaryTree } from '../support/tree.ts'

function toolAt(variable: string): string {
  const path = process.env[variable]
  if (path === undefined || !existsSync(path))
    throw new Error(`${variable} names no program: build test/argocd/tools-render`)
  return path
}
const [HELM3, HELM4, KUSTOMIZE] = [toolAt('HELM3'), toolAt('HELM4'), toolAt('KUSTOMIZE')]
const helms = [
  ['helm 3', HELM3],
  ['helm 4', HELM4],
] as const

const SECRET = 'fake-precious-token'
const application = { name: 'team_shop', namespace: 'shop' }
const kubernetes = { version: '1.37.0', apiVersions: ['apps/v1', 'example.com/v1/Widget'] }

/** A copy of the fixtures as a repository, with something precious beside it. */
function repository(more: Tree = {}): string {
  const base = temporaryTree({
    'repo/.git/config': SECRET,
    'out/token': SECRET,
    'out/s.json': `{"const":"${SECRET}"}`,
    'tmp/': '',
  })
  cpSync('fixtures/sources', join(base, 'repo'), { recursive: true })
  plant(base, more)
  return base
}

async function read(
  base: string,
  folder: string,
  helm: string,
  parameters: readonly object[] = [],
  more: Partial<SourceRequest> = {},
) {
  const outcome = await readSource({
    directory: join(base, 'repo', folder),
    recurse: false,
    parameters: JSON.stringify(parameters),
    application: { ...application, sourcePath: folder },
    kubernetes,
    tools: { ...defaultTools(true), helm, kustomize: [KUSTOMIZE] },
    settings: { path: '/usr/bin:/bin', temporary: join(base, 'tmp'), network: {} },
    io: memoryIo().io,
    deadline: performance.now() + 60_000,
    ...more,
  })
  assert.deepEqual(readdirSync(join(base, 'tmp')), [])
  return outcome
}

/** What was rendered, by `kind name`. */
async function rendered(...given: Parameters<typeof read>) {
  const outcome = await read(...given)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const text = Buffer.concat(outcome.value.map(({ bytes }) => bytes)).toString()
  const objects = parseAllDocuments(text).map((document) => document.toJS())
  return {
    text,
    paths: outcome.value.map(({ path }) => path),
    objects: new Map(
      objects.filter(Boolean).map((each) => [`${each.kind} ${each.metadata.name}`, each]),
    ),
  }
}

async function refused(...given: Parameters<typeof read>): Promise<string> {
  const outcome = await read(...given)
  assert.ok('problems' in outcome, 'it was rendered')
  const said = JSON.stringify(outcome.problems.map(({ message, hint }) => [message, hint]))
  assert.ok(!said.includes(SECRET) && !said.includes('/tmp/'), said)
  return outcome.problems.map(({ at, message }) => `${at?.file}:${at?.line}: ${message}`).join('\n')
}

for (const [name, helm] of helms) {
  test(`${name}: the chart, its dependency, its CRDs, hooks and tests`, async () => {
    const base = repository()
    const before = execFileSync('find', [join(base, 'repo'), '-type', 'f']).toString()
    const { objects, paths, text } = await rendered(base, 'chart', helm)
    assert.deepEqual([...objects.keys()].sort(), [
      'ConfigMap shop-helper',
      'CustomResourceDefinition widgets.example.com',
      'Deployment shop-web',
      'Job shop-web-migrate',
      'PhaseSecret shop-web',
      'Pod shop-web-test',
    ])
    assert.ok(paths.includes('web/templates/secret.yaml (rendered)'), paths.join())
    assert.match(text, /# kept, byte for byte\n/)
    const { annotations } = objects.get('Deployment shop-web').metadata
    assert.deepEqual(annotations, {
      greeting: 'hello',
      note: 'none',
      kubernetes: 'v1.37.0',
      batch: 'true',
      namespace: 'shop',
    })
    assert.equal(
      execFileSync('find', [join(base, 'repo'), '-type', 'f']).toString(),
      before,
      'the repository is as it was',
    )
  })

  test(`${name}: every parameter`, async () => {
    const { objects } = await rendered(repository(), 'chart', helm, [
      { name: 'releaseName', string: 'other' },
      { name: 'namespace', string: 'elsewhere' },
      { name: 'valueFiles', array: ['values-prod.yaml', 'none.yaml'] },
      { name: 'ignoreMissingValueFiles', string: 'true' },
      { name: 'values', string: 'greeting: "from values, a: b"\n' },
      { name: 'parameters', map: { 'helper.colour': 'red, green', replicas: '5' } },
      { name: 'stringParameters', map: { 'unused.a\\.b': 'true' } },
      { name: 'fileParameters', map: { note: '/chart/note.txt' } },
      { name: 'kubeVersion', string: '1.30.1' },
      { name: 'apiVersions', array: ['a/v1'] },
      { name: 'skipCrds', string: 'true' },
      { name: 'skipTests', string: 'true' },
    ])
    assert.deepEqual([...objects.keys()].sort(), [
      'ConfigMap other-helper',
      'Deployment other-web',
      'Job other-web-migrate',
      'PhaseSecret other-web',
    ])
    const web = objects.get('Deployment other-web')
    assert.equal(web.spec.replicas, 5)
    assert.deepEqual(web.metadata.annotations, {
      greeting: 'from values, a: b',
      note: 'fake text, with a comma\n',
      kubernetes: 'v1.30.1',
      batch: 'false',
      namespace: 'elsewhere',
    })
    assert.equal(objects.get('ConfigMap other-helper').data.colour, 'red, green')
    const disabled = await rendered(repository(), 'chart', helm, [
      { name: 'parameters', map: { 'helper.enabled': 'false' } },
    ])
    assert.ok(!disabled.objects.has('ConfigMap shop-helper'))
  })

  test(`${name}: value files with hostile names are one file each`, async () => {
    const more = {
      'repo/chart/a,': '',
      'repo/chart/v,"x".yaml': 'greeting: odd\n',
      'repo/chart/n,note=b\\.txt': 'odd',
    }
    const { objects } = await rendered(repository(more), 'chart', helm, [
      { name: 'valueFiles', array: ['v,"x".yaml'] },
      { name: 'fileParameters', map: { note: 'n,note=b\\.txt' } },
    ])
    const { greeting, note } = objects.get('Deployment shop-web').metadata.annotations
    assert.deepEqual([greeting, note], ['odd', 'odd'])
  })

  test(`${name}: mistakes are at their place`, async () => {
    const broken = {
      'repo/chart/templates/broken.yaml': 'a: 1\nb: {{ required "say b" .Values.b }}\n',
    }
    assert.match(
      await refused(repository(broken), 'chart', helm),
      /chart\/templates\/broken.yaml:2: helm template failed \(exit code 1\): .*say b$/,
    )
    const values = [{ name: 'values', string: 'a: [' }]
    assert.match(
      await refused(repository(), 'chart', helm, values),
      /chart\/Chart.yaml:1: helm template failed/,
    )
    const schema = [{ name: 'values', string: 'replicas: many' }]
    assert.match(await refused(repository(), 'chart', helm, schema), /replicas/)
    await rendered(repository(), 'chart', helm, [
      ...schema,
      { name: 'skipSchemaValidation', string: 'true' },
    ])
  })

  test(`${name}: a chart at the root of a repository does not see .git`, async () => {
    const tree = {
      'repo/Chart.yaml': 'apiVersion: v2\nname: x\nversion: 0.1.0\n',
      'repo/templates/a.yaml':
        'kind: A\nmetadata: {name: a}\nfiles: {{ range $path, $_ := .Files }}{{ $path }} {{ end }}\n',
    }
    const base = temporaryTree({ 'repo/.git/config': SECRET, 'tmp/': '', ...tree })
    const { text } = await rendered(base, '', helm)
    assert.doesNotMatch(text, /git/)
  })

  test(`${name}: a link out of the repository is refused, and would have leaked`, async () => {
    const more = {
      'repo/library/files/token': '-> ../../../out/token',
      'repo/library/templates/leak.yaml':
        'kind: A\nmetadata: {name: {{ .Files.Get "files/token" }}}\n',
    }
    const base = repository(more)
    const alone = spawnSync(helm, ['template', 'x', join(base, 'repo/library')])
    assert.ok(alone.stdout.toString().includes(SECRET), 'the control')
    assert.match(
      await refused(base, 'library', helm),
      /library\/files\/token:1: is a link that leads out of the repository/,
    )
    assert.match(
      await refused(base, 'chart', helm),
      /\/library\/files\/token:1: is a link that leads out/,
    )
  })

  test(`${name}: a schema that reads a file is refused, and would have leaked`, async () => {
    const base = repository()
    plant(base, {
      'repo/library/values.yaml': 'a: 1\n',
      'repo/library/values.schema.json': JSON.stringify({
        properties: { a: { $ref: `file://${base}/out/s.json` } },
      }),
    })
    const alone = spawnSync(helm, ['template', 'x', join(base, 'repo/library')])
    assert.ok(alone.stderr.toString().includes(SECRET), 'the control')
    assert.match(
      await refused(base, 'library', helm),
      /library\/values.schema.json:1: refers to a JSON schema outside/,
    )
    const archive = execFileSync('tar', ['-C', join(base, 'repo'), '-czf', '-', 'library'])
    plant(base, { 'repo/chart/charts/library.tgz': archive })
    assert.match(
      await refused(base, 'chart', helm),
      /charts\/library.tgz:1: refers to a JSON schema outside/,
    )
  })

  test(`${name}: dependencies from outside`, async () => {
    const asking = (repository: string) => ({
      'repo/library/Chart.yaml': `apiVersion: v2\nname: library\nversion: 0.1.0\nDependencies:\n- {Name: far, version: 1.0.0, Repository: "${repository}"}\n`,
    })
    const over = (repository: string) => {
      const base = repository_(asking(repository))
      return refused(base, 'library', helm)
    }
    assert.match(
      await over('https://charts.example.com'),
      /Chart.yaml:5: dependency far from "https:\/\/charts.example.com" is not in charts\//,
    )
    assert.match(await over('file://../../out'), /is outside the repository/)
    const base = repository_(asking('http://127.0.0.1:9/charts'))
    const tools = { ...defaultTools(true), helm, chartRepositories: ['http://127.0.0.1:9/*'] }
    assert.match(
      await refused(base, 'library', helm, [], { tools }),
      /helm dependency build failed/,
    )
  })
}

function repository_(tree: Tree): string {
  const base = temporaryTree({ 'repo/.git/config': SECRET, 'out/token': SECRET, 'tmp/': '' })
  plant(base, tree)
  return base
}

let asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end('kind: A\nmetadata: {name: a}\n')
})
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => server.close())
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.yaml`

test('kustomize: an overlay and its base', async () => {
  const { objects, paths } = await rendered(repository(), 'kustomize/overlay', '')
  assert.deepEqual(
    paths.map((path) => path.replace(/ .*\/kustomize/, ' kustomize')),
    ['kustomize kustomize/overlay'],
  )
  assert.equal(objects.get('Deployment web').spec.replicas, 2)
  assert.equal(
    objects.get('Deployment web').spec.template.spec.containers[0].image,
    'registry.example.com/web:1',
  )
  assert.ok(objects.has('PhaseSecret shop'))
  assert.ok([...objects.keys()].some((key) => key.startsWith('ConfigMap settings-')))
})

test('kustomize: every parameter, and the repository stays as it is', async () => {
  const base = repository()
  const file = join(base, 'repo/kustomize/overlay/kustomization.yaml')
  const text = readFileSync(file, 'utf8')
  const { objects } = await rendered(base, 'kustomize/overlay', '', [
    { name: 'namePrefix', string: 'p-' },
    { name: 'nameSuffix', string: '-s' },
    { name: 'namespace', string: 'elsewhere' },
    { name: 'images', array: ['registry.example.com/web:2'] },
    { name: 'replicas', map: { web: '4' } },
    { name: 'commonLabels', map: { on: 'yes' } },
    { name: 'commonAnnotations', map: { a: 'b: c' } },
    { name: 'components', array: ['../component'] },
  ])
  const web = objects.get('Deployment p-web-s')
  assert.deepEqual(web.metadata, {
    name: 'p-web-s',
    namespace: 'elsewhere',
    labels: { on: 'yes' },
    annotations: { a: 'b: c', component: 'here' },
  })
  assert.deepEqual(
    [web.spec.replicas, web.spec.template.spec.containers[0].image],
    [4, 'registry.example.com/web:2'],
  )
  assert.equal(readFileSync(file, 'utf8'), text)
})

/** Kustomizations that fetch; the control runs without our checks. */
const fetching: readonly [name: string, tree: (address: string) => Tree][] = [
  ['a resource', (url) => ({ 'repo/k/kustomization.yaml': `resources: ["${url}"]\n` })],
  [
    'a field in another case',
    (url) => ({ 'repo/k/kustomization.yaml': `RESOURCES: ["${url}"]\n` }),
  ],
  [
    'a tag',
    (url) => ({
      'repo/k/kustomization.yaml': `resources: [!!binary ${Buffer.from(url).toString('base64')}]\n`,
    }),
  ],
  [
    'a line break of YAML 1.1',
    (url) => ({ 'repo/k/kustomization.yaml': `# x\u0085resources: ["${url}"]\n` }),
  ],
  [
    'a generated file',
    (url) => ({
      'repo/k/kustomization.yaml': `configMapGenerator: [{name: g, files: ["k=${url}"]}]\n`,
    }),
  ],
  [
    'a patch',
    (url) => ({
      'repo/k/kustomization.yaml': `resources: [a.yaml]\npatches: [{path: "${url}"}]\n`,
      'repo/k/a.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n',
    }),
  ],
  [
    'settings of a transformer',
    (url) => ({
      'repo/k/kustomization.yaml': 'resources: [a.yaml]\ntransformers: [t.yaml]\n',
      'repo/k/a.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n',
      'repo/k/t.yaml': `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: "${url}"\n`,
    }),
  ],
  [
    'inline settings that are an address',
    (url) => ({ 'repo/k/kustomization.yaml': `transformers: ["${url}?x: b"]\n` }),
  ],
  ['openapi', (url) => ({ 'repo/k/kustomization.yaml': `openapi: {path: "${url}"}\n` })],
  [
    'a component of a base',
    (url) => ({
      'repo/k/kustomization.yaml': 'resources: [../b]\n',
      'repo/b/kustomization.yaml': `configurations: ["${url}"]\n`,
    }),
  ],
]
for (const [name, tree] of fetching) {
  test(`kustomize: ${name} is not fetched`, async (context) => {
    const base = repository_(tree(address()))
    asked = []
    await refused(base, 'k', '')
    assert.deepEqual(asked, [])
    const control = await new Promise<string[]>((resolve) => {
      spawn(KUSTOMIZE, ['build', join(base, 'repo/k')]).on('close', () => resolve(asked))
    })
    context.diagnostic(
      control.length > 0
        ? 'kustomize alone fetches it'
        : 'kustomize alone does not fetch it either',
    )
  })
}

test('kustomize: a folder or a file outside, programs, and charts', async () => {
  const over = (text: string, more: Tree = {}) => {
    const base = repository_({
      'repo/k/kustomization.yaml': text,
      'out/kustomization.yaml': `commonLabels: {a: ${SECRET}}\n`,
      ...more,
    })
    return refused(base, 'k', '')
  }
  assert.match(await over('resources: [../../out]\n'), /leads out of the repository/)
  assert.match(
    await over('configMapGenerator: [{name: a, files: [../../out/token]}]\n'),
    /leads out/,
  )
  assert.match(
    await over('configMapGenerator: [{name: a, files: [x]}]\n', {
      'repo/k/x': '-> ../.git/config',
    }),
    /leads into .git/,
  )
  assert.match(
    await over('configMapGenerator: [{name: a, files: [../near]}]\n', { 'repo/near': 'x' }),
    /kustomize build failed .*is not in or below/,
  )
  const program =
    'apiVersion: x/v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n'
  assert.match(
    await over('generators: [x.yaml]\n', {
      'repo/k/x.yaml': program,
      'repo/k/run.sh': '#!/bin/sh\ntouch ran\n',
    }),
    /kustomize build failed/,
  )
  assert.match(await over('helmCharts: [{name: x}]\n'), /helmCharts are not supported/)
})

for (const [folder, args] of [
  ['chart', []],
  ['kustomize/overlay', []],
] as const) {
  test(`generate renders ${folder} with the Secrets of Phase in it`, async () => {
    const server = await startDevServer({
      store: readFileSync('fixtures/sources/store.yaml', 'utf8'),
      seed: 'sources',
    })
    try {
      const bin = temporaryTree({ helm: `-> ${HELM4}`, kustomize: `-> ${KUSTOMIZE}` })
      const { io, stdout, stderr } = memoryIo({
        PATH: bin,
        PHASE_HOST: server.host,
        PHASE_SERVICE_TOKEN: server.token,
      })
      const exitCode = await run(['generate', join('fixtures/sources', folder), ...args], io)
      assert.equal(exitCode, 0, stderr())
      assert.match(stdout(), /kind: Secret\n/)
      assert.match(stdout(), /DATABASE_PASSWORD: ZmFrZS1kYXRhYmFzZS1wYXNzd29yZA==/)
      assert.doesNotMatch(stdout(), /PhaseSecret/)
    } finally {
      await server.close()
    }
  })
}
