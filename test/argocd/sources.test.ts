// Charts with the real Helm 3 and 4 (HELM3, HELM4), and whole runs of generate.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import { defaultTools } from '../../cmp/sources/tools.ts'
import { memoryIo } from '../support/memory-io.ts'
import {
  fixtureRepository,
  HELM3,
  HELM4,
  KUSTOMIZE,
  refused,
  rendered,
  repositoryOfTree,
  SECRET,
} from '../support/real-sources.ts'
import { plant, temporaryTree } from '../support/tree.ts'

const helms = [
  ['helm 3', HELM3],
  ['helm 4', HELM4],
] as const

for (const [name, helm] of helms) {
  test(`${name}: the chart, its dependency, its CRDs, hooks and tests`, async () => {
    const base = fixtureRepository()
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
    const { objects } = await rendered(fixtureRepository(), 'chart', helm, [
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
    const disabled = await rendered(fixtureRepository(), 'chart', helm, [
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
    const { objects } = await rendered(fixtureRepository(more), 'chart', helm, [
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
      await refused(fixtureRepository(broken), 'chart', helm),
      /chart\/templates\/broken.yaml:2: helm template failed \(exit code 1\): .*say b$/,
    )
    const values = [{ name: 'values', string: 'a: [' }]
    assert.match(
      await refused(fixtureRepository(), 'chart', helm, values),
      /chart\/Chart.yaml:1: helm template failed/,
    )
    const schema = [{ name: 'values', string: 'replicas: many' }]
    assert.match(await refused(fixtureRepository(), 'chart', helm, schema), /replicas/)
    await rendered(fixtureRepository(), 'chart', helm, [
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
    const base = fixtureRepository(more)
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
    const base = fixtureRepository()
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
      const base = repositoryOfTree(asking(repository))
      return refused(base, 'library', helm)
    }
    assert.match(
      await over('https://charts.example.com'),
      /Chart.yaml:5: dependency far from "https:\/\/charts.example.com" is not in charts\//,
    )
    assert.match(await over('file://../../out'), /is outside the repository/)
    const base = repositoryOfTree(asking('http://127.0.0.1:9/charts'))
    const tools = { ...defaultTools(true), helm, chartRepositories: ['http://127.0.0.1:9/*'] }
    assert.match(
      await refused(base, 'library', helm, [], { tools }),
      /helm dependency build failed/,
    )
  })
}

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
