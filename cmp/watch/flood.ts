// Lines of a log in, as they come; which are written, and how many were not, out. Somebody who makes
// thousands of things happen in a minute fills no disk, and hides no error.

const MINUTE = 60_000
/** Lines of a minute; ten thousand Applications that are refreshed one after the other are fewer. */
const MOST_LINES = 2_000

export class Flood {
  #minute = Number.NEGATIVE_INFINITY
  #written = 0
  #leftOut = 0

  /** Whether one more line may be written. @param wall milliseconds since 1970. */
  admits(wall: number): boolean {
    this.#turn(wall)
    this.#written += 1
    if (this.#written <= MOST_LINES) return true
    this.#leftOut += 1
    return false
  }

  /** How many were left out in a minute that is over; each is told once. */
  takeLeftOut(wall: number): number {
    if (!this.#turn(wall)) return 0
    const count = this.#leftOut
    this.#leftOut = 0
    return count
  }

  /** Whether this minute has room again. */
  #turn(wall: number): boolean {
    const minute = Math.floor(wall / MINUTE)
    if (minute !== this.#minute) this.#written = 0
    this.#minute = minute
    return this.#written < MOST_LINES
  }
}
