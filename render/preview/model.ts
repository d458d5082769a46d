// The nouns of a preview: what a render would do, or how two states differ, every value of a Secret
// already replaced by what may be shown. Whatever prints a preview sees nothing else.
import type { Operation } from '../../manifests/diff/operations.ts'
import type { Hunk } from '../../manifests/diff/unified.ts'
import type { ObjectName, Position } from '../../manifests/problem.ts'

/**
 * What stands for a value: a keyed fingerprint, 12 hexadecimal digits, equal for equal values of one
 * run; or, where no value was read, words that say what Phase will be asked for.
 */
export type ShownValue = { readonly fingerprint: string } | { readonly placeholder: string }

/** How the head differs from the base. `unknown`: one of the two could not be seen. */
export type Change = 'added' | 'removed' | 'changed' | 'same' | 'unknown'

/** A key of a Secret; `renamed`: a key with the same value is gone. */
export interface PreviewKey {
  readonly key: string
  /** Absent where there is no base. */
  readonly change?: Change | 'renamed' | undefined
  readonly renamedFrom?: string | undefined
  /** Absent if the key was removed. */
  readonly value?: ShownValue | undefined
  /** Only where it differs from `value`. */
  readonly before?: ShownValue | undefined
}

/** The PhaseSecret that a Secret comes from, and what it asks of Phase, as written. */
export interface SecretOrigin {
  readonly phaseSecret: ObjectName
  readonly at: Position
  /** Only where the PhaseSecret names one. */
  readonly host?: string | undefined
  /** Name, or id where only that is written. */
  readonly app: string
  readonly environment: string
  readonly path: string
  readonly tag?: string | undefined
}

/** What is told of a Secret; its values are in no other place of the preview. */
export interface PreviewSecret {
  readonly type: string
  /** Absent: Git or the cluster has the Secret itself. */
  readonly origin?: SecretOrigin | undefined
  /** Only where it differs from `origin`. */
  readonly originBefore?: SecretOrigin | undefined
  /** Sorted by key (code units). */
  readonly keys: readonly PreviewKey[]
  /** False where Phase was not asked and may hold more keys than are known. */
  readonly isComplete: boolean
}

/** Which keys of one Secret a pod template reads. */
export interface SecretUse {
  readonly secret: string
  /** Sorted. */
  readonly keys: 'all' | readonly string[]
}

/** Why the pods of a workload change. */
export type RollReason =
  /** `*` are the keys that are not known. */
  | {
      readonly secret: string
      readonly key: string
      readonly change: NonNullable<PreviewKey['change']>
    }
  /** A field of the pod template that is no checksum, as a JSON pointer into the object (RFC 6901). */
  | { readonly pointer: string }

/** What is told of an object with a pod template. */
export interface PreviewWorkload {
  /** Sorted by Secret; Secrets of the workload's namespace. */
  readonly uses: readonly SecretUse[]
  /** Whether its pod template carries a checksum of Secrets that this run renders. */
  readonly isStamped: boolean
  /** Whether its pods are replaced; `on-delete`: once somebody deletes them. Absent where there is no base. */
  readonly rolls?: 'yes' | 'on-delete' | 'no' | 'unknown' | undefined
  /** Empty unless it rolls, or may. */
  readonly because: readonly RollReason[]
  /** Changes that its running pods do not see, since nothing replaces them. */
  readonly missed: readonly RollReason[]
}

/** How the fields of an object differ, without the values of a Secret. */
export interface ObjectDiff {
  readonly operations: readonly Operation[]
  /** Of both states as YAML with sorted keys; the whole of an added or removed object. */
  readonly hunks: readonly Hunk[]
}

/** One object of the stream, or one that is no longer in it. */
export interface PreviewObject {
  readonly apiVersion: string
  readonly kind: string
  /** As written; of a Secret or workload that names none, the destination's, if that is known. */
  readonly namespace?: string | undefined
  readonly name: string
  /** Where it is written, or was; absent for what only the cluster has. */
  readonly at?: Position | undefined
  /** What the plugin does to it: made from a PhaseSecret, given a checksum, or nothing. */
  readonly part: 'emitted' | 'stamped' | 'passed'
  /** Absent where there is no base. */
  readonly change?: Change | undefined
  readonly secret?: PreviewSecret | undefined
  readonly workload?: PreviewWorkload | undefined
  /** Absent where nothing differs, or there is no base. */
  readonly diff?: ObjectDiff | undefined
}

/** One of the two states. */
export interface PreviewSide {
  readonly kind: 'source' | 'revision' | 'folder' | 'file' | 'live'
  /** For people: `deploy`, `origin/main (3f2a1c9e0d4b)`, the name of a kubeconfig context. */
  readonly label: string
}

/** What the run cost. */
export interface Measurements {
  /** Requests to Phase. */
  readonly requests: number
  /** Secrets that were opened. */
  readonly secrets: number
  readonly milliseconds: number
}

/** A finished preview. */
export interface Preview {
  readonly head: PreviewSide
  /** Absent: there is nothing to compare with. */
  readonly base?: PreviewSide | undefined
  /** Whether no value was read, for want of a token. */
  readonly isPlaceholder: boolean
  /** In the order of the stream, then those that are only in the base. */
  readonly objects: readonly PreviewObject[]
  /** What a reader has to know, a sentence each. */
  readonly notes: readonly string[]
  /** The rendered stream, redacted; only where there is no base. */
  readonly stream?: string | undefined
  /** Only if asked for. */
  readonly measurements?: Measurements | undefined
}
