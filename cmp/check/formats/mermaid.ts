// Who gets at which Secret in, a flowchart of Mermaid out: subject → binding → role → Secret, as many ways
// as a person can look at.
import type { Reacher, SecretAccess } from '../../../manifests/check/report.ts'
import { titleOf } from '../../formats/words.ts'
import { printable } from '../../visible.ts'
import { REACH_WORDS, secretTitle, standingWords } from './words.ts'

/** Ways that are drawn. GitHub draws no chart of more than 500 edges. */
const MOST_WAYS = 60
/** UTF-16 units of all lines; GitHub draws none of more than 50,000. */
const MOST_TEXT = 9000
/** UTF-16 units of a label, before characters are spelled out. */
const LONGEST_LABEL = 60
/** The binding and the role. */
const STEPS = 2

export interface Chart {
  /** Empty if there is nothing to draw. */
  readonly lines: readonly string[]
  /** Ways that are not drawn. */
  readonly omitted: number
}

/** One way from somebody to a Secret. */
interface Way {
  readonly access: SecretAccess
  readonly reacher: Reacher
  readonly isGone: boolean
}

/** What changes and what is not allowed first, else in the order of the report. */
export function chartOf(secrets: readonly SecretAccess[]): Chart {
  const ways = secrets.flatMap((access) => [
    ...access.reachers.map((reacher) => ({ access, reacher, isGone: false })),
    ...access.removed.map((reacher) => ({ access, reacher, isGone: true })),
  ])
  const sorted = [...ways.filter(stands), ...ways.filter((way) => !stands(way))]
  const lines = new Set<string>()
  const nodes = new Map<string, string>()
  let drawn = 0
  let size = 0
  for (const way of sorted.slice(0, MOST_WAYS)) {
    const more = linesOf(way, nodes).filter((line) => !lines.has(line))
    size += more.reduce((sum, line) => sum + line.length + 1, 0)
    if (size > MOST_TEXT) break
    for (const line of more) lines.add(line)
    drawn += 1
  }
  return {
    lines: drawn === 0 ? [] : ['flowchart LR', ...lines],
    omitted: ways.length - drawn,
  }
}

function stands({ reacher, isGone }: Way): boolean {
  return isGone || reacher.isNew === true || reacher.isAllowed === false
}

/** Nodes with their labels, then the edges between them. @param nodes ids by what they are, filled. */
function linesOf({ access, reacher, isGone }: Way, nodes: Map<string, string>): string[] {
  const { subject, path } = reacher
  const secret = [access.secret.namespace, access.secret.name]
  const draw = (key: readonly unknown[], text: string, before: string, after: string) => {
    const id = nodes.get(JSON.stringify(key)) ?? `n${nodes.size}`
    nodes.set(JSON.stringify(key), id)
    return { id, line: `  ${id}${before}"${labelOf(text)}"${after}` }
  }
  const steps = path.slice(0, STEPS).map(({ text }) => text)
  const all = [
    draw([subject.kind, subject.namespace, subject.name], titleOf(subject), '([', '])'),
    // Each Secret has its own: one role for two would say that whoever gets at one gets at the other.
    ...steps.map((text, index) => {
      return draw([secret, isGone, ...steps.slice(0, index + 1)], text, '[', ']')
    }),
    draw([secret], secretTitle(access.secret), '[(', ')]'),
  ]
  const arrow = isGone ? '-.->' : '-->'
  const words = [REACH_WORDS[reacher.reach], isGone ? 'no more' : standingWords(reacher)]
  const said = words.filter((word) => word !== '').join(', ')
  const edges = all.slice(1).map(({ id }, index) => {
    const label = index === 0 ? `|"${said}"|` : ''
    return `  ${all[index]?.id} ${arrow}${label} ${id}`
  })
  return [...all.map(({ line }) => line), ...edges]
}

/** Only letters, digits and what means nothing to Mermaid are as they are; `fa:fa-x` would be an icon. */
function labelOf(text: string): string {
  const label = text.trim() === '' ? '""' : printable(text, LONGEST_LABEL)
  return label.replace(/[^A-Za-z0-9 ,./-]/gu, (character) => `#${character.codePointAt(0)};`)
}
