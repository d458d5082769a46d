// The bytes of a file in; the EncryptionConfiguration that the API server reads from it out, or why it
// would not start. Same verdicts as upstream, in our own words; nothing quotes a key.
import type { InputFile, Outcome } from '../document.ts'
import type { Position, Problem } from '../problem.ts'
import { SecretValue } from '../secret-value.ts'
import type { Written, WrittenEntry, WrittenKey, WrittenProvider } from './decode.ts'
import { decode } from './decode.ts'
import { readFirstDocument } from './first-document.ts'
import { decodeGoBase64 } from './go-base64.ts'
import { refuseMasked } from './masked.ts'
import type { EncryptionConfiguration, Key, Provider, ResourceEntry } from './model.ts'
import type { Refusal } from './refusal.ts'
import { problemOf } from './refusal.ts'
import { Place, TooManyPlacesError } from './strict-place.ts'
import { validate } from './validate.ts'

/** A configuration that an API server starts with, and what its file says beyond it. */
export interface ReadConfiguration {
  readonly configuration: EncryptionConfiguration
  /** Of the whole. */
  readonly at: Position
  /** Whether it is called `v1`/`EncryptionConfig`, an old misprint of the documentation. */
  readonly isLegacy: boolean
  /** Where the file goes on with something that the API server never looks at. */
  readonly ignoredAt?: Position | undefined
  /** Where each of an entry's `resources` is written, in their order. */
  readonly resourcesAt: ReadonlyMap<ResourceEntry, readonly Position[]>
  /** The keys that a placeholder stands for; their bytes are its text. */
  readonly placeholders: ReadonlySet<Key>
  /** The kms providers whose version the file leaves open. */
  readonly unversioned: ReadonlySet<Provider>
}

/** What keeps an API server from starting; never empty. */
export interface RefusedConfiguration {
  readonly refusals: readonly Refusal[]
}

/** How the API server is run, where it changes the verdict. */
export interface ReadOptions {
  /** `--encryption-provider-config-automatic-reload`: then two kms v1 providers may not share a name. */
  readonly reload?: boolean | undefined
  /** Whether a text such as `${KEY}` may stand where a key will be. */
  readonly allowsPlaceholders?: boolean | undefined
  /** Where a place of these bytes is written, if they were cut out of something. */
  readonly placed?: ((inner: Position) => Position) | undefined
}

/** Reads a file. @returns the configuration, or an error for everything that is wrong. */
export function readEncryptionConfiguration(
  file: InputFile,
  options: ReadOptions = {},
): Outcome<EncryptionConfiguration> {
  const found = examineConfiguration(file, options)
  if ('refusals' in found) return { problems: found.refusals.map(problemOf) }
  return { value: found.configuration }
}

/** Reads a file, and keeps what only a linter asks for. */
export function examineConfiguration(
  file: InputFile,
  options: ReadOptions = {},
): ReadConfiguration | RefusedConfiguration {
  const { placed } = options
  const first = readFirstDocument(file, placed)
  if ('problems' in first) return { refusals: first.problems.map(refusalOf(file)) }
  const { parsed, value, ignoredAt } = first.value
  const refusals: Refusal[] = []
  try {
    const root = Place.root(parsed, value, refusals)
    const written = decode(root, options.allowsPlaceholders === true)
    // As upstream: what cannot be decoded is not validated, and only what is valid is built.
    if (written !== undefined && refusals.length === 0) validate(written, options)
    if (written !== undefined && refusals.length === 0) refuseMasked(written, refusals)
    if (written === undefined || refusals.length > 0) return { refusals }
    return { ...build(written), at: root.at, isLegacy: written.isLegacy, ignoredAt }
  } catch (error) {
    // The latter: maps that merge themselves.
    if (!(error instanceof TooManyPlacesError || error instanceof RangeError)) throw error
    const message = 'there is more in it than any configuration has'
    return { refusals: [{ at: parsed.positionOf(0), message, hint: 'write it without aliases' }] }
  }
}

function refusalOf({ path, firstLine = 1 }: InputFile) {
  return ({ at, message, hint }: Problem): Refusal => ({
    at: at ?? { file: path, line: firstLine, column: 1 },
    message,
    hint,
  })
}

function build(
  written: Written,
): Pick<ReadConfiguration, 'configuration' | 'resourcesAt' | 'unversioned' | 'placeholders'> {
  const placeholders = new Set<Key>()
  const resourcesAt = new Map<ResourceEntry, readonly Position[]>()
  const unversioned = new Set<Provider>()
  const buildProvider = (provider: WrittenProvider): Provider[] => {
    const built = providerOf(provider, placeholders)
    if (built?.kind === 'kms' && provider.kms?.hasApiVersion === false) unversioned.add(built)
    return built === undefined ? [] : [built]
  }
  const buildEntry = ({ place, resources, providers }: WrittenEntry): ResourceEntry => {
    const names = resources.map(({ name }) => name)
    const entry = { at: place.at, resources: names, providers: providers.flatMap(buildProvider) }
    resourcesAt.set(
      entry,
      resources.map((resource) => resource.place.at),
    )
    return entry
  }
  return {
    configuration: { entries: written.entries.map(buildEntry) },
    resourcesAt,
    unversioned,
    placeholders,
  }
}

function providerOf(provider: WrittenProvider, placeholders: Set<Key>): Provider | undefined {
  const { at } = provider.place
  const { kms } = provider
  if (provider.identity !== undefined) return { at, kind: 'identity' }
  if (kms !== undefined) {
    const { name, endpoint, timeout, cachesize } = kms
    const apiVersion = kms.apiVersion === 'v2' ? 'v2' : 'v1'
    return { at, kind: 'kms', apiVersion, name, endpoint, timeout, cachesize }
  }
  for (const kind of ['aesgcm', 'aescbc', 'secretbox'] as const) {
    const keys = provider[kind]
    if (keys !== undefined) return { at, kind, keys: keys.map((key) => keyOf(key, placeholders)) }
  }
  return undefined
}

function keyOf({ name, secret, secretAt }: WrittenKey, placeholders: Set<Key>): Key {
  const bytes = decodeGoBase64(secret)
  const value = bytes === undefined ? SecretValue.ofText(secret) : SecretValue.ofBytes(bytes)
  const key = { name, secret: value, at: secretAt }
  if (bytes === undefined) placeholders.add(key)
  return key
}
