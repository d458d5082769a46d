// Argo CD's Applications in; the ledger brought up to date with them out: who is there, and what those
// use whose render is not known.
import type { Observe } from './events.ts'
import type { Ledger, Moment } from './ledger/ledger.ts'
import type { ApplicationId, ArgoCd, WatchClock } from './model.ts'
import { ArgoCdError, applicationKey } from './model.ts'
import type { Turns } from './turns.ts'
import { eachOf } from './turns.ts'

/** Readings at a time: each costs Argo CD some milliseconds, and a render where its cache has nothing. */
const PARALLEL = 4

export interface SurveyOptions {
  readonly argocd: ArgoCd
  readonly ledger: Ledger
  readonly turns: Turns
  readonly clock: WatchClock
  readonly observe: Observe
  readonly signal: AbortSignal
}

/** Lists and reads once. @throws {ArgoCdError} if Argo CD does not answer; what was read until then stays. */
export async function survey(options: SurveyOptions): Promise<void> {
  const { argocd, ledger, clock, observe, signal } = options
  const start = clock.now()
  const listed = await argocd.applications()
  const unread = ledger.list(listed, momentOf(clock))
  let broken: unknown
  await eachOf(
    unread,
    PARALLEL,
    async (id) => {
      try {
        await read(options, id)
      } catch (error) {
        broken ??= error
      }
    },
    () => broken === undefined && !signal.aborted,
  )
  if (broken !== undefined) throw broken
  const { total, watched, unread: left } = ledger.counts()
  observe({ type: 'listed', total, watched, unread: left, ms: clock.now() - start })
}

async function read({ argocd, ledger, turns, clock, observe }: SurveyOptions, id: ApplicationId) {
  await turns.take(applicationKey(id), async () => {
    try {
      ledger.read(id, await argocd.environments(id), momentOf(clock))
    } catch (error) {
      if (!isOfApplication(error)) throw error
      const { isKept, isNew } = ledger.readFailed(id, momentOf(clock))
      if (isNew) observe({ type: 'unrendered', application: id, isKept })
    }
  })
}

/** A failure that says nothing of the next Application. */
export function isOfApplication(error: unknown): error is ArgoCdError {
  return error instanceof ArgoCdError && (error.fault === 'unrendered' || error.fault === 'denied')
}

/** When it is. */
export function momentOf(clock: WatchClock): Moment {
  return { now: clock.now(), wall: clock.wall() }
}
