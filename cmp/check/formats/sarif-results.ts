// Findings in, results of SARIF out: where, how it is told from others, what mends it.
import type { Step, TextEdit } from '../../../manifests/check/model.ts'
import type { CheckReport, Exempted, Finding, Pass } from '../../../manifests/check/report.ts'
import type { Position } from '../../../manifests/problem.ts'
import { titleOf } from '../../formats/words.ts'
import { message } from './sarif-text.ts'
import { placeFor, STANDARD_INPUT, sourcePath, sourceUri } from './source-paths.ts'
import { sayingOf } from './words.ts'

/** What results are made with. */
export interface Context {
  readonly report: CheckReport
  readonly root: string | undefined
  /** Of the run's rules, by id. */
  readonly ruleIndexes: ReadonlyMap<string, number>
  /** Whether each result says what it is to the base: all do, or none does (SARIF 2.1.0, 3.27.24). */
  readonly isCompared: boolean
}

/** Steps that are shown of a path; GitHub takes 1,000 locations of a result, and shows 100. */
const MOST_STEPS = 50

const asIs = (text: string) => text

/** A result for a finding of the head. */
export function findingResult(finding: Finding, context: Context): object {
  const { rule, level, hint, path = [], fix, edits = [] } = finding
  const related = path.filter(({ at }) => at !== undefined).slice(0, MOST_STEPS)
  return {
    ruleId: rule.id,
    ruleIndex: context.ruleIndexes.get(rule.id),
    level,
    message: message(sayingOf(finding, asIs), ...(hint === undefined ? [] : [hint])),
    locations: [locationOf(finding, context)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((step, index) => relatedLocation(step, index, context)) }),
    // The first is the name that GitHub knows.
    partialFingerprints: {
      primaryLocationLineHash: finding.fingerprint,
      'argocdPhasePlugin/v1': finding.fingerprint,
    },
    ...(context.isCompared ? { baselineState: finding.isNew ? 'new' : 'unchanged' } : {}),
    ...(edits.length === 0 ? {} : { fixes: [fixOf(fix?.title ?? 'mend it', edits, context)] }),
    properties: { severity: finding.severity },
  }
}

/** One that an exemption covers. */
export function exemptedResult({ finding, ...exemption }: Exempted, context: Context): object {
  const { reason, expires, at } = exemption
  const [{ text: justification }, { text }] = [message(reason), message(expires)]
  return {
    ...findingResult(finding, context),
    suppressions: [
      {
        kind: 'external',
        status: 'accepted',
        justification,
        location: { physicalLocation: physicalLocation(at, context) },
        properties: { expires: text },
      },
    ],
  }
}

/** One that only the base has; its lines are those of the base. */
export function fixedResult(finding: Finding, context: Context): object {
  return { ...findingResult({ ...finding, edits: undefined }, context), baselineState: 'absent' }
}

const KINDS = { pass: 'pass', fail: 'review', 'not applicable': 'notApplicable' } as const

/** A result that is no problem: what does not hold has its findings too, and is left to a person here. */
export function passResult(pass: Pass, context: Context): object {
  return {
    ruleId: pass.id,
    ruleIndex: context.ruleIndexes.get(pass.id),
    kind: KINDS[pass.status],
    level: 'none',
    message: message(sayingOf(pass, asIs)),
    locations: [locationOf(pass, context)],
  }
}

function locationOf(what: Finding | Pass, context: Context): object {
  const logical = what.object && message(titleOf(what.object)).text
  return {
    physicalLocation: physicalLocation(placeFor(context.report, what), context),
    ...(logical === undefined
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: logical, kind: 'resource' }] }),
  }
}

function relatedLocation({ text, at }: Step, index: number, context: Context): object {
  return {
    id: index + 1,
    ...(at === undefined ? {} : { physicalLocation: physicalLocation(at, context) }),
    message: message(text),
  }
}

function physicalLocation({ file, line, column }: Position, context: Context): object {
  return {
    artifactLocation: artifactOf(file, context),
    region: { startLine: Math.max(1, line), startColumn: Math.max(1, column) },
  }
}

function artifactOf(file: string, { root }: Context): object {
  const uri = sourceUri(sourcePath(file, root))
  return file === '-' ? { uri: STANDARD_INPUT, description: message('standard input') } : { uri }
}

/** One change for each file, in the order of the edits. */
function fixOf(title: string, edits: readonly TextEdit[], context: Context): object {
  const files = new Map<string, TextEdit[]>()
  for (const edit of edits) files.set(edit.file, [...(files.get(edit.file) ?? []), edit])
  return {
    description: message(title),
    artifactChanges: [...files].map(([file, edits]) => ({
      artifactLocation: artifactOf(file, context),
      replacements: edits.map(({ start, end, text }) => ({
        deletedRegion: {
          startLine: start.line,
          startColumn: start.column,
          endLine: end.line,
          endColumn: end.column,
        },
        insertedContent: { text },
      })),
    })),
  }
}
