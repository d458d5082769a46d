// What an app author can set reaches the plugin through Argo CD, and decides nothing; what Argo CD says
// of the Application reaches it too, and binds.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { errorOf } from './support/errors.ts'
import { findLeaks, place } from './support/leaks.ts'
import { decoded, objectsOf, phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'

const values: Values = {
  Production: { API_KEY: secretValue('production-key') },
  Staging: { API_KEY: secretValue('staging-key') },
}
const hard = { noCache: true }
let stack: Stack
let revision = ''

/** What an attacker would like to decide. */
const wishes = {
  PHASE_HOST: 'https://attacker.example',
  PHASE_SERVICE_TOKEN: 'pss_service:v2:x',
  PHASE_SERVICE_TOKEN_FILE: '/etc/passwd',
  PHASE_PLUGIN_CONFIG: './config.yaml',
  PHASE_CA_FILE: './ca.pem',
  HTTPS_PROXY: 'http://attacker.example:3128',
  ARGOCD_APP_PROJECT_NAME: 'payments',
  ARGOCD_APP_NAMESPACE: 'kube-system',
  NODE_OPTIONS: '--require ./attack.cjs',
  PATH: '.',
}
const env = Object.entries(wishes).map(([name, value]) => ({ name, value }))

/** A plugin that prints what it was given. */
const ECHO = `printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"echo"},"data":{"%s":"%s"}}' host "$ARGOCD_ENV_PHASE_HOST"`

before(async () => {
  stack = await startStack(values)
  revision = stack.repository.commit({
    'production/secret.yaml': phaseSecret('shop'),
    'staging/secret.yaml': phaseSecret('shop', 'Staging'),
    'overrides/secret.yaml': phaseSecret('shop'),
    'overrides/.argocd-source.yaml': JSON.stringify({ plugin: { env } }),
    'added/secret.yaml': phaseSecret('shop'),
    'added/.argocd-source.yaml': JSON.stringify({ plugin: { name: 'policies', env } }),
  })
  await stack.addSidecar({
    name: 'echo',
    config: pluginConfig('echo', ['sh', '-c', ECHO]),
    env: {},
  })
  await stack.addSidecar({
    name: 'policies',
    config: pluginConfig('policies'),
    env: { PHASE_PLUGIN_CONFIG: configuration() },
  })
})
after(() => stack.end())

/** Project payments may have Production in namespace shop, project shop may have Staging anywhere. */
function configuration(): string {
  const file = join(stack.folder, 'config.yaml')
  const policy = (project: string, environment: string, namespaces: readonly string[]) => ({
    name: project,
    match: { projects: [project], repositories: [stack.repository.url], namespaces },
    allow: { apps: ['shop'], environments: [environment] },
  })
  const settings = {
    version: 1,
    hosts: [{ url: stack.phase.env.PHASE_HOST, caFile: stack.phase.env.PHASE_CA_FILE }],
    credentials: { default: { file: stack.phase.env.PHASE_SERVICE_TOKEN_FILE } },
    policies: [policy('payments', 'Production', ['shop']), policy('shop', 'Staging', ['*'])],
  }
  writeFileSync(file, JSON.stringify(settings))
  return file
}

const source = (path: string, changes: Partial<AppSource> = {}): AppSource => ({
  app: `${path}-${Object.values(changes).join('-')}`.slice(0, 60),
  url: stack.repository.url,
  revision,
  path,
  plugin: PLUGIN,
  ...changes,
})

async function renders(app: AppSource, environment: string): Promise<void> {
  const { manifests } = await stack.repoServer.generate(app, hard)
  const secret = objectsOf(manifests).get('Secret/shop')
  assert.ok(secret !== undefined)
  assert.deepEqual(decoded(secret), values[environment])
}

describe("the app author's settings change nothing", () => {
  for (const [path, changes] of [
    ['production', { env }],
    ['overrides', {}],
  ] as const) {
    test(`though they arrive: ${path}`, async () => {
      const app = source(path, { ...changes, app: `echo-${path}`, plugin: 'echo' })
      const { manifests } = await stack.repoServer.generate(app, hard)
      assert.deepEqual(objectsOf(manifests).get('ConfigMap/echo')?.data, {
        host: wishes.PHASE_HOST,
      })
    })
  }

  test('in spec.source.plugin.env', () =>
    renders(source('production', { app: 'env', env }), 'Production'))

  test('in .argocd-source.yaml of the repository', () =>
    renders(source('overrides', { app: 'overrides' }), 'Production'))

  test('and do not widen a policy', async () => {
    const app = source('production', { app: 'wide', plugin: 'policies', project: 'other', env })
    const requests = stack.phase.requests()
    const shown = await errorOf(stack.repoServer.generate(app, hard))
    assert.match(shown, /failed exit status \d: error: .*polic/)
    assert.equal(stack.phase.requests(), requests)
    assert.deepEqual(findLeaks(place('the error', shown), stack.phase.confidential()), [])
  })
})

describe('policies go by what Argo CD says', () => {
  const policies = { plugin: 'policies' }
  const allowed: readonly [path: string, environment: string, changes: Partial<AppSource>][] = [
    ['production', 'Production', { ...policies, project: 'payments' }],
    ['staging', 'Staging', { ...policies, project: 'shop' }],
    ['staging', 'Staging', { ...policies, project: 'shop', namespace: 'elsewhere' }],
  ]
  for (const [path, environment, changes] of allowed) {
    test(`${path} for ${JSON.stringify(changes)}`, () =>
      renders(source(path, changes), environment))
  }

  const refused: readonly [path: string, changes: Partial<AppSource>][] = [
    ['staging', { ...policies, project: 'payments' }],
    ['production', { ...policies, project: 'shop' }],
    ['production', { ...policies, project: 'default' }],
    ['production', { ...policies, project: 'payments', namespace: 'elsewhere' }],
  ]
  for (const [path, changes] of refused) {
    test(`${path} not for ${JSON.stringify(changes)}`, async () => {
      const shown = await errorOf(stack.repoServer.generate(source(path, changes), hard))
      assert.match(shown, /failed exit status \d: error: secret\.yaml:\d+:\d+: .*polic/)
      assert.deepEqual(findLeaks(place('the error', shown), stack.phase.confidential()), [])
    })
  }
})

describe('.argocd-source.yaml adds the plugin to an Application that has none', () => {
  const bare = { plugin: undefined }

  test('which works', () =>
    renders(source('added', { ...bare, app: 'added', project: 'payments' }), 'Production'))

  test('and gives it no more than its project has', async () => {
    const requests = stack.phase.requests()
    const app = source('added', { ...bare, app: 'added-other', project: 'default' })
    const shown = await errorOf(stack.repoServer.generate(app, hard))
    assert.match(shown, /no policy in the plugin's configuration applies to this Application/)
    assert.equal(stack.phase.requests(), requests)
  })
})
