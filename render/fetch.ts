// PhaseSecrets in; what Phase has for each out. All reads run at once; a source shares what two of
// them have in common.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import type { Granted, PhaseSecret } from './model.ts'
import type { Source, SourceFailure, SourceResult } from './source.ts'
import { SourceError } from './source.ts'

/** A source and what to tell the user about how it was chosen. */
export interface OpenedSource {
  readonly source: Source
  readonly notices: readonly Problem[]
}

/** Finds the source that a PhaseSecret is to be read from, as it was granted. */
export type OpenSource = (
  phaseSecret: PhaseSecret,
  granted: Granted,
) => Promise<Outcome<OpenedSource>>

/** What was fetched, and every problem of the PhaseSecrets that are missing in it. */
export interface Fetched {
  readonly results: ReadonlyMap<PhaseSecret, SourceResult>
  readonly problems: readonly Problem[]
}

/** Reads every PhaseSecret. Never throws what a source may throw. */
export async function fetchAll(
  granted: ReadonlyMap<PhaseSecret, Granted>,
  openSource: OpenSource,
): Promise<Fetched> {
  const answers = await Promise.all(
    [...granted].map(([phaseSecret, grant]) => fetchOne(phaseSecret, grant, openSource)),
  )
  const results = new Map<PhaseSecret, SourceResult>()
  for (const [index, phaseSecret] of [...granted.keys()].entries()) {
    const result = answers[index]?.result
    if (result !== undefined) results.set(phaseSecret, result)
  }
  return { results, problems: sayOnce(answers.flatMap(({ problems }) => problems)) }
}

interface Answer {
  readonly result?: SourceResult
  readonly problems: readonly Problem[]
}

async function fetchOne(
  phaseSecret: PhaseSecret,
  granted: Granted,
  openSource: OpenSource,
): Promise<Answer> {
  const opened = await openSource(phaseSecret, granted)
  if ('problems' in opened) return opened
  const { source, notices } = opened.value
  try {
    const result = await source.read(phaseSecret.request, granted.access)
    const warnings = result.warnings.map((each) => toProblem(phaseSecret, 'warning', each))
    return { result, problems: [...notices, ...warnings] }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const errors = error.failures.map((each) => toProblem(phaseSecret, 'error', each))
    return { problems: [...notices, ...errors] }
  }
}

function toProblem(
  { fields, at, object }: PhaseSecret,
  severity: Problem['severity'],
  { fault, field, message, hint }: SourceFailure,
): Problem {
  return { severity, fault, at: fields[field] ?? at, object, message, hint }
}

/** Phase being down, or a token being wrong, is one problem, however many PhaseSecrets it keeps from being read. */
function sayOnce(problems: readonly Problem[]): Problem[] {
  const groups = Map.groupBy(problems, (problem) =>
    problem.fault === 'input' ? problem : `${problem.fault} ${problem.message}`,
  )
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const more = `${first.message} (and for ${others.length} more)`
    return others.length === 0 ? [first] : [{ ...first, message: more }]
  })
}
