// Helm, Kustomize and directory Applications through the repository's own plugin.yaml, with the real
// tools, and the parameters that an Application sets.
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { errorOf } from './support/errors.ts'
import { findLeaks, place, writtenPlaces } from './support/leaks.ts'
import type { KubernetesObject, Workload } from './support/manifests.ts'
import { CHECKSUM, configMap, decoded, objectsOf, phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { livingProcesses, processesWith } from './support/processes.ts'
import type { AppSource, Parameter } from './support/repo-server.ts'
import { setting } from './support/setting.ts'
import { chart, kustomization } from './support/source-files.ts'
import type { Stack } from './support/stack.ts'
import { startStack } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

interface Shipped {
  readonly spec: {
    readonly parameters: {
      readonly static: readonly { readonly name: string; readonly collectionType: string }[]
    }
  }
}

const shipped = readFileSync('plugin.yaml', 'utf8')
const values: Values = {
  Production: { API_KEY: secretValue('production-key') },
  Staging: { API_KEY: secretValue('staging-key') },
}
const hard = { noCache: true }
let stack: Stack
let revision = ''

before(async () => {
  stack = await startStack(values)
  revision = stack.repository.commit({
    ...chart('chart'),
    ...kustomization('kustomize'),
    'directory/secret.yaml': phaseSecret('shop'),
    'directory/below/settings.yaml': configMap('below', {}),
    'directory/below/skipped.yaml': configMap('skipped', {}),
  })
  await addSidecar('helm4', { helm: setting('HELM4'), kustomize: setting('KUSTOMIZE') })
  await addSidecar('helm3', { helm: setting('HELM3'), kustomize: setting('KUSTOMIZE') })
  await addSidecar('bare', {})
  const hanging = join(stack.folder, 'hanging-helm')
  writeFileSync(hanging, '#!/bin/sh\n/bin/sleep 600 &\n/bin/sleep 600\n')
  chmodSync(hanging, 0o755)
  await addSidecar('hanging', { helm: hanging })
  await addSidecar('hasty', { helm: hanging }, { PHASE_TIMEOUT: '2' })
})
after(() => stack.end())

/** The plugin.yaml that ships, under another name. */
async function addSidecar(
  name: string,
  programs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const config = parse(shipped) as Shipped
  const renamed = JSON.stringify({ ...config, metadata: { name } })
  await stack.addSidecar({ name, config: renamed, env: { ...stack.phase.env, ...env }, programs })
}

const source = (
  path: string,
  plugin: string,
  parameters: readonly Parameter[] = [],
): AppSource => ({
  app: `${plugin}-${path.replace('/', '-')}`,
  url: stack.repository.url,
  revision,
  path,
  plugin,
  parameters,
})
const text = (name: string, string: string): Parameter => ({ name, string })
const array = (name: string, ...array: readonly string[]): Parameter => ({ name, array: { array } })
const map = (name: string, map: Readonly<Record<string, string>>): Parameter => ({
  name,
  map: { map },
})

type Objects = ReadonlyMap<string, KubernetesObject>

async function render(app: AppSource): Promise<Objects> {
  return objectsOf((await stack.repoServer.generate(app, hard)).manifests)
}

/** Secret and Deployment of this name hang together, with the values of this environment. */
function assertShop(objects: Objects, name: string, environment: string): Workload {
  const secret = objects.get(`Secret/${name}`)
  assert.ok(secret !== undefined, `${[...objects.keys()]}`)
  assert.deepEqual(decoded(secret), values[environment])
  const workload = objects.get(`Deployment/${name}`) as Workload
  assert.match(workload.spec.template.metadata.annotations?.[CHECKSUM] ?? '', /^[0-9a-f]{32}$/)
  return workload
}

const production = [
  array('valueFiles', 'values-production.yaml'),
  map('parameters', { replicas: '3' }),
  text('releaseName', 'store'),
  text('values', 'note: "from the Application"\n'),
]

for (const helm of ['helm4', 'helm3']) {
  describe(`a chart with ${helm}`, () => {
    test('with its own values, for the Application and the cluster that Argo CD names', async () => {
      const objects = await render(source('chart', helm))
      const name = `${helm}-chart`
      assert.deepEqual([...objects.keys()].sort(), [
        'ConfigMap/facts',
        `Deployment/${name}`,
        `Secret/${name}`,
      ])
      assert.equal(assertShop(objects, name, 'Staging').spec.replicas, 1)
      assert.deepEqual(objects.get('ConfigMap/facts')?.data, {
        namespace: 'shop',
        kubernetes: 'v1.34.2',
        apps: 'true',
        note: 'none',
      })
    })

    test('with the parameters of the Application', async () => {
      const objects = await render(source('chart', helm, production))
      assert.equal(assertShop(objects, 'store', 'Production').spec.replicas, 3)
      assert.equal(objects.get('ConfigMap/facts')?.data?.note, 'from the Application')
    })
  })
}

test('helm 3 and helm 4 give the same', async () => {
  const [three, four] = await Promise.all(
    ['helm3', 'helm4'].map((plugin) =>
      render({ ...source('chart', plugin, production), app: 'same' }),
    ),
  )
  assert.deepEqual(three, four)
})

describe('a kustomization', () => {
  test('as it is', async () => {
    const objects = await render(source('kustomize/overlay', 'helm4'))
    assert.equal(assertShop(objects, 'shop', 'Production').spec.replicas, 1)
    assert.deepEqual(objects.get('ConfigMap/settings')?.data, { level: 'warn' })
  })

  test('with the parameters of the Application', async () => {
    const objects = await render(
      source('kustomize/overlay', 'helm4', [
        array('images', 'example.com/shop:7'),
        map('replicas', { shop: '4' }),
      ]),
    )
    const { spec } = assertShop(objects, 'shop', 'Production')
    assert.equal(spec.replicas, 4)
    assert.equal(spec.template.spec.containers[0]?.image, 'example.com/shop:7')
  })
})

describe('a directory', () => {
  test('alone needs no tool', async () => {
    const objects = await render(source('directory', 'bare'))
    assert.deepEqual([...objects.keys()], ['Secret/shop'])
  })

  test('with the parameters of the Application', async () => {
    const parameters = [text('recurse', 'true'), text('exclude', 'below/skipped.yaml')]
    const objects = await render(source('directory', 'bare', parameters))
    assert.deepEqual([...objects.keys()].sort(), ['ConfigMap/below', 'Secret/shop'])
  })
})

describe('errors', () => {
  const cases: readonly [name: string, app: () => AppSource, words: RegExp][] = [
    [
      'a tool that is missing',
      () => source('chart', 'bare'),
      /exit status 3: error: helm cannot be run/,
    ],
    [
      'an unknown parameter',
      () => source('chart', 'helm4', [text('valueFile', 'x')]),
      /valueFile.*\n {2}hint: did you mean .?valueFiles/s,
    ],
    [
      'a value file outside the repository',
      () => source('chart', 'helm4', [array('valueFiles', '../../../../../../etc/passwd')]),
      /exit status 1: error: .*passwd.* leads out of the repository/,
    ],
    [
      'a template that fails',
      () => source('chart', 'helm4', [map('parameters', { note: 'fail' })]),
      /exit status 1: error: /,
    ],
  ]
  for (const [name, app, words] of cases) {
    test(name, async () => {
      const shown = await errorOf(stack.repoServer.generate(app(), hard))
      assert.match(shown, words)
      assert.deepEqual(findLeaks(place('the error', shown), stack.phase.confidential()), [])
    })
  }
})

describe('a tool that hangs', () => {
  let idle: ReadonlySet<number>
  before(() => {
    idle = livingProcesses()
  })
  const gone = (): Promise<boolean> =>
    waitFor('nothing is left', () => [...livingProcesses()].every((pid) => idle.has(pid)), 10)

  test("is ended by the plugin's own limit, with all that it started", async () => {
    const shown = await errorOf(stack.repoServer.generate(source('chart', 'hasty'), hard))
    assert.match(shown, /exit status 3: error: /)
    await gone()
  })

  test('is ended with a render past its deadline', async () => {
    const call = stack.repoServer.generate(source('chart', 'hanging'), { ...hard, seconds: 3 })
    const failure = errorOf(call)
    await waitFor('the tool and its child', () => processesWith('sleep 600').length === 2)
    await failure
    await gone()
  })
})

describe('the announcement', () => {
  const announced = (parse(shipped) as Shipped).spec.parameters.static

  test('is what plugin.yaml says', async () => {
    assert.ok(announced.length > 0)
    const answer = await stack.repoServer.announced(source('chart', 'helm4'))
    assert.deepEqual(
      answer.map(({ name, collectionType }) => ({ name, collectionType })),
      announced.map(({ name, collectionType }) => ({ name, collectionType })),
    )
  })

  test("with a process, has the chart's own values", async () => {
    const config = parse(shipped) as Shipped
    const dynamic = { command: ['argocd-phase-plugin', 'parameters'] }
    const spec = { ...config.spec, parameters: { dynamic } }
    const renamed = JSON.stringify({ ...config, metadata: { name: 'dynamic' }, spec })
    await stack.addSidecar({ name: 'dynamic', config: renamed, env: stack.phase.env })
    const answer = await stack.repoServer.announced(source('chart', 'dynamic'))
    const parameters = answer.find(({ name }) => name === 'parameters')
    assert.deepEqual(parameters?.map, { environment: 'Staging', replicas: '1', note: 'none' })
  })
})

test('no log holds a value, and Redis only in the manifest cache', async () => {
  const leaks = findLeaks(await writtenPlaces(stack.processes), stack.phase.confidential())
  assert.ok(leaks.length > 0)
  assert.deepEqual(
    leaks.filter((leak) => !leak.startsWith('redis mfst|')),
    [],
  )
})
