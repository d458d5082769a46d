// The plans that `encryption plan` prints, carried out on two API servers of one etcd, command by command
// as they are printed, while a client reads and writes through both: nothing fails at any step, and in the
// end every object is stored as the plan says. Enabling and rotating reload the file, the others restart.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { ended, PLUGIN, plugin } from '../support/process.ts'
import type { BusyClient } from './support/busy-client.ts'
import { SECRETS, startBusyClient } from './support/busy-client.ts'
import type { EncryptingServer } from './support/encryption-cluster.ts'
import {
  exportedHashes,
  nameIn,
  printedHash,
  requireNoKey,
  rewriteAll,
  startEncryptingServer,
  storedUnder,
} from './support/encryption-cluster.ts'
import type { KmsPlugin } from './support/kms-plugin.ts'
import { startKmsPlugin } from './support/kms-plugin.ts'
import type { Identity } from './support/kubernetes.ts'
import { makeIdentity, startEtcd } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { kubernetesMinor, requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'

interface Step {
  readonly title: string
  readonly run?: readonly string[]
  readonly verify?: readonly string[]
}

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
const minor = kubernetesMinor()
/** The operator's copy; each server has its own. */
const FILE = join(folder, 'enc.yaml')
const SERVERS = [0, 1] as const
/** As the plan has it; /run is the run's own. */
const SOCKET = '/run/kms/socket.sock'
const OTHERS = Array.from({ length: 40 }, (_, index) => `other-${index}`)
/** Seconds: API servers look at the file once a minute. */
const RELOADED_WITHIN = 90

const servers: EncryptingServer[] = []
let identity: Identity
let client: BusyClient
let plugins: readonly KmsPlugin[] = []
/** Whether the servers run with the flags. */
let isConfigured = false

before(async () => {
  identity = makeIdentity(folder)
  mkdirSync('/run/kms')
  plugins = [await startKmsPlugin(SOCKET)]
  makeProgram()
  await startEtcd(processes, folder)
  for (const index of SERVERS) await start(index)
  const { admin } = serverOf(0)
  await admin.request('POST', '/api/v1/namespaces', { metadata: { name: 'second' } })
  for (const namespace of ['default', 'second']) {
    for (const name of OTHERS) {
      const path = `/api/v1/namespaces/${namespace}/secrets`
      const body = { metadata: { name }, stringData: { value: name } }
      assert.equal((await admin.request('POST', path, body)).status, 201)
    }
  }
  client = startBusyClient((index) => serverOf(index).admin, SERVERS.length, OTHERS)
})
after(async () => {
  await client?.end()
  await processes.end()
  for (const each of plugins) each.end()
  remove()
})

for (const [kind, how, ...options] of [
  ['enable', 'reload'],
  ['rotate', 'reload'],
  ['migrate-to-kms', 'restart', '--provider', 'secretbox'],
  ['disable', 'restart', '--provider', 'kms'],
] as const) {
  test(`${kind} by ${how}: nothing fails, and all is stored as it should be`, async (context) => {
    const steps = await planned([kind, ...options])
    const before = client.done()
    let verified = 0
    for (const { title, run = [], verify = [] } of steps) {
      client.during(`${kind}, ${title}`)
      await carryOut(run, title, how)
      for (const line of verify) verified += (await hasVerified(line)) ? 1 : 0
      assert.deepEqual(client.failures(), [])
    }
    const done = client.done() - before
    context.diagnostic(`${steps.length} steps, ${done} requests`)
    assert.ok(done > 500 && verified > 1, `${done} requests, ${verified} looks`)
  })
}

async function planned(args: readonly string[]): Promise<readonly Step[]> {
  const version = ['--kube-version', `1.${minor}`, '--format', 'json']
  const { exitCode, stdout, stderr } = await plugin(['encryption', 'plan', ...args, ...version])
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout).steps
}

/** What a step says to run. @throws at a line that it does not know. */
async function carryOut(run: readonly string[], title: string, how: string): Promise<void> {
  let hash: string | undefined
  for (const line of run) {
    if (line.startsWith('argocd-phase-plugin ')) hash = await runProgram(line)
    else if (line.startsWith('copy FILE ')) await rollOut(hash ?? assert.fail(line), how)
    else if (/^kubectl get secrets .*\| kubectl replace/.test(line))
      await rewriteAll(serverOf(0).admin)
    else assert.fail(`what is meant by: ${line}`)
  }
  if (title.startsWith('remove the flags')) {
    isConfigured = false
    for (const index of SERVERS) await restart(index)
  }
}

/** Runs a line of the plan in a shell. @returns the hash that it prints. */
async function runProgram(line: string): Promise<string> {
  const command = line.replace('NAME', 'vault').replaceAll(/\bFILE\b/g, '"$FILE"')
  const env = { FILE, PATH: `${folder}:${process.env.PATH}` }
  const old = join(folder, 'old.yaml')
  if (existsSync(FILE)) copyFileSync(FILE, old)
  const { exitCode, stdout, stderr } = await ended(spawn('sh', ['-c', command], { env }))
  assert.equal(exitCode, 0, `${line}: ${stderr}`)
  for (const file of [FILE, old].filter(existsSync)) requireNoKey(`${stdout}${stderr}`, file)
  return printedHash(stderr)
}

/** Gives the file to one server after the other, and waits until each says that it runs it. */
async function rollOut(hash: string, how: string): Promise<void> {
  const isReload = how === 'reload' && isConfigured
  isConfigured = true
  for (const index of SERVERS) {
    const place = fileOf(index)
    copyFileSync(FILE, `${place}.new`)
    renameSync(`${place}.new`, place)
    if (!isReload) await restart(index)
  }
  for (const index of SERVERS) {
    await waitFor(
      `server ${index} runs ${hash}`,
      async () => (await exportedHashes(serverOf(index).admin)).join() === hash,
      RELOADED_WITHIN,
    )
  }
}

/** Whether a line was one that could be looked at, which then was true. */
async function hasVerified(line: string): Promise<boolean> {
  const [, place, prefix = '', not] =
    /^etcdctl get (\S+) --prefix .*startswith\("([^"]*)"\)( \| not)?/.exec(line) ?? []
  if (place !== undefined) {
    const expected = prefix.replace('NAME', nameIn(FILE))
    const values = [...(await storedUnder(place))].filter(
      ([, value]) => value.toString('latin1').startsWith(expected) === (not === undefined),
    )
    assert.deepEqual(
      values.map(([key]) => key),
      [],
      line,
    )
    return true
  }
  if (!line.startsWith('every object can still be read')) return false
  for (const index of SERVERS) {
    const { status, text } = await serverOf(index).admin.request('GET', '/api/v1/secrets')
    assert.equal(status, 200, text)
    for (const name of OTHERS) {
      assert.equal((await serverOf(index).admin.request('GET', `${SECRETS}/${name}`)).status, 200)
    }
  }
  return true
}

async function restart(index: number): Promise<void> {
  await client.without(index, async () => {
    await serverOf(index).end()
    await start(index)
  })
}

async function start(index: number): Promise<void> {
  mkdirSync(join(folder, `node-${index}`), { recursive: true })
  servers[index] = await startEncryptingServer(
    processes,
    { folder, identity },
    {
      name: `apiserver-${index}`,
      port: 7000 + index,
      prefix: '/registry',
      ...(isConfigured ? { file: fileOf(index), reload: true } : {}),
    },
  )
}

function fileOf(index: number): string {
  return join(folder, `node-${index}`, 'enc.yaml')
}

function serverOf(index: number): EncryptingServer {
  return servers[index] ?? assert.fail(`server ${index} runs`)
}

/** `argocd-phase-plugin` in a folder for PATH. */
function makeProgram(): void {
  const words = [process.execPath, resolve(PLUGIN)].map((word) => `'${word}'`).join(' ')
  const script = `#!/bin/sh\nexec ${words} "$@"\n`
  writeFileSync(join(folder, 'argocd-phase-plugin'), script, { mode: 0o755 })
}
