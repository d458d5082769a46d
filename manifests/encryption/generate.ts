// What is wanted in; a first EncryptionConfiguration out, with a new key if the provider has its keys in
// the file.
import type { Chance } from './generate-key.ts'
import { isKeyed, newKey } from './generate-key.ts'
import type { EncryptionConfiguration, KeyedKind, Provider } from './model.ts'

/** Everything that can be generated; the first is the default. */
export const PROVIDER_CHOICES = ['secretbox', 'aescbc', 'aesgcm', 'kms', 'identity'] as const
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number]

/** How a KMS plugin is reached. */
export interface KmsChoice {
  readonly apiVersion: 'v1' | 'v2'
  readonly name: string
  readonly endpoint: string
}

/** What encrypts. */
export type EncryptionChoice =
  | { readonly kind: 'identity' }
  | { readonly kind: KeyedKind; readonly keyName?: string | undefined }
  | { readonly kind: 'kms'; readonly kms: KmsChoice }

/** A checked request (generate-request.ts). */
export interface GenerateRequest {
  readonly choice: EncryptionChoice
  /** At least one, as they go into the file. */
  readonly resources: readonly string[]
  /** Whether objects in plain text can be read too. */
  readonly hasFallback: boolean
  /** Whether nothing is encrypted yet: the first step where several API servers run. */
  readonly onlyReads: boolean
}

/** The configuration; all resources in one entry. */
export function generate(request: GenerateRequest, chance: Chance): EncryptionConfiguration {
  const { resources, choice, hasFallback, onlyReads } = request
  const plain: Provider = { kind: 'identity' }
  if (choice.kind === 'identity') return { entries: [{ resources, providers: [plain] }] }
  const encrypting = newProvider(choice, [], chance)
  const providers = onlyReads ? [plain, encrypting] : [encrypting, ...(hasFallback ? [plain] : [])]
  return { entries: [{ resources, providers }] }
}

/** A provider with a new key, or of a KMS plugin. @param taken names of keys that exist. */
export function newProvider(
  choice: EncryptionChoice,
  taken: readonly string[],
  chance: Chance,
): Provider {
  if (choice.kind === 'identity') return choice
  if (choice.kind === 'kms') return { kind: 'kms', ...choice.kms }
  return { kind: choice.kind, keys: [newKey(choice.keyName, taken, chance)] }
}

/** The names of all keys in a configuration, and of all KMS plugins. */
export function keyNames({ entries }: EncryptionConfiguration): string[] {
  const providers = entries.flatMap((entry) => entry.providers)
  return providers.flatMap((provider) => {
    if (provider.kind === 'kms') return [provider.name]
    return provider.kind === 'identity' ? [] : provider.keys.map(({ name }) => name)
  })
}

/** Whether the file of a configuration holds keys. */
export function holdsKeys({ entries }: EncryptionConfiguration): boolean {
  return entries.some(({ providers }) => providers.some(({ kind }) => isKeyed(kind)))
}
