// In: what stands where Kubernetes has a quantity (`500m`, `1Gi`, 2). Out: its exact amount, so that
// two ways to write one amount are one.

/** Source: resource.Quantity of k8s.io/apimachinery, pkg/api/resource/{quantity,suffix}.go. */
const FACTORS: ReadonlyMap<string, readonly [factor: bigint, exponent: number]> = new Map([
  ...['', 'k', 'M', 'G', 'T', 'P', 'E'].map(
    (suffix, index) => [suffix, [1n, 3 * index]] as [string, [bigint, number]],
  ),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map(
    (suffix, index) => [suffix, [1024n ** BigInt(index + 1), 0]] as [string, [bigint, number]],
  ),
  ['m', [1n, -3]],
  ['u', [1n, -6]],
  ['n', [1n, -9]],
])

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/
/** Characters: longer texts are no quantity that somebody wrote. */
const LONGEST = 100
/** The smallest part that Kubernetes keeps: 10^-9. */
const NANO = 9
const LARGEST = (2n ** 63n - 1n) * 10n ** 9n

/**
 * The amount in billionths, rounded away from zero and limited to 2^63-1 as Kubernetes does; undefined
 * for what is no quantity. A number is read as the text it would have in JSON.
 */
export function amountOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    return undefined
  }
  const text = String(value)
  const match = text.length > LONGEST ? null : QUANTITY.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', power = '0', suffix = ''] = match
  const [factor, exponent] = FACTORS.get(suffix) ?? [1n, 0]
  if (whole + fraction === '') return undefined
  const shift = Number(power) + exponent - fraction.length + NANO
  const amount = scale(BigInt(whole + fraction) * factor, shift)
  const limited = amount > LARGEST ? LARGEST : amount
  return sign === '-' ? -limited : limited
}

/** `digits * 10^shift`, upwards where it is no whole number. */
function scale(digits: bigint, shift: number): bigint {
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  return (digits + divisor - 1n) / divisor
}
