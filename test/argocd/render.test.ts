// The real gRPC call: repo-server, cmp-server, Redis and Git, and the plugin as a process inside them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import type { Workload } from './support/manifests.ts'
import {
  CHECKSUM,
  configMap,
  decoded,
  deployment,
  objectsOf,
  phaseSecret,
} from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { processesWith } from './support/processes.ts'
import { kindOfKey } from './support/redis.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

const values: Values = {
  Production: { API_KEY: secretValue('api-key'), NOTE: `${secretValue('note')}\n---\nkind: Pod\n` },
  Staging: { API_KEY: secretValue('staging-key') },
}
const TRACKING = 'argocd.argoproj.io/tracking-id'
let stack: Stack
let revision = ''

before(async () => {
  stack = await startStack(values)
  revision = stack.repository.commit({
    'shop/secret.yaml': phaseSecret('shop'),
    'shop/deployment.yaml': deployment('shop', 'shop'),
    'shop/settings.yaml': configMap('settings', { level: 'info' }),
    'staging/secret.yaml': phaseSecret('shop', 'Staging'),
    'bound/secret.yaml': `${phaseSecret('shop')}      secretNamespace: shop\n`,
    'plain/settings.yaml': configMap('settings', { level: 'debug' }),
  })
})
after(() => stack.end())

const source = (path: string, changes: Partial<AppSource> = {}): AppSource => ({
  app: path,
  url: stack.repository.url,
  revision,
  path,
  plugin: PLUGIN,
  ...changes,
})
const hard = { noCache: true }

describe('a directory', () => {
  test('arrives as Secrets, stamped workloads and what else there is', async () => {
    const answer = await stack.repoServer.generate(source('shop'), hard)
    assert.equal(answer.revision, revision)
    assert.equal(answer.sourceType, 'Plugin')
    const objects = objectsOf(answer.manifests)
    assert.deepEqual([...objects.keys()].sort(), [
      'ConfigMap/settings',
      'Deployment/shop',
      'Secret/shop',
    ])
    const secret = objects.get('Secret/shop')
    assert.ok(secret !== undefined)
    assert.deepEqual(decoded(secret), values.Production)
    assert.equal(secret.type, 'Opaque')
    const tracking = secret.metadata.annotations?.[TRACKING]
    assert.equal(tracking, 'shop:/Secret:shop/shop')
    const { spec } = objects.get('Deployment/shop') as Workload
    assert.match(spec.template.metadata.annotations?.[CHECKSUM] ?? '', /^[0-9a-f]{32}$/)
    assert.deepEqual(objects.get('ConfigMap/settings')?.data, { level: 'info' })
  })

  test('the same bytes each time', async () => {
    const first = await stack.repoServer.generate(source('shop'), hard)
    assert.deepEqual(await stack.repoServer.generate(source('shop'), hard), first)
  })

  test('a normal refresh is answered from the cache, a hard one by the plugin', async () => {
    const start = stack.phase.requests()
    await stack.repoServer.generate(source('shop'), hard)
    const afterHard = stack.phase.requests()
    assert.ok(afterHard > start)
    await stack.repoServer.generate(source('shop'))
    assert.equal(stack.phase.requests(), afterHard)
  })

  test('a target outside the destination namespace that Argo CD names is refused', async () => {
    await stack.repoServer.generate(source('bound'), hard)
    const elsewhere = source('bound', { app: 'elsewhere', namespace: 'other' })
    await assert.rejects(stack.repoServer.generate(elsewhere, hard), { details: /namespace/ })
  })
})

describe('many Applications', () => {
  test('two at once, each with its own values', async () => {
    const latency = { effect: 'latency', milliseconds: 1500 } as const
    stack.phase.serve(values, [latency])
    const calls = Promise.all([
      stack.repoServer.generate(source('shop'), hard),
      stack.repoServer.generate(source('staging'), hard),
    ])
    await waitFor('two plugins at the same time', () => pluginProcesses().length === 2, 20)
    const [shop, staging] = await calls
    stack.phase.serve(values)
    const keyOf = (manifests: readonly string[]): string | undefined => {
      const secret = objectsOf(manifests).get('Secret/shop')
      return secret === undefined ? undefined : decoded(secret).API_KEY
    }
    assert.equal(keyOf(shop.manifests), values.Production?.API_KEY)
    assert.equal(keyOf(staging.manifests), values.Staging?.API_KEY)
  })

  test('ten at once, and none takes another for itself', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `app-${index}`)
    const answers = await Promise.all(
      names.map((app) => stack.repoServer.generate(source('shop', { app, namespace: app }), hard)),
    )
    for (const [index, { manifests }] of answers.entries()) {
      const secret = objectsOf(manifests).get('Secret/shop')
      const app = names[index]
      assert.equal(secret?.metadata.annotations?.[TRACKING], `${app}:/Secret:${app}/shop`)
    }
  })
})

test('a repository without PhaseSecrets needs no Phase at all', async () => {
  const config = pluginConfig('tokenless')
  await stack.addSidecar({ name: 'tokenless', config, env: {} })
  const start = stack.phase.requests()
  const plain = source('plain', { plugin: 'tokenless' })
  const { manifests } = await stack.repoServer.generate(plain, hard)
  assert.deepEqual(objectsOf(manifests).get('ConfigMap/settings')?.data, { level: 'debug' })
  assert.equal(stack.phase.requests(), start)
  // The same sidecar, where there is one: it could not have rendered that.
  await assert.rejects(stack.repoServer.generate(source('shop', { plugin: 'tokenless' }), hard), {
    details: /no Phase token is configured/,
  })
})

test('at level debug the sidecar logs what the plugin prints: keep it at info', async () => {
  const env = { ...stack.phase.env, ARGOCD_CMP_SERVER_LOGLEVEL: 'debug' }
  await stack.addSidecar({ name: 'debug', config: pluginConfig('debug'), env })
  await stack.repoServer.generate(source('shop', { plugin: 'debug' }), hard)
  const leaks = findLeaks(stack.processes.logs(), stack.phase.confidential())
  assert.ok(leaks.some((leak) => leak.startsWith('cmp-server-debug.log: Production.API_KEY')))
})

test('otherwise values are in the manifest cache of Redis and nowhere else', async () => {
  const leaks = findLeaks(await writtenPlaces(stack.processes), stack.phase.confidential())
  const places = new Set(leaks.map((leak) => kindOfKey(leak.split(':')[0] ?? '')))
  assert.deepEqual([...places].sort(), ['cmp-server-debug.log', 'redis mfst'])
  assert.deepEqual(
    leaks.filter((leak) => leak.includes('token part')),
    [],
  )
})

function pluginProcesses(): readonly number[] {
  return processesWith('argocd-phase-plugin generate')
}
