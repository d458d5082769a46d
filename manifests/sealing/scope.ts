// A scope, a namespace and a name in; the label that a ciphertext is bound to out, and the annotation
// that tells the controller which. Source: bitnami/sealed-secrets v0.38.4,
// pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go.

/** Where a sealed value opens: under its own name, anywhere in its namespace, or anywhere. */
export type SealingScope = 'strict' | 'namespace-wide' | 'cluster-wide'

/** The narrowest first. */
export const SEALING_SCOPES: readonly SealingScope[] = ['strict', 'namespace-wide', 'cluster-wide']

const CLUSTER_WIDE = 'sealedsecrets.bitnami.com/cluster-wide'
const NAMESPACE_WIDE = 'sealedsecrets.bitnami.com/namespace-wide'

/** The annotations that say a scope; only those of the SealedSecret itself count when it is opened. */
export const SCOPE_ANNOTATIONS: readonly string[] = [CLUSTER_WIDE, NAMESPACE_WIDE]

/** The annotation of a SealedSecret of this scope; none for `strict`. */
export function scopeAnnotation(scope: SealingScope): Readonly<Record<string, string>> {
  if (scope === 'cluster-wide') return { [CLUSTER_WIDE]: 'true' }
  return scope === 'namespace-wide' ? { [NAMESPACE_WIDE]: 'true' } : {}
}

/** The scope that annotations ask for, as kubeseal and the controller read them: the wider one wins. */
export function scopeOf(annotations: Readonly<Record<string, string>>): SealingScope {
  if (annotations[CLUSTER_WIDE] === 'true') return 'cluster-wide'
  return annotations[NAMESPACE_WIDE] === 'true' ? 'namespace-wide' : 'strict'
}

/** What a scope binds to. Parts that it does not bind to may be missing. */
export interface SealingPlace {
  readonly scope: SealingScope
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/**
 * The OAEP label of a place.
 * @throws {RangeError} if a part is missing that the scope binds to: such a value would open elsewhere, or nowhere.
 */
export function sealingLabel({ scope, namespace = '', name = '' }: SealingPlace): Uint8Array {
  if (scope === 'cluster-wide') return new Uint8Array()
  if (namespace === '') throw new RangeError(`scope ${scope} needs a namespace`)
  if (scope === 'namespace-wide') return Buffer.from(namespace, 'utf8')
  if (name === '') throw new RangeError('scope strict needs a name')
  return Buffer.from(`${namespace}/${name}`, 'utf8')
}
