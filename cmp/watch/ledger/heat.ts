// How often one Application was rendered for changes lately in; when it may be for the next one out. A
// Phase that says of an environment that it changed, over and over, is no reason to render without end.

/** Refreshes for changes in a row that follow the first one at once. */
const FREE = 4
/** Milliseconds in which one refresh is forgotten. */
const COOLING = 10 * 60 * 1000
/** Milliseconds that the first refresh beyond those waits; each further one twice as long. */
const FIRST_WAIT = 30 * 1000
const LAST_WAIT = 10 * 60 * 1000

/** Of one Application; times on the clock's scale. */
export interface Heat {
  /** Refreshes that count: each was for a change that came after the one before. */
  value: number
  /** When that was so. */
  at: number
  /** Not to be refreshed before. */
  until: number
  /** It was refreshed for the last change. */
  isOver: boolean
}

export function noHeat(): Heat {
  return { value: 0, at: 0, until: Number.NEGATIVE_INFINITY, isOver: false }
}

/** Argo CD was asked to render it. */
export function rendered(heat: Heat | undefined): void {
  if (heat !== undefined) heat.isOver = true
}

/** There is a change; gives when it may be refreshed for it. Changes that come before that wait no longer. */
export function changed(heat: Heat | undefined, now: number): number {
  if (heat === undefined) return now
  if (heat.isOver) {
    heat.value = Math.max(0, heat.value - (now - heat.at) / COOLING) + 1
    heat.at = now
    heat.isOver = false
    const beyond = heat.value - FREE
    heat.until = beyond <= 0 ? now : now + Math.min(LAST_WAIT, FIRST_WAIT * 2 ** (beyond - 1))
  }
  return Math.max(now, heat.until)
}
