// Argo CD's Applications in; the ledger brought up to date with them out: who is there, and what those
// use whose render is not known.
import type { Observe } from './events.ts'
import type { Moment } from './ledger/application.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Memory } from './memory.ts'
import type { ApplicationId, ArgoCd, WatchClock } from './model.ts'
import { ArgoCdError, applicationKey } from './model.ts'
import type { Turns } from './turns.ts'
import { eachOf } from './turns.ts'

/** Readings at a time: each costs Argo CD some milliseconds, and a render where its cache has nothing. */
const PARALLEL = 4
/** Readings that fail one after the other, until it is Argo CD and not an Application that is broken. */
const IN_A_ROW = 8

export interface SurveyOptions {
  readonly argocd: ArgoCd
  readonly ledger: Ledger
  readonly memory: Memory
  readonly turns: Turns
  readonly clock: WatchClock
  readonly observe: Observe
  readonly signal: AbortSignal
}

/**
 * Lists and reads once; whether all was read that was to be. @param longest milliseconds after which no more
 * is read: there may be Applications of which each takes a minute, and others wait for their refresh.
 * @throws {ArgoCdError} if Argo CD does not answer; what was read until then stays.
 */
export async function survey(
  options: SurveyOptions,
  longest = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const { argocd, ledger, clock, turns, observe, signal } = options
  const asked = momentOf(clock)
  const due = ledger.list(await argocd.applications(), asked)
  // Whose refresh is going on is read at its end, which may be minutes away.
  const unread = due.filter((id) => !turns.isTaken(applicationKey(id)))
  let [begun, failures] = [0, 0]
  let broken: unknown
  const readNext = async (id: ApplicationId) => {
    begun += 1
    try {
      await read(options, id)
      failures = 0
    } catch (error) {
      failures += 1
      const isAll = !(error instanceof ArgoCdError) || error.fault === 'token'
      if (isAll || failures >= IN_A_ROW) broken ??= error
    }
  }
  const end = clock.now() + longest
  const mayGoOn = () => broken === undefined && !signal.aborted && clock.now() < end
  await eachOf(unread, PARALLEL, readNext, mayGoOn)
  if (broken !== undefined) throw broken
  const { total, watched, unread: left } = ledger.counts()
  observe({ type: 'listed', total, watched, unread: left, ms: clock.now() - asked.now })
  return begun === unread.length
}

/** What could not be read is tried again later, by itself. @throws {ArgoCdError} where it is not the Application's own fault for sure. */
async function read(options: SurveyOptions, id: ApplicationId): Promise<void> {
  const { argocd, ledger, memory, turns, clock, observe } = options
  await turns.take(applicationKey(id), async () => {
    try {
      ledger.read(id, await argocd.environments(id), momentOf(clock))
      // Not only at the end: where all has to be rendered first, that is an hour away.
      memory.touch()
    } catch (error) {
      if (!(error instanceof ArgoCdError)) throw error
      const { isKept, isNew } = ledger.readFailed(id, momentOf(clock))
      if (!isOfApplication(error)) throw error
      if (isNew) observe({ type: 'unrendered', application: id, isKept })
    }
  })
}

/** A failure that says nothing of the next Application. */
function isOfApplication({ fault }: ArgoCdError): boolean {
  return fault === 'unrendered' || fault === 'denied'
}

/** When it is. */
export function momentOf(clock: WatchClock): Moment {
  return { now: clock.now(), wall: clock.wall() }
}
