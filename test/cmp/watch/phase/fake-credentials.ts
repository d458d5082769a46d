// A poller over credentials that answer what a test says, on a clock of its own; when each was asked, and
// everything that was said, out.
import type { WatchEvent } from '../../../../cmp/watch/events.ts'
import type { Credential, Sighting, WatchTuning } from '../../../../cmp/watch/model.ts'
import { CredentialError } from '../../../../cmp/watch/model.ts'
import type { PollOptions } from '../../../../cmp/watch/phase/poller.ts'
import type { VirtualClock } from '../../../support/watch-clock.ts'
import { virtualClock } from '../../../support/watch-clock.ts'

export const MINUTE = 60_000

export const TUNING: WatchTuning = {
  interval: { standard: MINUTE, shortest: 5_000, longest: 60 * MINUTE },
  requestsPerMinute: 100_000,
  spread: 0,
  concurrency: 1,
  sync: false,
  dryRun: false,
}

/** What happens to a request: milliseconds that it takes, and how it ends. */
export interface Reply {
  readonly ms?: number
  readonly error?: CredentialError
  readonly sightings?: readonly Sighting[]
}

/** A failure that passes by itself. */
export function passing(message = 'Phase is down', retryAfter?: number): Reply {
  return { error: new CredentialError(message, { isPermanent: false, retryAfter, hint: 'wait' }) }
}

/** A failure that does not. */
export function lasting(message = 'Phase rejects the token'): Reply {
  return { error: new CredentialError(message, { isPermanent: true, hint: 'a new one' }) }
}

export interface Stage {
  readonly clock: VirtualClock
  readonly options: PollOptions
  readonly events: WatchEvent[]
  /** When requests began, by title. */
  readonly asked: Map<string, number[]>
  readonly seen: string[]
  /** What there is; to be changed by a test. */
  credentials: Credential[]
  /** A new object, with the reply that it gives at a time. */
  credential(title: string, reply?: (now: number) => Reply, host?: string): Credential
  /** Requests of all that are under way, at most, by title. */
  readonly mostAtOnce: Map<string, number>
  intervalOf: (credential: Credential) => number
  end(): void
}

export function stage(tuning: Partial<WatchTuning> = {}): Stage {
  const clock = virtualClock()
  const controller = new AbortController()
  const underWay = new Map<string, number>()
  const made: Stage = {
    clock,
    events: [],
    asked: new Map(),
    seen: [],
    credentials: [],
    mostAtOnce: new Map(),
    intervalOf: () => MINUTE,
    end: () => controller.abort(new Error('the end')),
    credential(title, reply = () => ({}), host = 'https://phase.example') {
      return {
        title,
        host,
        async ask(signal) {
          const now = clock.now()
          const times = made.asked.get(title) ?? []
          made.asked.set(title, times)
          times.push(now)
          const count = (underWay.get(title) ?? 0) + 1
          underWay.set(title, count)
          made.mostAtOnce.set(title, Math.max(count, made.mostAtOnce.get(title) ?? 0))
          try {
            const { ms = 100, error, sightings = [] } = reply(now)
            await clock.sleep(ms, signal)
            if (error !== undefined) throw error
            return sightings
          } finally {
            underWay.set(title, (underWay.get(title) ?? 1) - 1)
          }
        },
      }
    },
    options: {
      credentials: async () => made.credentials,
      intervalOf: (credential) => made.intervalOf(credential),
      seen: ({ title }, sightings) => {
        made.seen.push(`${title} ${sightings.map(({ updatedAt }) => updatedAt)}`.trim())
      },
      observe: (event) => made.events.push(event),
      clock,
      tuning: { ...TUNING, ...tuning },
      signal: controller.signal,
    },
  }
  return made
}

/** The milliseconds between one and the next. */
export function gaps(times: readonly number[] = []): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}
