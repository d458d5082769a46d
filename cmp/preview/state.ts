// Sources in; what rendering them would do out, as one of the two states of a preview. Plans as `generate`
// renders, with the same policies and the same problems.
import type { InputFile, Outcome } from '../../manifests/document.ts'
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
import type { ManifestSource } from '../read-manifests.ts'
import { readManifests } from '../read-manifests.ts'
import type { Application, Settings } from '../settings.ts'

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

/** One source of a state. */
export interface StateSource {
  /** A source to render; or manifests that are read already. */
  readonly input: ManifestSource | { readonly files: readonly InputFile[] }
  /** The Application that it is rendered for; absent: a local run. */
  readonly application?: Application | undefined
}

/** A state and what is to be said of it. */
export type Planned = Outcome<State> & { readonly warnings: readonly Problem[] }

/**
 * Plans a state. Every source is a render of its own, as in Argo CD.
 * @param rename what a person calls a file of it.
 */
export async function planState(
  side: PreviewSide,
  sources: readonly StateSource[],
  run: Run,
  rename: (file: string) => string = (file) => file,
): Promise<Planned> {
  const planned = await Promise.all(sources.map((source) => planSource(source, run, rename)))
  const problems = planned.flatMap((each) => each.problems)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity !== 'error')
  if (errors.length > 0) return { problems: errors, warnings }
  const plans = planned.flatMap((each) => ('plan' in each ? [each.plan] : []))
  return { value: stateOf(side, plans, run.fingerprint, run.seen), warnings }
}

async function planSource(
  { input, application }: StateSource,
  { settings, io, deadline, openSource }: Run,
  rename: (file: string) => string,
): Promise<{ readonly plan?: Plan; readonly problems: readonly Problem[] }> {
  const own = { ...settings, application: application ?? settings.application }
  const files =
    'files' in input ? { value: input.files } : await readManifests(input, own, io, deadline)
  if ('problems' in files) return { problems: files.problems.map((each) => renamed(each, rename)) }
  const renamedFiles = files.value.map((file) => ({ ...file, path: rename(file.path) }))
  const { extraKinds } = settings
  const mayBeEmpty = 'directory' in input && input.mayBeEmpty
  const grants = grantsOf(own)
  const planned = await plan(renamedFiles, { grants, openSource, extraKinds, mayBeEmpty })
  return { plan: planned, problems: planned.problems }
}

function renamed(problem: Problem, rename: (file: string) => string): Problem {
  const { at } = problem
  return at === undefined ? problem : { ...problem, at: { ...at, file: rename(at.file) } }
}
