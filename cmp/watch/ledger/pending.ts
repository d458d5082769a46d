// The Applications that are still to be refreshed, oldest first, and when each may be tried next.

/** One Application that waits. */
export interface Waiting {
  /** When it was first marked, on the clock's scale. */
  readonly since: number
  /** How often a refresh failed. */
  readonly attempts: number
  /** Grows with each change that is noticed: a refresh that began before settles nothing newer. */
  readonly version: number
}

interface Entry extends Waiting {
  readonly notBefore: number
  readonly isTaken: boolean
}

export class Pending {
  readonly #entries = new Map<string, Entry>()

  /** Marks one; whether it was not waiting before. A change during a refresh asks for another one. */
  mark(key: string, now: number): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#entries.set(key, {
        since: now,
        attempts: 0,
        version: 1,
        notBefore: now,
        isTaken: false,
      })
      return true
    }
    // What failed before may succeed with what is new.
    const fresh = { attempts: 0, notBefore: now, version: entry.version + 1 }
    this.#entries.set(key, { ...entry, ...fresh })
    return false
  }

  /** The next that is due and that `mayGo`, taken until it is settled or put back. */
  take(now: number, mayGo: (key: string) => boolean): { key: string; entry: Waiting } | undefined {
    for (const [key, entry] of this.#entries) {
      if (entry.isTaken || entry.notBefore > now || !mayGo(key)) continue
      this.#entries.set(key, { ...entry, isTaken: true })
      return { key, entry }
    }
    return undefined
  }

  /** How many are due, or taken, and when the next of the others is: on the clock's scale, infinite if never. */
  outlook(now: number, mayGo: (key: string) => boolean): { due: number; next: number } {
    let due = 0
    let next = Number.POSITIVE_INFINITY
    for (const [key, entry] of this.#entries) {
      if (!mayGo(key)) continue
      if (entry.isTaken) continue
      if (entry.notBefore <= now) due += 1
      else next = Math.min(next, entry.notBefore)
    }
    return { due, next }
  }

  /** Ends the wait of one that was refreshed, unless it was marked again meanwhile. */
  settle(key: string, version: number): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    if (entry.version !== version) this.#entries.set(key, { ...entry, isTaken: false })
  }

  /** Puts one back, at the end of the line. @param attempts how often it failed by now. */
  putBack(key: string, version: number, notBefore: number, attempts: number): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    const later = entry.version === version ? { notBefore, attempts } : {}
    this.#entries.set(key, { ...entry, ...later, isTaken: false })
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()]
  }
}
