// A preview in; the rows, items and blocks of its comment out, each whole by itself.
import type { Preview, PreviewKey, PreviewObject } from '../../../render/preview/model.ts'
import { cellCode, code, fenced, html, prose } from '../../formats/markup.ts'
import { count, placeOf, titleOf } from '../../formats/words.ts'
import type { Rollout } from './rollouts.ts'
import { FATE_WORDS, reasonWords } from './rollouts.ts'
import { movedWords, valuesWords } from './words.ts'

/** Keys of one Secret that have a row: one Secret does not take the room of the others. */
const MOST_KEYS = 60

/** The cells of each row: a Secret, then its keys. @param isCompared only what differs, and how. */
export function secretRows({ objects }: Preview, isCompared: boolean): SecretRows {
  const secrets = objects.map((object) => rowsOf(object, isCompared))
  const rows = secrets.flatMap((each) => each.slice(0, MOST_KEYS + 1))
  return { rows, omitted: secrets.flat().length - rows.length }
}

/** Rows, and how many there are beside them. */
export interface SecretRows {
  readonly rows: readonly (readonly string[])[]
  readonly omitted: number
}

function rowsOf(object: PreviewObject, isCompared: boolean): string[][] {
  const { secret, change = 'same' } = object
  if (secret === undefined || (isCompared && change === 'same')) return []
  if (!isCompared && object.part !== 'emitted') return []
  const from = movedWords(secret, cellCode)
  const keys = secret.keys.filter((key) => !isCompared || (key.change ?? 'same') !== 'same')
  const same = secret.keys.length - keys.length
  const notes = [
    ...(secret.type === 'Opaque' ? [] : [`type ${cellCode(secret.type)}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(same === 0 ? [] : [`${count(same, 'key')} unchanged`]),
    ...(secret.isComplete ? [] : ['may have more keys']),
  ]
  const { namespace, name } = object
  const title = cellCode([namespace, name].filter((part) => part !== undefined).join('/'))
  const row = (first: string, how: string, last: string) =>
    isCompared ? [first, how, last] : [first, last]
  return [
    row(`**${title}**`, `**${change}**`, notes.join(', ')),
    ...keys.map((key) => row(cellCode(key.key), changeOf(key), valuesWords(key, cellCode))),
  ]
}

function changeOf({ change = 'same', renamedFrom }: PreviewKey): string {
  return renamedFrom === undefined ? change : `${change}, was ${cellCode(renamedFrom)}`
}

/** An item for each workload. */
export function rolloutItems(rollouts: readonly Rollout[]): string[] {
  return rollouts.map(({ object, fate, reasons, hint }) => {
    const title = `- ${code(titleOf(object))} **${FATE_WORDS[fate]}**`
    const because = reasonWords(reasons, code).map((words) => `  - because of ${words}`)
    return [
      title,
      ...because,
      ...(hint === undefined ? [] : [`  - to mend it, ${prose(hint)}`]),
    ].join('\n')
  })
}

/** A block for each object that differs; Secrets of which only keys do have their rows. */
export function objectItems({ objects }: Preview): string[] {
  return objects.flatMap((object) => {
    const { change = 'same', at, diff, secret } = object
    if (change === 'same' || (diff === undefined && secret !== undefined)) return []
    if (diff === undefined) return [`- ${change} ${code(titleOf(object))}`]
    const place = at === undefined ? '' : ` <code>${html(placeOf(at))}</code>`
    return [
      details(`${change} <code>${html(titleOf(object))}</code>${place}`, linesOf(diff), 'diff'),
    ]
  })
}

function linesOf({ hunks }: NonNullable<PreviewObject['diff']>): string[] {
  return hunks.flatMap(({ beforeStart, beforeLines, afterStart, afterLines, lines }) => [
    `@@ -${beforeStart},${beforeLines} +${afterStart},${afterLines} @@`,
    ...lines,
  ])
}

/** The rendered stream. */
export function streamItem({ stream = '' }: Preview): string[] {
  if (stream === '') return []
  const lines = stream.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
  return [details('what is rendered', lines, 'yaml')]
}

function details(summary: string, lines: readonly string[], language: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${fenced(lines, language)}\n\n</details>`
}
