// A preview in, a comment for a pull request on GitHub or GitLab out. What does not fit is left out in
// whole rows, items and diffs, and said to be.
import type { Preview, PreviewSide } from '../../../render/preview/model.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import { code, prose } from '../../formats/markup.ts'
import type { Section } from '../../formats/sections.ts'
import { fill, LONGEST_COMMENT, SEE_ALL } from '../../formats/sections.ts'
import { count } from '../../formats/words.ts'
import type { Counts } from './counts.ts'
import { countsOf } from './counts.ts'
import { objectItems, rolloutItems, secretRows, streamItem } from './markdown-items.ts'
import { rolloutsOf } from './rollouts.ts'
import { changeWords, costWords, noDifference, partWords, podWords, sideWords } from './words.ts'

/** What the comment is for. */
export interface MarkdownOptions {
  /** Tells the comments of several previews apart; letters, digits, `-`, `_` and `.`. */
  readonly marker?: string | undefined
}

/** For the lines that say what is left out. */
const RESERVED = 1000

const ROWS = { between: '\n', noun: 'row', most: 20_000 } as const
const ITEMS = { between: '\n', noun: 'workload', most: 14_000 } as const
const NOTES = { between: '\n', noun: 'note', most: 5000 } as const

/** Prints a preview as a comment, which begins with a line that a bot can find it by. */
export function formatMarkdown(preview: Preview, { marker }: MarkdownOptions = {}): string {
  const { notes, measurements } = preview
  const counts = countsOf(preview)
  const first = [markerOf(marker), ...headline(preview, counts)].join('\n')
  const cost = measurements === undefined ? '' : `; ${costWords(measurements)}`
  const last = `<sub>${partWords(counts)}${cost}</sub>\n`
  const early = [secretsOf(preview), rolloutsSection(preview)].map(fill)
  const late = fill({ heading: 'Notes', items: notes.map((note) => `- ${prose(note)}`), ...NOTES })
  const texts = [...early, late].map(({ text }) => text)
  const used = [first, last, ...texts].reduce((sum, text) => sum + text.length + 2, RESERVED)
  const objects = fill(objectsOf(preview, LONGEST_COMMENT - used))
  const isCut = [...early, late, objects].some(({ omitted }) => omitted > 0)
  const parts = [first, ...early.map(({ text }) => text), objects.text, late.text]
  return inertInLogs(
    [...parts, isCut ? SEE_ALL : '', last].filter((part) => part !== '').join('\n\n'),
  )
}

/** Found by bots that update their comment. */
function markerOf(marker: string | undefined): string {
  const id = marker === undefined ? '' : `: ${marker.replace(/[^\w.-]/g, '_').slice(0, 100)}`
  return `<!-- argocd-phase-plugin preview${id} -->`
}

function headline(preview: Preview, counts: Counts): string[] {
  const { head, base, objects } = preview
  const what = (side: PreviewSide) => sideWords(side, code)
  if (base === undefined) {
    return [`### Phase preview: ${partWords(counts)}`, '', `What ${what(head)} renders.`]
  }
  const different = changeWords({ ...counts, same: 0 })
  const compared = `${what(head)} compared with ${what(base)}, ${count(objects.length, 'object')}.`
  const pods = podWords(counts)
  return [
    `### Phase preview: ${different || noDifference(preview)}`,
    '',
    pods === undefined ? compared : `${compared} **${pods}.**`,
  ]
}

function secretsOf(preview: Preview): Section {
  const isCompared = preview.base !== undefined
  const cells = isCompared ? ['Secret and key', 'Change', 'Value'] : ['Secret and key', 'Value']
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const before = `${line(cells)}\n${line(cells.map(() => ':--'))}`
  const { rows, omitted } = secretRows(preview, isCompared)
  return { heading: 'Secrets', before, items: rows.map(line), omitted, ...ROWS }
}

function rolloutsSection(preview: Preview): Section {
  return { heading: 'What rolls', items: rolloutItems(rolloutsOf(preview)), ...ITEMS }
}

/** What takes the most room, and may take what the others leave. */
function objectsOf(preview: Preview, most: number): Section {
  const common = { between: '\n\n', most } as const
  if (preview.base !== undefined) {
    return { heading: 'Objects', items: objectItems(preview), noun: 'object', ...common }
  }
  return { heading: 'Stream', items: streamItem(preview), noun: 'stream', ...common }
}
