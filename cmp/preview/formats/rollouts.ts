// A preview in; whose pods are replaced, whose are not though they should be, and why, out.
import type { Preview, PreviewObject, RollReason } from '../../../render/preview/model.ts'
import type { Show } from '../../formats/words.ts'
import type { PodsState } from './pods.ts'
import { podsStateOf } from './pods.ts'

/** What becomes of the pods of one workload. */
export interface Rollout {
  readonly object: PreviewObject
  readonly fate: PodsState
  readonly reasons: readonly RollReason[]
  /** What would make it see a change that it misses. */
  readonly hint?: string | undefined
}

const FATES: readonly PodsState[] = ['rolls', 'rolls-on-delete', 'may-roll', 'may-miss', 'misses']

export const FATE_WORDS: Readonly<Record<PodsState, string>> = {
  rolls: 'rolls',
  'rolls-on-delete': 'rolls once its pods are deleted',
  'may-roll': 'may roll',
  'may-miss': 'does not roll, and may keep an old value of what it uses',
  misses: 'does NOT roll, and keeps the old value of what it uses',
}

/** Keys or fields named of one reason; they all are in the lists of keys, and in the diff. */
const MOST_NAMED = 6

/** Only Secrets that the plugin makes count for the checksum, and a Job has none. */
const OPT_IN = 'restart it, or annotate it with secrets.phase.dev/redeploy: "true"'
const RESTART = 'restart it'
const RUN_AGAIN = 'run it again'

const CHANGES: Readonly<Record<Extract<RollReason, { readonly key: string }>['change'], string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  renamed: 'renamed',
  unknown: 'may differ',
  same: 'unchanged',
}

/** Those that roll first, those that miss a change last; else in the order of the stream. */
export function rolloutsOf({ objects }: Preview): Rollout[] {
  const emitted = new Set(objects.filter(({ part }) => part === 'emitted').map(identify))
  const all = objects.flatMap((object) => rolloutsOfOne(object, emitted))
  return FATES.flatMap((fate) => all.filter((each) => each.fate === fate))
}

function rolloutsOfOne(object: PreviewObject, emitted: ReadonlySet<string>): Rollout[] {
  const { because = [], missed = [], isStamped } = object.workload ?? {}
  const fate = object.workload && podsStateOf(object.workload)
  if (fate === undefined) return []
  if (missed.length === 0) return [{ object, fate, reasons: because }]
  const { namespace, kind } = object
  const isOurs = missed.some(
    (reason) => 'secret' in reason && emitted.has(identify({ namespace, name: reason.secret })),
  )
  const hint = kind === 'Job' ? RUN_AGAIN : isOurs && isStamped === false ? OPT_IN : RESTART
  return [{ object, fate, reasons: missed, hint }]
}

function identify({ namespace, name }: Pick<PreviewObject, 'namespace' | 'name'>): string {
  return JSON.stringify([namespace, name])
}

/** A sentence part for each Secret, and one for the fields of the pod template. @param show for names. */
export function reasonWords(reasons: readonly RollReason[], show: Show): string[] {
  const keys = reasons.flatMap((reason) => ('secret' in reason ? [reason] : []))
  const pointers = reasons.flatMap((reason) => ('pointer' in reason ? [reason.pointer] : []))
  const bySecret = Map.groupBy(keys, ({ secret }) => secret)
  const secrets = [...bySecret].map(([secret, group]) => {
    const words = group.map(({ key, change }) => {
      return `${key === '*' ? 'keys that are not known' : show(key)} ${CHANGES[change]}`
    })
    return `Secret ${show(secret)}: ${listed(words)}`
  })
  const fields = pointers.length === 0 ? [] : [`its pod template: ${listed(pointers.map(show))}`]
  const rest = secrets.length - MOST_NAMED
  if (rest <= 1) return [...secrets, ...fields]
  return [...secrets.slice(0, MOST_NAMED), `${rest} more Secrets`, ...fields]
}

function listed(words: readonly string[]): string {
  const rest = words.length - MOST_NAMED
  if (rest <= 1) return words.join(', ')
  return `${words.slice(0, MOST_NAMED).join(', ')} and ${rest} more`
}
