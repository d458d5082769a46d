// A rule in; its page out, in Markdown: what it finds, why that matters, what to do, a bad and a good example.
import type { RuleDescription } from './model.ts'
import { levelOf } from './model.ts'

const FIXABLE = {
  yes: '`check --fix` does it where that is safe.',
  suggestion: 'Findings come with a suggestion where one can be made.',
  no: 'No tool can decide this one.',
} as const

/** The page of a rule. */
export function rulePage(rule: RuleDescription): string {
  const { id, name, chapter, severity, summary, why, fix, fixable, example } = rule
  return `# ${id} ${name}

${sentence(summary)}

Chapter ${chapter}, severity ${severity} (${levelOf(severity)}) unless a finding says otherwise.

## Why

${why}

## What to do

${fix} ${FIXABLE[fixable]}
${example.minor === undefined ? '' : `\nThe examples are for Kubernetes 1.${example.minor}.\n`}${shown('Before', example.base)}${shown('Bad', example.bad)}${shown('Good', example.good)}${shown('With the policy', example.policy)}`
}

function shown(title: string, yaml: string | undefined): string {
  return yaml === undefined
    ? ''
    : `\n## ${title}\n\n\`\`\`yaml\n${yaml.replace(/^---\n/, '')}\`\`\`\n`
}

/** All rules, for a person. */
export function rulesTable(rules: readonly RuleDescription[]): string {
  const rows = rules.map(({ id, name, severity, fixable, summary }) => {
    const fix = fixable === 'yes' ? 'fix' : fixable === 'suggestion' ? 'hint' : ''
    return [id, severity, fix, name, summary]
  })
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) => `${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}\n`)
    .join('')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
