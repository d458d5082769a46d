// What every target of `encryption generate --target` says of itself, and what it is given.
import type { InputFile, Outcome } from '../../document.ts'
import type { SecretValue } from '../../secret-value.ts'
import type { ProviderChoice } from '../generate.ts'
import type { EncryptionConfiguration } from '../model.ts'
import type { PlanKind, PlanStep } from '../plan-model.ts'

/** Where a cluster's encryption is configured. */
export interface Target {
  readonly name: string
  readonly title: string
  /** Which versions it is for, in words. */
  readonly versions: string
  /** The oldest minor version of Kubernetes; undefined: any. */
  readonly oldestMinor?: number | undefined
  /**
   * `file`: an EncryptionConfiguration has to be on every control plane node. `inside`: the keys are in
   * what is generated. `own`: the target makes its keys, or a KMS has them: there is none to generate.
   */
  readonly keys: 'file' | 'inside' | 'own'
  /** `a key`: of `inside` ones, those without room for names, other keys or plain text. */
  readonly takes?: 'a key' | undefined
  /** What it can encrypt with; the first is the default. */
  readonly providers: readonly ProviderChoice[]
  /** Sets of resources that it can encrypt; undefined: any. */
  readonly resources?: readonly string[] | undefined
  readonly needs: readonly Need[]
  readonly doesNot: readonly string[]
  /** How a changed file or manifest reaches every API server. */
  readonly rollOut: readonly string[]
  /** For `own`: what a plan consists of. A plan that is missing cannot be carried out there. */
  readonly plans?: Readonly<Partial<Record<PlanKind, readonly PlanStep[]>>> | undefined
  wrap(request: WrapRequest): Outcome<string | SecretValue>
}

/** An option that a target cannot do without. */
export interface Need {
  readonly option: NeedOption
  readonly pattern: RegExp
  /** For the hint. */
  readonly example: string
  readonly isOptional?: boolean | undefined
}
export type NeedOption = 'cluster' | 'kmsKey' | 'resourceGroup' | 'location'

/** What a target is given; all of it is checked, so that it can stand in a command unquoted. */
export interface WrapRequest {
  readonly provider: ProviderChoice
  readonly resources: readonly string[]
  readonly minor: number
  /** With the keys. Absent for targets that make their own. */
  readonly configuration?: EncryptionConfiguration | undefined
  /** Where the file is on a control plane node. */
  readonly nodePath: string
  readonly secret: SecretPlace
  readonly options: Readonly<Partial<Record<NeedOption, string>>>
  /** The manifest to edit. */
  readonly manifest?: InputFile | undefined
}

/** The Secret that holds the file where one does. */
export interface SecretPlace {
  readonly namespace: string
  readonly name: string
  readonly key: string
}

export const CLUSTER: Need = {
  option: 'cluster',
  pattern: /^[A-Za-z0-9]([-.\w]{0,98}[A-Za-z0-9])?$/,
  example: '--cluster prod',
}
