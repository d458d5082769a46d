// Explained providers in; text for people or Markdown out.
import type { Explained } from './explain.ts'

type Column = readonly [title: string, of: (row: Explained) => string]

const COLUMNS: readonly Column[] = [
  ['Provider', (row) => row.provider],
  ['Status', (row) => row.status],
  ['Encryption', (row) => row.how],
  ['Strength', (row) => row.strength],
  ['Speed', (row) => row.speed],
  ['Key', (row) => row.key],
  ['Bound to its place', (row) => (row.isBound ? 'yes' : 'no')],
]

/** One paragraph a provider. */
export function explainText(rows: readonly Explained[], version: string): string {
  const paragraphs = rows.map((row) => {
    const lines = COLUMNS.slice(1).map(([title, of]) => `  ${`${title}:`.padEnd(20)}${of(row)}\n`)
    return `${row.provider}\n${lines.join('')}${row.notes.map((note) => `  - ${note}\n`).join('')}`
  })
  return [`Encryption providers of Kubernetes ${version}\n`, ...paragraphs].join('\n')
}

/** A table, and the notes below it. */
export function explainMarkdown(rows: readonly Explained[], version: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const table = [
    line(COLUMNS.map(([title]) => title)),
    line(COLUMNS.map(() => '---')),
    ...rows.map((row) => line(COLUMNS.map(([, of]) => of(row)))),
  ]
  const notes = rows.map(
    ({ provider, notes }) => `**${provider}**\n\n${notes.map((note) => `- ${note}\n`).join('')}`,
  )
  return `## Encryption providers of Kubernetes ${version}\n\n${table.join('')}\n${notes.join('\n')}`
}
