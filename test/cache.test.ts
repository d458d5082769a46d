// The cache as an administrator switches it on: through the configuration file, in the whole program.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { plugin } from './support/process.ts'

const store = (password: string) => `apps:
  shop:
    environments:
      Production:
        secrets: { /: { PASSWORD: ${password} } }
`
const MANIFEST = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: shop }
spec: { phaseApp: shop, managedSecretReferences: [{ secretName: shop }] }
`
const ARGOCD = { ARGOCD_APP_NAME: 'shop', ARGOCD_APP_NAMESPACE: 'shop' }
const count = (server: DevServer) => server.requests().reduce((sum, each) => sum + each.count, 0)

/** A run of the shipped program with this cache, and how many requests it took. */
async function withCache(
  fields: string,
  use: (
    render: () => ReturnType<typeof plugin>,
    server: DevServer,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-cache-'))
  const server = await startDevServer({
    store: store('fake-first-password'),
    tlsDir: join(folder, 'tls'),
    seed: 'cache',
  })
  writeFileSync(join(folder, 'token'), server.token)
  writeFileSync(
    join(folder, 'config.yaml'),
    `version: 1
hosts: [{ url: "${server.host}", caFile: ${server.caFile} }]
credentials: { default: { file: ${join(folder, 'token')} } }
timeout: 15
policies: [{ name: all, match: { applications: ["*"] }, allow: { apps: [shop], environments: [Production] } }]
cacheDir: ${join(folder, 'cache')}
${fields}`,
  )
  const env = { ...ARGOCD, PHASE_PLUGIN_CONFIG: join(folder, 'config.yaml') }
  try {
    await use(() => plugin(['generate', '-'], env, MANIFEST), server, folder)
  } finally {
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

test('an unchanged environment costs one request, a changed one is read again', () =>
  withCache('', async (render, server, folder) => {
    const first = await render()
    assert.equal(first.stderr, '')
    assert.equal(count(server), 2)
    assert.deepEqual(await render(), first)
    assert.equal(count(server), 3)
    server.update(store('fake-second-password'))
    const changed = await render()
    assert.notEqual(changed.stdout, first.stdout)
    assert.equal(count(server), 5)
    for (const name of readdirSync(join(folder, 'cache'), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, 'cache', name)
      if (!statSync(path).isFile()) continue
      const bytes = readFileSync(path)
      const token = readFileSync(join(folder, 'token'), 'utf8').split(':').slice(2)
      for (const secret of ['fake-first-password', 'fake-second-password', 'PASSWORD', ...token])
        assert.ok(!bytes.includes(secret), name)
    }
  }))

test('Phase is down: an error, and nothing of the cache', () =>
  withCache('', async (render, server) => {
    await render()
    await server.close()
    const down = await render()
    assert.equal(down.exitCode, 3)
    assert.equal(down.stdout, '')
  }))

test('Phase is down, and the administrator allows what was last known: a warning that says so', () =>
  withCache('staleIfError: 1h\n', async (render, server) => {
    const first = await render()
    await server.close()
    const down = await render()
    assert.equal(down.stdout, first.stdout)
    assert.equal(down.exitCode, 0)
    assert.match(
      down.stderr,
      /^warning: .*Phase could not be reached: .*connection refused; the last known sealed data is used, which was current \S.*\n/,
    )
    assert.equal(down.stderr.match(/^warning: /gm)?.length, 1)
  }))

test('a token that Phase rejects forgets everything, whatever is allowed', () =>
  withCache('staleIfError: 1h\n', async (render, server, folder) => {
    await render()
    server.update(`${store('fake-first-password')}tokens: [{ name: other }]\n`)
    const rejected = await render()
    assert.equal(rejected.exitCode, 3)
    assert.equal(rejected.stdout, '')
    assert.match(rejected.stderr, /Phase rejects the token/)
    assert.deepEqual(readdirSync(join(folder, 'cache')), [])
  }))
