// The command: the ready line, reloads of the file, errors, and the end.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DevServerCommand } from '../../cmp/commands/dev-server.ts'
import { devServer } from '../../cmp/commands/dev-server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import { ask } from '../support/ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'dev-server-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0

const STORE = 'apps: { web: { environments: { Dev: { secrets: { /: { K: fake-value } } } } } }\n'

function storeFile(text = STORE): string {
  const path = join(folder, `store-${++files}.yaml`)
  writeFileSync(path, text)
  return path
}

interface Running {
  readonly lines: string[]
  stderr: string
  readonly stop: AbortController
  readonly exitCode: Promise<number>
  /** Resolves with the next chance at which `seen` holds. */
  until(seen: () => boolean | Promise<boolean>): Promise<void>
}

function run(options: DevServerCommand): Running {
  const stop = new AbortController()
  const running: Running = {
    lines: [],
    stderr: '',
    stop,
    exitCode: devServer(options, {
      stdout: {
        isTTY: false,
        write: async (bytes) => {
          running.lines.push(Buffer.from(bytes).toString())
        },
      },
      stderr: {
        write: (text) => {
          running.stderr += text
        },
        isTTY: false,
      },
      signal: stop.signal,
    }),
    async until(seen) {
      while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
  return running
}

test('prints one line of JSON when ready, and ends with 0 when told to', async () => {
  const running = run({ store: storeFile(), seed: 'ready', tlsDir: join(folder, 'tls') })
  await running.until(() => running.lines.length > 0)
  const [line = ''] = running.lines
  assert.match(line, /^\{.*\}\n$/)
  const ready = JSON.parse(line)
  assert.deepEqual(Object.keys(ready), ['host', 'token', 'caFile', 'tokens'])
  assert.match(ready.host, /^https:\/\/127\.0\.0\.1:\d+$/)
  assert.match(ready.token, /^pss_service:v2(:[0-9a-f]{64}){4}$/)
  assert.equal(ready.caFile, join(folder, 'tls', 'ca.pem'))
  assert.deepEqual(ready.tokens, { default: ready.token })
  assert.equal((await ask(ready, '/service/health/')).status, 200)
  running.stop.abort()
  assert.equal(await running.exitCode, 0)
  await assert.rejects(ask(ready, '/service/health/'))
  assert.equal(running.lines.length, 1)
  assert.equal(running.stderr, '')
})

test('serves the file as it changes, also when an editor replaces it', async () => {
  const store = storeFile()
  const running = run({ store })
  await running.until(() => running.lines.length > 0)
  const { host, token } = JSON.parse(running.lines[0] ?? '')
  const session = async () => {
    const headers = { Authorization: `Bearer ServiceAccount ${token.split(':')[2]}` }
    return JSON.parse((await ask({ host, caFile: null }, '/secrets/tokens/', headers)).body)
  }
  const hasApps = async (count: number) => (await session()).apps.length === count
  writeFileSync(store, STORE + STORE.replace('apps: {', '').replace(/\}\n$/, ''))
  await running.until(() => running.stderr !== '')
  assert.match(running.stderr, /^error: .*store-\d+\.yaml:2:\d+: not valid YAML/)
  assert.match(running.stderr, /warning: the last good store stays in use/)
  assert.ok(!running.stderr.includes('fake-value'))
  assert.ok(await hasApps(1))
  const draft = join(folder, 'draft')
  writeFileSync(draft, STORE.replace('apps: {', 'apps: { api: { environments: { E: {} } },'))
  renameSync(draft, store)
  await running.until(() => hasApps(2))
  rmSync(store)
  await running.until(() => running.stderr.includes('cannot read the store'))
  assert.ok(await hasApps(2))
  running.stop.abort()
  assert.equal(await running.exitCode, 0)
})

test('a signal before the start ends at once', async () => {
  const running = run({ store: storeFile() })
  running.stop.abort()
  assert.equal(await running.exitCode, 0)
})

test('a port in use is named', async () => {
  const other = await startDevServer({ store: STORE })
  try {
    const { port } = new URL(other.host)
    const running = run({ store: storeFile(), port })
    assert.equal(await running.exitCode, 2)
    assert.equal(
      running.stderr,
      `error: port ${port} is in use\n  hint: choose another one, or leave --port out\n`,
    )
  } finally {
    await other.close()
  }
})

const directory = join(folder, 'directory')
mkdirSync(directory)
const failures: readonly (readonly [string, DevServerCommand, number, RegExp])[] = [
  ['no store', { store: join(folder, 'none.yaml') }, 2, /cannot read the store .*ENOENT/],
  ['a folder as store', { store: directory }, 2, /cannot read the store .*EISDIR/],
  [
    'a broken store',
    { store: storeFile('apps:\n  web:\n    typo: fake-value\n') },
    1,
    /^error: .*\.yaml:3:5: unknown field in app web\n {2}hint: fields: id, environments\n/,
  ],
  ['a port that is none', { store: storeFile(), port: 'http' }, 2, /--port must be a number/],
  ['a port too high', { store: storeFile(), port: '65536' }, 2, /--port must be a number/],
  [
    'a TLS folder that is a file',
    { store: storeFile(), tlsDir: storeFile() },
    2,
    /cannot start \(E\w+\)\n {2}hint: check --port, and that --tls-dir can be written to\n$/,
  ],
]
for (const [name, options, exitCode, stderr] of failures)
  test(`fails clearly: ${name}`, async () => {
    const running = run(options)
    assert.equal(await running.exitCode, exitCode)
    assert.match(running.stderr, stderr)
    assert.deepEqual(running.lines, [])
    assert.ok(!running.stderr.includes('fake-value'))
  })
