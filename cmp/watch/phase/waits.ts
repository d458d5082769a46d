// How a poll went and a bit of chance in; milliseconds until the next one out.
import type { CredentialError, WatchClock } from '../model.ts'

const MINUTE = 60_000
/** Between polls that fail, unless the interval is longer. */
const LONGEST_BACK_OFF = 10 * MINUTE
/** What Phase may ask for at most: nobody is to be silenced for ever. */
const LONGEST_RETRY_AFTER = 60 * MINUTE
const JITTER = 0.1

type Chance = Pick<WatchClock, 'random'>

/** Between two polls that succeed: the interval, a tenth more or less. */
export function regularWait(interval: number, chance: Chance): number {
  return interval * (1 - JITTER + 2 * JITTER * chance.random())
}

/** What Phase asked to wait, within reason; 0 if it did not. */
export function retryAfterOf({ retryAfter = 0 }: CredentialError): number {
  return Math.min(Math.max(0, retryAfter), LONGEST_RETRY_AFTER)
}

/**
 * After a poll that failed: the interval, and twice as much each time, up to 10 minutes; 10 minutes at once
 * where only a person can mend it. Those who failed together come back over a time, not in one moment.
 * @param failures in a row, this one included.
 */
export function failureWait(
  error: CredentialError,
  failures: number,
  interval: number,
  chance: Chance,
): number {
  const longest = Math.max(interval, LONGEST_BACK_OFF)
  const backOff = error.isPermanent ? longest : Math.min(longest, interval * 2 ** (failures - 1))
  const asked = retryAfterOf(error)
  const afterAsked = asked === 0 ? 0 : asked + interval * chance.random()
  return Math.max(backOff * (1 - chance.random() / 4), afterAsked)
}
