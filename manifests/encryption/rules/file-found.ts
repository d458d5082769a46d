// What most rules have in common: the configurations that an API server takes, and how a finding names one.
import type { Found } from '../../check/model.ts'
import type { Position } from '../../problem.ts'
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

/** A finding in a file. Its object is the one that the file stands in: the file itself is none. */
export function foundIn(
  file: EncryptionFile,
  at: Position | undefined,
  message: string,
  more: Pick<Found, 'hint' | 'severity'> = {},
): Found {
  return { at: at ?? file.at, object: file.carrier?.object.object, message, ...more }
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
