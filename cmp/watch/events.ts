// What happens while watching, as data: the log prints it, the metrics count it, and neither is known
// to who says it. Nothing here holds a value, a token or the text of an answer.
import type { ApplicationId, EnvironmentId } from './model.ts'

/** What went wrong, in words of ours, and what to do about it. */
export interface Trouble {
  readonly message: string
  readonly hint: string
}

/**
 * Something that happened; times in milliseconds. Of a trouble that lasts, only the first event is
 * `isNew`, until it is over.
 */
export type WatchEvent =
  | { readonly type: 'leading' | 'standing-by' | 'leadership-lost' | 'stopping' }
  | { readonly type: 'election-failed'; readonly trouble: Trouble; readonly isNew: boolean }
  | {
      readonly type: 'state-loaded'
      readonly environments: number
      readonly applications: number
      readonly pending: number
    }
  | { readonly type: 'state-missing' }
  | { readonly type: 'state-saved' }
  | { readonly type: 'state-failed'; readonly trouble: Trouble; readonly isNew: boolean }
  /** `total` Applications, of which `watched` use Phase; `unread` of them are not known yet. */
  | {
      readonly type: 'listed'
      readonly total: number
      readonly watched: number
      readonly unread: number
      readonly ms: number
    }
  | { readonly type: 'argocd-failed'; readonly trouble: Trouble; readonly isNew: boolean }
  | { readonly type: 'argocd-recovered' }
  /** What an Application uses is not known, or no longer known for sure: its render fails. */
  | { readonly type: 'unrendered'; readonly application: ApplicationId; readonly isKept: boolean }
  | {
      readonly type: 'polled'
      readonly credential: string
      readonly host: string
      readonly environments: number
      readonly ms: number
    }
  | {
      readonly type: 'poll-failed'
      readonly credential: string
      readonly host: string
      readonly trouble: Trouble
      readonly isNew: boolean
      readonly retryIn: number
    }
  | { readonly type: 'poll-recovered'; readonly credential: string; readonly host: string }
  /** No credential sees an environment that Applications use: its changes are not noticed. */
  | {
      readonly type: 'unseen'
      readonly environment: EnvironmentId
      readonly applications: number
    }
  /** `isFirst`: it was never seen before, and is younger than what the Applications may show. */
  | {
      readonly type: 'changed'
      readonly environment: EnvironmentId
      readonly title: string
      readonly isFirst: boolean
      readonly applications: number
    }
  /** How many wait to be refreshed, whenever that changed. */
  | { readonly type: 'pending'; readonly count: number }
  | { readonly type: 'postponed'; readonly application: ApplicationId }
  | {
      readonly type: 'refreshed'
      readonly application: ApplicationId
      /** From the change's sighting to the end of the refresh, and of the refresh alone. */
      readonly delay: number
      readonly ms: number
      readonly syncStatus: string
      readonly healsItself: boolean
    }
  | { readonly type: 'would-refresh'; readonly application: ApplicationId }
  | {
      readonly type: 'refresh-failed'
      readonly application: ApplicationId
      readonly trouble: Trouble
      readonly isNew: boolean
      readonly retryIn: number
    }
  | { readonly type: 'synced'; readonly application: ApplicationId; readonly objects: number }
  | {
      readonly type: 'sync-failed'
      readonly application: ApplicationId
      readonly trouble: Trouble
    }

/** Takes every event, in the order in which they happen; never throws. */
export type Observe = (event: WatchEvent) => void
