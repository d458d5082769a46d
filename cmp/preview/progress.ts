// Steps of a run in; on a terminal, and only once a second has passed, one line that says what is being
// done. It is gone when the run is over.
import type { Io } from '../io.ts'

/** Milliseconds that nobody minds waiting. */
const PATIENCE = 1000
const CLEAR = '\r\u001b[K'

/** Says what a run is doing. */
export interface Progress {
  /** @param what such as `reading Git`; never a name from a repository. */
  step(what: string): void
  done(): void
}

/** Starts the clock. */
export function startProgress({ stderr }: Pick<Io, 'stderr'>): Progress {
  if (!stderr.isTTY) return { step: () => {}, done: () => {} }
  let current = ''
  let isShown = false
  const show = () => {
    isShown = true
    stderr.write(`${CLEAR}${current} …`)
  }
  const timer = setTimeout(show, PATIENCE)
  timer.unref()
  return {
    step(what) {
      current = what
      if (isShown) show()
    },
    done() {
      clearTimeout(timer)
      if (isShown) stderr.write(CLEAR)
    },
  }
}
