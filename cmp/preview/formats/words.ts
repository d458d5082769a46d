// Parts of a preview in, words for them out, the same in text and in Markdown. The words hold whatever a
// repository holds: whoever prints them has to neutralise them.
import type {
  Measurements,
  Preview,
  PreviewKey,
  PreviewSecret,
  PreviewSide,
  SecretOrigin,
  SecretUse,
  ShownValue,
} from '../../../render/preview/model.ts'
import type { Show } from '../../formats/words.ts'
import { count } from '../../formats/words.ts'
import type { Counts } from './counts.ts'

/** One of the two states. @param show for its label. */
export function sideWords({ kind, label }: PreviewSide, show: Show): string {
  if (kind === 'source') return show(label)
  return `${kind === 'live' ? 'the cluster' : kind} ${show(label)}`
}

/** `app / environment, path /`, as placeholders say it too. */
export function originWords({ host, app, environment, path, tag }: SecretOrigin): string {
  const tagged = tag === undefined ? '' : `, tag ${tag}`
  return `${app} / ${environment}, path ${path}${tagged}${host === undefined ? '' : ` at ${host}`}`
}

/** Where a Secret comes from, and came from. */
export function movedWords(
  { origin, originBefore }: PreviewSecret,
  show: Show,
): string | undefined {
  if (origin === undefined) return undefined
  const now = show(originWords(origin))
  return originBefore === undefined ? now : `${show(originWords(originBefore))} → ${now}`
}

/** A fingerprint, or `<words>`. */
function valueWords(value: ShownValue): string {
  return 'fingerprint' in value ? value.fingerprint : `<${value.placeholder}>`
}

/** What is shown of a key's value: before and after where they differ. */
export function valuesWords({ value, before }: PreviewKey, show: Show): string {
  return [before, value].flatMap((each) => (each ? [show(valueWords(each))] : [])).join(' → ')
}

/** Which keys of a Secret a workload reads. */
export function useWords({ secret, keys }: SecretUse, show: Show): string {
  const what = keys === 'all' ? 'all keys' : keys.map(show).join(', ')
  return `${what} of Secret ${show(secret)}`
}

/** How many objects are what, those that are none left out. */
export function changeWords({ added, changed, removed, unknown, same }: Counts): string {
  const counts = { added, changed, removed, unknown, unchanged: same }
  const words = Object.entries(counts).filter(([, number]) => number > 0)
  return words.map(([word, number]) => `${number} ${word}`).join(', ')
}

/** For two states that are the same as far as anybody looked. */
export function noDifference({ isPlaceholder }: Preview): string {
  return isPlaceholder ? 'no difference in the manifests' : 'no difference'
}

/** What becomes of the pods; undefined: nothing does. */
export function podWords(counted: Counts): string | undefined {
  const { rolls, rollsOnDelete, mayRoll, misses, mayMiss } = counted
  const counts: readonly (readonly [number, string, string])[] = [
    [rolls, 'rolls', 'roll'],
    [rollsOnDelete, 'rolls once its pods are deleted', 'roll once their pods are deleted'],
    [mayRoll, 'may roll', 'may roll'],
    [misses, 'misses a change', 'miss a change'],
    [mayMiss, 'may miss a change', 'may miss a change'],
  ]
  const [first, ...others] = counts.filter(([number]) => number > 0)
  if (first === undefined) return undefined
  const verb = ([number, one, many]: typeof first) => (number === 1 ? one : many)
  const rest = others.map((each) => `, ${each[0]} ${verb(each)}`).join('')
  return `${count(first[0], 'workload')} ${verb(first)}${rest}`
}

/** What the plugin does to the head. */
export function partWords({ emitted, stamped, passed }: Counts): string {
  const parts = [
    ...(emitted === 0 ? [] : [`${count(emitted, 'Secret')} from Phase`]),
    ...(stamped === 0 ? [] : [`${count(stamped, 'workload')} stamped`]),
    ...(passed === 0 ? [] : [`${count(passed, 'object')} passed through`]),
  ]
  return parts.length === 0 ? 'no objects' : parts.join(', ')
}

/** What the run cost. */
export function costWords({ requests, secrets, milliseconds }: Measurements): string {
  const opened = `${count(secrets, 'secret')} opened`
  return `${count(requests, 'request')} to Phase, ${opened}, ${Math.round(milliseconds)} ms`
}
