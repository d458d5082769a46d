// Hostile values, keys and documents: what reaches the Secret is exact, and nothing reaches anywhere else.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { parseAllDocuments, stringify } from 'yaml'
import { run } from '../cmp/cli.ts'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { memoryIo } from './support/memory-io.ts'

let server: DevServer
before(async () => {
  server = await startDevServer({ store: 'apps: {}\n', seed: 'properties' })
})
after(() => server.close())

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 8, maxLength: 60 }),
  fc.string({ minLength: 8, maxLength: 200 }),
  fc.constantFrom(
    'fake\n---\nkind: Pod\n',
    `fake ${'$'}{NOT_THERE} and more`,
    `fake ${'$'}{A} in ${'$'}{A}`,
    '\u001b]0;fake-title\u0007',
    'fake: {yaml: [}\n\t- x',
    '{"fake": "json"}',
    '-----BEGIN CERTIFICATE-----\nfake\n-----END CERTIFICATE-----\n',
    '\ufefffake-mark',
    'fake\u2028\u2029\u0085lines',
    'error: fake problem',
  ),
)
const key = fc.oneof(
  fc.stringMatching(/^[A-Z_]{1,12}$/),
  fc.constantFrom('A', 'a.b', '__proto__', 'constructor', 'é', 'with space', '..', 'x'.repeat(254)),
)
const target = fc.constantFrom(
  { secretName: 'made' },
  { secretName: 'made', nameTransformer: 'camel' },
  { secretName: 'made', secretType: 'kubernetes.io/tls' },
  {
    secretName: 'made',
    secretType: 'kubernetes.io/dockerconfigjson',
    processors: { A: { asName: '.dockerconfigjson' } },
  },
  { secretName: 'made', processors: { A: { type: 'base64' } } },
)

const storeOf = (secrets: Record<string, string>) =>
  stringify(
    { apps: { app: { environments: { production: { secrets: { '/': secrets } } } } } },
    { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  )

async function generate(stdin: string): Promise<{ code: number; out: string; err: string }> {
  const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token }
  const { io, stdout, stderr } = memoryIo(env, stdin)
  const code = await run(['generate', '-'], io)
  return { code, out: stdout(), err: stderr() }
}

const manifest = (managed: object, onSecretReferenceError: string) =>
  stringify({
    apiVersion: 'secrets.phase.dev/v1alpha1',
    kind: 'PhaseSecret',
    metadata: { name: 'made' },
    spec: { phaseApp: 'app', onSecretReferenceError, managedSecretReferences: [managed] },
  })

/** Every spelling in which a value could leak. */
const spellings = (value: string) => [
  value,
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value.toWellFormed()),
  JSON.stringify(value).slice(1, -1),
  ...['sha256', 'sha1', 'md5'].map((name) => createHash(name).update(value).digest('hex')),
]

test('a value is in its Secret exactly, or nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          key,
          // A value that is a part of a key would be found in the key.
          hostile
            .map((text) => text.toWellFormed())
            .filter((text) => !'constructor'.includes(text)),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      target,
      fc.constantFrom('Fail', 'Warn'),
      async (entries, managed, onError) => {
        const secrets = Object.fromEntries(entries)
        server.update(storeOf(secrets))
        const { code, out, err } = await generate(manifest(managed, onError))
        assert.ok(!err.includes('internal error'), err)
        assert.ok(code === 0 || out === '', 'stdout is empty on failure')
        const [document] = parseAllDocuments(out === '' ? '{}' : out)
        const data: Record<string, string> = { ...document?.toJS().data }
        const around = [out, ...Object.values(data)].reduce((rest, part) => rest.replace(part, ''))
        for (const value of Object.values(secrets)) {
          for (const spelling of spellings(value)) {
            assert.ok(!err.includes(spelling), `stderr holds ${spelling}`)
            assert.ok(!around.includes(spelling), `stdout holds ${spelling}`)
          }
        }
        if (
          code !== 0 ||
          managed.secretName !== 'made' ||
          'nameTransformer' in managed ||
          'processors' in managed
        )
          return
        for (const [name, value] of Object.entries(secrets)) {
          if (value.includes('${')) continue
          assert.equal(Buffer.from(data[name] ?? '', 'base64').toString(), value)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('a tampered answer shows nothing of what it holds', async () => {
  const store = storeOf({ A: 'fake-value-that-was-tampered-with' })
  for (const effect of ['tamper', 'truncate', 'wrong-path', 'cut']) {
    server.update(`${store}faults: [{ effect: ${effect}, endpoint: secrets }]\n`)
    const { code, out, err } = await generate(manifest({ secretName: 'made' }, 'Fail'))
    assert.deepEqual([code, out], [3, ''], effect)
    assert.doesNotMatch(err, /fake-value|ph:v1/)
  }
})

test('a stream without references comes out byte for byte', async () => {
  const line = fc.oneof(
    fc.constantFrom('# c', '', '  - x: [1, 2]', 'a: |', '  b', '? x', '"q": \'s\'', '\t'),
    fc.string({ maxLength: 20 }).filter((text) => !/^(---|\.\.\.|%)|[\n\r]|\\/.test(text)),
  )
  const documents = fc.array(fc.array(line, { maxLength: 5 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(documents, fc.constantFrom('\n', '\r\n'), async (bodies, end) => {
      const named = bodies.map((lines, index) => [
        'kind: ConfigMap',
        'apiVersion: v1',
        'metadata:',
        `  name: n${index}`,
        'data:',
        ...lines.map((text) => `  # ${text}`),
      ])
      const stream = named
        .map((lines) => lines.map((text) => text + end).join(''))
        .join(`---${end}`)
      const { code, out, err } = await generate(stream)
      assert.equal(err, '')
      assert.equal(code, 0)
      assert.equal(out, stream)
    }),
    { numRuns: 100 },
  )
})
