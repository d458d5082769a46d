// A duration as Go writes it in, such as `1m30s`; nanoseconds out.
// Source: time.ParseDuration, which metav1.Duration reads with.

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** The longest that 64 bits hold. */
const MOST = 2 ** 63

/** Nanoseconds, rounded towards zero; undefined if the text is no duration. */
export function parseGoDuration(text: string): number | undefined {
  const [, sign, amount = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
  if (amount === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(amount)) return undefined
  let sum = 0
  for (const [, digits, unit = ''] of amount.matchAll(/([\d.]+)([^\d.]+)/g)) {
    sum += Number(digits) * (UNITS[unit] ?? 0)
  }
  if (sum >= MOST) return undefined
  const whole = Math.floor(sum)
  return sign === '-' && whole !== 0 ? -whole : whole
}
