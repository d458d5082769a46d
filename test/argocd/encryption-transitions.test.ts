// Every change of support/encryption-changes.ts on two API servers of one etcd, one with the file before
// the change and one with the file after it: what `check` rejects breaks reads, what it allows does not.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { plugin } from '../support/process.ts'
import { SECRETS } from './support/busy-client.ts'
import { changesWith } from './support/encryption-changes.ts'
import type { EncryptingServer, ServerOptions } from './support/encryption-cluster.ts'
import { destroy, requireNoKey, startEncryptingServer } from './support/encryption-cluster.ts'
import type { KmsPlugin } from './support/kms-plugin.ts'
import { startKmsPlugin } from './support/kms-plugin.ts'
import type { Identity } from './support/kubernetes.ts'
import { makeIdentity, startEtcd } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
const SOCKET = join(folder, 'kms.sock')
const bases = changesWith(`unix://${SOCKET}`)
/** What the providers say; the third is what one secretbox key says of what another wrote under its name. */
const UNREADABLE =
  /no matching prefix found|no matching key was found|output array was not large enough|tried to read encrypted data/
let identity: Identity
let plugins: readonly KmsPlugin[] = []
let port = 7000

before(async () => {
  identity = makeIdentity(folder)
  plugins = [await startKmsPlugin(SOCKET)]
  await startEtcd(processes, folder)
})
after(async () => {
  await processes.end()
  for (const each of plugins) each.end()
  remove()
})

for (const [number, { base, changes }] of bases.entries()) {
  const prefix = `/base-${number}`
  const baseFile = fileOf(`base-${number}`, base)
  let old: EncryptingServer

  test(`base ${number} starts`, async () => {
    const plain = await start({ name: `plain-${number}`, prefix })
    await create(plain, 'plain')
    await plain.end()
    old = await start({ name: `base-${number}`, prefix, file: baseFile })
    await create(old, 'stored')
  })

  for (const [index, { what, head, verdict, lost }] of changes.entries()) {
    test(`${what}: ${verdict ?? 'legal'}, lost: ${lost.join(', ') || 'nothing'}`, async () => {
      const name = `head-${number}-${index}`
      const headFile = fileOf(name, head)
      assert.equal(await verdictOf(baseFile, headFile), verdict)
      const isBlind = lost.some((each) => each !== 'fresh')
      const now = await start({ name, prefix, file: headFile, isBlind })
      try {
        await create(now, 'fresh')
        const readable = {
          stored: await isReadable(now, 'stored'),
          fresh: await isReadable(old, 'fresh'),
          plain: await isReadable(now, 'plain'),
        }
        assert.deepEqual(
          Object.entries(readable)
            .flatMap(([each, is]) => (is ? [] : [each]))
            .sort(),
          [...lost].sort(),
        )
        // One object that cannot be read is enough for nobody to get a list, and for no readiness.
        await requireLists(now, !isBlind)
        await requireLists(old, !lost.includes('fresh'))
        if (isBlind) await requireUnready(now)
        // Who wrote it always reads it.
        assert.ok(await isReadable(now, 'fresh'))
        assert.ok(await isReadable(old, 'stored'))
      } finally {
        await destroy(`${prefix}/secrets/default/fresh`)
        await now.end()
      }
    })
  }

  test(`base ${number} ends`, () => old.end())
}

/** What `encryption check --base` says of the change itself. */
async function verdictOf(base: string, head: string): Promise<string | undefined> {
  const args = ['encryption', 'check', head, '--base', base, '--format', 'json']
  const { stdout, stderr, exitCode } = await plugin(args)
  for (const file of [base, head]) requireNoKey(`${stdout}${stderr}`, file)
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; level: string }[] }
  const levels = findings.filter(({ rule }) => rule === 'EN014').map(({ level }) => level)
  if (levels.includes('error')) {
    assert.equal(exitCode, 1)
    return 'illegal'
  }
  return levels.length > 0 ? 'hasty' : undefined
}

function start(options: Omit<ServerOptions, 'port'>): Promise<EncryptingServer> {
  port += 1
  return startEncryptingServer(processes, { folder, identity }, { ...options, port })
}

async function create({ admin }: EncryptingServer, name: string): Promise<void> {
  const body = { metadata: { name }, stringData: { value: name } }
  const { status, text } = await admin.request('POST', SECRETS, body)
  assert.equal(status, 201, text)
}

/** Whether a list is had. A server that has met something else before comes back after a while. */
async function requireLists({ admin }: EncryptingServer, expected: boolean): Promise<void> {
  const list = async () => (await admin.request('GET', SECRETS)).status
  if (expected) await waitFor('a list', async () => (await list()) === 200)
  // 429: it goes on trying to read them itself.
  else assert.match(`${await list()}`, /^(500|429)$/)
}

/** Neither ready nor, from some version on, alive: a kubelet restarts it for ever. */
async function requireUnready({ admin }: EncryptingServer): Promise<void> {
  const { status, text } = await admin.request('GET', '/readyz?verbose')
  assert.equal(status, 500, text)
  assert.match(text, /^\[-\](informer-sync|poststarthook\/storage-readiness) failed/m)
}

/** @throws if the answer is neither the object nor that it cannot be decrypted. */
async function isReadable({ admin }: EncryptingServer, name: string): Promise<boolean> {
  const { status, text } = await admin.request('GET', `${SECRETS}/${name}`)
  if (status === 200) return true
  assert.equal(status, 500, text)
  assert.match(text, UNREADABLE)
  return false
}

function fileOf(name: string, configuration: object): string {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, JSON.stringify(configuration), { mode: 0o600 })
  return path
}
