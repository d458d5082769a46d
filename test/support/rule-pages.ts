// Rules in; the files of docs/rules out, by name.
import type { RuleDescription } from '../../manifests/check/model.ts'
import { CHAPTERS } from '../../manifests/check/model.ts'
import { rulePage } from '../../manifests/check/page.ts'

export function pagesOf(rules: readonly RuleDescription[]): Map<string, string> {
  const pages = rules.map((rule) => [`${rule.id}.md`, rulePage(rule)] as const)
  return new Map([['README.md', index(rules)], ...pages])
}

function index(rules: readonly RuleDescription[]): string {
  const chapters = CHAPTERS.map((chapter) => {
    const rows = rules
      .filter((rule) => rule.chapter === chapter)
      .map(
        ({ id, name, severity, fixable, summary }) =>
          `| [${id}](${id}.md) | ${name} | ${severity} | ${fixable} | ${summary} |\n`,
      )
    if (rows.length === 0) return ''
    return `\n## ${chapter}\n\n| Rule | Name | Severity | Fix | Finds |\n|---|---|---|---|---|\n${rows.join('')}`
  })
  return `# The rules of \`check\`\n\nMade from the rules themselves by \`npm run rule-pages\`.\n${chapters.join('')}`
}
