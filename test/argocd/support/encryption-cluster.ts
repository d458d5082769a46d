// API servers that encrypt, on one etcd: started with a file that the product wrote, and what they store
// read from etcd itself, behind their backs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formsOf, secretsIn } from '../../support/encryption.ts'
import { plugin } from '../../support/process.ts'
import type { KubeClient } from './kube-client.ts'
import { kubeClient } from './kube-client.ts'
import type { Identity } from './kubernetes.ts'
import { apiServerCommand, ETCD, HOST } from './kubernetes.ts'
import type { Component, Processes } from './processes.ts'

export interface EncryptingServer {
  readonly admin: KubeClient
  end(): Promise<void>
}

export interface ServerOptions {
  /** Names the log file. */
  readonly name: string
  readonly port: number
  /** The EncryptionConfiguration; undefined: the server has none. */
  readonly file?: string | undefined
  readonly reload?: boolean
  /** Where its objects are in etcd: servers of one prefix are one cluster. */
  readonly prefix: string
  /** Whether it will not be able to read all that is stored, which keeps it from ever being ready. */
  readonly isBlind?: boolean
}

/** Starts a kube-apiserver. @throws with the end of its log if it does not become ready. */
export async function startEncryptingServer(
  processes: Processes,
  { folder, identity }: { readonly folder: string; readonly identity: Identity },
  { name, port, file, reload = false, prefix, isBlind = false }: ServerOptions,
): Promise<EncryptingServer> {
  const certificates = join(folder, 'certificates')
  const address = `https://${HOST}:${port}`
  const caFile = join(certificates, 'apiserver.crt')
  const admin = kubeClient({ address, caFile, token: identity.token })
  const encryption = file === undefined ? [] : ['--encryption-provider-config', file]
  const reloading = reload ? ['--encryption-provider-config-automatic-reload'] : []
  const own = ['--etcd-prefix', prefix, ...encryption, ...reloading]
  const component: Component = await processes.start({
    name,
    command: apiServerCommand(identity, { port, certificates }, own),
    ready: async () => {
      const isHealthy = isBlind || (await admin.request('GET', '/readyz')).status === 200
      return isHealthy && (await admin.get('/api/v1/namespaces/default')) !== undefined
    },
  })
  return { admin, end: () => component.end() }
}

/** The values of all keys that begin with a text, as they are in etcd. */
export async function storedUnder(prefix: string): Promise<ReadonlyMap<string, Buffer>> {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end.at(-1) ?? 0) + 1
  const { kvs = [] } = await askEtcd<{ kvs?: { key: string; value?: string }[] }>('range', {
    key: Buffer.from(prefix).toString('base64'),
    range_end: end.toString('base64'),
  })
  return new Map(
    kvs.map(({ key, value = '' }) => [
      Buffer.from(key, 'base64').toString(),
      Buffer.from(value, 'base64'),
    ]),
  )
}

/** Removes what no API server may be able to read. */
export async function destroy(key: string): Promise<void> {
  await askEtcd('deleterange', { key: Buffer.from(key).toString('base64') })
}

async function askEtcd<T>(call: string, body: object): Promise<T> {
  const answer = await fetch(`${ETCD}/v3/kv/${call}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`etcd: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** `k8s:enc:secretbox:v1:NAME:` of an encrypted value; empty for a plain one. @param parts as many. */
export function prefixOf(value: Buffer | undefined, parts = 5): string {
  const text = value?.subarray(0, 200).toString('latin1') ?? ''
  if (!text.startsWith('k8s:enc:')) return ''
  return `${text.split(':').slice(0, parts).join(':')}:`
}

/** Runs `encryption …` of the shipped file; see `requireNoKey`. @returns what it says beside its output. */
export async function runEncryption(args: readonly string[], file: string): Promise<string> {
  const { exitCode, stdout, stderr } = await plugin(['encryption', ...args])
  if (exitCode !== 0) throw new Error(`encryption ${args.join(' ')}: ${exitCode} ${stderr}`)
  requireNoKey(`${stdout}${stderr}`, file)
  return stderr
}

/** @throws if a text has a key of a file in it, in any form. */
export function requireNoKey(text: string, file: string): void {
  const keys = secretsIn(readFileSync(file, 'utf8'))
  if (keys.flatMap(formsOf).some((form) => text.includes(form))) throw new Error('a key is told')
}

/** The hash that the product printed. */
export function printedHash(stderr: string): string {
  const [, hash] = /^notice: the file is sha256:([0-9a-f]{64})$/m.exec(stderr) ?? []
  if (hash === undefined) throw new Error(`no hash in: ${stderr}`)
  return hash
}

/** The hashes of the files that an API server says it runs: one, or none. From Kubernetes 1.34. */
export async function exportedHashes(admin: KubeClient): Promise<readonly string[]> {
  const { status, text } = await admin.request('GET', '/metrics')
  if (status !== 200) throw new Error(`GET /metrics: ${status}`)
  const metric =
    /^apiserver_encryption_config_controller_last_config_info\{.*hash="sha256:([0-9a-f]+)"\} 1$/gm
  return [...text.matchAll(metric)].map(([, hash = '']) => hash)
}

/** The name of the key or plugin that writes. */
export function nameIn(file: string): string {
  const [, name] = /\bname: (\S+)/.exec(readFileSync(file, 'utf8')) ?? []
  if (name === undefined) throw new Error(`${file} names no key`)
  return name
}

/** As often as a person would, with somebody else writing all the time. */
const REPEATS = 5

/** What `kubectl get secrets --all-namespaces -o json | kubectl replace -f -` does, again if there was a conflict. */
export async function rewriteAll(admin: KubeClient): Promise<void> {
  for (let turn = 0; turn < REPEATS; turn += 1) {
    if (!(await rewriteOnce(admin))) return
  }
}

/** @returns whether there was a conflict. */
async function rewriteOnce(admin: KubeClient): Promise<boolean> {
  let hasConflict = false
  type List = { readonly items: readonly { metadata: { namespace: string; name: string } }[] }
  const list = await admin.get<List>('/api/v1/secrets')
  for (const item of list?.items ?? []) {
    const { namespace, name } = item.metadata
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`
    const { status, text } = await admin.request('PUT', path, item)
    // Changed meanwhile, or deleted.
    if (status === 409 || status === 404) hasConflict = true
    else if (status !== 200) throw new Error(`PUT ${path}: ${status} ${text}`)
  }
  return hasConflict
}
