// Time that passes only when a test says so, and clocks that show it: each its own, and none quite right.
import { setImmediate as turn } from 'node:timers/promises'
import type { WatchClock } from '../../cmp/watch/model.ts'

export interface VirtualTime {
  /** Milliseconds since the beginning. */
  now(): number
  /** Resolves at that time. */
  sleep(ms: number): Promise<void>
  /** Lets everything happen that is due until then, in order. */
  advance(ms: number): Promise<void>
  clock(deviation?: Deviation): WatchClock
}

export interface Deviation {
  /** Where its `now` begins. */
  readonly offset?: number
  /** How many of its milliseconds pass in one of ours. */
  readonly rate?: number
  readonly wall?: () => number
  readonly random?: () => number
}

interface Timer {
  readonly at: number
  readonly ring: () => void
}

export function virtualTime(): VirtualTime {
  let now = 0
  const timers = new Set<Timer>()
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = { at: now + Math.max(0, ms), ring: () => end(resolve) }
      const onAbort = () => end(() => reject(signal?.reason))
      const end = (settle: () => void) => {
        timers.delete(timer)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      timers.add(timer)
      signal?.addEventListener('abort', onAbort)
    })
  return {
    now: () => now,
    sleep,
    async advance(ms) {
      const end = now + ms
      await turn()
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        now = Math.max(now, next.at)
        next.ring()
        await turn()
      }
      now = end
    },
    clock: ({ offset = 0, rate = 1, wall = () => now, random = () => 0.5 } = {}) => ({
      now: () => offset + now * rate,
      sleep: (ms, signal) => sleep(ms / rate, signal),
      random,
      wall,
    }),
  }
}
