// Decoded fields in; what the API server's validation says against them out, in our own words.
// Source: k8s.io/apiserver pkg/apis/apiserver/validation/validation_encryption.go.
import type { Written, WrittenKey, WrittenProvider } from './decode.ts'
import { decodeGoBase64 } from './go-base64.ts'
import type { KeyedKind } from './model.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Place } from './strict-place.ts'
import { validateKms } from './validate-kms.ts'
import { validateResources } from './validate-resources.ts'

/** Bytes that a key of each provider may have. */
const KEY_SIZES: Readonly<Record<KeyedKind, readonly number[]>> = {
  aesgcm: [16, 24, 32],
  aescbc: [16, 24, 32],
  secretbox: [32],
}

const NEW_KEY = 'make one of 32 random bytes: argocd-phase-plugin encryption generate'

/** How strict to be. */
export interface Strictness {
  /** Whether the API server reloads the file by itself. */
  readonly reload?: boolean | undefined
  readonly allowsPlaceholders?: boolean | undefined
}

/** Refuses what upstream refuses. */
export function validate({ place, entries }: Written, strictness: Strictness): void {
  if (entries.length === 0) {
    place.add('resources is empty: at least one resources is required', 'list what to encrypt')
  }
  const kmsNames = new Set<string>()
  for (const entry of entries) {
    validateResources(entry)
    if (entry.providers.length === 0) {
      entry.place.add(
        `${entry.place.path}.providers is empty: at least one ${entry.place.path}.providers is required`,
        'name a provider, such as secretbox',
      )
    }
    for (const provider of entry.providers) validateProvider(provider, kmsNames, strictness)
  }
}

function validateProvider(
  provider: WrittenProvider,
  kmsNames: Set<string>,
  { reload = false, allowsPlaceholders = false }: Strictness,
): void {
  const { place, aesgcm, aescbc, secretbox, identity, kms } = provider
  const set = [kms, aesgcm, aescbc, secretbox, identity].filter((each) => each !== undefined)
  if (set.length === 0) {
    place.refuse(
      'does not contain any of the expected providers: kms, aesgcm, aescbc, secretbox, identity',
      'one without settings is written identity: {}',
    )
  } else if (set.length > 1) {
    place.refuse(
      'has more than one provider in a single element: split it into different list elements',
      'begin each provider with a dash of its own',
    )
  }
  // Where there are several, upstream looks into the first of this order only.
  if (kms !== undefined) {
    validateKms(kms, kmsNames, reload)
    kmsNames.add(kms.name)
  } else if (aesgcm !== undefined) validateKeys(place, 'aesgcm', aesgcm, allowsPlaceholders)
  else if (aescbc !== undefined) validateKeys(place, 'aescbc', aescbc, allowsPlaceholders)
  else if (secretbox !== undefined) validateKeys(place, 'secretbox', secretbox, allowsPlaceholders)
}

function validateKeys(
  place: Place,
  kind: KeyedKind,
  keys: readonly WrittenKey[],
  allowsPlaceholders: boolean,
): void {
  if (keys.length === 0) {
    const message = `${kind}.keys is empty: at least one keys is required`
    place.add(`${place.path}.${message}`, 'indent keys below the provider, and list one')
  }
  for (const key of keys) {
    validateKey(key, kind, allowsPlaceholders && isPlaceholder(key.secret))
  }
}

function validateKey(
  { place, name, secret, secretAt }: WrittenKey,
  kind: KeyedKind,
  isOpen: boolean,
): void {
  const add = (message: string, hint: string): void => {
    place.addAt(secretAt, `${place.path}.secret ${message}`, hint)
  }
  if (name === '') place.refuse('has no name: name is a mandatory field for a key', 'name the key')
  if (secret === '') {
    add('is missing: secret is a mandatory field for a key', NEW_KEY)
    return
  }
  if (isOpen) return
  const bytes = decodeGoBase64(secret)
  if (bytes === undefined) {
    const hint = 'use the standard alphabet (+ and /) with its padding (=)'
    add('is no base64: secrets must be base64 encoded', hint)
  } else if (!KEY_SIZES[kind].includes(bytes.length)) {
    const sizes = KEY_SIZES[kind].join(' ')
    add(
      `is not of the expected length: it has ${bytes.length} bytes, expected one of [${sizes}]`,
      NEW_KEY,
    )
  }
}
