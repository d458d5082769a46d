// What the platform team's configuration file says, checked: the nouns of this folder.
import type { PlatformPolicy } from '../../manifests/check/policy/model.ts'
import type { GroupKind } from '../../manifests/workload.ts'
import type { Policy } from '../../render/tenancy/policy.ts'
import type { CacheSettings, Host, SealingSettings, ToolChoice } from '../settings.ts'
import type { WatchSection } from '../watch/section.ts'

/** The contents of a configuration file. What is absent there is absent here. */
export interface Configuration {
  /** Every field that the file sets and an environment variable could set too. */
  readonly fields: readonly string[]
  readonly hosts: readonly Host[]
  /** Files with tokens, by name. */
  readonly credentials: ReadonlyMap<string, string>
  /** `<namespace>/<name>/token` below it. */
  readonly tokensDirectory?: string | undefined
  readonly tokensFromCluster: boolean
  /** In the order of the file. */
  readonly policies: readonly Policy[]
  /** Seconds. */
  readonly timeout?: number | undefined
  readonly allowUserToken: boolean
  readonly personalOverrides: boolean
  readonly extraKinds: readonly GroupKind[]
  /** Where sealed answers are kept from run to run; times in milliseconds, sizes in bytes. */
  readonly cache?: CacheSettings | undefined
  readonly tools: ToolChoice
  /** For policies whose Secrets leave sealed. */
  readonly sealing?: SealingSettings | undefined
  /** What `check` holds repositories to. */
  readonly check?: PlatformPolicy | undefined
  /** Whom `watch` asks, and how often. */
  readonly watch?: WatchSection | undefined
}

/** The credential of policies and PhaseSecrets that name none. */
export const DEFAULT_CREDENTIAL = 'default'
