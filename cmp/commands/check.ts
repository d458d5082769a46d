// `check [DIR|-]`: who gets at which Secret, and what is wrong with that. Prints a finished report in any
// format, or a rule's page; writes nothing but the fixes that it is asked for.

import { resolve } from 'node:path'
import type { Level } from '../../manifests/check/model.ts'
import { LEVELS } from '../../manifests/check/model.ts'
import { rulePage, rulesTable } from '../../manifests/check/page.ts'
import type { CheckPolicy } from '../../manifests/check/policy/model.ts'
import { chooseLevel } from '../../manifests/check/policy.ts'
import type { CheckReport } from '../../manifests/check/report.ts'
import { nearest } from '../../manifests/did-you-mean.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { RULES } from '../../render/check/catalogue.ts'
import { dryRun, fixAll, withEdits } from '../check/fix/fix.ts'
import type { Format } from '../check/formats/formats.ts'
import { FORMATS, formatReport } from '../check/formats/formats.ts'
import type { CheckRequest } from '../check/run.ts'
import { makeCheck } from '../check/run.ts'
import { wantsColour } from '../environment.ts'
import type { Io } from '../io.ts'
import { startProgress } from '../preview/progress.ts'
import { report } from '../report.ts'
import { needs, notTogether, unlessOneOf } from './options.ts'

/** What the command line says. */
export interface CheckOptions extends CheckRequest {
  readonly format: string
  readonly color: string
  readonly new: boolean
  readonly failOn?: string | undefined
  readonly fix: boolean
  readonly dryRun: boolean
  readonly all: boolean
  readonly rules: boolean
  readonly explain?: string | undefined
}

const WHEN = ['auto', 'always', 'never']

/** Runs the command. @returns the exit code: 1 for findings at the level of --fail-on or above. */
export async function checkCommand(options: CheckOptions, io: Io): Promise<number> {
  if (options.rules) return print(rulesTable(RULES), io)
  if (options.explain !== undefined) return explain(options.explain, io)
  const format = FORMATS.find((each) => each === options.format)
  const mistakes = checkOptions(options)
  if (mistakes.length > 0 || format === undefined) return report(mistakes, io)
  const progress = startProgress(io)
  const check = () => makeCheck(options, io, progress.step)
  const { made, problems } = await (options.fix && !options.dryRun
    ? fixAll(options.directory, check)
    : check().then((first) => ({ made: first, problems: [] }))
  ).finally(progress.done)
  if (made.report === undefined) return report([...made.problems, ...problems], io)
  const { level, problems: lax } = levelOf(options, made.policy)
  const shown = options.new ? onlyNew(made.report) : made.report
  const patch = options.dryRun ? dryRun(shown, options.directory, io.stdout.isTTY) : undefined
  const all = [...made.problems, ...problems, ...lax, ...(patch?.problems ?? [])]
  const code = report(all, io)
  if (code !== 0) return code
  await io.stdout.write(patch?.text ?? printed(shown, format, level, options, io))
  return shown.findings.some((finding) => isAtLeast(finding.level, level)) ? 1 : 0
}

function printed(
  shown: CheckReport,
  format: Format,
  failOn: Level,
  { color, all, directory }: CheckOptions,
  { stdout, env }: Io,
): string {
  const hasEdits = format === 'sarif' || format === 'json'
  const findings = withEdits(shown.findings, directory, hasEdits)
  return formatReport({ ...shown, findings }, format, {
    color: color === 'always' || (color === 'auto' && stdout.isTTY && wantsColour(env)),
    columns: stdout.isTTY ? stdout.columns : undefined,
    failOn,
    root: resolve('.'),
    // Code scanning takes whatever is in a file for an alert, passes too.
    problemsOnly: !all,
  })
}

function levelOf({ failOn }: CheckOptions, policy: CheckPolicy | undefined) {
  const asked = LEVELS.find((each) => each === failOn)
  if (policy === undefined) return { level: asked ?? 'error', problems: [] }
  return chooseLevel(policy, asked)
}

function isAtLeast(one: Level, other: Level): boolean {
  return LEVELS.indexOf(one) <= LEVELS.indexOf(other)
}

/** Without a base that could be read everything counts as new. */
function onlyNew(made: CheckReport): CheckReport {
  return { ...made, findings: made.findings.filter(({ isNew = true }) => isNew) }
}

async function print(text: string, { stdout }: Io): Promise<number> {
  await stdout.write(text)
  return 0
}

function explain(asked: string, io: Io): Promise<number> | number {
  const wanted = asked.toLowerCase()
  const rule = RULES.find(({ id, name }) => id.toLowerCase() === wanted || name === wanted)
  if (rule !== undefined) return print(rulePage(rule), io)
  const close = nearest(
    wanted,
    RULES.flatMap(({ id, name }) => [id.toLowerCase(), name]),
  )
  const hint = close === undefined ? 'check --rules lists them' : `did you mean ${close}?`
  return report([usageError('there is no such rule', hint)], io)
}

function checkOptions(options: CheckOptions): Problem[] {
  const { format, color, failOn, app, appName, repo, parameters, recurse } = options
  return [
    ...unlessOneOf('--format', format, FORMATS),
    ...unlessOneOf('--color', color, WHEN),
    ...(failOn === undefined ? [] : unlessOneOf('--fail-on', failOn, LEVELS)),
    ...(app !== undefined && parameters !== undefined
      ? [notTogether('--app', '--parameters')]
      : []),
    ...(app !== undefined && recurse ? [notTogether('--app', '--recurse')] : []),
    ...(app === undefined && appName !== undefined ? [needs('--app-name', '--app')] : []),
    ...(app === undefined && repo !== undefined ? [needs('--repo', '--app')] : []),
    ...(options.new && options.base === undefined ? [needs('--new', '--base')] : []),
    ...(options.dryRun && !options.fix ? [needs('--dry-run', '--fix')] : []),
  ]
}
