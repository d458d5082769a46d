// A report in, the same with other texts out: what hostile names do to a format. And the report as its JSON has it.
import type { CheckReport } from '../../manifests/check/report.ts'

/** Texts of a few words that are the plugin's own. */
const WORDS = [
  'severity',
  'level',
  'fingerprint',
  'reach',
  'status',
  'op',
  'id',
  'chapter',
  'fixable',
  'kubernetes',
]

/** Every text that may come from a repository or a policy, replaced; `-` is standard input, and stays. */
export function withCheckTexts(
  report: CheckReport,
  replace: (text: string) => string,
): CheckReport {
  const visit = (value: unknown, field: string, isSubject: boolean): unknown => {
    if (typeof value === 'string') {
      const isOurs = WORDS.includes(field) || value === '-' || (isSubject && field === 'kind')
      return isOurs ? value : replace(value)
    }
    // The texts of a rule are ours. The object of a fix is printed nowhere.
    if (field === 'rule' || field === 'rules' || (field === 'object' && isParsed(value)))
      return value
    if (Array.isArray(value)) return value.map((each) => visit(each, field, isSubject))
    if (typeof value !== 'object' || value === null) return value
    const isInSubject = field === 'subject'
    const fields = Object.entries(value).map(([name, each]) => [
      name,
      visit(each, name, isInSubject),
    ])
    return Object.fromEntries(fields)
  }
  return visit(report, '', false) as CheckReport
}

function isParsed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'parsed' in value
}

/** The report as plain data, as its JSON says it: without examples, and without the objects that fixes are for. */
export function plainReport(report: CheckReport): unknown {
  const text = JSON.stringify({ version: 1, ...report }, (key, value) => {
    if (key === 'example' || (key === 'object' && isParsed(value))) return undefined
    return key === 'rule' ? value.id : value
  })
  return JSON.parse(text)
}
