// Credentials in; what they see of Phase out, again and again. Every credential has a rhythm of its own,
// and all that go to one host share a budget of requests.
import type { Observe } from '../events.ts'
import type { Credential, Sighting, WatchClock, WatchTuning } from '../model.ts'
import { CredentialError } from '../model.ts'
import type { RequestBudget } from './budget.ts'
import { requestBudget } from './budget.ts'
import { CredentialPoll } from './credential-poll.ts'
import { TroubleRow } from './trouble-row.ts'
import { regularWait, retryAfterOf } from './waits.ts'

/** What both ways of polling take. */
export interface PollOnceOptions {
  /** Those that there are right now; a credential that was changed is another object than before. */
  credentials(): Promise<readonly Credential[]>
  /** Takes what a credential saw. Its next poll waits for it. */
  seen(credential: Credential, sightings: readonly Sighting[]): void | Promise<void>
  readonly observe: Observe
  readonly clock: WatchClock
  readonly tuning: WatchTuning
  /** Ends it at once, with the requests that are under way. */
  readonly signal: AbortSignal
}

export interface PollOptions extends PollOnceOptions {
  /** Milliseconds between polls of a credential; asked again and again, since it may change. */
  intervalOf(credential: Credential): number
}

/** Milliseconds: how soon a credential that came or was changed is noticed, at the latest. */
const LOOK_EVERY = 30_000
/** Milliseconds from the first poll of one new credential to that of the next. */
const APART = 100

/** Polls until the signal aborts, then resolves when nothing is under way any more. */
export async function pollPhase(options: PollOptions): Promise<void> {
  const { clock, tuning } = options
  const broken = new AbortController()
  const signal = AbortSignal.any([options.signal, broken.signal])
  const polls = pollsOf(options, (error) => broken.abort(error))
  const end = () => polls.update([])
  signal.addEventListener('abort', end, { once: true })
  const every = Math.min(LOOK_EVERY, tuning.interval.standard / 2)
  try {
    while (!signal.aborted) {
      const credentials = await options.credentials()
      if (!signal.aborted) polls.update(credentials)
      await clock.sleep(every, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', end)
    end()
    await polls.ended()
  }
  // A defect of ours, not one of Phase.
  if (broken.signal.aborted) throw broken.signal.reason
}

/** The polls that run, by host and title. */
function pollsOf(options: PollOptions, onDefect: (error: unknown) => void) {
  const { clock, tuning } = options
  const budgetOf = budgets(tuning.requestsPerMinute, clock)
  const polls = new Map<string, { readonly host: string; readonly poll: CredentialPoll }>()
  const running = new Set<Promise<void>>()
  const start = (credential: Credential, delay: number) => {
    const { host } = credential
    const onRecovered = () => {
      for (const other of polls.values()) if (other.host === host) other.poll.retrySoon()
    }
    const poll = new CredentialPoll(options, credential, {
      budget: budgetOf(host),
      delay,
      onRecovered,
    })
    polls.set(keyOf(credential), { host, poll })
    const run = poll.run().catch(onDefect)
    running.add(run)
    void run.then(() => running.delete(run))
  }
  return {
    /** Starts, changes and stops what it takes so that these are polled and no others. */
    update(credentials: readonly Credential[]): void {
      const wanted = new Map(credentials.map((each) => [keyOf(each), each]))
      for (const [key, { poll }] of polls) {
        const credential = wanted.get(key)
        wanted.delete(key)
        if (credential !== undefined) poll.update(credential)
        else {
          polls.delete(key)
          poll.stop()
        }
      }
      const apart = Math.min(APART, tuning.interval.standard / 2 / Math.max(1, wanted.size))
      for (const [index, credential] of [...wanted.values()].entries()) {
        start(credential, index * apart)
      }
    },
    ended: async () => {
      await Promise.all(running)
    },
  }
}

function keyOf({ host, title }: Credential): string {
  return `${host} ${title}`
}

function budgets(perMinute: number, clock: WatchClock): (host: string) => RequestBudget {
  const made = new Map<string, RequestBudget>()
  return (host) => {
    const budget = made.get(host) ?? requestBudget(perMinute, clock)
    made.set(host, budget)
    return budget
  }
}

/** Milliseconds before each further attempt of a single poll. */
const QUICK: readonly number[] = [1_000, 4_000]
/** What Phase may ask for before one who does not stay gives up. */
const LONGEST_STAY = 60_000

/** Asks with every credential once, a few times where it may help. Whether all got an answer. */
export async function pollOnce(options: PollOnceOptions): Promise<boolean> {
  const budgetOf = budgets(options.tuning.requestsPerMinute, options.clock)
  const credentials = await options.credentials()
  const polls = credentials.map((each) => askOnce(each, budgetOf(each.host), options))
  return (await Promise.all(polls)).every((answered) => answered)
}

async function askOnce(
  credential: Credential,
  budget: RequestBudget,
  { clock, observe, seen, signal }: PollOnceOptions,
): Promise<boolean> {
  const { title, host } = credential
  const row = new TroubleRow()
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await budget.take(signal)
      const start = clock.now()
      const sightings = await credential.ask(signal)
      const ms = clock.now() - start
      if (attempt > 0) observe({ type: 'poll-recovered', credential: title, host })
      observe({ type: 'polled', credential: title, host, environments: sightings.length, ms })
      await seen(credential, sightings)
      return true
    } catch (error) {
      if (signal.aborted) return false
      if (!(error instanceof CredentialError)) throw error
      const wait = quickWait(error, attempt, clock)
      const trouble = { message: error.message, hint: error.hint }
      const isNew = row.add(error)
      // 0: not again.
      const retryIn = wait ?? 0
      observe({ type: 'poll-failed', credential: title, host, trouble, isNew, retryIn })
      if (wait === undefined) return false
      await clock.sleep(wait, signal).catch(() => {})
    }
  }
  return false
}

/** Undefined: it is given up. */
function quickWait(error: CredentialError, attempt: number, clock: WatchClock): number | undefined {
  const wait = QUICK[attempt]
  const asked = retryAfterOf(error)
  if (wait === undefined || error.isPermanent || asked > LONGEST_STAY) return undefined
  return Math.max(asked, regularWait(wait, clock))
}
