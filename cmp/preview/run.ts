// The options of `preview` in, the finished preview out: both states are planned, redacted, compared.
import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { asWarning, usageError } from '../../manifests/problem.ts'
import type { OpenSource } from '../../render/fetch.ts'
import { fingerprintWith } from '../../render/preview/fingerprint.ts'
import type { State } from '../../render/preview/preview.ts'
import { compareStates, describeState } from '../../render/preview/preview.ts'
import type { Source } from '../../render/source.ts'
import type { Io } from '../io.ts'
import { loadSettings } from '../load-settings.ts'
import type { LazySources } from '../open-later.ts'
import { openLater } from '../open-later.ts'
import type { Settings, TokenSettings } from '../settings.ts'
import type { Against } from '../subject/against.ts'
import { readAgainst } from '../subject/against.ts'
import { planBase, sideOf } from '../subject/base.ts'
import type { Git } from '../subject/git.ts'
import { openGit } from '../subject/git.ts'
import type { Subject, SubjectOptions } from '../subject/subject.ts'
import { findSubject } from '../subject/subject.ts'
import type { LiveOptionsGiven } from './live.ts'
import { previewLive } from './live.ts'
import type { Result, Run } from './state.ts'
import { planState } from './state.ts'

/** What is to be previewed. */
export interface PreviewRequest extends SubjectOptions, LiveOptionsGiven {
  readonly config?: string | undefined
  readonly against?: string | undefined
  readonly offline?: string | undefined
  /** Never ask Phase, even if there is a token. */
  readonly placeholders: boolean
  readonly stats: boolean
}

/** Makes a preview. Writes nothing. @param step is told what is being done. */
export async function makePreview(
  request: PreviewRequest,
  io: Io,
  step: (what: string) => void,
): Promise<Result> {
  const start = performance.now()
  const settings = await loadSettings(io.env, request.config)
  if ('problems' in settings) return settings
  const deadline = start + settings.value.timeout * 1000
  const subject = findSubject(request, settings.value)
  if ('problems' in subject) return subject
  const sources = await openSources(request, settings.value, io, deadline)
  if ('problems' in sources) return sources
  const counter = countSecrets(sources.value?.open)
  const fingerprint = fingerprintWith(settings.value.fingerprintKey ?? randomBytes(32))
  const run = {
    settings: settings.value,
    io,
    deadline,
    fingerprint,
    seen: new Map(),
    openSource: counter.open,
    step,
  }
  try {
    const made = await compareAll(request, subject.value, run)
    if (made.preview === undefined || !request.stats) return made
    const measurements = {
      requests: (await sources.value?.requests()) ?? 0,
      secrets: counter.secrets(),
      milliseconds: Math.round(performance.now() - start),
    }
    return { ...made, preview: { ...made.preview, measurements } }
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

/** Counts what the sources answer. */
function countSecrets(open: OpenSource | undefined) {
  let secrets = 0
  const counting: OpenSource | undefined =
    open &&
    (async (phaseSecret, granted) => {
      const opened = await open(phaseSecret, granted)
      if ('problems' in opened) return opened
      const { source, notices } = opened.value
      const read: Source['read'] = async (...asked) => {
        const result = await source.read(...asked)
        secrets += result.secrets.length
        return result
      }
      return { value: { source: { read }, notices } }
    })
  return { open: counting, secrets: () => secrets }
}

async function compareAll(request: PreviewRequest, subject: Subject, run: Run): Promise<Result> {
  const { label, here, rename } = subject
  const git = gitOf(subject, run)
  const { against: told } = request
  const against = told === undefined ? undefined : await readAgainst(told, '--against', git)
  if (against !== undefined && 'problems' in against) return against
  const failed = here.problems.some(({ severity }) => severity === 'error')
  if (failed) return { problems: here.problems }
  run.step('rendering')
  const head = await planState({ kind: 'source', label }, here.sources, run, rename)
  const said = [...here.problems, ...head.warnings]
  if ('problems' in head) return { problems: [...head.problems, ...said] }
  const made = await compareHead(head.value, against?.value, subject, { ...run, request, git })
  const news = made.problems.filter((problem) => !said.some((each) => isSameNotice(each, problem)))
  return { preview: made.preview, problems: [...news, ...said] }
}

/** What is to be noted of the base, and of the head too, is said once, of the head. */
function isSameNotice(one: Problem, other: Problem): boolean {
  return (
    one.severity === 'notice' &&
    other.severity === 'notice' &&
    one.message === other.message &&
    isDeepStrictEqual(one.object, other.object)
  )
}

interface Comparing extends Run {
  readonly request: PreviewRequest
  readonly git: Outcome<Git>
}

async function compareHead(
  head: State,
  against: Against | undefined,
  subject: Subject,
  { request, git, ...run }: Comparing,
): Promise<Result> {
  const { application } = subject
  const namespace = application?.destinationNamespace ?? run.settings.application?.namespace
  if (against === undefined) return describeState(head, run.fingerprint, namespace)
  if (against.kind === 'live') {
    run.step('reading the cluster')
    return previewLive(head, subject, run, { ...request, namespace })
  }
  run.step('rendering what it is compared with')
  const base = await planBase(against, subject, run.settings, git, (side, sources, rename) =>
    planState(side, sources, run, rename),
  )
  if ('value' in base) {
    return { preview: compareStates(base.value, head, namespace), problems: base.warnings }
  }
  const problems = [...base.problems, ...base.warnings]
  if (base.problems.some(({ fault }) => fault !== 'input')) return { problems }
  // Most likely this change mends it: that is no reason to show nothing.
  const side = sideOf(against)
  const unseen = new Set(head.objects)
  const preview = compareStates({ side, objects: [], unseen }, head, namespace)
  const notes = [...preview.notes, `${side.label} cannot be rendered: what differs is not known.`]
  return { preview: { ...preview, notes }, problems: problems.map(asWarning) }
}

/** The repository of what is previewed. Git is looked for only if it is asked something. */
function gitOf({ repository }: Subject, { settings, io, deadline }: Run): Outcome<Git> {
  if (repository === undefined) return { problems: [NO_REPOSITORY] }
  const { signal } = io
  return openGit({ repository: repository.root, tools: settings.tools, signal, deadline })
}

const NO_REPOSITORY = usageError(
  'standard input is in no Git repository',
  'name a folder, or compare with a folder, a file or live',
)
