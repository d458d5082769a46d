// Argo CD, Phase's credentials and a memory in; hard refreshes of the Applications whose environments
// changed out. Four loops over one ledger, until the signal aborts; or each step once.
import { Alarm } from './alarm.ts'
import type { Observe } from './events.ts'
import { Ledger } from './ledger/ledger.ts'
import { Memory } from './memory.ts'
import type { ArgoCd, Credential, Sighting, StateStore, WatchClock, WatchTuning } from './model.ts'
import { ArgoCdError } from './model.ts'
import { Outage } from './outage.ts'
import { pollOnce, pollPhase } from './phase/poller.ts'
import { Refresher } from './refresher.ts'
import { momentOf, survey } from './survey.ts'
import { Turns } from './turns.ts'

export interface WatchOptions {
  readonly argocd: ArgoCd
  /** What Phase is asked with, from now on. */
  readonly credentials: () => Promise<readonly Credential[]>
  readonly store: StateStore | undefined
  readonly clock: WatchClock
  readonly observe: Observe
  readonly tuning: WatchTuning
  readonly signal: AbortSignal
}

/** How far an instance has come, for whoever asks about its health. */
export interface Progress {
  /** Applications were listed once. */
  isReady: boolean
  /** When the loops last showed a sign of life, on the clock's scale. */
  lastSign: number
}

/** Milliseconds between two looks at what is to be saved or reported. */
const TIDY = 10_000
/** Milliseconds of reading in one go: the list is to stay fresh, and what is known to be watched. */
const LONGEST_READING = 60_000
/** Milliseconds between attempts to load the state, and how often a refresh is tried, where the run is to end. */
const LOAD_SOON: readonly number[] = [1_000, 2_000]
const ATTEMPTS = 3

/** Watches until the signal aborts. */
export async function watch(options: WatchOptions, progress: Progress): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const parts = assemble({ ...options, signal })
  const loops: Promise<void>[] = []
  const begin = async () => {
    await parts.memory.load(signal)
    const first = await surveyUntilDone(parts, progress)
    parts.refresher.wake()
    loops.push(
      keepSurveying(parts, first),
      poll(parts),
      parts.refresher.run(),
      keepReporting(parts),
    )
    await Promise.all(loops)
  }
  const all = [tidy(parts, progress), begin()]
  try {
    await Promise.all(all)
  } finally {
    stop.abort()
    await Promise.allSettled(all)
    await Promise.allSettled(loops)
    await parts.memory.close()
  }
}

/**
 * Looks once and refreshes what has to be. Whether everything was seen and done.
 * @throws {ArgoCdError} if Argo CD does not answer.
 */
export async function watchOnce(options: WatchOptions): Promise<boolean> {
  const parts = assemble(options)
  await parts.memory.load(parts.signal, LOAD_SOON)
  await survey(parts)
  const answered = await pollOnce(pollOptions(parts))
  const refreshed = await parts.refresher.drain(ATTEMPTS)
  reportUnseen(parts)
  await parts.memory.save()
  return answered && refreshed && !parts.memory.isFailing && !options.signal.aborted
}

interface Parts extends WatchOptions {
  readonly ledger: Ledger
  readonly memory: Memory
  readonly outage: Outage
  readonly turns: Turns
  readonly refresher: Refresher
  /** The environments without a credential that were reported. */
  readonly reported: Set<string>
}

function assemble(options: WatchOptions): Parts {
  const { clock, observe, tuning } = options
  const ledger = new Ledger()
  const store = options.store
  const memory = new Memory({ store, ledger, clock, observe, isReadOnly: tuning.dryRun })
  const shared = { ledger, memory, outage: new Outage(clock, observe), turns: new Turns() }
  const refresher = new Refresher({ ...options, ...shared })
  return { ...options, ...shared, refresher, reported: new Set() }
}

/** Nothing can be done, or known to be worth doing, before Argo CD said who is there. */
async function surveyUntilDone(parts: Parts, progress: Progress): Promise<SurveyResult> {
  let result: SurveyResult = 'failed'
  while (!parts.signal.aborted) {
    progress.lastSign = parts.clock.now()
    result = await attemptSurvey(parts)
    progress.isReady = result !== 'failed'
    if (progress.isReady) break
    await new Alarm(parts.clock).wait(parts.outage.pause, parts.signal)
  }
  return result
}

async function keepSurveying(parts: Parts, first: SurveyResult): Promise<void> {
  const { clock, tuning, outage, signal, refresher, memory } = parts
  let result = first
  const alarm = new Alarm(clock)
  while (!signal.aborted) {
    const pause = result === 'cut' ? 0 : tuning.interval.standard * (0.9 + clock.random() / 5)
    await alarm.wait(Math.max(pause, outage.pause), signal)
    if (signal.aborted) return
    result = await attemptSurvey(parts)
    if (result !== 'failed') memory.touch()
    refresher.tidy()
    refresher.wake()
  }
}

/** `cut`: not all was read. */
type SurveyResult = 'whole' | 'cut' | 'failed'

async function attemptSurvey(parts: Parts): Promise<SurveyResult> {
  try {
    const isWhole = await survey(parts, LONGEST_READING)
    parts.outage.answered()
    return isWhole ? 'whole' : 'cut'
  } catch (error) {
    if (parts.signal.aborted) return 'failed'
    if (!(error instanceof ArgoCdError)) throw error
    parts.outage.failed(error)
    return 'failed'
  }
}

async function poll(parts: Parts): Promise<void> {
  await pollPhase(pollOptions(parts))
}

function pollOptions(parts: Parts) {
  const { ledger, tuning, clock, observe, signal } = parts
  const { standard, shortest, longest } = tuning.interval
  const intervalOf = (credential: Credential) => {
    const asked = ledger.shortestInterval(nameOf(credential), standard) ?? standard
    return Math.min(longest, Math.max(shortest, asked))
  }
  const credentials = async () => {
    const found = await parts.credentials()
    ledger.keepCredentials(new Set(found.map(nameOf)))
    return found
  }
  const seen = (credential: Credential, sightings: readonly Sighting[]) =>
    takeSightings(parts, credential, sightings, 3 * intervalOf(credential))
  return { credentials, intervalOf, seen, observe, clock, tuning, signal }
}

async function takeSightings(
  { ledger, memory, refresher, observe, clock }: Parts,
  credential: Credential,
  sightings: readonly Sighting[],
  patience: number,
): Promise<void> {
  const changes = ledger.see(nameOf(credential), sightings, momentOf(clock), patience)
  if (changes.length === 0) return
  for (const change of changes) observe({ type: 'changed', ...change })
  // Before anything is refreshed: whoever comes after us has to know of it.
  await memory.save()
  refresher.wake()
}

/** Titles are unique at one host. */
function nameOf({ host, title }: Credential): string {
  return `${host} ${title}`
}

async function tidy({ clock, signal, memory }: Parts, progress: Progress): Promise<void> {
  const alarm = new Alarm(clock)
  while (!signal.aborted) {
    await alarm.wait(TIDY, signal)
    progress.lastSign = clock.now()
    await memory.tidy()
  }
}

/** Not before every credential had a chance to say what it sees. */
async function keepReporting(parts: Parts): Promise<void> {
  const alarm = new Alarm(parts.clock)
  await alarm.wait(2 * parts.tuning.interval.standard, parts.signal)
  while (!parts.signal.aborted) {
    reportUnseen(parts)
    await alarm.wait(TIDY, parts.signal)
  }
}

function reportUnseen({ ledger, reported, observe }: Parts): void {
  const unseen = ledger.unseen()
  for (const key of reported) if (!unseen.has(key)) reported.delete(key)
  for (const [key, { environment, applications }] of unseen) {
    if (!reported.has(key)) observe({ type: 'unseen', environment, applications })
    reported.add(key)
  }
}
