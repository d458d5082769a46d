// Sources in; what rendering them would do out, as one of the two states of a preview. Plans as `generate`
// renders, with the same policies and the same problems.
import type { Problem } from '../../manifests/problem.ts'
import type { OpenSource } from '../../render/fetch.ts'
import type { Plan } from '../../render/plan.ts'
import { plan } from '../../render/plan.ts'
import type { Fingerprint } from '../../render/preview/fingerprint.ts'
import type { Preview, PreviewSide } from '../../render/preview/model.ts'
import type { State } from '../../render/preview/preview.ts'
import { stateOf } from '../../render/preview/preview.ts'
import type { Seen } from '../../render/preview/snapshot.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import type { Settings } from '../settings.ts'
import type { Planned } from '../subject/base.ts'
import { readStateSource, settingsOf } from '../subject/read-source.ts'
import type { StateSource } from '../subject/subject.ts'

/** What all states of a run have in common. */
export interface Run {
  readonly settings: Settings
  readonly io: Io
  /** On the scale of `performance.now()`. */
  readonly deadline: number
  readonly fingerprint: Fingerprint
  /** What both states have read already. */
  readonly seen: Seen
  /** Absent: placeholders stand for the values. */
  readonly openSource: OpenSource | undefined
  /** Is told what is being done. */
  readonly step: (what: string) => void
}

/** A preview, unless an error stands in its way, and everything there is to say. */
export interface Result {
  readonly preview?: Preview | undefined
  readonly problems: readonly Problem[]
}

/**
 * Plans a state. Every source is a render of its own, as in Argo CD.
 * @param rename what a person calls a file of it.
 */
export async function planState(
  side: PreviewSide,
  sources: readonly StateSource[],
  run: Run,
  rename: (file: string) => string = (file) => file,
): Promise<Planned<State>> {
  const planned = await Promise.all(sources.map((source) => planSource(source, run, rename)))
  const problems = planned.flatMap((each) => each.problems)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity !== 'error')
  if (errors.length > 0) return { problems: errors, warnings }
  const plans = planned.flatMap((each) => ('plan' in each ? [each.plan] : []))
  return { value: stateOf(side, plans, run.fingerprint, run.seen), warnings }
}

async function planSource(
  source: StateSource,
  { settings, io, deadline, openSource }: Run,
  rename: (file: string) => string,
): Promise<{ readonly plan?: Plan; readonly problems: readonly Problem[] }> {
  const files = await readStateSource(source, settings, io, deadline, rename)
  if ('problems' in files) return files
  const { input } = source
  const { extraKinds } = settings
  const mayBeEmpty = 'directory' in input && input.mayBeEmpty
  const grants = grantsOf(settingsOf(source, settings))
  const planned = await plan(files.value, { grants, openSource, extraKinds, mayBeEmpty })
  return { plan: planned, problems: planned.problems }
}
