// Calendar dates as texts in, whether they exist and how far they are apart out. No clock: today is
// what the caller says it is.

const DAY = 86_400_000

/** Whether a text is `YYYY-MM-DD` and a day of the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  // 30 February is not refused by every parser: some go on to March.
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

/**
 * Days from one date to another, negative if it is before; days of UTC, which all have 24 hours.
 * @throws {RangeError} if one of them is no date.
 */
export function daysBetween(from: string, to: string): number {
  return (timeOf(to) - timeOf(from)) / DAY
}

/** The date some days after another. @throws {RangeError} if `date` is none, or the result is after 9999. */
export function dateAfter(date: string, days: number): string {
  const after = new Date(timeOf(date) + days * DAY).toISOString().slice(0, 10)
  if (!isDate(after)) throw new RangeError('a date after the year 9999')
  return after
}

function timeOf(date: string): number {
  if (!isDate(date)) throw new RangeError('not a date in the form YYYY-MM-DD')
  return Date.parse(`${date}T00:00:00Z`)
}
