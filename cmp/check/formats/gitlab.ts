// A report in, the JSON of GitLab's Code Quality out: what a merge request shows beside the lines.
import type { Severity } from '../../../manifests/check/model.ts'
import type { CheckReport, Finding } from '../../../manifests/check/report.ts'
import { printJson } from '../../formats/json.ts'
import { inertJsonInLogs } from '../../formats/log-commands.ts'
import { printable } from '../../visible.ts'
import { placeFor, sourcePath } from './source-paths.ts'
import { ruleWords, sayingOf } from './words.ts'

/** UTF-16 units of one sentence. */
const LONGEST = 600

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
}

/**
 * Prints the findings. GitLab itself compares the fingerprints of two branches, so that all of them are here.
 * @param root absolute; files below it are named relative to it.
 */
export function formatGitlab(report: CheckReport, root?: string): string {
  const issues = report.findings.map((finding) => issueOf(finding, report, root))
  return inertJsonInLogs(printJson(issues))
}

function issueOf(finding: Finding, report: CheckReport, root: string | undefined): object {
  const { rule, severity, fingerprint, hint } = finding
  const { file, line } = placeFor(report, finding)
  const saying = sayingOf(finding, sentence)
  return {
    description: [`${ruleWords(rule)}: ${saying}`, ...(hint ? [sentence(hint)] : [])].join('; '),
    check_name: rule.id,
    fingerprint,
    severity: SEVERITIES[severity],
    location: { path: sourcePath(file, root), lines: { begin: line } },
  }
}

function sentence(text: string): string {
  return printable(text, LONGEST)
}
