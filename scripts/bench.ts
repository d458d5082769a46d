// The budgets of the project, measured: each figure is the ratio to a yardstick that runs in
// turn with it, median of many rounds, so that it means the same on any machine. Prints; judges nothing.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { openCache } from '../cmp/sealed-cache/sealed-cache.ts'
import { keyPairFromSeed, openField, sealField } from '../render/phase/crypto.ts'
import { httpClient } from '../render/phase/http.ts'
import { loadSodium } from '../render/phase/sodium.ts'
import { phaseSource } from '../render/phase/source.ts'
import { FULL_ACCESS } from '../render/tenancy/access.ts'
import { guardedStream, largeStream, rbacStream, smallRepository, store } from './bench-input.ts'
import { outputSettings, sealedPerSecond } from './bench-sealing.ts'
import { ledgerSize, watchedDay } from './bench-watch.ts'

// Both make Node read a bundle of certificates at every start, which is not what is measured.
const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_FILE: __, ...environment } = process.env
const plugin = 'dist/argocd-phase-plugin.cjs'
const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-bench-'))
const peakFile = join(folder, 'peak.cjs')
const floor = ['-e', '0']

/** Wall-clock milliseconds and peak megabytes of one process. */
interface Run {
  readonly ms: number
  readonly megabytes: number
}

try {
  writeFileSync(
    peakFile,
    "process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))",
  )
  await compare('--version', [plugin, '--version'], {}, 21, '1.3')
  await withServer(store(50), async (env) => {
    const repository = join(folder, 'small')
    mkdirSync(repository)
    for (const [name, text] of smallRepository(30)) writeFileSync(join(repository, name), text)
    await compare(
      'generate: 30 manifests, 50 secrets',
      [plugin, 'generate', repository],
      env,
      21,
      '3',
    )
    await compareSealed(repository, env)
    const before = join(folder, 'before')
    cpSync(repository, before, { recursive: true })
    const preview = [plugin, 'preview', repository, '--against', before]
    await compare('preview: the same against a folder', preview, env, 21, 'none')
    const large = join(folder, 'large')
    mkdirSync(large)
    const stream = largeStream(10_000, 50)
    writeFileSync(join(large, 'stream.yaml'), stream)
    const title = `generate: 10000 documents, ${(stream.length / 1e6).toFixed(1)} MB, 50 references`
    await compare(title, [plugin, 'generate', large], env, 7, '10, and 120 MB')
    const largeBefore = join(folder, 'large-before')
    cpSync(large, largeBefore, { recursive: true })
    const largePreview = [plugin, 'preview', large, '--against', largeBefore]
    await compare('preview: the same against a folder', largePreview, env, 3, 'none')
  })
  const roles = join(folder, 'roles')
  mkdirSync(roles)
  writeFileSync(join(roles, 'stream.yaml'), rbacStream(10_000, 2000))
  const asked = [plugin, 'who-can', 'get', 'secrets', '-n', 'team-1', roles]
  await compare('who-can: 10000 documents, 2000 of RBAC', asked, {}, 7, '3 s, and 200 MB')
  const guarded = join(folder, 'guarded')
  mkdirSync(guarded)
  writeFileSync(join(guarded, 'stream.yaml'), guardedStream(10_000, 2000, 1000))
  const checked = [plugin, 'check', guarded, '--format', 'json']
  const titleOfCheck = 'check: 10000 documents, 2000 of RBAC, 1000 workloads'
  await compare(titleOfCheck, checked, {}, 7, '3 s on one core', 1)
  await openMany(10_000)
  await countRequests()
  await compareCaches(200)
  const { heap, state } = ledgerSize()
  const sizes = `${(heap / 1e6).toFixed(1)} MB, ${(state / 1e6).toFixed(1)} MB of state`
  print('watch: what it knows of 10000 Applications', sizes, 'none')
  print('watch: a simulated day of them', await watchedDay(), 'none')
} finally {
  rmSync(folder, { recursive: true })
}

async function compare(
  title: string,
  argv: readonly string[],
  env: Record<string, string>,
  rounds: number,
  budget: string,
  code = 0,
): Promise<void> {
  const ratios: number[] = []
  const runs: Run[] = []
  for (let round = -1; round < rounds; round += 1) {
    const base = await measure(floor, {})
    const run = await measure(argv, env, code)
    if (round < 0) continue
    ratios.push(run.ms / base.ms)
    runs.push(run)
  }
  const ms = median(runs.map((run) => run.ms)).toFixed(0)
  const peak = (await measure(['--require', peakFile, ...argv], env, code)).megabytes.toFixed(0)
  print(title, `${median(ratios).toFixed(2)} × node -e 0 (${ms} ms, ${peak} MB)`, budget)
}

/** The same render, inside Argo CD, with plain and with sealed output. */
async function compareSealed(repository: string, env: Record<string, string>): Promise<void> {
  const argv = [plugin, 'generate', repository]
  const plain = { ...env, ...outputSettings(folder, 'plain') }
  const sealed = { ...env, ...outputSettings(folder, 'sealed') }
  const ratios: number[] = []
  for (let round = -1; round < 21; round += 1) {
    const base = await measure(argv, plain)
    const run = await measure(argv, sealed)
    if (round >= 0) ratios.push(run.ms / base.ms)
  }
  print('generate: the same, sealed', `${median(ratios).toFixed(2)} × plain output`, 'none')
  const rates = Array.from({ length: 5 }, () => sealedPerSecond(2000))
  print('values sealed for RSA-4096', `${median(rates).toFixed(0)} a second`, 'none')
}

async function measure(
  argv: readonly string[],
  env: Record<string, string>,
  wanted = 0,
): Promise<Run> {
  const start = performance.now()
  const child = spawn(process.execPath, argv, {
    env: { ...environment, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  const ms = performance.now() - start
  if (code !== wanted) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`)
  const kilobytes = Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0)
  return { ms, megabytes: kilobytes / 1024 }
}

/** Over TLS, with the server in this process and the client in its own. */
async function withServer(
  text: string,
  use: (env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const server = await startDevServer({ store: text, tlsDir: join(folder, 'tls'), seed: 'bench' })
  try {
    await use({
      PHASE_HOST: server.host,
      PHASE_SERVICE_TOKEN: server.token,
      PHASE_CA_FILE: server.caFile ?? '',
    })
  } finally {
    await server.close()
  }
}

/** Ciphertexts per second of a warm process, beside the same work done by C libsodium. */
async function openMany(count: number): Promise<void> {
  const sodium = await loadSodium()
  const pair = keyPairFromSeed(sodium, new Uint8Array(32).fill(7))
  const fields = Array.from({ length: count }, (_, index) => {
    const seed = new Uint8Array(32)
    new DataView(seed.buffer).setUint32(0, index)
    const ephemeral = keyPairFromSeed(sodium, seed)
    return sealField(sodium, `fake value ${index}`, pair.publicKey, ephemeral, seed.subarray(0, 24))
  })
  const { openWithC } = await import('./bench-libsodium.ts')
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < 5; round += 1) {
    ours.push(time(() => fields.map((field) => openField(sodium, field, pair))))
    theirs.push(time(() => fields.map((field) => openWithC(field, pair))))
  }
  const each = (median(ours) * 1000) / count
  const ratio = median(ours.map((ms, index) => ms / (theirs[index] ?? ms)))
  print(
    `open ${count} ciphertexts`,
    `${each.toFixed(1)} µs each, ${ratio.toFixed(2)} × C libsodium`,
    '80 µs, 2.6',
  )
}

async function countRequests(): Promise<void> {
  const server = await startDevServer({ store: store(50), seed: 'bench' })
  const repository = join(folder, 'small')
  await measure([plugin, 'generate', repository], {
    PHASE_HOST: server.host,
    PHASE_SERVICE_TOKEN: server.token,
  })
  const total = server.requests().reduce((sum, { count }) => sum + count, 0)
  await server.close()
  print('requests for one environment', String(total), 'exactly 2')
}

/** A read of a warm process over a new connection, with everything cached and with no cache at all. */
async function compareCaches(count: number): Promise<void> {
  await withServer(store(count), async (env) => {
    const ca = readFileSync(env.PHASE_CA_FILE ?? '', 'utf8')
    const { options } = openCache({ directory: join(folder, 'cache') })
    const read = async (cache: typeof options): Promise<number> => {
      const start = performance.now()
      const request = httpClient({ ca })
      const source = phaseSource({
        host: env.PHASE_HOST ?? '',
        token: env.PHASE_SERVICE_TOKEN ?? '',
        request,
        signal: new AbortController().signal,
        deadline: start + 45_000,
        userAgent: 'bench',
        cache,
      })
      const where = { app: { name: 'bench' }, environment: 'Production', path: '/' }
      await source.read({ ...where, onReferenceError: 'Fail' }, FULL_ACCESS)
      request.close()
      return performance.now() - start
    }
    const ratios: number[] = []
    for (let round = -3; round < 41; round += 1) {
      const none = await read(undefined)
      const warm = await read(options)
      if (round >= 0) ratios.push(warm / none)
    }
    const figure = `${median(ratios).toFixed(2)} × without a cache`
    print(`read ${count} secrets, warm cache`, figure, '1')
  })
}

function time(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function print(title: string, figure: string, budget: string): void {
  console.log(`${title.padEnd(52)} ${figure.padEnd(48)} budget ${budget}`)
}
