// Failures as Argo CD shows them, caches them and ends them.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaintOf, errorOf } from './support/errors.ts'
import { findLeaks, place, writtenPlaces } from './support/leaks.ts'
import { configMap, decoded, objectsOf, phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { kindOfKey } from './support/redis.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'

const values: Values = { Production: { API_KEY: secretValue('api-key') } }
const hard = { noCache: true }
/** Phase answers with a page of HTML: an error that no retry mends. */
const outage = [{ effect: 'html' }] as const
let stack: Stack
let revision = ''

before(async () => {
  stack = await startStack(values)
  const misspelt = phaseSecret('shop').replace('phaseApp: shop', 'phaseApp: shopp')
  const many = Array.from({ length: 40 }, (_, index) =>
    misspelt.replaceAll('shopp', `shopp-${index}`).replaceAll(/: shop$/gm, `: shop-${index}`),
  )
  revision = stack.repository.commit({
    'good/secret.yaml': phaseSecret('shop'),
    'misspelt/secret.yaml': misspelt,
    'many/secrets.yaml': many.join('---\n'),
    'unresolved/secret.yaml': phaseSecret('shop', 'Broken'),
    'empty/README.md': '# nothing\n',
    'comments/all.yaml': '# everything was\n---\n# moved away\n',
    'values/values.yaml': 'replicas: 1\n',
    'hidden/.config.yaml': configMap('hidden', {}),
    'skipped/config.yaml': `# +argocd:skip-file-rendering\n${configMap('skipped', {})}`,
    'nested/below/config.yaml': configMap('nested', {}),
    'null/config.yaml': 'null\n',
    'list/config.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
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
const failure = (app: AppSource, options = {}): Promise<string> =>
  errorOf(stack.repoServer.generate(app, options))

/** No value and no token in a text, in any form. */
function assertClean(text: string): void {
  assert.deepEqual(findLeaks(place('the error', text), stack.phase.confidential()), [])
}

describe('the message', () => {
  // The second has more to say than the plugin's limit lets through.
  for (const path of ['misspelt', 'many', 'unresolved']) {
    test(`${path}: everything that the plugin says, and no value`, async () => {
      stack.phase.serve({
        ...values,
        Broken: { PASSWORD: secretValue('password'), URL: `${secretValue('url')}\${MISSING}` },
      })
      const inside = { ARGOCD_APP_NAME: path, ARGOCD_APP_NAMESPACE: 'shop' }
      const complaint = await complaintOf(join(stack.repository.folder, path), {
        ...stack.phase.env,
        ...inside,
      })
      assert.match(complaint, /^error: /)
      const shown = await failure(source(path), hard)
      assert.ok(shown.includes(complaint), shown)
      assertClean(shown)
    })
  }
})

describe('three failures in a row', () => {
  const app = { app: 'paused' }

  test('then the error comes from the cache, and the plugin is not asked', async () => {
    stack.phase.serve(values, outage)
    for (const attempt of [1, 2, 3]) {
      const before = stack.phase.requests()
      const shown = await failure(source('good', app))
      assert.match(shown, /is not a Phase API/, `attempt ${attempt}`)
      assert.doesNotMatch(shown, /\(cached\)/, `attempt ${attempt}`)
      assert.ok(stack.phase.requests() > before, `attempt ${attempt}`)
    }
    const before = stack.phase.requests()
    const shown = await failure(source('good', app))
    assert.match(shown, /^Manifest generation error \(cached\): .*is not a Phase API/s)
    assert.equal(stack.phase.requests(), before)
    assertClean(shown)
  })

  test('which lasts after Phase is back', async () => {
    stack.phase.serve(values)
    assert.match(await failure(source('good', app)), /\(cached\)/)
  })

  test('until a hard refresh', async () => {
    const { manifests } = await stack.repoServer.generate(source('good', app), hard)
    assert.equal(manifests.length, 1)
    assert.deepEqual((await stack.repoServer.generate(source('good', app))).manifests, manifests)
  })
})

test('a hard refresh that fails once is mended by the next one', async () => {
  const app = source('good', { app: 'mended' })
  await stack.repoServer.generate(app, hard)
  stack.phase.serve(values, outage)
  assert.match(await failure(app, hard), /is not a Phase API/)
  const changed = { Production: { API_KEY: secretValue('changed-key') } }
  stack.phase.serve(changed)
  await stack.repoServer.generate(app, hard)
  const { manifests } = await stack.repoServer.generate(app)
  const secret = objectsOf(manifests).get('Secret/shop')
  assert.ok(secret !== undefined)
  assert.deepEqual(decoded(secret), changed.Production)
})

describe('no manifests', () => {
  test('are what Argo CD would take for an order to prune', async () => {
    await stack.addSidecar({ name: 'silent', config: pluginConfig('silent', ['true']), env: {} })
    const { manifests } = await stack.repoServer.generate(source('good', { plugin: 'silent' }))
    assert.deepEqual(manifests, [])
  })

  const folders = ['empty', 'comments', 'values', 'hidden', 'skipped', 'nested', 'null', 'list']
  for (const path of folders) {
    test(`${path}: an error`, async () => {
      const shown = await failure(source(path), hard)
      assert.match(shown, /failed exit status 1: error: /)
    })
  }
})

test('values are in the manifest cache of Redis and nowhere else', async () => {
  const leaks = findLeaks(await writtenPlaces(stack.processes), stack.phase.confidential())
  const kinds = new Set(leaks.map((leak) => kindOfKey(leak.split(':')[0] ?? '')))
  assert.deepEqual([...kinds], ['redis mfst'])
})
