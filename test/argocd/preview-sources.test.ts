// `preview` of charts and kustomizations with the real tools: with their parameters, and against a Git
// revision, whose files lie elsewhere and must be found all the same.
import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import type { Preview } from '../../render/preview/model.ts'
import { gitRepository } from '../support/git-repository.ts'
import { memoryIo } from '../support/memory-io.ts'
import { deployment, phaseSecret } from '../support/preview-state.ts'
import { HELM3, HELM4, KUSTOMIZE } from '../support/real-sources.ts'
import { temporaryTree } from '../support/tree.ts'

async function preview(argv: readonly string[], helm = HELM4): Promise<Preview> {
  const temporary = temporaryTree()
  const sources = `{ helm: { command: ${helm} }, kustomize: { command: [${KUSTOMIZE}] } }`
  const policies =
    '[{ name: all, match: { projects: ["*"] }, allow: { apps: ["*"], environments: ["*"] } }]'
  const settings = `version: 1\nsources: ${sources}\npolicies: ${policies}\n`
  const config = join(temporaryTree({ 'config.yaml': settings }), 'config.yaml')
  const { io, stdout, stderr } = memoryIo({ PATH: '/usr/bin:/bin', TMPDIR: temporary })
  const code = await run(['preview', ...argv, '--config', config, '--format', 'json'], io)
  assert.equal(code, 0, stderr())
  assert.ok(!stdout().includes(temporary), 'no path of the run is shown')
  assert.deepEqual(readdirSync(temporary), [])
  return JSON.parse(stdout())
}

const changes = ({ objects }: Preview): string[] =>
  objects.map(({ kind, name, change, at }) => `${kind} ${name} ${change} ${at?.file}`).sort()

const chart = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'environment: dev\nimage: web:1\n',
  'charts/web/templates/secret.yaml': phaseSecret('{{ .Values.environment }}').replace(
    /---\n$/,
    '',
  ),
  'charts/web/templates/web.yaml': deployment({ key: 'A', image: '{{ .Values.image }}' }),
  // Beside the chart: only who knows the root of the repository can read it.
  'environments/prod.yaml': 'environment: prod\n',
}

for (const [name, helm] of [
  ['helm 3', HELM3],
  ['helm 4', HELM4],
] as const) {
  test(`${name}: a chart with value files from elsewhere, against what it was`, async () => {
    const repository = gitRepository(chart)
    repository.commit({ 'environments/prod.yaml': 'environment: prod\nimage: web:2\n' })
    const parameters = JSON.stringify([{ name: 'valueFiles', array: ['/environments/prod.yaml'] }])
    const argv = [join(repository.root, 'charts/web'), '--parameters', parameters]
    const found = await preview([...argv, '--against', 'HEAD~1'], helm)
    assert.deepEqual(changes(found), [
      'Deployment web changed web/templates/web.yaml (rendered)',
      'Secret web same web/templates/secret.yaml (rendered)',
    ])
    const find = (kind: string) => found.objects.find((each) => each.kind === kind)
    assert.equal(find('Secret')?.secret?.origin?.environment, 'prod')
    assert.deepEqual(find('Deployment')?.diff?.operations, [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2' },
    ])
  })
}

test('Kustomize: an overlay whose base is elsewhere in the repository', async () => {
  const repository = gitRepository({
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment({ key: 'A' }),
    'overlays/prod/kustomization.yaml': 'resources: [../../base, secret.yaml]\n',
    'overlays/prod/secret.yaml': phaseSecret('dev'),
  })
  repository.commit({
    'base/web.yaml': deployment({ key: 'A', image: 'web:2' }),
    'overlays/prod/secret.yaml': phaseSecret('prod'),
  })
  const found = await preview([join(repository.root, 'overlays/prod'), '--against', 'HEAD~1'])
  assert.deepEqual(found.objects.map(({ kind, change }) => `${change} ${kind}`).sort(), [
    'changed Deployment',
    'changed Secret',
  ])
})

test('an Application whose source is a chart: parameters of the head, parameters of the base', async () => {
  const application = (files: string) =>
    JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'web', namespace: 'argocd' },
      spec: {
        project: 'default',
        source: {
          repoURL: 'https://git.example.com/web',
          path: 'charts/web',
          plugin: { name: 'phase', parameters: [{ name: 'valueFiles', array: [files] }] },
        },
        destination: { namespace: 'shop' },
      },
    })
  const repository = gitRepository({ ...chart, 'app.json': application('values.yaml') })
  writeFileSync(join(repository.root, 'app.json'), application('/environments/prod.yaml'))
  const argv = [repository.root, '--app', join(repository.root, 'app.json')]
  const found = await preview([...argv, '--against', 'HEAD'])
  const secret = found.objects.find(({ kind }) => kind === 'Secret')
  assert.equal(secret?.secret?.originBefore?.environment, 'dev')
  assert.equal(secret?.secret?.origin?.environment, 'prod')
})
