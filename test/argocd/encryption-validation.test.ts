// The verdicts of fixtures/encryption/validation/cases.json, which our reading is held to, are those of
// the real kube-apiserver: each file is given to one. It takes the file or ends with the reason before it
// needs etcd; one that takes it is ended right after that by an audit policy that is not there.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { formsOf, secretsIn } from '../support/encryption.ts'
import type { Ended } from '../support/process.ts'
import { ended, plugin } from '../support/process.ts'
import type { KmsPlugin } from './support/kms-plugin.ts'
import { startKmsPlugin } from './support/kms-plugin.ts'
import type { Identity } from './support/kubernetes.ts'
import { apiServerCommand, makeIdentity } from './support/kubernetes.ts'
import { kubernetesMinor, requireOwnNetwork, temporaryFolder } from './support/setting.ts'

interface Case {
  readonly file: string
  readonly verdict: 'accepted' | 'refused'
  readonly reason?: string
  /** A piece of upstream's message, where ours has other words. */
  readonly upstream?: string
  readonly reload?: boolean
  readonly acceptedUpTo?: number
}

const FOLDER = resolve('fixtures/encryption/validation')
const cases: readonly Case[] = JSON.parse(readFileSync(`${FOLDER}/cases.json`, 'utf8'))
const AT_ONCE = 3
const FIRST_PORT = 7000
/** Where the files of the table have their KMS plugin; /run is the run's own. */
const SOCKET = '/run/kms.sock'
/** Milliseconds. An API server waits for a plugin that is not there as long as the file says. */
const PATIENCE = 30_000
/** What an API server says that has taken the file. */
const PASSED = /"command failed" err="loading audit policy file: /

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const certificates = join(folder, 'certificates')
const minor = kubernetesMinor()
const runs = new Map<string, Ended>()
let plugins: readonly KmsPlugin[] = []

before(async () => {
  plugins = [await startKmsPlugin(SOCKET)]
  const identity = makeIdentity(folder)
  mkdirSync(certificates)
  // The first one makes the certificate, which the others find.
  const [first, ...others] = cases.entries()
  for (const each of first === undefined ? [] : [first]) await run(identity, each)
  const queue = others.values()
  const worker = async (): Promise<void> => {
    for (const each of queue) await run(identity, each)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
})
after(() => {
  for (const each of plugins) each.end()
  remove()
})

for (const { file, verdict, reason = '', upstream = reason, acceptedUpTo = 0 } of cases) {
  const isAccepted = verdict === 'accepted' || minor <= acceptedUpTo
  test(`${file} is ${isAccepted ? 'accepted' : 'refused'}`, async () => {
    const { exitCode, stderr } = runs.get(file) ?? assert.fail('it ran')
    const complaint = complaintIn(stderr)
    assert.equal(exitCode, 1, complaint)
    if (isAccepted) {
      assert.match(complaint, PASSED)
    } else {
      assert.doesNotMatch(complaint, PASSED)
      assert.ok(unquoted(complaint).includes(upstream), `${upstream} is not in: ${complaint}`)
    }
  })
}

test('no key of a file is in anything that encryption check says of it', async (context) => {
  const told: string[] = []
  const queue = cases.values()
  const worker = async (): Promise<void> => {
    for (const { file, verdict } of queue) {
      const secrets = secretsIn(readFileSync(join(FOLDER, file), 'utf8'))
      const { stdout, stderr, exitCode } = await plugin(['encryption', 'check', join(FOLDER, file)])
      assert.ok(exitCode === 1 || (exitCode === 0 && verdict === 'accepted'), `${file}: ${stderr}`)
      for (const form of secrets.flatMap(formsOf)) {
        assert.ok(!`${stdout}${stderr}`.includes(form), `${file}: a key is told`)
      }
      const theirs = runs.get(file)?.stderr ?? ''
      if (secrets.some((secret) => theirs.includes(secret))) told.push(file)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  context.diagnostic(`kube-apiserver 1.${minor} logs the keys of: ${told.join(', ') || 'none'}`)
})

async function run(identity: Identity, [index, { file, reload }]: [number, Case]): Promise<void> {
  const [program, ...args] = apiServerCommand(
    identity,
    { port: FIRST_PORT + index, certificates },
    [
      ...['--encryption-provider-config', join(FOLDER, file)],
      ...(reload === true ? ['--encryption-provider-config-automatic-reload'] : []),
      ...['--audit-policy-file', join(folder, 'none.yaml')],
    ],
  )
  const child = spawn(program, args, { env: {}, timeout: PATIENCE, killSignal: 'SIGKILL' })
  runs.set(file, await ended(child))
}

/** What it ended with, to the end of its log: a message of several lines is written as such. */
function complaintIn(log: string): string {
  return log.slice(Math.max(0, log.indexOf('"command failed"')))
}

/** klog quotes a message of one line. */
function unquoted(line: string): string {
  return line.replaceAll('\\"', '"')
}
