// The options of `preview` in, the finished preview out: both states are planned, redacted, compared.
import { randomBytes } from 'node:crypto'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { fingerprintWith } from '../../render/preview/fingerprint.ts'
import type { Preview } from '../../render/preview/model.ts'
import { compareStates, describeState } from '../../render/preview/preview.ts'
import type { Io } from '../io.ts'
import { loadSettings } from '../load-settings.ts'
import type { LazySources } from '../open-later.ts'
import { openLater } from '../open-later.ts'
import type { Settings, TokenSettings } from '../settings.ts'
import type { Run, StateSource } from './state.ts'
import { planState } from './state.ts'

/** What is to be previewed. */
export interface PreviewRequest {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  readonly config?: string | undefined
  readonly parameters?: string | undefined
  readonly against?: string | undefined
  readonly offline?: string | undefined
  /** Never ask Phase, even if there is a token. */
  readonly placeholders: boolean
  readonly stats: boolean
}

/** A preview, unless an error stands in its way, and everything there is to say. */
export interface Result {
  readonly preview?: Preview | undefined
  readonly problems: readonly Problem[]
}

/** Makes a preview. Writes nothing. */
export async function makePreview(request: PreviewRequest, io: Io): Promise<Result> {
  const start = performance.now()
  const settings = await loadSettings(io.env, request.config)
  if ('problems' in settings) return settings
  const deadline = start + settings.value.timeout * 1000
  const sources = await openSources(request, settings.value, io, deadline)
  if ('problems' in sources) return sources
  const fingerprint = fingerprintWith(settings.value.fingerprintKey ?? randomBytes(32))
  try {
    const openSource = sources.value?.open
    return await compareAll(request, { settings: settings.value, io, deadline, fingerprint, openSource })
  } finally {
    await sources.value?.close()
  }
}

/** Where values come from; undefined: from nowhere. */
async function openSources(
  { offline, placeholders }: PreviewRequest,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<LazySources | undefined>> {
  if (offline !== undefined) {
    const { openOffline } = await import('./offline.ts')
    return openOffline(offline, settings, io, deadline)
  }
  if (placeholders || !hasToken(settings.tokens)) return { value: undefined }
  return { value: openLater(settings, io, deadline) }
}

function hasToken({ text, file, directory, fromCluster, named }: TokenSettings): boolean {
  return [text, file, directory].some((each) => each !== undefined) || fromCluster || named.size > 0
}

async function compareAll(request: PreviewRequest, run: Run): Promise<Result> {
  const { directory, recurse, parameters, against } = request
  const input = { directory, recurse, parameters: parameters ?? run.settings.untrusted.parameters }
  const head = await planState({ kind: 'source', label: directory }, [{ input }], run)
  if ('problems' in head) return { problems: [...head.problems, ...head.warnings] }
  if (against === undefined) {
    const { preview, problems } = await describeState(head.value, run.fingerprint)
    return { preview, problems: [...head.warnings, ...problems] }
  }
  const source: StateSource = { input: { ...input, directory: against } }
  const base = await planState({ kind: 'folder', label: against }, [source], run)
  if ('problems' in base) return { problems: [...base.problems, ...base.warnings] }
  const namespace = run.settings.application?.namespace
  const preview = compareStates(base.value, head.value, namespace)
  return { preview, problems: head.warnings }
}
