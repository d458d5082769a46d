// One event of every type, as the watch says them, and a log that keeps its text.
import type { Trouble, WatchEvent } from '../../cmp/watch/events.ts'
import type { LogFormat } from '../../cmp/watch/log.ts'
import { watchLog } from '../../cmp/watch/log.ts'

export const APPLICATION = { namespace: 'argocd', name: 'web' }
export const ENVIRONMENT = { host: 'https://phase.example', environmentId: 'e-1' }
export const TROUBLE: Trouble = { message: 'it does not answer', hint: 'look at it' }
/** 2026-11-25, 12:03:04 in UTC. */
export const WALL = Date.UTC(2026, 10, 25, 12, 3, 4)

const asked = { credential: 'payments', host: 'https://phase.example' }
const news = { trouble: TROUBLE, isNew: true }
const application = APPLICATION
const environment = ENVIRONMENT

/** By name; those of one type stand together. The compiler says when a type is missing. */
export const EVENTS = {
  leading: { type: 'leading' },
  'standing-by': { type: 'standing-by' },
  'leadership-lost': { type: 'leadership-lost' },
  stopping: { type: 'stopping' },
  'election-failed': { type: 'election-failed', ...news },
  'state-loaded': { type: 'state-loaded', environments: 3, applications: 12, pending: 1 },
  'state-missing': { type: 'state-missing' },
  'state-failed': { type: 'state-failed', ...news },
  'state-saved': { type: 'state-saved' },
  listed: { type: 'listed', total: 40, watched: 12, unread: 3, ms: 120.4 },
  'argocd-failed': { type: 'argocd-failed', ...news },
  'argocd-recovered': { type: 'argocd-recovered' },
  unrendered: { type: 'unrendered', application, isKept: true },
  polled: { type: 'polled', ...asked, environments: 5, ms: 34.6 },
  'poll-failed': { type: 'poll-failed', ...asked, ...news, retryIn: 30_000 },
  'poll-recovered': { type: 'poll-recovered', ...asked },
  unseen: { type: 'unseen', environment, applications: 2 },
  changed: {
    type: 'changed',
    environment,
    title: 'Production of shop',
    isFirst: false,
    applications: 12,
  },
  pending: { type: 'pending', count: 12 },
  postponed: { type: 'postponed', application },
  refreshed: {
    type: 'refreshed',
    application,
    delay: 5250.2,
    ms: 1234.5,
    syncStatus: 'OutOfSync',
    healsItself: true,
  },
  'would-refresh': { type: 'would-refresh', application },
  'refresh-failed': { type: 'refresh-failed', application, ...news, retryIn: 8000 },
  synced: { type: 'synced', application, objects: 2 },
  'sync-failed': { type: 'sync-failed', application, trouble: TROUBLE },
} as const satisfies { readonly [Type in WatchEvent['type']]: { type: Type } & WatchEvent }

/** What a log says of the events. */
export function logged(format: LogFormat, events: readonly WatchEvent[]): string {
  let text = ''
  const write = (more: string) => {
    text += more
  }
  const log = watchLog({ format, write, wall: () => WALL })
  for (const event of events) log.observe(event)
  return text
}
