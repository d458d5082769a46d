// Candidates of one election, each a process of its own in the test's time: who acts when, and what they say.
import type { ElectionTiming } from '../../cmp/watch/election/lease.ts'
import { runElected } from '../../cmp/watch/election/run-elected.ts'
import type { WatchEvent } from '../../cmp/watch/events.ts'
import type { Fate, MemoryLease } from './memory-lease.ts'
import type { Deviation, VirtualTime } from './virtual-time.ts'

export interface Candidate {
  readonly identity: string
  readonly events: readonly WatchEvent[]
  /** When it acted: from, to; the last one may not be over. */
  readonly acts: readonly { readonly from: number; to: number | undefined }[]
  /** What happens to its requests from now on. */
  fate: () => Fate
  /** How long its work goes on after it is told to end. */
  hangs: number
  isActing(): boolean
  /** What it was told to do ends, and it gives the lease back. */
  stop(): Promise<void>
  /** Ends its work from within. */
  finish(error?: Error): Promise<void>
  /** From now on nobody sees what it does. */
  kill(at: number): void
  readonly over: Promise<void>
}

export const AT_ONCE: Fate = { there: 0, back: 0 }

export function stand(
  identity: string,
  lease: MemoryLease,
  time: VirtualTime,
  options: {
    readonly deviation?: Deviation
    readonly timing?: ElectionTiming
    readonly fate?: () => Fate
  } = {},
): Candidate {
  const events: WatchEvent[] = []
  const acts: { from: number; to: number | undefined }[] = []
  const outer = new AbortController()
  let isDead = false
  let inner = Promise.withResolvers<void>()
  const lead = async (signal: AbortSignal): Promise<void> => {
    const act: (typeof acts)[number] = { from: time.now(), to: undefined }
    if (!isDead) acts.push(act)
    inner = Promise.withResolvers()
    signal.addEventListener('abort', () => {
      void time.sleep(self.hangs).then(() => inner.reject(signal.reason))
    })
    try {
      await inner.promise
    } finally {
      act.to ??= time.now()
    }
  }
  const self: Candidate & { over: Promise<void> } = {
    identity,
    events,
    acts,
    fate: options.fate ?? (() => AT_ONCE),
    hangs: 0,
    isActing: () => acts.length > 0 && acts.at(-1)?.to === undefined,
    stop: () => {
      outer.abort()
      return self.over
    },
    finish: (error?: Error) => {
      if (error === undefined) inner.resolve()
      else inner.reject(error)
      return self.over
    },
    kill: (at) => {
      isDead = true
      const act = acts.at(-1)
      if (act !== undefined) act.to ??= at
    },
    over: Promise.resolve(),
  }
  self.over = runElected({
    lease: lease.reached(() => self.fate()),
    identity,
    clock: time.clock(options.deviation),
    observe: (event) => events.push(event),
    signal: outer.signal,
    lead,
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  })
  // A test that expects a failure waits for it later.
  self.over.catch(() => {})
  return self
}

/** Pairs of candidates that acted at the same time. */
export function overlaps(candidates: readonly Candidate[]): readonly string[] {
  const all = candidates.flatMap(({ identity, acts }) =>
    acts.map(({ from, to = Number.POSITIVE_INFINITY }) => ({ identity, from, to })),
  )
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => one.from < other.to && other.from < one.to)
      .map((other) => `${JSON.stringify(one)} ${JSON.stringify(other)}`),
  )
}
