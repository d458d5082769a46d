// When the next refresh may begin, so that those of one change are spread over a window.

/** Milliseconds between two starts, at most: a few Applications need no window. */
const LONGEST_GAP = 2_000

export class Pace {
  readonly #spread: number
  #windowEnd = Number.NEGATIVE_INFINITY
  #next = Number.NEGATIVE_INFINITY
  /** How many were left to begin in this window. */
  #left = 0

  /** @param spread the window, in milliseconds. */
  constructor(spread: number) {
    this.#spread = spread
  }

  /** Milliseconds until the next may begin; 0: now. */
  wait(now: number): number {
    return Math.max(0, this.#next - now)
  }

  /** One begins now. @param due how many are due, this one included. */
  begin(now: number, due: number): void {
    // What came since is no reason to hurry: it gets a window as long.
    if (now >= this.#windowEnd || due > this.#left) this.#windowEnd = now + this.#spread
    this.#left = due - 1
    this.#next = now + Math.min(LONGEST_GAP, (this.#windowEnd - now) / due)
  }
}
