// The nouns of what the rules of encryption look at: every EncryptionConfiguration of a repository, whatever
// it is wrapped in, and the objects that bring it to an API server.
import type { ManifestObject } from '../document.ts'
import type { Position } from '../problem.ts'
import type { EncryptionConfiguration } from './model.ts'
import type { ReadConfiguration } from './read.ts'
import type { Refusal } from './refusal.ts'

/** A key that is no part of an EncryptionConfiguration: of Talos. */
export interface LooseKey {
  readonly at: Position
  /** `cluster.secretboxEncryptionSecret`. */
  readonly field: string
}

/** An object that an EncryptionConfiguration stands in. */
export interface Carrier {
  readonly object: ManifestObject
  /** `data["enc.yaml"]`, without the value. */
  readonly field: string
  /** The path that it is given on a node, where the object says so. */
  readonly nodePath?: string | undefined
}

/** One EncryptionConfiguration. */
export interface EncryptionFile {
  readonly path: string
  readonly at: Position
  readonly carrier?: Carrier | undefined
  /** Undefined if an API server refuses it. */
  readonly configuration?: EncryptionConfiguration | undefined
  /** With what its file says beyond it. */
  readonly read?: ReadConfiguration | undefined
  readonly refusals: readonly Refusal[]
  /** Where another document of its file begins that an API server would read first, or not at all. */
  readonly beside?: { readonly at: Position; readonly isBefore: boolean } | undefined
}

/** What the rules look at. */
export interface EncryptionFacts {
  /** The minor version of Kubernetes. */
  readonly minor: number
  readonly objects: readonly ManifestObject[]
  readonly files: readonly EncryptionFile[]
  /** Keys outside of any EncryptionConfiguration: of Talos. */
  readonly looseKeys: readonly LooseKey[]
  /** Whether all this is in a repository, where no key may be; false for one file on a disk. */
  readonly isRepository: boolean
  /** What this is compared with. */
  readonly base?: EncryptionFacts | undefined
}
