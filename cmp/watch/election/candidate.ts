// One candidate for a lease: tries to get or to keep it, and gives it back. What it knows of the others it
// times by its own clock, from the moment when it saw the record change: clocks of two machines are never
// compared, and no clock of a wall is asked.
import { KubernetesError } from '../kubernetes/failure.ts'
import type { WatchClock } from '../model.ts'
import type { ElectionTiming, Lease, LeaseReading } from './lease.ts'

export interface Candidate {
  /**
   * Whether the lease is ours now. The time counts from before the request: the others count theirs from
   * after it was written. @throws {KubernetesError}
   */
  attempt(signal: AbortSignal): Promise<boolean>
  /** On the clock's scale: until when its holder may act; long past where it is not ours. */
  actsUntil(): number
  /** Whether the lease may be ours: a request without an answer may have been done. */
  mayHold(): boolean
  /** Lets the others have it at once, if it is still ours. @throws {KubernetesError} */
  release(signal: AbortSignal): Promise<void>
}

/** What was seen last, and when its mark was seen first. */
interface Observation {
  readonly reading: LeaseReading
  readonly since: number
}

/** Of our own leases: somebody who writes one for years must not keep everybody waiting for years. */
const LONGEST_PATIENCE = 4

export function candidateFor(
  lease: Lease,
  identity: string,
  timing: ElectionTiming,
  clock: WatchClock,
): Candidate {
  let observed: Observation | undefined
  let until = Number.NEGATIVE_INFINITY
  let mayHold = false
  const observe = (reading: LeaseReading): Observation => {
    const isSame = observed?.reading.mark === reading.mark
    // The reading is a new one in any case: something else about the object may have changed.
    observed = { reading, since: isSame && observed ? observed.since : clock.now() }
    return observed
  }
  const isOurs = ({ reading }: Observation): boolean => reading.record.holder === identity
  const isHeld = ({ reading: { record }, since }: Observation): boolean => {
    const said = record.duration || timing.leaseDuration
    const patience = Math.min(said, LONGEST_PATIENCE * timing.leaseDuration)
    return record.holder !== '' && clock.now() < since + patience
  }
  const take = async (
    transitions: number,
    signal: AbortSignal,
    write: (record: LeaseReading['record']) => Promise<LeaseReading>,
  ): Promise<boolean> => {
    const start = clock.now()
    mayHold = true
    const written = await write({ holder: identity, duration: timing.leaseDuration, transitions })
    // An answer that nobody waited for says nothing of now.
    signal.throwIfAborted()
    observe(written)
    until = start + timing.renewDeadline
    return true
  }
  const takeOver = (over: Observation, signal: AbortSignal): Promise<boolean> => {
    const { transitions } = over.reading.record
    return take(isOurs(over) ? transitions : transitions + 1, signal, (record) =>
      lease.write(record, over.reading, signal),
    )
  }
  const lose = (): false => {
    until = Number.NEGATIVE_INFINITY
    mayHold = false
    return false
  }
  return {
    actsUntil: () => until,
    mayHold: () => mayHold,
    async attempt(signal) {
      // Renewed without a look, as long as nobody writes in between.
      if (observed !== undefined && isOurs(observed)) {
        const renewed = await unlessGone(takeOver(observed, signal))
        if (renewed !== undefined) return renewed
      }
      const reading = await unlessMissing(lease.read(signal))
      if (reading === undefined) {
        const create = take(0, signal, (record) => lease.create(record, signal))
        return (await unlessConflict(create)) ?? lose()
      }
      const now = observe(reading)
      if (isOurs(now)) return takeOver(now, signal)
      if (isHeld(now)) return lose()
      return (await unlessConflict(takeOver(now, signal))) ?? lose()
    },
    async release(signal) {
      lose()
      for (;;) {
        const now = observe(await lease.read(signal))
        if (!isOurs(now)) return
        const { transitions } = now.reading.record
        // As client-go: a second, for those who do not take an empty holder for a free lease.
        const record = { holder: '', duration: 1000, transitions }
        const released = await unlessConflict(lease.write(record, now.reading, signal))
        // A renewal that was given up on may have arrived in between.
        if (released === undefined) continue
        observe(released)
        return
      }
    },
  }
}

const unlessConflict = unless(['conflict'])
const unlessMissing = unless(['missing'])
const unlessGone = unless(['conflict', 'missing'])

/** Failures of some kinds as undefined; every other one is thrown. */
function unless(faults: readonly KubernetesError['fault'][]) {
  return async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof KubernetesError && faults.includes(error.fault)) return undefined
      throw error
    }
  }
}
