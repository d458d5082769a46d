// Kustomizations with the real Kustomize (KUSTOMIZE); what it would fetch is shown by running it alone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  fixtureRepository,
  KUSTOMIZE,
  refused,
  rendered,
  repositoryOfTree,
  SECRET,
} from '../support/real-sources.ts'
import type { Tree } from '../support/tree.ts'

let asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end('kind: A\nmetadata: {name: a}\n')
})
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => server.close())
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.yaml`

test('kustomize: an overlay and its base', async () => {
  const { objects, paths } = await rendered(fixtureRepository(), 'kustomize/overlay', '')
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
  const base = fixtureRepository()
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
    const base = repositoryOfTree(tree(address()))
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
    const base = repositoryOfTree({
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
