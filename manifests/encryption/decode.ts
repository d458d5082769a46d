// A document's plain value in; the fields of an EncryptionConfiguration out, as the API server's strict
// decoder takes them, before anybody asks whether they make sense.
// Source: k8s.io/apiserver pkg/apis/apiserver/v1 types_encryption.go, defaults.go.
import type { Position } from '../problem.ts'
import { parseGoDuration } from './go-duration.ts'
import { API_VERSION, KIND } from './model.ts'
import type { Place } from './strict-place.ts'

/** A key as written. `secret` is key material: it goes into no message. */
export interface WrittenKey {
  readonly place: Place
  readonly name: string
  readonly secret: string
  /** Where the secret is written, or its key without one. */
  readonly secretAt: Position
}

/** A kms provider as written, with the defaults of the API server. */
export interface WrittenKms {
  readonly place: Place
  readonly apiVersion: string
  /** Whether the file says which. */
  readonly hasApiVersion: boolean
  readonly name: string
  readonly endpoint: string
  readonly timeout: string | undefined
  /** Nanoseconds. */
  readonly nanoseconds: number
  readonly cachesize: number | undefined
}

/** One element of `providers`; in a valid one exactly one field is set. */
export interface WrittenProvider {
  readonly place: Place
  readonly aesgcm?: readonly WrittenKey[] | undefined
  readonly aescbc?: readonly WrittenKey[] | undefined
  readonly secretbox?: readonly WrittenKey[] | undefined
  readonly identity?: Place | undefined
  readonly kms?: WrittenKms | undefined
}

export interface WrittenResource {
  readonly place: Place
  readonly name: string
}

/** One element of the top-level `resources`. */
export interface WrittenEntry {
  readonly place: Place
  readonly resources: readonly WrittenResource[]
  readonly providers: readonly WrittenProvider[]
}

export interface Written {
  readonly place: Place
  readonly isLegacy: boolean
  readonly entries: readonly WrittenEntry[]
}

/** Defaults of `kms.timeout`, in nanoseconds. */
const DEFAULT_TIMEOUT = 3e9

/** Whether these are the names of the file's API, the documentation's old misprint among them. */
function isConfiguration(apiVersion: unknown, kind: unknown): boolean {
  return (apiVersion === API_VERSION && kind === KIND) || isLegacyKind(apiVersion, kind)
}

function isLegacyKind(apiVersion: unknown, kind: unknown): boolean {
  return apiVersion === 'v1' && kind === 'EncryptionConfig'
}

/**
 * Reads a document; what is wrong is refused through its places. Undefined if it is of another kind.
 * @param isTemplate whether something is still to be filled in, so that SOPS may have left its notes.
 */
export function decode(root: Place, isTemplate: boolean): Written | undefined {
  const known = ['apiVersion', 'kind', 'resources'] as const
  const named = root.fields(isTemplate ? [...known, 'sops'] : known)
  const apiVersion = named.apiVersion?.text() ?? ''
  const kind = named.kind?.text() ?? ''
  if (!isConfiguration(apiVersion, kind)) {
    const missing = kind === '' ? 'kind' : apiVersion === '' ? 'apiVersion' : undefined
    const message = missing === undefined ? 'is of another kind' : `has no ${missing}`
    root.refuse(message, `write apiVersion: ${API_VERSION} and kind: ${KIND}`)
    return undefined
  }
  const entries = (named.resources?.items() ?? []).map(decodeEntry)
  return { place: named.resources ?? root, isLegacy: isLegacyKind(apiVersion, kind), entries }
}

function decodeEntry(place: Place): WrittenEntry {
  const { resources, providers } = place.fields(['resources', 'providers'])
  return {
    place,
    resources: (resources?.items() ?? []).map((item) => ({ place: item, name: item.text() })),
    providers: (providers?.items() ?? []).map(decodeProvider),
  }
}

function decodeProvider(place: Place): WrittenProvider {
  const fields = place.fields(['aesgcm', 'aescbc', 'secretbox', 'identity', 'kms'])
  fields.identity?.fields([])
  return {
    place,
    aesgcm: fields.aesgcm && decodeKeys(fields.aesgcm),
    aescbc: fields.aescbc && decodeKeys(fields.aescbc),
    secretbox: fields.secretbox && decodeKeys(fields.secretbox),
    identity: fields.identity,
    kms: fields.kms && decodeKms(fields.kms),
  }
}

function decodeKeys(place: Place): WrittenKey[] {
  return (place.fields(['keys']).keys?.items() ?? []).map((item) => {
    const { name, secret } = item.fields(['name', 'secret'])
    const secretAt = secret?.at ?? item.at
    return { place: item, name: name?.text() ?? '', secret: secret?.text() ?? '', secretAt }
  })
}

function decodeKms(place: Place): WrittenKms {
  const { apiVersion, name, endpoint, timeout, cachesize } = place.fields([
    'apiVersion',
    'name',
    'endpoint',
    'timeout',
    'cachesize',
  ])
  const version = apiVersion?.text() ?? ''
  return {
    place,
    apiVersion: version === '' ? 'v1' : version,
    hasApiVersion: version !== '',
    name: name?.text() ?? '',
    endpoint: endpoint?.text() ?? '',
    timeout: timeout?.text(),
    nanoseconds: timeout === undefined ? DEFAULT_TIMEOUT : decodeDuration(timeout),
    cachesize: cachesize && decodeInteger(cachesize),
  }
}

function decodeDuration(place: Place): number {
  if (typeof place.value !== 'string') return DEFAULT_TIMEOUT
  const nanoseconds = parseGoDuration(place.value)
  if (nanoseconds !== undefined) return nanoseconds
  place.refuse('is no duration', 'write a number with its unit, such as 3s')
  return DEFAULT_TIMEOUT
}

/** 32 bits, as in the type. */
function decodeInteger(place: Place): number | undefined {
  const { value } = place
  if (typeof value === 'number' && (value | 0) === value) return value
  place.refuse('is no integer of 32 bits', 'write a whole number without quotes')
  return undefined
}
