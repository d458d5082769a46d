// A Secret with its values and what to seal it with in; a SealedSecret without any, ready to be
// printed, out. With a derived key the same Secret gives the same bytes on every machine.
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from '../base64.ts'
import { SecretValue } from '../secret-value.ts'
import type { SealingCertificate } from './certificate.ts'
import type { SealingMode } from './entropy.ts'
import { entropyFor } from './entropy.ts'
import { sealBytes, unsealBytes } from './hybrid.ts'
import { showPin } from './pin.ts'
import { placeAnnotations } from './placement.ts'
import type { SealingPlace, SealingScope } from './scope.ts'
import { scopeAnnotation, sealingLabel } from './scope.ts'

type StringMap = Readonly<Record<string, string>>

/** A Secret to seal. The API server's own rules have been checked (manifests/secret.ts). */
export interface SecretToSeal {
  /** May be missing for scope `cluster-wide` only. */
  readonly namespace?: string | undefined
  readonly name: string
  readonly type: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly data: ReadonlyMap<string, SecretValue>
  readonly immutable?: boolean | undefined
}

/** For whom and how. All of it is the platform's choice, never the repository's. */
export interface SealingOptions {
  readonly certificate: SealingCertificate
  readonly scope: SealingScope
  readonly mode: SealingMode
}

/** A SealedSecret; `print.ts` prints it. */
export interface SealedSecretObject {
  readonly apiVersion: 'bitnami.com/v1alpha1'
  readonly kind: 'SealedSecret'
  readonly metadata: {
    readonly name: string
    readonly namespace?: string | undefined
    readonly annotations: StringMap
  }
  readonly spec: {
    /** Base64, sorted by key, by code unit. */
    readonly encryptedData: ReadonlyMap<string, string>
    readonly template: {
      readonly type: string
      readonly metadata: { readonly labels: StringMap; readonly annotations: StringMap }
      readonly immutable?: boolean | undefined
    }
  }
}

/** Which key a SealedSecret is sealed for, as a pin; a changed one is why all ciphertexts changed. */
const SEALED_FOR = 'secrets.phase.dev/sealed-for'

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options'
/**
 * Client-side apply keeps a copy of the object in an annotation, and all annotations together may have
 * 262,144 bytes. Characters of keys and ciphertexts; the rest is for the template and the other annotations.
 */
const MOST_CLIENT_SIDE = 200_000

/**
 * Seals every value of a Secret by itself.
 * @throws {RangeError} if the namespace or the name is missing where the scope binds to it, or K has a
 *   wrong length: callers check both, with a place to report.
 */
export function sealSecret(secret: SecretToSeal, options: SealingOptions): SealedSecretObject {
  const { namespace, name, type, immutable } = secret
  const placed = placeAnnotations(secret.annotations)
  const sealed = [...secret.data]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, sealValue(value, { namespace, name, key }, options)] as const)
  const size = sealed.reduce((sum, [key, text]) => sum + key.length + text.length, 0)
  const annotations = {
    ...(size > MOST_CLIENT_SIDE ? { [SYNC_OPTIONS]: 'ServerSideApply=true' } : {}),
    ...placed.sealedSecret,
    ...scopeAnnotation(options.scope),
    [SEALED_FOR]: showPin(options.certificate.fingerprint),
  }
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace, annotations },
    spec: {
      encryptedData: new Map(sealed),
      template: {
        type,
        metadata: { labels: secret.labels, annotations: placed.template },
        immutable,
      },
    },
  }
}

/** Where one value goes; the name may be missing from scope `namespace-wide` on. */
export interface ValuePlace {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  /** The key in the Secret's data; no key needs to be known for random sealing. */
  readonly key?: string | undefined
}

/** Seals one value: base64, as it stands in `encryptedData`. @throws {RangeError} as `sealSecret`. */
export function sealValue(
  value: SecretValue,
  { namespace = '', name = '', key = '' }: ValuePlace,
  { certificate, scope, mode }: SealingOptions,
): string {
  const { fingerprint, publicKey } = certificate
  const label = sealingLabel({ scope, namespace, name })
  const plaintext = value.revealBytes()
  const entropy = entropyFor(mode, { fingerprint, scope, namespace, name, key }, plaintext)
  return sealBytes(plaintext, publicKey, label, entropy).toString('base64')
}

/**
 * Opens one value, as the controller would; undefined if it was sealed for another key or place, or was
 * changed. The name of its key is not bound to it: that is so in the format.
 */
export function unsealValue(
  sealed: string,
  place: SealingPlace,
  privateKey: KeyObject,
): SecretValue | undefined {
  const bytes = decodeBase64(sealed)
  if (bytes === undefined) return undefined
  const value = unsealBytes(bytes, privateKey, sealingLabel(place))
  return value === undefined ? undefined : SecretValue.ofBytes(value)
}
