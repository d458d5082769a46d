// A configuration and a resource in; what reads and writes that resource out.
// Source: k8s.io/apiserver pkg/server/options/encryptionconfig/config.go, transformerFromOverrides.
import { nameOfGroupResource, parseGroupResource } from './group-resource.ts'
import type { EncryptionConfiguration, Provider } from './model.ts'
import { isPlaceholder } from './placeholder.ts'

/** What an API server does with a resource that no entry names. */
const PLAIN: readonly Provider[] = [{ kind: 'identity' }]

/**
 * The providers of a resource in their order; the first writes, all read. An entry that names it comes before
 * wildcards, and of several that do, the providers are put one behind the other. Without an entry: identity.
 * @param resource as the file names it, such as `secrets`, `deployments.apps`, `*.apps`.
 */
export function effectiveProviders(
  configuration: EncryptionConfiguration,
  resource: string,
): readonly Provider[] {
  return configuredProviders(configuration, resource) ?? PLAIN
}

/** The same; undefined if no entry is for the resource. One list of providers is one and the same array. */
export function configuredProviders(
  configuration: EncryptionConfiguration,
  resource: string,
): readonly Provider[] | undefined {
  const index = indexOf(configuration)
  const { group } = parseGroupResource(resource)
  return (
    index.get(nameOf(resource)) ??
    index.get(nameOfGroupResource({ resource: '*', group })) ??
    index.get('*.*')
  )
}

/** All resources and wildcards that a configuration names, each once, as `nameOfGroupResource` has them. */
export function namedResources(configuration: EncryptionConfiguration): string[] {
  return [...indexOf(configuration).keys()]
}

type Index = ReadonlyMap<string, readonly Provider[]>

/** A repository may name many thousand resources. */
const INDEXES = new WeakMap<EncryptionConfiguration, Index>()

function indexOf(configuration: EncryptionConfiguration): Index {
  const known = INDEXES.get(configuration)
  if (known !== undefined) return known
  const index = new Map<string, readonly Provider[]>()
  for (const { resources, providers } of configuration.entries) {
    for (const name of new Set(resources.map(nameOf))) {
      const before = index.get(name)
      index.set(name, before === undefined ? providers : [...before, ...providers])
    }
  }
  INDEXES.set(configuration, index)
  return index
}

function nameOf(resource: string): string {
  return nameOfGroupResource(parseGroupResource(resource))
}

/** One thing that can read or write: a provider without keys, or one key of one with keys. */
export interface Means {
  /** Equal for means that read each other's data. Holds key material: it goes into no message. */
  readonly identity: string
  /** The prefix of what it writes: two means with one prefix are taken for each other. */
  readonly prefix: string
  /** For messages: `secretbox key k1`, without key material. */
  readonly label: string
  readonly provider: Provider
  /** `identity` and kms have none. */
  readonly material?: string | undefined
  /** Whether a placeholder stands for the key, which may then be any. */
  readonly isOpen?: boolean | undefined
}

/** Providers as their means, in order; repetitions are left out, for they change nothing. */
export function meansOf(
  providers: readonly Provider[],
  shown: (name: string) => string,
): readonly Means[] {
  const all = providers.flatMap((provider): Means[] => {
    if (provider.kind === 'identity') {
      return [{ identity: 'identity', prefix: '', label: 'identity', provider }]
    }
    if (provider.kind === 'kms') {
      const prefix = `kms:${provider.apiVersion}:${provider.name}`
      const label = `kms ${provider.apiVersion} provider ${shown(provider.name)}`
      return [{ identity: prefix, prefix, label, provider }]
    }
    return provider.keys.map(({ name, secret }) => {
      const material = materialOf(secret.revealBytes())
      const prefix = `${provider.kind}:${name}`
      const label = `${provider.kind} key ${shown(name)}`
      const identity = `${prefix}:${material}`
      const isOpen = isPlaceholder(secret.revealText())
      return { identity, prefix, label, provider, material, isOpen }
    })
  })
  return [...new Map(all.map((means) => [means.identity, means])).values()]
}

/** Key material in a form that can be compared. It goes into no message. */
export function materialOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
