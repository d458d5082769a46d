// A lease, an identity and some work in; the work is done while this process holds the lease, and by no other
// process at the same time. The semantics are those of client-go's leader election, which the client library
// of this language does not have.
import { untilAborted } from '../../abortable.ts'
import type { Observe } from '../events.ts'
import { KubernetesError } from '../kubernetes/failure.ts'
import type { WatchClock } from '../model.ts'
import type { Candidate } from './candidate.ts'
import { candidateFor } from './candidate.ts'
import type { ElectionTiming, Lease } from './lease.ts'
import { ELECTION_TIMING } from './lease.ts'

export interface Election {
  readonly lease: Lease
  /** No two processes have the same, nor one process after a restart. */
  readonly identity: string
  readonly clock: WatchClock
  readonly observe: Observe
  /** Ends the election, and with it the work. */
  readonly signal: AbortSignal
  /**
   * The work. It has to end soon after its signal aborts: within `leaseDuration` − `renewDeadline`, 5 s, if
   * nobody else is to act before it has.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>
  readonly timing?: ElectionTiming
}

/** How much a candidate adds to `retryPeriod` by chance, as a factor. */
const JITTER = 1.2

/**
 * Stands for election until the signal aborts or `lead` ends by itself. `lead` is called whenever the lease
 * was won; its signal aborts when it is lost or nothing more is wanted. The lease is renewed until `lead` has
 * ended, and then given back.
 *
 * A process that is frozen cannot notice it: whoever is thawed after `leaseDuration` acts until its next
 * timer fires. The state is saved under its version, so of two such processes one finds out by that, too.
 * @throws whatever `lead` throws, unless it is its signal's reason.
 */
export async function runElected(election: Election): Promise<void> {
  const { lease, identity, clock, signal, timing = ELECTION_TIMING } = election
  const candidate = candidateFor(lease, identity, timing, clock)
  const say = reporting(election.observe)
  while (!signal.aborted) {
    if (!(await stand(candidate, { ...election, timing }, say))) return
    say.leading()
    const isOver = await serve(candidate, { ...election, timing }, say)
    if (isOver) return
  }
}

type Settled = Election & { readonly timing: ElectionTiming }

/** Milliseconds for one attempt: half the time, so that one lost answer is not the end. */
function patience({ renewDeadline }: ElectionTiming): number {
  return renewDeadline / 2
}

/** Tries until the lease is ours; false: nothing more is wanted. */
async function stand(candidate: Candidate, election: Settled, say: Reports): Promise<boolean> {
  const { clock, signal, timing } = election
  while (!signal.aborted) {
    try {
      const isOurs = await within(clock, patience(timing), signal, candidate.attempt)
      if (!isOurs) say.standingBy()
      // Not where the process was frozen since.
      else if (clock.now() < candidate.actsUntil()) return true
    } catch (error) {
      if (!signal.aborted) say.failed(error)
    }
    const pause = timing.retryPeriod * (1 + JITTER * clock.random())
    await clock.sleep(pause, signal).catch(() => {})
  }
  // It may have been won while the end came.
  await giveBack(candidate, election)
  return false
}

/** Leads, and renews until that has ended. True: nothing more is wanted. */
async function serve(candidate: Candidate, election: Settled, say: Reports): Promise<boolean> {
  const lost = new AbortController()
  const ended = new AbortController()
  const working = AbortSignal.any([election.signal, lost.signal])
  const work = async () => {
    try {
      await election.lead(working)
    } catch (error) {
      if (!working.aborted || !(error === working.reason || isAbort(error))) throw error
    } finally {
      ended.abort()
    }
  }
  const renew = async () => {
    try {
      const isKept = await keep(candidate, election, say, ended.signal)
      if (!isKept) say.lost()
      return isKept
    } finally {
      lost.abort()
    }
  }
  const [worked, renewed] = await Promise.allSettled([work(), renew()])
  const isKept = renewed.status === 'fulfilled' && renewed.value
  if (isKept) await giveBack(candidate, election)
  for (const each of [worked, renewed]) if (each.status === 'rejected') throw each.reason
  return isKept
}

/** Renews until the work has ended; false as soon as the time is up. */
async function keep(
  candidate: Candidate,
  { clock, timing }: Settled,
  say: Reports,
  ended: AbortSignal,
): Promise<boolean> {
  const left = () => candidate.actsUntil() - clock.now()
  while (!ended.aborted) {
    await clock.sleep(Math.max(0, Math.min(timing.retryPeriod, left())), ended).catch(() => {})
    if (ended.aborted) return true
    if (left() <= 0) return false
    try {
      const limit = Math.min(left(), patience(timing))
      if (!(await within(clock, limit, ended, candidate.attempt))) return false
      say.renewed()
    } catch (error) {
      if (!ended.aborted) say.failed(error)
    }
  }
  return true
}

/** As well as it can be done in a moment: without it, the others wait for `leaseDuration`. */
async function giveBack(candidate: Candidate, { clock, timing }: Settled): Promise<void> {
  if (!candidate.mayHold()) return
  const { signal } = new AbortController()
  await within(clock, 2 * timing.retryPeriod, signal, candidate.release).catch(() => {})
}

/** No answer in time. */
class LateError extends Error {}

/** Waits no longer than `ms`, by the given clock. @throws {LateError} and what the work throws. */
async function within<T>(
  clock: WatchClock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const both = AbortSignal.any([signal, limit.signal])
  const late = () => limit.abort(new LateError())
  clock.sleep(ms, both).then(late, () => {})
  try {
    return await untilAborted(both, work(both))
  } finally {
    limit.abort()
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

interface Reports {
  leading(): void
  standingBy(): void
  renewed(): void
  lost(): void
  failed(error: unknown): void
}

/** Says what changed, and each trouble once as new. */
function reporting(observe: Observe): Reports {
  let place: 'leading' | 'standing-by' | undefined
  let trouble: string | undefined
  const arrive = (at: 'leading' | 'standing-by'): void => {
    // After a trouble it is said again: that is how one sees that it is over.
    if (place !== at || trouble !== undefined) observe({ type: at })
    place = at
    trouble = undefined
  }
  return {
    leading: () => arrive('leading'),
    standingBy: () => arrive('standing-by'),
    renewed: () => {
      trouble = undefined
    },
    lost: () => {
      place = undefined
      observe({ type: 'leadership-lost' })
    },
    failed: (error) => {
      const { message, hint } = troubleOf(error)
      observe({ type: 'election-failed', trouble: { message, hint }, isNew: message !== trouble })
      trouble = message
    },
  }
}

function troubleOf(error: unknown): { readonly message: string; readonly hint: string } {
  if (error instanceof KubernetesError) return error
  if (!(error instanceof LateError)) throw error
  return {
    message: 'the Kubernetes API does not answer in time for the election',
    hint: 'check the API server and the network between here and it',
  }
}
