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
  readonly flags?: readonly string[]
}

/** Starts a kube-apiserver. @throws with the end of its log if it does not become ready. */
export async function startEncryptingServer(
  processes: Processes,
  { folder, identity }: { readonly folder: string; readonly identity: Identity },
  { name, port, file, reload = false, prefix, flags = [] }: ServerOptions,
): Promise<EncryptingServer> {
  const certificates = join(folder, 'certificates')
  const address = `https://${HOST}:${port}`
  const caFile = join(certificates, 'apiserver.crt')
  const admin = kubeClient({ address, caFile, token: identity.token })
  const encryption = file === undefined ? [] : ['--encryption-provider-config', file]
  const reloading = reload ? ['--encryption-provider-config-automatic-reload'] : []
  const own = ['--etcd-prefix', prefix, ...encryption, ...reloading, ...flags]
  const component: Component = await processes.start({
    name,
    command: apiServerCommand(identity, { port, certificates }, own),
    ready: async () => {
      const isReady = (await admin.request('GET', '/readyz')).status === 200
      return isReady && (await admin.get('/api/v1/namespaces/default')) !== undefined
    },
  })
  return { admin, end: () => component.end() }
}

/** The values of all keys that begin with a text, as they are in etcd. */
export async function storedUnder(prefix: string): Promise<ReadonlyMap<string, Buffer>> {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end.at(-1) ?? 0) + 1
  const body = {
    key: Buffer.from(prefix).toString('base64'),
    range_end: end.toString('base64'),
  }
  const answer = await fetch(`${ETCD}/v3/kv/range`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`etcd: ${answer.status} ${await answer.text()}`)
  const { kvs = [] } = (await answer.json()) as { kvs?: { key: string; value?: string }[] }
  return new Map(
    kvs.map(({ key, value = '' }) => [
      Buffer.from(key, 'base64').toString(),
      Buffer.from(value, 'base64'),
    ]),
  )
}

/** `k8s:enc:secretbox:v1:NAME:` of an encrypted value; empty for a plain one. @param parts as many. */
export function prefixOf(value: Buffer | undefined, parts = 5): string {
  const text = value?.subarray(0, 200).toString('latin1') ?? ''
  if (!text.startsWith('k8s:enc:')) return ''
  return `${text.split(':').slice(0, parts).join(':')}:`
}

/** Runs `encryption …` of the shipped file, and looks that what it says has no key of `file` in it. */
export async function runEncryption(args: readonly string[], file: string): Promise<string> {
  const { exitCode, stdout, stderr } = await plugin(['encryption', ...args])
  if (exitCode !== 0) throw new Error(`encryption ${args.join(' ')}: ${exitCode} ${stderr}`)
  const keys = secretsIn(readFileSync(file, 'utf8'))
  for (const form of keys.flatMap(formsOf)) {
    if (`${stdout}${stderr}`.includes(form)) throw new Error(`encryption ${args[0]} tells a key`)
  }
  return stderr
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
