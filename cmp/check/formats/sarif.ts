// A report in, SARIF 2.1.0 out: a run of findings, and a run of what is proven.
import type { CheckReport } from '../../../manifests/check/report.ts'
import { printJson } from '../../formats/json.ts'
import { inertJsonInLogs } from '../../formats/log-commands.ts'
import { version } from '../../version.ts'
import type { Context } from './sarif-results.ts'
import { exemptedResult, findingResult, fixedResult, passResult } from './sarif-results.ts'
import { passDescriptor, ruleDescriptor } from './sarif-rules.ts'
import type { Message } from './sarif-text.ts'
import { message } from './sarif-text.ts'
import { allRules } from './words.ts'

/** What a log is for. */
export interface SarifOptions {
  /** Absolute; files below it are named relative to it. */
  readonly root?: string | undefined
  /**
   * Only what is wrong in the head. GitHub's code scanning takes every result for an open alert, whatever its `kind`,
   * `suppressions` and `baselineState` say: a log for it has nothing else.
   */
  readonly problemsOnly?: boolean | undefined
}

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
/** Results that GitHub accepts in a run. */
const MOST_RESULTS = 25_000

/** Prints a report as a SARIF log. */
export function formatSarif(
  report: CheckReport,
  { root, problemsOnly }: SarifOptions = {},
): string {
  const hasProof = problemsOnly !== true && report.passes.length > 0
  const runs = [
    findingsRun(report, root, problemsOnly === true),
    ...(hasProof ? [proofRun(report, root)] : []),
  ]
  return inertJsonInLogs(printJson({ $schema: SCHEMA, version: '2.1.0', runs }))
}

function findingsRun(report: CheckReport, root: string | undefined, problemsOnly: boolean): object {
  const { base, findings, exempted, fixed, kubernetes } = report
  const rules = allRules(report)
  const all = [...findings, ...exempted.map(({ finding }) => finding)]
  const isCompared = base !== undefined && all.every(({ isNew }) => isNew !== undefined)
  const ruleIndexes = indexes(rules)
  const context: Context = { report, root, ruleIndexes, isCompared }
  const rest = problemsOnly
    ? []
    : [
        ...exempted.map((each) => exemptedResult(each, context)),
        ...(isCompared ? fixed.map((finding) => fixedResult(finding, context)) : []),
      ]
  const shown = findings.slice(0, MOST_RESULTS).map((finding) => findingResult(finding, context))
  return {
    ...runOf(rules.map(ruleDescriptor), [
      ...report.notes.map((note) => ['note', message(note)] as const),
      ...(findings.length > MOST_RESULTS ? [cutNotice(findings.length)] : []),
    ]),
    results: [...shown, ...rest].slice(0, MOST_RESULTS),
    properties: { kubernetes, ...(base === undefined ? {} : { base }) },
  }
}

function proofRun(report: CheckReport, root: string | undefined): object {
  const { passes } = report
  const rules = [...new Map(passes.map((pass) => [pass.id, pass])).values()]
  const context: Context = { report, root, ruleIndexes: indexes(rules), isCompared: false }
  return {
    ...runOf(rules.map(passDescriptor), []),
    // Told apart from the other run of this tool. That has no id, so that whoever uploads it can give one.
    automationDetails: { id: 'argocd-phase-plugin/proof/' },
    results: passes.slice(0, MOST_RESULTS).map((pass) => passResult(pass, context)),
  }
}

type Notice = readonly [level: 'note' | 'warning', message: Message]

/** What is the same of both. */
function runOf(rules: readonly object[], notices: readonly Notice[]): object {
  const driver = { name: 'argocd-phase-plugin', version, semanticVersion: version, rules }
  return {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: notices.map(([level, message]) => ({ level, message })),
      },
    ],
  }
}

function indexes(rules: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  return new Map(rules.map(({ id }, index) => [id, index]))
}

function cutNotice(number: number): Notice {
  return ['warning', message(`${number} findings, of which the first ${MOST_RESULTS} are here`)]
}
