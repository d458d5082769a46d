// The example of the README, rendered in process: what changes, what does not, and what it costs.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../cmp/cli.ts'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { memoryIo } from './support/memory-io.ts'

const REPOSITORY = 'fixtures/repos/keyspace'
const STORE = readFileSync('fixtures/repos/keyspace.store.yaml', 'utf8')
const files = readdirSync(REPOSITORY).sort()
const texts = files.map((name) => readFileSync(join(REPOSITORY, name), 'utf8'))
const ONE_KEY = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: one-key
  namespace: keyspace
  annotations: { secrets.phase.dev/redeploy: "true" }
spec:
  template:
    spec:
      containers:
        - name: app
          env:
            - { name: LEVEL, valueFrom: { secretKeyRef: { name: keyspace-cloud-prod-secret, key: LOG_LEVEL } } }
`

async function withServer<T>(store: string, use: (server: DevServer) => Promise<T>): Promise<T> {
  const server = await startDevServer({ store, seed: 'keyspace' })
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

async function generate(
  server: DevServer,
  { input = REPOSITORY, stdin = '', token = server.token, env = {} } = {},
): Promise<string> {
  const { io, stdout, stderr } = memoryIo(
    { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: token, ...env },
    stdin,
  )
  assert.equal(await run(['generate', input], io), 0, stderr())
  return stdout()
}

const checksums = (stream: string) =>
  [...stream.matchAll(/secrets\.phase\.dev\/checksum"?: "([0-9a-f]{32})"/g)].map(([, sum]) => sum)

test('everything but the PhaseSecret and one annotation is byte for byte as in Git', () =>
  withServer(STORE, async (server) => {
    const documents = (await generate(server)).split('---\n')
    const secret = documents.find((text) => text.includes('kind: Secret\n'))
    const [deployment = '', phaseSecret = '', rbac = ''] = texts
    assert.match(phaseSecret, /kind: PhaseSecret/)
    assert.deepEqual(
      documents
        .filter((text) => text !== secret)
        .map((text) => text.replace(/ +annotations:\n +secrets\.phase\.dev\/checksum: .*\n/, '')),
      [deployment, ...rbac.split('---\n')],
    )
    assert.equal(documents.indexOf(secret ?? ''), 1, 'output order follows input order')
    assert.equal(await generate(server), documents.join('---\n'), 'two runs give the same bytes')
  }))

test('a changed value changes the checksums of its users, and only theirs', async () => {
  const stdin = `${texts.join('---\n')}---\n${ONE_KEY}`
  const of = (store: string) =>
    withServer(store, (server) => generate(server, { input: '-', stdin }))
  const [whole, level] = checksums(await of(STORE))
  const [wholeAfter, levelAfter] = checksums(
    await of(STORE.replace('fake-session-key-production', 'fake-new')),
  )
  assert.ok(whole !== undefined && level !== undefined)
  assert.notEqual(wholeAfter, whole)
  assert.equal(levelAfter, level, 'it does not use SESSION_KEY')
  const [wholeLater, levelLater] = checksums(await of(STORE.replace('value: warn', 'value: error')))
  assert.notEqual(wholeLater, whole)
  assert.notEqual(levelLater, level)
})

test('checksums hold across tokens, restarts, and in and out of Argo CD', async () => {
  const store = `${STORE}tokens:\n  - { name: one }\n  - { name: two, kind: service-v1 }\n`
  const first = await withServer(store, async (server) => checksums(await generate(server)))
  assert.equal(first.length, 1)
  await withServer(store, async (server) => {
    const env = { ARGOCD_APP_NAME: 'keyspace', ARGOCD_APP_NAMESPACE: 'keyspace' }
    assert.deepEqual(checksums(await generate(server, { token: server.tokens.two ?? '' })), first)
    assert.deepEqual(checksums(await generate(server, { env })), first)
  })
})

const phaseSecret = (
  name: string,
  environment: string,
  path: string,
) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: ${name} }
spec:
  phaseApp: keyspace.cloud
  phaseAppEnv: ${environment}
  phaseAppEnvPath: ${path}
  managedSecretReferences: [{ secretName: ${name}-1 }, { secretName: ${name}-2 }]
`

test('one request for the account, one for each environment and path, whatever asks for them', () =>
  withServer(STORE, async (server) => {
    const stdin = [
      phaseSecret('a', 'production', '/'),
      phaseSecret('b', 'Production', '//'),
      phaseSecret('c', 'production', '/db'),
      phaseSecret('d', 'staging', '/'),
    ].join('---\n')
    await generate(server, { input: '-', stdin })
    const asked = server
      .requests()
      .map(({ endpoint, environment, path, count }) =>
        [endpoint, environment, path, count].join(' ').replaceAll('  ', ' '),
      )
    assert.equal(server.requests().filter(({ endpoint }) => endpoint === 'tokens').length, 1)
    // Staging refers to a key of Development, both to /db.
    assert.equal(server.requests().length, 6, asked.join('\n'))
    assert.ok(
      server.requests().every(({ count }) => count === 1),
      asked.join('\n'),
    )
  }))

test('no PhaseSecret: no token, no request', () =>
  withServer(STORE, async (server) => {
    assert.equal(await generate(server, { input: '-', stdin: ONE_KEY, token: '' }), ONE_KEY)
    assert.deepEqual(server.requests(), [])
  }))
