// A report in; the rows, items and blocks of its comment out, each whole by itself.
import type {
  CheckReport,
  Exempted,
  Finding,
  Pass,
  Reacher,
  SecretAccess,
} from '../../../manifests/check/report.ts'
import { cellCode, code, fenced, prose } from '../../formats/markup.ts'
import { placeOf, titleOf } from '../../formats/words.ts'
import { chartOf } from './mermaid.ts'
import {
  exemptionWords,
  fixWords,
  NOBODY,
  REACH_WORDS,
  ruleWords,
  sayingOf,
  wayWords,
} from './words.ts'

/** Readers of one Secret that have a row: one Secret does not take the room of the others. */
const MOST_READERS = 60
/** Powers and workloads that are named in a cell. */
const MOST_NAMES = 8

/** An item for each finding, the way and what to do below it. */
export function findingItem(finding: Finding): string {
  const { path = [], hint, isNew } = finding
  const fix = fixWords(finding)
  const mark = isNew ? ' **(new)**' : ''
  return [
    `- ${headOf(finding)}${mark}`,
    ...(path.length === 0 ? [] : [`  - ${wayWords(path, code)}`]),
    ...(hint === undefined ? [] : [`  - ${prose(hint)}`]),
    ...(fix === undefined
      ? []
      : [
          `  - ${fix
            .filter((part) => part !== '')
            .map(prose)
            .join(': ')}`,
        ]),
  ].join('\n')
}

/** How bad it is, the rule, the place, the object, what is wrong. */
function headOf(finding: Finding): string {
  const { severity, rule, at, object, message } = finding
  const place = at === undefined ? '' : ` ${code(placeOf(at))}`
  const title = object === undefined ? '' : ` ${code(titleOf(object))}:`
  return `**${severity}** ${code(ruleWords(rule))}${place}:${title} ${prose(message)}`
}

export function fixedItem(finding: Finding): string {
  return `- ${headOf(finding)}`
}

export function exemptedItem(exempted: Exempted): string {
  return `- ${headOf(exempted.finding)}\n  - because ${exemptionWords(exempted, prose)}`
}

export function passItem(pass: Pass): string {
  const place = pass.at === undefined ? '' : ` ${code(placeOf(pass.at))}`
  return `- **${pass.status}** ${code(ruleWords(pass))}${place}: ${sayingOf(pass, prose)}`
}

/** The table of who gets at which Secret: its heading cells, its rows, and how many more there are. */
export interface Table {
  readonly cells: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly omitted: number
}

/** Columns that nothing would be in are left out. */
export function accessTable({ secrets, base }: CheckReport): Table {
  const hasPolicy = secrets.some(({ reachers }) =>
    reachers.some((each) => each.isAllowed !== undefined),
  )
  const columns = [true, true, true, hasPolicy, base !== undefined]
  const visibleCells = (cells: readonly string[]) => cells.filter((_, index) => columns[index])
  const all = secrets.map((access) => rowsOf(access).map(visibleCells))
  const rows = all.flatMap((each) => each.slice(0, MOST_READERS + 1))
  return {
    cells: visibleCells(['Secret and who', 'How', 'What', 'Policy', 'Change']),
    rows,
    omitted: all.flat().length - rows.length,
  }
}

/** A row for the Secret, then one for each who gets at it, or did. */
function rowsOf({ secret, usedBy, reachers, removed, isNew }: SecretAccess): string[][] {
  const { namespace, name } = secret
  const title = cellCode([namespace, name].filter((part) => part !== undefined).join('/'))
  const users = named(usedBy.map(titleOf))
  const given = users === '' ? '' : `given by the kubelet to ${users}`
  const nobody = reachers.length === 0 ? [[NOBODY, '', '', '', '']] : []
  return [
    [`**${title}**`, '', given, '', isNew ? '**new**' : ''],
    ...nobody,
    ...reachers.map((each) => rowOf(each, each.isNew ? '**new**' : '')),
    ...removed.map((each) => rowOf({ ...each, isAllowed: undefined }, 'no more')),
  ]
}

function rowOf({ subject, reach, powers, isAllowed }: Reacher, change: string): string[] {
  const policy = isAllowed === undefined ? '' : isAllowed ? 'allowed' : '**not allowed**'
  return [cellCode(titleOf(subject)), REACH_WORDS[reach], named(powers), policy, change]
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(cellCode).join(', ')
  const more = names.length - MOST_NAMES
  return more > 0 ? `${shown} and ${more} more` : shown
}

/** The chart, and how many ways are not in it. */
export function chartItem(secrets: readonly SecretAccess[]): {
  readonly items: readonly string[]
  readonly omitted: number
} {
  const { lines, omitted } = chartOf(secrets)
  if (lines.length === 0) return { items: [], omitted: 0 }
  const block = fenced(lines, 'mermaid')
  return {
    items: [`<details>\n<summary>who gets at what as a graph</summary>\n\n${block}\n\n</details>`],
    omitted,
  }
}
