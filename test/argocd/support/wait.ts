// Waiting for what other processes do, by looking again and again.
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE = 50

/**
 * The first answer of `look` that is neither undefined nor false. An error of `look` means: not yet.
 * @throws after `seconds`, with `what` was waited for and what was seen last.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 60,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  let last: unknown
  while (performance.now() < end) {
    try {
      const answer = await look()
      if (answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      if (error instanceof HopelessError) throw error
      last = error
    }
    await sleep(PAUSE)
  }
  const seen = last instanceof Error ? `; last: ${last.message}` : ''
  throw new Error(`${what}: not within ${seconds} s${seen}`)
}

/** Ends the waiting at once. */
export class HopelessError extends Error {
  override readonly name = 'HopelessError'
}

/** Looks again and again; says everything that was seen, once each. */
export function watch(look: () => Promise<string>): { stop(): Promise<readonly string[]> } {
  const seen = new Set<string>()
  let isOver = false
  const watching = (async () => {
    while (!isOver) seen.add(await look())
  })()
  return {
    async stop() {
      isOver = true
      await watching
      return [...seen]
    },
  }
}
