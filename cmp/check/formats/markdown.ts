// A report in, a comment for a pull request on GitHub or GitLab out. What does not fit is left out in whole
// items and rows, and said to be.
import type { Level } from '../../../manifests/check/model.ts'
import type { CheckReport } from '../../../manifests/check/report.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import { code, prose } from '../../formats/markup.ts'
import type { Section } from '../../formats/sections.ts'
import { fill, LONGEST_COMMENT, SEE_ALL } from '../../formats/sections.ts'
import {
  accessTable,
  chartItem,
  exemptedItem,
  findingItem,
  fixedItem,
  passItem,
} from './markdown-items.ts'
import { countWords, levelWords, scopeWords, verdictOf } from './words.ts'

/** Found by bots that update their comment. */
const MARKER = '<!-- argocd-phase-plugin check -->'
/** For the lines that say what is left out. */
const RESERVED = 1000
/** UTF-16 units; what they leave is for the findings. */
const MOST = { table: 14_000, chart: 10_000, proof: 5000, exempted: 4000, fixed: 4000, notes: 4000 }

/** Prints a report as a comment. @param failOn the level that the check fails on. */
export function formatMarkdown(report: CheckReport, failOn: Level): string {
  const first = [MARKER, ...headline(report, failOn)].join('\n')
  const last = `<sub>${scopeWords(report, prose)}</sub>\n`
  const others = othersOf(report).map(filled)
  const texts = others.map(({ text }) => text)
  const used = [first, last, ...texts].reduce((sum, text) => sum + text.length + 2, RESERVED)
  const findings = filled({
    heading: 'Findings',
    items: report.findings.map(findingItem),
    noun: 'finding',
    between: '\n',
    most: LONGEST_COMMENT - used,
  })
  const isCut = [findings, ...others].some(({ omitted }) => omitted > 0)
  const parts = [first, findings.text, ...texts, isCut ? SEE_ALL : '', last]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** Items are made inert before they are counted: that makes some of them longer. */
function filled(section: Section): ReturnType<typeof fill> {
  return fill({ ...section, items: section.items.map(inertInLogs) })
}

function headline(report: CheckReport, failOn: Level): string[] {
  const { label, base, findings } = report
  const [fails, words] = verdictOf(report, failOn)
  const what = base === undefined ? code(label) : `${code(label)} compared with ${code(base)}`
  return [
    `### Phase check: ${levelWords(findings)}`,
    '',
    inertInLogs(`**${fails ? 'Fails' : 'Passes'}: ${words}.** ${what}: ${countWords(report)}.`),
  ]
}

/** All parts but the findings. */
function othersOf(report: CheckReport): Section[] {
  const { secrets, passes, exempted, fixed, notes } = report
  const { cells, rows, omitted } = accessTable(report)
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const before = `${line(cells)}\n${line(cells.map(() => ':--'))}`
  const list = { between: '\n' } as const
  return [
    {
      ...list,
      heading: 'Who gets at which Secret',
      before,
      items: rows.map(line),
      omitted,
      noun: 'row',
      most: MOST.table,
    },
    { ...list, heading: 'Ways', ...chartItem(secrets), noun: 'way', most: MOST.chart },
    { ...list, heading: 'Proof', items: passes.map(passItem), noun: 'check', most: MOST.proof },
    {
      ...list,
      heading: 'Exempted',
      items: exempted.map(exemptedItem),
      noun: 'finding',
      most: MOST.exempted,
    },
    {
      ...list,
      heading: 'Fixed since the base',
      items: fixed.map(fixedItem),
      noun: 'finding',
      most: MOST.fixed,
    },
    {
      ...list,
      heading: 'Notes',
      items: notes.map((note) => `- ${prose(note)}`),
      noun: 'note',
      most: MOST.notes,
    },
  ]
}
