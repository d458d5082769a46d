// What the section `watch` of a configuration file says, before the environment and the defaults are
// added to it; the settings that come of both are in settings.ts.
import type { ArgoCdSettings, WatchSettings } from './settings.ts'

/** A file with a token, or a folder with `<namespace>/<name>/token` below it. */
export interface TokenPlace {
  /** As `parseHost` spells it; absent: the default host. */
  readonly host?: string | undefined
  readonly token: { readonly file: string } | { readonly directory: string }
}

/** The section. What is absent is said by the environment, or left out. */
export interface WatchSection {
  readonly argocd: Pick<ArgoCdSettings, 'caFile' | 'projects' | 'selector'> & {
    /** In the spelling of `ArgoCdSettings`. */
    readonly server?: string | undefined
    readonly tokenFile?: string | undefined
  }
  readonly phase?: readonly TokenPlace[] | undefined
  readonly tuning: WatchSettings['tuning']
  readonly state?: WatchSettings['state']
  readonly lease?: WatchSettings['lease']
}

/** Where no section says anything else; times in milliseconds. */
export const DEFAULT_TUNING: WatchSettings['tuning'] = {
  interval: { standard: 60_000, shortest: 15_000, longest: 3_600_000 },
  requestsPerMinute: 60,
  spread: 60_000,
  concurrency: 4,
  sync: false,
}
