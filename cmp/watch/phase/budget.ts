// A number of requests per minute in; turns to make one out, in the order in which they were asked for.
import type { WatchClock } from '../model.ts'

/** Turns to make a request. */
export interface RequestBudget {
  /** Waits for a turn; first come, first served. @throws the signal's reason; the turn is lost then. */
  take(signal: AbortSignal): Promise<void>
}

const MINUTE = 60_000
/** The part of a minute's requests that may be made at once after a quiet time. */
const BURST = 1 / 12

/**
 * No 60 seconds, wherever they begin, have more than `perMinute` turns: a few that may come at once, and
 * the others evenly. Phase counts in the same way: per address, over the last 60 seconds.
 * @param perMinute at least 1.
 */
export function requestBudget(perMinute: number, clock: WatchClock): RequestBudget {
  const burst = Math.max(1, Math.floor(perMinute * BURST))
  const gap = MINUTE / (perMinute - burst + 1)
  // When the next turn would be if none had been saved.
  let next = Number.NEGATIVE_INFINITY
  return {
    async take(signal) {
      signal.throwIfAborted()
      const now = clock.now()
      const turn = next - (burst - 1) * gap
      next = Math.max(now, next) + gap
      if (turn > now) await clock.sleep(turn - now, signal)
    },
  }
}
