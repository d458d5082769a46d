// What most rules have in common: the configurations that an API server takes, and how a finding names one.
import type { Found } from '../../check/model.ts'
import type { ObjectName, Position } from '../../problem.ts'
import type { EncryptionFacts, EncryptionFile } from '../facts.ts'
import type { EncryptionConfiguration, Key, KeyedKind, Provider } from '../model.ts'
import type { ReadConfiguration } from '../read.ts'

/** A file that an API server takes. */
export interface ValidFile {
  readonly file: EncryptionFile
  readonly configuration: EncryptionConfiguration
  readonly read: ReadConfiguration
}

export function validFiles({ files }: EncryptionFacts): ValidFile[] {
  return files.flatMap((file) =>
    file.configuration === undefined || file.read === undefined
      ? []
      : [{ file, configuration: file.configuration, read: file.read }],
  )
}

/** The object that a file stands in, or its own kind: it has no name. */
export function objectOf({ carrier }: EncryptionFile): ObjectName {
  return carrier?.object.object ?? { kind: 'EncryptionConfiguration' }
}

export function foundIn(
  file: EncryptionFile,
  at: Position | undefined,
  message: string,
  more: Pick<Found, 'hint' | 'severity'> = {},
): Found {
  return { at: at ?? file.at, object: objectOf(file), message, ...more }
}

/** A key, its provider, and the number of its entry. */
export interface PlacedKey {
  readonly key: Key
  readonly kind: KeyedKind
  readonly provider: Provider
  readonly entry: number
}

/** All keys of a configuration, in order. */
export function keysOf({ entries }: EncryptionConfiguration): PlacedKey[] {
  return entries.flatMap(({ providers }, entry) =>
    providers.flatMap((provider) =>
      provider.kind === 'identity' || provider.kind === 'kms'
        ? []
        : provider.keys.map((key) => ({ key, kind: provider.kind, provider, entry })),
    ),
  )
}
