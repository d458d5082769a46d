// `redeployByDefault` of a policy through the whole program: which workloads are rolled that say nothing.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../cmp/cli.ts'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { memoryIo } from './support/memory-io.ts'

const STORE =
  'apps: { shop: { environments: { Production: { secrets: { /: { KEY: fake } } } } } }\n'

let folder = ''
let server: DevServer
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'argocd-phase-redeploy-'))
  server = await startDevServer({ store: STORE, seed: 'redeploy' })
  writeFileSync(join(folder, 'token'), server.token)
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const PHASE_SECRET = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: shop }
spec: { phaseApp: shop, managedSecretReferences: [{ secretName: shop }] }
`

const workload = (apiVersion: string, kind: string, metadata = '') => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web${metadata} }
spec:
  template:
    spec: { containers: [{ name: web, envFrom: [{ secretRef: { name: shop } }] }] }
`
const OPTED_OUT = ', annotations: { secrets.phase.dev/redeploy: "false" }'

async function render(manifest: string, redeployByDefault: boolean) {
  const config = join(folder, 'config.yaml')
  writeFileSync(
    config,
    `version: 1
hosts: [{ url: "${server.host}" }]
credentials: { default: { file: ${join(folder, 'token')} } }
workloadKinds: [CloneSet.apps.kruise.io]
policies:
  - name: shop
    match: { projects: [shop] }
    allow: { apps: [shop], environments: [Production] }
    redeployByDefault: ${redeployByDefault}
`,
  )
  const env = {
    ARGOCD_APP_NAME: 'shop',
    ARGOCD_APP_NAMESPACE: 'shop',
    ARGOCD_APP_PROJECT_NAME: 'shop',
    PHASE_PLUGIN_CONFIG: config,
  }
  const { io, stdout, stderr } = memoryIo(env, PHASE_SECRET + manifest)
  assert.equal(await run(['generate', '-'], io), 0, stderr())
  return stdout()
}

const cases: readonly (readonly [what: string, manifest: string, isStamped: boolean])[] = [
  ['a Deployment', workload('apps/v1', 'Deployment'), true],
  ['a StatefulSet', workload('apps/v1', 'StatefulSet'), true],
  ['a kind of the configuration', workload('apps.kruise.io/v1', 'CloneSet'), true],
  ['a kind that nobody knows', workload('example.com/v1', 'CloneSet'), false],
  ['a Job, which is immutable', workload('batch/v1', 'Job'), false],
  ['a Deployment that opts out', workload('apps/v1', 'Deployment', OPTED_OUT), false],
]
for (const [what, manifest, isStamped] of cases) {
  test(`${what} is ${isStamped ? 'rolled' : 'left alone'}`, async () => {
    const output = await render(manifest, true)
    assert.equal(/secrets\.phase\.dev\/checksum: /.test(output), isStamped, output)
    if (!isStamped) assert.ok(output.endsWith(manifest), output)
  })
}

test('without it nothing is rolled that does not opt in', async () => {
  const manifest = workload('apps/v1', 'Deployment')
  assert.ok((await render(manifest, false)).endsWith(manifest))
})
