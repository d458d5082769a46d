// A report in, text for a terminal or a log out: findings one a line that editors can follow, then who gets
// at which Secret, then what is proven, exempted and fixed, then counts.
import type { Level, Severity } from '../../../manifests/check/model.ts'
import type { CheckReport, Exempted, Finding, Pass } from '../../../manifests/check/report.ts'
import type { Position } from '../../../manifests/problem.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import type { Paint, Style } from '../../formats/terminal.ts'
import { aligned, name, paintWith, sentence } from '../../formats/terminal.ts'
import { placeOf, titleOf } from '../../formats/words.ts'
import { accessLines } from './text-access.ts'
import {
  countWords,
  exemptionWords,
  fixWords,
  ruleWords,
  sayingOf,
  scopeWords,
  stepWords,
  verdictOf,
} from './words.ts'

/** What the text is for. */
export interface TextOptions {
  /** Whether to colour by SGR sequences; nothing else ever controls the terminal. */
  readonly color: boolean
  /** Columns of the terminal; undefined: the reader is no terminal, and gets all of every line. */
  readonly columns?: number | undefined
  /** The level that a check fails on. */
  readonly failOn: Level
}

/** What says it has fewer columns than this does not know. */
const NARROWEST = 20

const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'removed',
  high: 'removed',
  medium: 'changed',
  low: 'hunk',
  info: 'hunk',
}

const STATUS_STYLES: Readonly<Record<Pass['status'], Style>> = {
  pass: 'added',
  fail: 'changed',
  'not applicable': 'faint',
}

/** Prints a report. Nothing invisible but line ends and, if asked for, colours; no line is a command of a build server. */
export function formatText(
  report: CheckReport,
  { color, columns = 0, failOn }: TextOptions,
): string {
  const paint = paintWith(color)
  const width = columns >= NARROWEST ? columns : undefined
  const { findings, secrets, exempted, fixed, passes, notes } = report
  const parts = [
    ...findings.map((finding) => findingLines(finding, paint)),
    ...secrets.map((secret) => accessLines(secret, { paint, width })),
    section('Proof', passLines(passes, paint), paint),
    section(
      'Exempted',
      exempted.flatMap((each) => exemptedLines(each, paint)),
      paint,
    ),
    section(
      'Fixed since the base',
      fixed.map((finding) => `  ${fixedLine(finding)}`),
      paint,
    ),
    [
      ...notes.map((note) => `note: ${sentence(note)}`),
      scopeWords(report, name),
      closing(report, failOn, paint),
    ],
  ]
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return inertInLogs(`${text.join('\n\n')}\n`)
}

function closing(report: CheckReport, failOn: Level, paint: Paint): string {
  const { label, base } = report
  const what = base === undefined ? name(label) : `${name(label)} compared with ${name(base)}`
  const [fails, words] = verdictOf(report, failOn)
  const verdict = paint(fails ? 'removed' : 'added', fails ? `fails: ${words}` : `passes: ${words}`)
  return `${what}: ${countWords(report)}; ${verdict}`
}

function section(heading: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('heading', heading), ...lines]
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const { path = [], subject, hint } = finding
  const who = subject === undefined ? 'by' : `${name(titleOf(subject))} by`
  const fix = fixWords(finding)
  return [
    findingLine(finding, paint),
    ...(path.length === 0 ? [] : [`  ${who}`]),
    ...path.map((step) => `    ${stepWords(step, sentence)}`),
    ...(hint === undefined ? [] : [`  hint: ${sentence(hint)}`]),
    ...(fix === undefined ? [] : [`  ${fix[0]}${fix[1] === '' ? '' : `: ${sentence(fix[1])}`}`]),
  ]
}

/** `FILE:LINE:COLUMN: SEVERITY RB001 its-name: Kind namespace/name: what is wrong`. */
function findingLine(finding: Finding, paint: Paint): string {
  const { at, severity, rule, isNew } = finding
  const place = at === undefined ? '' : `${fullPlace(at)}: `
  const mark = isNew ? ` ${paint('changed', '(new)')}` : ''
  const level = paint(SEVERITY_STYLES[severity], severity)
  return `${place}${level} ${name(ruleWords(rule))}: ${sayingOf(finding, sentence)}${mark}`
}

function fullPlace({ file, line, column }: Position): string {
  return `${name(file)}:${line}:${column}`
}

function passLines(passes: readonly Pass[], paint: Paint): string[] {
  const rows = passes.map((pass) => {
    const place = pass.at === undefined ? '' : ` (${name(placeOf(pass.at))})`
    const saying = `${name(ruleWords(pass))}: ${sayingOf(pass, sentence)}${place}`
    return [paint(STATUS_STYLES[pass.status], pass.status), saying] as const
  })
  return aligned(rows).map((row) => `  ${row}`)
}

function exemptedLines(exempted: Exempted, paint: Paint): string[] {
  return [
    `  ${findingLine(exempted.finding, paint)}`,
    `    because ${exemptionWords(exempted, sentence)}`,
  ]
}

/** Where it was is a place of the base, which editors do not have. */
function fixedLine(finding: Finding): string {
  const { at, severity, rule } = finding
  const place = at === undefined ? '' : ` (was ${name(placeOf(at))})`
  return `${severity} ${name(ruleWords(rule))}: ${sayingOf(finding, sentence)}${place}`
}
