// A report in, workflow commands of GitHub Actions out: an annotation for each finding, then what belongs under it.
import type { Level } from '../../../manifests/check/model.ts'
import type { CheckReport, Finding } from '../../../manifests/check/report.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import { printable } from '../../visible.ts'
import { sourcePath } from './source-paths.ts'
import { countWords, fixWords, ruleWords, sayingOf, scopeWords, stepWords } from './words.ts'

/** UTF-16 units of one sentence. */
const LONGEST = 600
/** Of a path, which has to be the whole of it to be found. */
const LONGEST_PATH = 4096

const COMMANDS: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
}

/**
 * Prints a report as commands, one a line. GitHub shows the first ten of each level of a step; the log has all of them.
 * @param root absolute; files below it are named relative to it.
 */
export function formatGithub(report: CheckReport, root?: string): string {
  const lines = [
    ...report.findings.map((finding) => annotation(finding, root)),
    ...report.notes.map((note) => command('notice', { title: 'check' }, [note])),
    // The last line is no command, and begins with none.
    inertInLogs(`${countWords(report)}; ${scopeWords(report, sentence)}`),
  ]
  return `${lines.join('\n')}\n`
}

function annotation(finding: Finding, root: string | undefined): string {
  const { at, rule, level, severity, isNew, hint, path = [] } = finding
  const fix = fixWords(finding)
  // What came on standard input is in no file that an annotation could be at.
  const isInFile = at !== undefined && at.file !== '-'
  const place = isInFile
    ? { file: sourcePath(at.file, root), line: at.line, endLine: at.line, col: at.column }
    : {}
  const title = `${ruleWords(rule)} (${severity}${isNew ? ', new' : ''})`
  return command(COMMANDS[level], { ...place, title }, [
    sayingOf(finding, sentence),
    ...path.map((step) => stepWords(step, sentence)),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ...(fix === undefined ? [] : [fix.filter((part) => part !== '').join(': ')]),
  ])
}

/** `::error file=a.yaml,line=1::first%0Asecond`. */
function command(
  name: string,
  properties: Readonly<Record<string, string | number>>,
  lines: readonly string[],
): string {
  const words = Object.entries(properties).map(([key, value]) => `${key}=${property(value)}`)
  return `::${name} ${words.join(',')}::${data(lines.map(sentence).join('\n'))}`
}

function sentence(text: string): string {
  return printable(text, LONGEST)
}

/** As GitHub's own toolkit escapes it, the percent sign first. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(value: string | number): string {
  const text = data(printable(String(value), LONGEST_PATH))
  return text.replaceAll(':', '%3A').replaceAll(',', '%2C')
}
