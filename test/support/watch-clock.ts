// A WatchClock whose time passes only when a test says so. Sleepers wake one after the other, in the order
// of their times, and what follows from one has come to rest before the next: a run is the same every time.
import type { WatchClock } from '../../cmp/watch/model.ts'

export interface VirtualClock extends WatchClock {
  /** Lets time pass, with everything that is due meanwhile; 0 for what is due now. */
  advance(ms: number): Promise<void>
  /** Lets everything that waits for no time, file or socket come to rest. */
  settle(): Promise<void>
  /** Moves `wall`, and nothing else, as an administrator or NTP does. */
  jump(ms: number): void
  /** How many sleep. */
  sleepers(): number
}

export interface VirtualClockOptions {
  /** `wall` at the beginning. */
  readonly wall?: number
  /** Chance, by default one that is the same every time. */
  readonly random?: () => number
  /** How many wake-ups without any time passing are no loop without an end. */
  readonly mostAtOneTime?: number
}

interface Sleeper {
  readonly due: number
  readonly order: number
  wake(): void
}

export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { mostAtOneTime = 100_000 } = options
  let now = 0
  let offset = options.wall ?? Date.UTC(2026, 0, 1)
  let count = 0
  const asleep = new Queue()
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const advance = async (ms: number) => {
    const end = now + ms
    await settle()
    let wakeUps = 0
    for (let first = asleep.first(); first !== undefined; first = asleep.first()) {
      if (first.due > end) break
      wakeUps = first.due > now ? 0 : wakeUps + 1
      if (wakeUps > mostAtOneTime) throw new Error('somebody sleeps for no time, over and over')
      now = Math.max(now, first.due)
      asleep.remove(first)
      first.wake()
      await settle()
    }
    now = end
    await settle()
  }
  return {
    now: () => now,
    wall: () => offset + now,
    random: options.random ?? fixedRandom(1),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const onAbort = () => {
          asleep.remove(sleeper)
          reject(signal.reason)
        }
        count += 1
        const wake = () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        }
        const sleeper = { due: now + Math.max(0, ms), order: count, wake }
        signal.addEventListener('abort', onAbort, { once: true })
        asleep.add(sleeper)
      }),
    advance,
    settle,
    jump(ms) {
      offset += ms
    },
    sleepers: () => asleep.size,
  }
}

/** Sleepers, sorted by their times and then by when they lay down. */
class Queue {
  readonly #sleepers: Sleeper[] = []

  get size(): number {
    return this.#sleepers.length
  }

  first(): Sleeper | undefined {
    return this.#sleepers[0]
  }

  add(sleeper: Sleeper): void {
    this.#sleepers.splice(this.#placeOf(sleeper), 0, sleeper)
  }

  remove(sleeper: Sleeper): void {
    const place = this.#placeOf(sleeper)
    if (this.#sleepers[place] !== sleeper) return
    if (place === 0) this.#sleepers.shift()
    else this.#sleepers.splice(place, 1)
  }

  /** Where it is, or would be. */
  #placeOf({ due, order }: Sleeper): number {
    let [low, high] = [0, this.#sleepers.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#sleepers[middle]
      const isBefore =
        other !== undefined && (other.due < due || (other.due === due && other.order < order))
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Numbers in [0, 1) that look like chance (mulberry32), the same for the same seed. */
export function fixedRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
