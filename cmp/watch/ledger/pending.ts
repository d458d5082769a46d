// The Applications that are still to be refreshed, oldest first, and when each may be tried next.

/** One Application that waits. */
export interface Waiting {
  /** When it was first marked, on the clock's scale. */
  readonly since: number
  /** How often a refresh failed. */
  readonly attempts: number
  /** Another one with each change that is noticed, never used twice: a refresh that began before settles nothing newer. */
  readonly version: number
}

interface Entry extends Waiting {
  readonly notBefore: number
  /** The version that was taken and is not settled or put back. */
  readonly taken: number | undefined
}

export class Pending {
  readonly #entries = new Map<string, Entry>()
  #version = 0

  /**
   * Marks one; whether it was not waiting before. A change during a refresh asks for another one.
   * @param notBefore when it may be taken.
   */
  mark(key: string, now: number, notBefore = now): boolean {
    const entry = this.#entries.get(key)
    this.#version += 1
    const before = entry ?? { since: now, taken: undefined, attempts: 0 }
    // What failed before may succeed with what is new; not if there is something new all the time.
    const attempts = notBefore > now ? before.attempts : 0
    this.#entries.set(key, { ...before, attempts, notBefore, version: this.#version })
    return entry === undefined
  }

  /**
   * The next that is due and that `mayGo`, taken until it is settled or put back: one with the least load,
   * of these the oldest. None whose load is infinite.
   */
  take(
    now: number,
    mayGo: (key: string) => boolean,
    loadOf: (key: string) => number = () => 0,
  ): { key: string; entry: Waiting } | undefined {
    let [least, best] = [Number.POSITIVE_INFINITY, '']
    for (const [key, entry] of this.#entries) {
      if (entry.taken !== undefined || entry.notBefore > now || !mayGo(key)) continue
      const load = loadOf(key)
      if (load < least) [least, best] = [load, key]
      if (load <= 0) break
    }
    const entry = least === Number.POSITIVE_INFINITY ? undefined : this.#entries.get(best)
    if (entry === undefined) return undefined
    this.#entries.set(best, { ...entry, taken: entry.version })
    return { key: best, entry }
  }

  /** How many are due and not taken, and when the next of the others is: on the clock's scale, infinite if never. */
  outlook(now: number, mayGo: (key: string) => boolean): { due: number; next: number } {
    let due = 0
    let next = Number.POSITIVE_INFINITY
    for (const [key, entry] of this.#entries) {
      if (entry.taken !== undefined || !mayGo(key)) continue
      if (entry.notBefore <= now) due += 1
      else next = Math.min(next, entry.notBefore)
    }
    return { due, next }
  }

  /** Ends the wait of one that was taken and refreshed, unless it was marked again meanwhile. */
  settle(key: string, version: number): void {
    const entry = this.#end(key, version)
    if (entry === undefined || entry.version === version) return
    this.#entries.set(key, { ...entry, taken: undefined })
  }

  /** Puts one that was taken back, at the end of the line. @param attempts how often it failed by now. */
  putBack(key: string, version: number, notBefore: number, attempts: number): void {
    const entry = this.#end(key, version)
    if (entry === undefined) return
    const later = entry.version === version ? { notBefore, attempts } : {}
    this.#entries.set(key, { ...entry, ...later, taken: undefined })
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /** Takes out what was taken at this version; undefined if it was forgotten since, and marked anew or not. */
  #end(key: string, version: number): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry?.taken !== version) return undefined
    this.#entries.delete(key)
    return entry
  }
}
