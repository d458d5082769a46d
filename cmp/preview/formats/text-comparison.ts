// A comparison in, its lines for a terminal out: each object that differs, then what rolls, then counts.
import type {
  Preview,
  PreviewKey,
  PreviewObject,
  PreviewSecret,
  PreviewSide,
} from '../../../render/preview/model.ts'
import type { Paint, Style } from '../../formats/terminal.ts'
import { aligned, cut, name } from '../../formats/terminal.ts'
import { count, placeOf, titleOf } from '../../formats/words.ts'
import { visibleYaml } from '../../visible.ts'
import { countsOf } from './counts.ts'
import type { PodsState } from './pods.ts'
import type { Rollout } from './rollouts.ts'
import { FATE_WORDS, reasonWords, rolloutsOf } from './rollouts.ts'
import {
  changeWords,
  noDifference,
  originWords,
  podWords,
  sideWords,
  valuesWords,
} from './words.ts'

/** How lines are drawn. */
export interface Drawing {
  readonly paint: Paint
  /** Columns that a row of a table may have. */
  readonly width: number | undefined
}

const MARKS: Readonly<
  Record<NonNullable<PreviewKey['change']>, readonly [mark: string, style: Style | undefined]>
> = {
  added: ['+', 'added'],
  removed: ['-', 'removed'],
  changed: ['~', 'changed'],
  renamed: ['>', 'changed'],
  unknown: ['?', 'unknown'],
  same: ['=', undefined],
}

const FATE_STYLES: Readonly<Record<PodsState, Style>> = {
  rolls: 'changed',
  'rolls-on-delete': 'changed',
  'may-roll': 'unknown',
  'may-miss': 'unknown',
  misses: 'removed',
}

/** All lines; an empty one between parts. */
export function comparison(preview: Preview, base: PreviewSide, drawing: Drawing): string[] {
  const { head, objects } = preview
  const different = objects.filter(({ change = 'same' }) => change !== 'same')
  const rollouts = rolloutsOf(preview)
  const sides = [sideWords(base, name), sideWords(head, name)]
  if (different.length + rollouts.length === 0) {
    const what = count(objects.length, 'object')
    return [
      `There is ${noDifference(preview)}: ${sides[1]} gives the same as ${sides[0]} (${what} compared)`,
    ]
  }
  const counts = countsOf(preview)
  const pods = podWords(counts)
  return [
    drawing.paint('heading', `${sides[1]} compared with ${sides[0]}`),
    ...different.flatMap((object) => ['', ...objectLines(object, drawing)]),
    ...(rollouts.length === 0 ? [] : ['', drawing.paint('heading', 'What rolls')]),
    ...rollouts.flatMap((rollout) => rolloutLines(rollout, drawing)),
    '',
    changeWords(counts),
    ...(pods === undefined ? [] : [pods]),
  ]
}

function objectLines(object: PreviewObject, drawing: Drawing): string[] {
  const { change = 'same', at, secret, diff } = object
  const place = at === undefined ? '' : ` (${name(placeOf(at))})`
  const title = `${change} ${name(titleOf(object))}`
  return [
    drawing.paint(MARKS[change][1], title) + place,
    ...(secret === undefined ? [] : secretLines(secret, drawing)),
    ...(diff?.hunks ?? []).flatMap((hunk) => {
      const { beforeStart, beforeLines, afterStart, afterLines, lines } = hunk
      const range = `@@ -${beforeStart},${beforeLines} +${afterStart},${afterLines} @@`
      return [
        `    ${drawing.paint('hunk', range)}`,
        ...lines.map((line) => diffLine(line, drawing)),
      ]
    }),
  ]
}

function secretLines(secret: PreviewSecret, { paint, width }: Drawing): string[] {
  const { type, keys, isComplete } = secret
  const shown = keys.filter(({ change = 'same' }) => change !== 'same')
  const rows = aligned(
    shown.map((key) => {
      const was = key.renamedFrom === undefined ? '' : ` (was ${name(key.renamedFrom)})`
      const [mark] = MARKS[key.change ?? 'same']
      return [`  ${mark} ${name(key.key)}${was}`, valuesWords(key, name)]
    }),
  )
  const same = keys.length - shown.length
  const rest = [
    ...(same === 0 ? [] : [`${count(same, 'key')} unchanged`]),
    ...(isComplete ? [] : ['more keys may exist: Phase was not asked']),
  ].join(', ')
  return [
    ...originLines(secret, width),
    ...(type === 'Opaque' ? [] : [cut(`  type ${name(type)}`, width)]),
    ...rows.map((row, index) => paint(MARKS[shown[index]?.change ?? 'same'][1], cut(row, width))),
    ...(rest === '' ? [] : [paint('faint', `  ${rest}`)]),
  ]
}

/** One line if it fits: what is new must not be what is cut off. */
function originLines({ origin, originBefore }: PreviewSecret, width: number | undefined): string[] {
  if (origin === undefined) return []
  const [now, before] = [origin, originBefore].map((each) => each && name(originWords(each)))
  if (before === undefined) return [cut(`  from ${now}`, width)]
  const whole = `  from ${before} → ${now}`
  if (cut(whole, width) === whole) return [whole]
  return [`  from ${before}`, `     → ${now}`].map((line) => cut(line, width))
}

const LINE_STYLES: Readonly<Record<string, Style>> = { '+': 'added', '-': 'removed' }

function diffLine(line: string, { paint }: Drawing): string {
  return `    ${paint(LINE_STYLES[line.charAt(0)], visibleYaml(line))}`
}

function rolloutLines({ object, fate, reasons, hint }: Rollout, { paint }: Drawing): string[] {
  const title = `  ${name(titleOf(object))} ${paint(FATE_STYLES[fate], FATE_WORDS[fate])}`
  return [
    title,
    ...reasonWords(reasons, name).map((words) => `    because of ${words}`),
    ...(hint === undefined ? [] : [`    hint: ${hint}`]),
  ]
}
