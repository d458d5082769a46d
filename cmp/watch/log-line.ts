// An event in; what the log says of it out: a level, a word, a sentence, and the same as fields. Names
// come from the cluster and from files: each goes through `shown`, so that no line holds more than it says.
import type { Problem } from '../../manifests/problem.ts'
import { printable } from '../visible.ts'
import type { Trouble, WatchEvent } from './events.ts'
import type { ApplicationId, EnvironmentId } from './model.ts'
import { applicationKey } from './model.ts'

/** What a field may be. */
export type Field = string | number | boolean

/** One entry of the log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  /** What a reader looks for: 10 characters at most. */
  readonly word: string
  readonly text: string
  /** In their order. */
  readonly fields: Readonly<Record<string, Field>>
  readonly hint?: string | undefined
}

/** UTF-16 units. Kubernetes has 253 for a name; ids and hosts have less. */
const LONGEST_NAME = 320
const LONGEST_SENTENCE = 600

/** What the log says of an event, whether or not it was said before; see `watchLog`. */
export function lineOf(event: WatchEvent): LogLine {
  switch (event.type) {
    case 'leading':
      return info('leading', 'this replica acts')
    case 'standing-by':
      return info('standby', 'another replica acts')
    case 'leadership-lost':
      return { ...info('lost', 'another replica may act now'), level: 'warn' }
    case 'stopping':
      return info('stopping', 'no more refreshes begin')
    case 'election-failed':
      return failed('election', event.trouble)
    case 'state-loaded':
    case 'state-missing':
    case 'state-saved':
    case 'state-failed':
      return stateLine(event)
    case 'listed': {
      const { total, watched, unread, ms } = event
      const more = unread === 0 ? '' : `, ${unread} not known yet`
      const text = `${applications(total)}, ${watched} with values of Phase${more}`
      return info('listed', text, { total, watched, unread, ms: Math.round(ms) })
    }
    case 'argocd-failed':
      return failed('argocd', event.trouble)
    case 'argocd-recovered':
      return info('argocd', 'it answers again')
    case 'polled':
    case 'poll-failed':
    case 'poll-recovered':
      return pollLine(event)
    case 'unseen':
    case 'changed':
      return environmentLine(event)
    case 'pending':
      return info('pending', `${applications(event.count)} to be refreshed`, { count: event.count })
    default:
      return applicationLine(event)
  }
}

type Of<Type extends WatchEvent['type']> = Extract<WatchEvent, { readonly type: Type }>

function stateLine(
  event: Of<'state-loaded' | 'state-missing' | 'state-saved' | 'state-failed'>,
): LogLine {
  if (event.type === 'state-failed') return failed('state', event.trouble)
  if (event.type === 'state-saved') return info('state', 'it is saved again')
  if (event.type === 'state-missing') {
    return info('state', 'there is none yet: what changed before now is not known')
  }
  const { environments, applications: known, pending } = event
  const text = `${environments} environments and ${applications(known)} known, ${pending} to be refreshed`
  return info('state', text, { environments, applications: known, pending })
}

function pollLine(event: Of<'polled' | 'poll-failed' | 'poll-recovered'>): LogLine {
  const [credential, host] = [shown(event.credential), shown(event.host)]
  const [name, fields] = [`${credential} at ${host}`, { credential, host }]
  if (event.type === 'poll-recovered') return info('polled', `${name} answers again`, fields)
  if (event.type === 'polled') {
    const { environments, ms } = event
    const text = `${name} sees ${environments} environment${environments === 1 ? '' : 's'}`
    return info('polled', text, { ...fields, environments, ms: Math.round(ms) })
  }
  const { trouble, retryIn } = event
  // 0: not again.
  const next = retryIn === 0 ? '' : `; again in ${seconds(retryIn)}`
  const line = failed('poll', trouble, `${name}: `, next)
  return { ...line, fields: { ...fields, retryInMs: Math.round(retryIn) } }
}

function environmentLine(event: Of<'unseen' | 'changed'>): LogLine {
  const { applications: count } = event
  const { name, fields } = environment(event.environment)
  const all = { ...fields, applications: count }
  if (event.type === 'changed') {
    const title = shown(event.title)
    const what = event.isFirst
      ? `may be newer than what ${applications(count)} ${count === 1 ? 'shows' : 'show'}`
      : applications(count)
    const more = { title, ...all, isFirst: event.isFirst }
    return info('changed', `${title} at ${fields.host}: ${what}`, more)
  }
  const text = `${name}: no token sees it, and ${applications(count)} ${count === 1 ? 'uses' : 'use'} it`
  const hint = 'give a token access to it, or name one that has it under watch.phase'
  return { level: 'warn', word: 'unseen', text, fields: all, hint }
}

function applicationLine(
  event: Extract<WatchEvent, { readonly application: ApplicationId }>,
): LogLine {
  const application = shown(applicationKey(event.application))
  const fields = { application }
  switch (event.type) {
    case 'unrendered': {
      const { isKept } = event
      const text = isKept
        ? `${application} does not render; what it used before is still watched`
        : `${application} does not render: what it uses is not known`
      return { level: 'warn', word: 'unrendered', text, fields: { ...fields, isKept } }
    }
    case 'postponed':
      return info('postponed', `${application}: its sync window is closed`, fields)
    case 'would-refresh':
      return info('dry run', `${application} would be refreshed`, fields)
    case 'refreshed': {
      const { delay, ms, healsItself } = event
      const syncStatus = shown(event.syncStatus)
      const then =
        syncStatus !== 'OutOfSync' ? '' : healsItself ? ', heals itself' : ', waits for a sync'
      const text = `${application} in ${seconds(ms)}: ${syncStatus}${then}`
      const times = { delayMs: Math.round(delay), ms: Math.round(ms) }
      return info('refreshed', text, { ...fields, ...times, syncStatus, healsItself })
    }
    case 'refresh-failed': {
      const { trouble, retryIn } = event
      const line = failed('refresh', trouble, `${application}: `, `; again in ${seconds(retryIn)}`)
      return { ...line, level: 'warn', fields: { ...fields, retryInMs: Math.round(retryIn) } }
    }
    case 'synced': {
      const { objects } = event
      return info('synced', `${application}: ${objects} objects synced`, { ...fields, objects })
    }
    case 'sync-failed':
      return { ...failed('sync', event.trouble, `${application}: `), level: 'warn', fields }
  }
}

function info(word: string, text: string, fields: LogLine['fields'] = {}): LogLine {
  return { level: 'info', word, text, fields }
}

function failed(word: string, { message, hint }: Trouble, before = '', after = ''): LogLine {
  const text = `${before}${printable(message, LONGEST_SENTENCE)}${after}`
  return { level: 'error', word, text, fields: {}, hint: printable(hint, LONGEST_SENTENCE) }
}

const LEVELS = { error: 'error', warning: 'warn', notice: 'warn' } as const

/** What the log says of a problem. */
export function problemLine({ severity, at, message, hint }: Problem): LogLine {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `
  const line = failed(severity, { message, hint: hint ?? '' }, shown(place))
  return { ...line, level: LEVELS[severity], hint: hint === undefined ? undefined : line.hint }
}

function environment(id: EnvironmentId) {
  const [environmentId, host] = [shown(id.environmentId), shown(id.host)]
  return {
    name: `environment ${environmentId} of ${host}`,
    fields: { environment: environmentId, host },
  }
}

/** `1 Application`, `12 Applications`. */
export function applications(count: number): string {
  return `${count} Application${count === 1 ? '' : 's'}`
}

function seconds(ms: number): string {
  return `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`
}

function shown(name: string): string {
  return printable(name, LONGEST_NAME)
}
