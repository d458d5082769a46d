// Whole renders over TLS with the cache in a real folder: the same bytes whatever the cache holds, one
// warning while Phase is down, and nothing in the folder that only a token may open.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in values.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DevServer } from '../../cmp/dev-server/server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import { openCache } from '../../cmp/sealed-cache/sealed-cache.ts'
import type { CacheSettings } from '../../cmp/settings.ts'
import type { Problem } from '../../manifests/problem.ts'
import { httpClient } from '../../render/phase/http.ts'
import { phaseSource } from '../../render/phase/source.ts'
import { render } from '../../render/render.ts'
import { filesIn, withFolder } from '../support/cache-folder.ts'
import { secretsOf } from '../support/fixtures.ts'
import { sampleGrants } from '../support/sample-grants.ts'

const STORE = `apps:
  shop:
    environments:
      Production:
        secrets:
          /: { API_KEY: fake-api-key-of-production, URL: "https://\${Staging.HOST}/\${/db/PASSWORD}" }
          /db: { PASSWORD: fake-password-of-production }
      Staging: { secrets: { /: { HOST: staging.example.internal } } }
`
const DOWN = 'faults: [{ effect: status, status: 503 }]\n'

const manifests = ['/', '/db'].map(
  (path, index) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: shop-${index}
spec:
  phaseApp: shop
  phaseAppEnvPath: ${path}
  managedSecretReferences:
    - secretName: shop-${index}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-${index}
  annotations:
    secrets.phase.dev/redeploy: "true"
spec:
  template:
    spec:
      containers:
        - name: shop
          envFrom:
            - secretRef:
                name: shop-${index}
`,
)

interface Rendered {
  readonly output: string
  readonly problems: readonly Problem[]
  readonly requests: number
}

const requestsOf = (server: DevServer) =>
  server.requests().reduce((sum, { count }) => sum + count, 0)

async function renderOnce(server: DevServer, settings?: CacheSettings): Promise<Rendered> {
  const before = requestsOf(server)
  const request = httpClient({ ca: readFileSync(server.caFile ?? '', 'utf8') })
  const cache = openCache(settings)
  const source = phaseSource({
    host: server.host,
    token: server.token,
    request,
    signal: new AbortController().signal,
    deadline: performance.now() + 45_000,
    // Waiting between the attempts is nothing to wait for here.
    clock: { now: () => performance.now(), sleep: async () => {}, random: () => 0 },
    userAgent: 'test/1',
    cache: cache.options,
  })
  try {
    const files = [{ path: 'shop.yaml', bytes: Buffer.from(manifests.join('---\n')) }]
    const { output, problems } = await render(files, {
      grants: sampleGrants({ hosts: [server.host] }),
      openSource: async () => ({ value: { source, notices: [] } }),
    })
    const all = [...cache.problems, ...problems]
    return {
      output: Buffer.from(output ?? '').toString(),
      problems: all,
      requests: requestsOf(server) - before,
    }
  } finally {
    request.close()
  }
}

async function withPhase(use: (server: DevServer, directory: string) => Promise<void>) {
  await withFolder(async (directory) => {
    const tlsDir = join(directory, '..', 'tls')
    const server = await startDevServer({ store: STORE, tlsDir, seed: 'render' })
    try {
      await use(server, directory)
    } finally {
      await server.close()
    }
  })
}

test('the same bytes without a cache, with a cold one, a warm one, a damaged one and while Phase is down', () =>
  withPhase(async (server, directory) => {
    const settings = { directory, staleIfError: 60_000 }
    const without = await renderOnce(server)
    assert.match(without.output, /secrets\.phase\.dev\/checksum/)
    assert.deepEqual(await renderOnce(server, settings), without)
    assert.equal(without.requests, 4)
    assert.deepEqual(await renderOnce(server, settings), { ...without, requests: 1 })
    for (const path of filesIn(directory)) damage(path)
    assert.deepEqual(await renderOnce(server, settings), without)
    server.update(STORE + DOWN)
    const stale = await renderOnce(server, settings)
    assert.equal(stale.output, without.output)
    assert.deepEqual(
      stale.problems.map(({ severity, at }) => [severity, at?.file]),
      [['warning', 'shop.yaml']],
    )
    assert.match(
      stale.problems[0]?.message ?? '',
      /server error \(503\); .* less than a minute ago$/,
    )
    for (const path of filesIn(directory)) damage(path)
    const failed = await renderOnce(server, settings)
    assert.equal(failed.output, '')
    assert.deepEqual(
      failed.problems.map(({ severity }) => severity),
      ['error'],
    )
  }))

test('a folder that cannot be used changes nothing but a warning', () =>
  withPhase(async (server, directory) => {
    const without = await renderOnce(server)
    writeFileSync(directory, '')
    const { problems, ...rest } = await renderOnce(server, { directory, staleIfError: 60_000 })
    assert.deepEqual({ ...rest, problems: [] }, without)
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['warning'],
    )
  }))

function damage(path: string): void {
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
  writeFileSync(path, bytes)
}

test('the folder holds no value, no key and nothing of the token', () =>
  withPhase(async (server, directory) => {
    await renderOnce(server, { directory, staleIfError: 60_000 })
    const files = filesIn(directory)
    assert.equal(files.length, 4)
    const parts = server.token.split(':').slice(2)
    const raw = parts.map((part) => Buffer.from(part, 'hex'))
    const needles = [
      ...secretsOf(STORE).map((text) => Buffer.from(text)),
      ...['API_KEY', 'PASSWORD'].map((text) => Buffer.from(text)),
      ...[server.token, ...parts].flatMap((text) => spellings(Buffer.from(text))),
      ...raw.flatMap(spellings),
    ]
    assert.ok(needles.every(({ length }) => length >= 7))
    for (const path of files) {
      const content = Buffer.concat([Buffer.from(path), readFileSync(path)])
      for (const needle of needles) assert.ok(!content.includes(needle), `${path}: ${needle}`)
      assert.match(content.toString('latin1'), /"format":1,.*(wrapped_key_share|ph:v1:)/s)
    }
  }))

/** Bytes as they are, in hexadecimal, and in base64 wherever in a longer text they may begin. */
function spellings(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].map((offset) =>
    bytes.subarray(offset, -3).toString('base64').slice(0, -4),
  )
  return [bytes, ...[hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text))]
}
