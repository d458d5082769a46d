// One Application that has to be refreshed in; what came of it out.
import type {
  ApplicationId,
  ApplicationState,
  ArgoCd,
  EnvironmentUse,
  WatchClock,
} from './model.ts'
import { ArgoCdError } from './model.ts'

const SECOND = 1_000
/** How often it is looked whether somebody else's refresh is over, and for how long. */
const LOOK_AGAIN = 2_000
const LONGEST_LOOK = 120_000

/** Argo CD rendered anew. */
export interface Refreshed {
  readonly is: 'done'
  readonly state: ApplicationState
  /** What the new render uses. */
  readonly uses: readonly EnvironmentUse[]
  /** When the refresh began, on the clock's scale. */
  readonly began: number
}

/** What came of a refresh. Whatever Argo CD itself is to blame for is thrown instead. */
export type RefreshOutcome =
  | Refreshed
  /** Its sync windows are closed. */
  | { readonly is: 'closed' }
  | { readonly is: 'failed'; readonly message: string; readonly hint: string }

const LOOK_AT_IT =
  'look at the conditions of the Application in Argo CD: its render or comparison fails'

/**
 * Refreshes one Application, and makes sure that Argo CD rendered after we asked: a refresh that was going
 * on before is waited for, and the new comparison must have begun later than the old one.
 * @throws {ArgoCdError} of fault `outside` or `token`.
 */
export async function refresh(
  argocd: ArgoCd,
  id: ApplicationId,
  clock: WatchClock,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  try {
    if (!(await argocd.isWindowOpen(id))) return { is: 'closed' }
    const before = await waitForOthers(argocd, id, clock, signal)
    if (before.isRefreshing) return failed('another refresh of it does not end', LOOK_AT_IT)
    if (isFresh(before, clock)) await clock.sleep(SECOND, signal)
    const began = clock.now()
    const state = await argocd.hardRefresh(id).catch(asUnrendered)
    if (state.failure !== undefined) return failed(`Argo CD reports ${state.failure}`, LOOK_AT_IT)
    if (state.reconciledAt === before.reconciledAt) {
      return failed('Argo CD did not compare it anew', LOOK_AT_IT)
    }
    return { is: 'done', state, uses: await argocd.environments(id), began }
  } catch (error) {
    if (!(error instanceof ArgoCdError)) throw error
    if (error.fault === 'outside' || error.fault === 'token') throw error
    return failed(error.message, error.hint)
  }
}

/** Whether it was compared a moment ago: Argo CD writes whole seconds, and two within one look like one. */
function isFresh({ reconciledAt }: ApplicationState, clock: WatchClock): boolean {
  return Math.abs(clock.wall() - Date.parse(reconciledAt ?? '')) < 2 * SECOND
}

async function waitForOthers(
  argocd: ArgoCd,
  id: ApplicationId,
  clock: WatchClock,
  signal: AbortSignal,
): Promise<ApplicationState> {
  const end = clock.now() + LONGEST_LOOK
  for (;;) {
    const state = await argocd.state(id)
    if (!state.isRefreshing || clock.now() >= end) return state
    await clock.sleep(LOOK_AGAIN, signal)
  }
}

/** It answered a moment ago: most likely the render of this Application takes too long, and others need not wait. */
function asUnrendered(error: unknown): never {
  if (!(error instanceof ArgoCdError) || error.fault !== 'outside') throw error
  throw new ArgoCdError('unrendered', error.message, error.hint)
}

function failed(message: string, hint: string): RefreshOutcome {
  return { is: 'failed', message, hint }
}
