// What only a real process can show: exit codes, streams, signals, and Phase misbehaving over TLS.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { ended, firstLine, PLUGIN, plugin, start } from './support/process.ts'

const STORE = `apps:
  shop:
    environments:
      Production:
        secrets:
          /:
            API_KEY: fake-api-key-of-production
            PASSWORD: fake-password-of-production
`
const MANIFEST = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: shop
spec:
  phaseApp: shop
  managedSecretReferences:
    - secretName: shop
`
let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'argocd-phase-process-'))
})
after(() => rmSync(folder, { recursive: true }))

/** A dev-server over TLS with these faults, and the environment that leads to it. */
async function withPhase<T>(
  faults: string,
  use: (env: Record<string, string>, server: DevServer) => Promise<T>,
): Promise<T> {
  const tlsDir = mkdtempSync(join(folder, 'tls-'))
  const server = await startDevServer({ store: `${STORE}faults: [${faults}]\n`, tlsDir, seed: 'p' })
  try {
    const PHASE_CA_FILE = server.caFile ?? ''
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token, PHASE_CA_FILE }
    return await use(env, server)
  } finally {
    await server.close()
  }
}

const generate = (env: Record<string, string>) => plugin(['generate', '-'], env, MANIFEST)

describe('the command line', { concurrency: 4 }, () => {
  const cases: readonly [argv: readonly string[], exitCode: number, out: RegExp, err: RegExp][] = [
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [['--help'], 0, /Examples:/, /^$/],
    [['generate', '--help'], 0, /Examples:[\s\S]*Exit codes:/, /^$/],
    [['dev-server', '--help'], 0, /Examples:/, /^$/],
    [[], 2, /^$/, /^error: no command given\n {2}hint: run argocd-phase-plugin --help\n$/],
    [
      ['generat'],
      2,
      /^$/,
      /^error: unknown command 'generat'\n {2}hint: did you mean generate\?\n$/,
    ],
    [
      ['generate', '--recurs'],
      2,
      /^$/,
      /^error: unknown option '--recurs'\n {2}hint: did you mean --recurse\?\n$/,
    ],
    [
      ['generate', 'a', 'b'],
      2,
      /^$/,
      /^error: too many arguments.*\n {2}hint: run argocd-phase-plugin generate --help\n$/,
    ],
    [
      ['generate', '/nowhere/at/all'],
      2,
      /^$/,
      /^error: \/nowhere\/at\/all:1:1: is not a folder\n {2}hint: /,
    ],
    [['dev-server'], 2, /^$/, /^error: missing required argument .*\n {2}hint: /],
  ]
  for (const [argv, exitCode, out, err] of cases) {
    test(argv.join(' ') || '(nothing)', async () => {
      const result = await plugin(argv)
      assert.match(result.stdout, out)
      assert.match(result.stderr, err)
      assert.equal(result.exitCode, exitCode)
    })
  }
})

test('the files run alone, without node_modules, each part too', () =>
  withPhase('', async (env) => {
    const alone = join(folder, 'alone')
    cpSync(dirname(PLUGIN), alone, { recursive: true })
    const run = (argv: readonly string[]) =>
      plugin(argv, env, MANIFEST, join(alone, basename(PLUGIN)))
    const result = await run(['generate', '-'])
    assert.equal(result.stderr, '')
    assert.equal(result.exitCode, 0)
    assert.match(result.stdout, /API_KEY: ZmFrZS1hcGkta2V5LW9mLXByb2R1Y3Rpb24=/)
    assert.match((await run(['preview', '-'])).stdout, /API_KEY: "<[0-9a-f]{12}>"/)
    assert.match((await run(['who-can', 'get', 'secrets', '-'])).stdout, /nobody can get secrets/)
    const others = [
      ['config', 'check', 'nowhere'],
      ['dev-server', 'nowhere'],
      ['seal', '--cert', 'nowhere'],
    ]
    for (const argv of others) assert.equal((await run(argv)).exitCode, 2, argv.join(' '))
    const [chart, overlay] = ['Chart.yaml', 'kustomization.yaml'].map((name) => {
      const place = join(folder, name.slice(0, 5))
      mkdirSync(place)
      writeFileSync(join(place, name), 'apiVersion: v2\nname: a\nversion: 1.0.0\n')
      return place
    })
    assert.match((await run(['generate', chart ?? ''])).stderr, /helm cannot be run/)
    assert.doesNotMatch((await run(['generate', overlay ?? ''])).stderr, /internal error/)
  }))

describe('Phase misbehaves', { concurrency: 4 }, () => {
  const fails: readonly [faults: string, words: RegExp][] = [
    ['{ effect: html }', /is not a Phase API/],
    ['{ effect: redirect }', /redirect/],
    ['{ effect: truncate, endpoint: secrets }', /secrets\//],
    ['{ effect: tamper, endpoint: secrets }', /cannot be decrypted/],
    ['{ effect: wrong-path, endpoint: secrets }', /path/],
    ['{ effect: wrong-environment, endpoint: secrets }', /environment/],
    ['{ effect: oversize, endpoint: secrets }', /larger than 32 MiB/],
    ['{ effect: status, status: 429, retryAfter: 600 }', /throttled/],
  ]
  for (const [faults, words] of fails) {
    test(`${faults}: one clear message`, () =>
      withPhase(faults, async (env) => {
        const result = await generate(env)
        assert.match(result.stderr, words)
        assert.match(result.stderr, /^error: -:\d+:\d+: PhaseSecret shop: .*\n {2}hint: .*\n/)
        assert.equal(result.exitCode, 3)
        assert.equal(result.stdout, '')
      }))
  }
  const passes = [
    '{ effect: status, status: 429, retryAfter: 1, times: 1 }',
    '{ effect: status, status: 503, times: 2 }',
    '{ effect: drop, times: 2 }',
    '{ effect: cut, endpoint: secrets, times: 1 }',
    '{ effect: latency, milliseconds: 300 }',
  ]
  for (const faults of passes) {
    test(`${faults}: the run gets over it`, () =>
      withPhase(faults, async (env) => {
        const result = await generate(env)
        assert.equal(result.stderr, '')
        assert.equal(result.exitCode, 0)
      }))
  }
  test('a host that is down fails within the budget', async () => {
    const token = await withPhase('', async (env) => env)
    const result = await generate({ ...token, PHASE_TIMEOUT: '2', PHASE_CA_FILE: '' })
    assert.match(result.stderr, /connection refused/)
    assert.equal(result.exitCode, 3)
  })
  test('an answer that never comes ends with the budget', () =>
    withPhase('{ effect: latency, milliseconds: 60000 }', async (env) => {
      const result = await generate({ ...env, PHASE_TIMEOUT: '1' })
      assert.match(result.stderr, /no answer within the time/)
      assert.equal(result.exitCode, 3)
    }))
  test('an authority that did not sign the certificate', () =>
    withPhase('', async ({ PHASE_CA_FILE: _, ...env }) => {
      const result = await generate(env)
      assert.match(
        result.stderr,
        /certificate not trusted\n {2}hint: set PHASE_CA_FILE or hosts\[\]\.caFile /,
      )
      assert.equal(result.exitCode, 3)
    }))
})

describe('signals and closed streams', { concurrency: 4 }, () => {
  for (const [signal, exitCode] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    test(`${signal} ends a slow run at once`, () =>
      withPhase('{ effect: latency, milliseconds: 60000 }', async (env, server) => {
        const child = start(['generate', '-'], env)
        child.stdin?.end(MANIFEST)
        const result = ended(child)
        while (server.requests().length === 0)
          await new Promise((resolve) => setTimeout(resolve, 5))
        child.kill(signal)
        assert.equal((await result).exitCode, exitCode)
        assert.equal((await result).stdout, '')
      }))
  }
  test('a name lookup that hangs does not outlast the budget', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    // The one thread that would look the name up waits for the pipe, as it would for a name server.
    const block = join(folder, 'block.cjs')
    writeFileSync(block, `require('node:fs').open(${JSON.stringify(pipe)}, () => {})\n`)
    const child = start(['generate', '-'], {
      NODE_OPTIONS: `--require=${block}`,
      UV_THREADPOOL_SIZE: '1',
      PHASE_TIMEOUT: '1',
      PHASE_HOST: 'https://phase.example',
      PHASE_SERVICE_TOKEN: `pss_service:v2${`:${'0'.repeat(64)}`.repeat(4)}`,
    })
    child.stdin?.end(MANIFEST)
    const killed = setTimeout(() => child.kill('SIGKILL'), 10_000)
    const result = await ended(child)
    clearTimeout(killed)
    assert.match(result.stderr, /no answer within the time/)
    assert.equal(result.exitCode, 3)
  })
  test('a reader that has gone is no crash', () =>
    withPhase('', async (env) => {
      const child = start(['generate', '-'], env)
      child.stdout?.destroy()
      child.stdin?.end(MANIFEST)
      assert.doesNotMatch((await ended(child)).stderr, /\bat |Error/)
    }))
  test('nobody to read the problems changes nothing', async () => {
    const child = start(['generate', '/nowhere/at/all'])
    child.stderr?.destroy()
    assert.equal((await ended(child)).exitCode, 2)
  })
})

test('the dev-server command: ready line, reload, end', async () => {
  const store = join(folder, 'store.yaml')
  writeFileSync(store, STORE)
  const server = start(['dev-server', store, '--tls-dir', join(folder, 'tls'), '--seed', 'x'])
  const { host, token, caFile } = JSON.parse(await firstLine(server))
  const env = { PHASE_HOST: host, PHASE_SERVICE_TOKEN: token, PHASE_CA_FILE: caFile }
  const value = async () => /API_KEY: (\S+)/.exec((await generate(env)).stdout)?.[1]
  assert.equal(
    Buffer.from((await value()) ?? '', 'base64').toString(),
    'fake-api-key-of-production',
  )
  writeFileSync(store, STORE.replace('fake-api-key', 'fake-new-key'))
  const changed = Buffer.from('fake-new-key-of-production').toString('base64')
  for (let tries = 0; tries < 20 && (await value()) !== changed; tries += 1);
  assert.equal(await value(), changed)
  const exit = new Promise((resolve) => server.on('close', resolve))
  server.kill('SIGTERM')
  assert.equal(await exit, 0)
})

test('tokens from a file and from mounted Secrets', () =>
  withPhase('', async ({ PHASE_SERVICE_TOKEN: token = '', ...env }) => {
    const file = join(folder, 'token')
    writeFileSync(file, `${token}\n`)
    assert.equal((await generate({ ...env, PHASE_SERVICE_TOKEN_FILE: file })).exitCode, 0)
    const tokens = join(folder, 'tokens')
    mkdirSync(join(tokens, 'shop', 'phase-service-token'), { recursive: true })
    writeFileSync(join(tokens, 'shop', 'phase-service-token', 'token'), token)
    const argocd = { ...env, PHASE_TOKENS_DIR: tokens, ARGOCD_APP_NAME: 'shop' }
    assert.equal((await generate({ ...argocd, ARGOCD_APP_NAMESPACE: 'shop' })).exitCode, 0)
    const other = await generate({ ...argocd, ARGOCD_APP_NAMESPACE: 'other' })
    assert.match(other.stderr, /no token is mounted|token/)
    assert.notEqual(other.exitCode, 0)
  }))
