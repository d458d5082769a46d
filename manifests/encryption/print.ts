// An EncryptionConfiguration in; the exact bytes of its file out: one document, no metadata (the API
// server refuses it), keys in base64. The same configuration is always the same bytes.
import { createHash } from 'node:crypto'
import type { PlainMap } from '../plain-value.ts'
import { SecretValue } from '../secret-value.ts'
import type { EncryptionConfiguration, Key, Provider, ResourceEntry } from './model.ts'
import { API_VERSION, KIND } from './model.ts'
import { printYaml } from './print-yaml.ts'

/** The file. It holds the keys. */
export function printConfiguration(configuration: EncryptionConfiguration): SecretValue {
  const { resources } = plainConfiguration(configuration)
  return SecretValue.ofText(printYaml({ apiVersion: API_VERSION, kind: KIND, resources }))
}

/** The same as a plain value with the keys in it, for a place inside another document. */
export function plainConfiguration({ entries }: EncryptionConfiguration): {
  readonly resources: readonly PlainMap[]
} {
  return { resources: entries.map(plainEntry) }
}

/**
 * `sha256:` and 64 hexadecimal digits of a file's bytes, as API servers from 1.34 export it
 * (k8s.io/apiserver pkg/server/options/encryptionconfig/metrics).
 */
export function hashOf(file: SecretValue): string {
  return `sha256:${createHash('sha256').update(file.revealBytes()).digest('hex')}`
}

function plainEntry({ resources, providers }: ResourceEntry): PlainMap {
  return { resources, providers: providers.map(plainProvider) }
}

/** `identity:` without a value would be refused: it is an empty map. */
function plainProvider(provider: Provider): PlainMap {
  if (provider.kind === 'identity') return { identity: {} }
  if (provider.kind !== 'kms') return { [provider.kind]: { keys: provider.keys.map(plainKey) } }
  const { apiVersion, name, endpoint, cachesize, timeout } = provider
  return { kms: { apiVersion, name, endpoint, cachesize, timeout } }
}

function plainKey({ name, secret }: Key): PlainMap {
  return { name, secret: Buffer.from(secret.revealBytes()).toString('base64') }
}
