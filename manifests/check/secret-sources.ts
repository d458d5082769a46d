// Objects in; the Secrets that there will be because of them, with their keys where all are known, out.
// Fields: bitnami.com/v1alpha1 SealedSecret, external-secrets.io ExternalSecret, cert-manager.io Certificate.
import type { ManifestObject } from '../document.ts'
import { groupOf } from '../object-key.ts'
import { isPlainMap, itemsAt, stringsAt, valueAt } from '../plain-value.ts'
import { ByName } from './by-name.ts'
import { CloseNames } from './close-names.ts'
import type { Facts } from './facts.ts'
import { ANY_NAME, namespaceIn, OPEN_NAMESPACE } from './facts.ts'

/** A Secret that something brings about. */
export interface SecretSource {
  readonly name: string
  /** Undefined: nobody knows which, or several. */
  readonly namespace: string | undefined
  /** The keys if they are known to be all. */
  readonly keys?: ReadonlySet<string> | undefined
}

/** All Secrets that are known to be. */
export interface SecretSources {
  /** Those that may be in a namespace. */
  find(namespace: string, name: string): readonly SecretSource[]
  /** The name of one of a namespace that was probably meant. */
  closeTo(namespace: string, name: string): string | undefined
  /** Namespaces that have one of the name. */
  namespacesOf(name: string): readonly string[]
  /** Whether an object of a kind that is not known here may make it: its name begins with that object's. */
  mayBeMade(namespace: string, name: string): boolean
}

const known = new WeakMap<Facts, SecretSources>()

/** Found once. */
export function secretSources(facts: Facts): SecretSources {
  const sources = known.get(facts) ?? findSources(facts)
  known.set(facts, sources)
  return sources
}

function findSources(facts: Facts): SecretSources {
  const byName = new ByName<SecretSource>()
  const anywhere = new Set<string>()
  const sources: SecretSource[] = facts.objects.flatMap((object) => sourcesOf(facts, object))
  for (const { namespace, name, keys } of facts.secrets) {
    sources.push({ namespace, name, keys: keys && new Set(keys) })
  }
  for (const source of sources) {
    const { namespace, name } = source
    if (namespace === undefined) {
      anywhere.add(name)
      continue
    }
    byName.add(namespace, name, source)
  }
  const makers = makersOf(facts)
  const inNamespace = Map.groupBy(sources, ({ namespace }) => namespace)
  const close = new Map<string, CloseNames>()
  return {
    find: (namespace, name) => {
      if (anywhere.has(name)) return [{ name, namespace: undefined }]
      const found = byName.maybeIn(namespace, name)
      return found.length > 0 ? found : byName.maybeIn(namespace, ANY_NAME)
    },
    closeTo: (namespace, name) => {
      const there = inNamespace.get(namespace) ?? []
      const names = close.get(namespace) ?? new CloseNames(there.map((source) => source.name))
      close.set(namespace, names)
      return names.find(name)
    },
    namespacesOf: (name) => byName.namespacesOf(name).filter((each) => each !== OPEN_NAMESPACE),
    mayBeMade: (namespace, name) =>
      prefixesOf(name).some((prefix) => makers.maybeIn(namespace, prefix).length > 0),
  }
}

function sourcesOf(facts: Facts, object: ManifestObject): SecretSource[] {
  const { value } = object
  const namespace = namespaceIn(facts, object)
  const { name } = object.object
  if (name === undefined) return []
  switch (`${object.object.kind}.${groupOf(object.apiVersion)}`) {
    case 'Secret.':
      return [{ name, namespace: isCopied(value) ? undefined : namespace, keys: keysOf(value) }]
    case 'SealedSecret.bitnami.com':
      return [{ name, namespace, keys: sealedKeys(value) }]
    case 'ExternalSecret.external-secrets.io':
      return external(value, 'spec', name, namespace)
    case 'ClusterExternalSecret.external-secrets.io':
      return external(
        value,
        'spec.externalSecretSpec',
        text(value, 'spec.externalSecretName') ?? name,
      )
    case 'Certificate.cert-manager.io': {
      const secret = text(value, 'spec.secretName')
      return secret === undefined ? [] : [{ name: secret, namespace }]
    }
    default:
      return []
  }
}

/** Tools that copy a Secret to other namespaces: kubernetes-replicator and kubernetes-reflector. */
const COPIERS = ['replicator.v1.mittwald.de/', 'reflector.v1.k8s.emberstack.com/']

function isCopied(value: unknown): boolean {
  return Object.keys(stringsAt(value, 'metadata', 'annotations')).some((key) =>
    COPIERS.some((prefix) => key.startsWith(prefix)),
  )
}

/** One without any key is filled by somebody else. */
function keysOf(value: unknown): SecretSource['keys'] {
  const keys = ['data', 'stringData'].flatMap((field) => fieldNames(valueAt(value, field)))
  return keys.length === 0 ? undefined : new Set(keys)
}

/** The controller gives the Secret the SealedSecret's own name, whatever the template says. */
function sealedKeys(value: unknown): SecretSource['keys'] {
  const sealed = fieldNames(valueAt(value, 'spec', 'encryptedData'))
  // The deprecated spec.data holds all keys in one sealed text.
  if (sealed.length === 0) return undefined
  return new Set([...sealed, ...fieldNames(valueAt(value, 'spec', 'template', 'data'))])
}

function external(value: unknown, at: string, ownName: string, namespace?: string): SecretSource[] {
  const policy = text(value, `${at}.target.creationPolicy`)
  if (policy === 'None') return []
  const name = text(value, `${at}.target.name`) ?? ownName
  const spec = valueAt(value, ...at.split('.'))
  const isAll =
    policy !== 'Merge' &&
    itemsAt(spec, 'dataFrom').length === 0 &&
    valueAt(spec, 'target', 'template') === undefined
  const keys = itemsAt(spec, 'data').map((item) => valueAt(item, 'secretKey'))
  const isKnown = isAll && keys.length > 0
  return [{ name, namespace, keys: isKnown ? new Set(keys.map(String)) : undefined }]
}

function text(value: unknown, path: string): string | undefined {
  const found = valueAt(value, ...path.split('.'))
  return typeof found === 'string' && found !== '' ? found : undefined
}

function fieldNames(value: unknown): readonly string[] {
  return isPlainMap(value) ? Object.keys(value) : []
}

/** Groups whose objects make no Secrets but those that are known here. */
const KNOWN_GROUPS = [
  ...['secrets.phase.dev', 'bitnami.com', 'external-secrets.io', 'cert-manager.io', 'argoproj.io'],
  ...['apps', 'batch', 'autoscaling', 'policy', 'extensions', 'keda.sh', 'kyverno.io'],
  ...['networking.istio.io', 'security.istio.io', 'traefik.io', 'monitoring.coreos.com'],
]

/** Custom resources of the manifests: operators name the Secrets that they make after them. */
function makersOf(facts: Facts): ByName<true> {
  const makers = new ByName<true>()
  for (const { apiVersion, object } of facts.seen) {
    const group = groupOf(apiVersion)
    if (group === '' || KNOWN_GROUPS.includes(group) || group.endsWith('.k8s.io')) continue
    if (object.name !== undefined)
      makers.add(object.namespace || facts.namespace, object.name, true)
  }
  return makers
}

/** `a-b-c`, `a-b`, `a`. */
function prefixesOf(name: string): string[] {
  const parts = name.slice(0, 253).split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}
