// A configuration and a resource in; what reads and writes that resource out.
// Source: k8s.io/apiserver pkg/server/options/encryptionconfig/config.go, transformerFromOverrides.
import type { GroupResource } from './group-resource.ts'
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

/** The same; undefined if no entry is for the resource. */
export function configuredProviders(
  { entries }: EncryptionConfiguration,
  resource: string,
): readonly Provider[] | undefined {
  const wanted = parseGroupResource(resource)
  const patterns: readonly GroupResource[] = [
    wanted,
    { resource: '*', group: wanted.group },
    { resource: '*', group: '*' },
  ]
  for (const pattern of patterns) {
    const name = nameOfGroupResource(pattern)
    const found = entries.filter(({ resources }) =>
      resources.some((each) => nameOfGroupResource(parseGroupResource(each)) === name),
    )
    if (found.length > 0) return found.flatMap(({ providers }) => providers)
  }
  return undefined
}

/** All resources and wildcards that a configuration names, each once, as `nameOfGroupResource` has them. */
export function namedResources({ entries }: EncryptionConfiguration): string[] {
  const names = entries.flatMap(({ resources }) => resources)
  return [...new Set(names.map((name) => nameOfGroupResource(parseGroupResource(name))))]
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
