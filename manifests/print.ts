// In: plain values. Out: YAML that every reader takes for exactly these values, Go's YAML 1.1
// included (`NO`, `on`, `0b11`, `1e3` and dates are quoted). Nothing folds:
// the same value is always the same text.
import { isPlainString } from './plain-scalar.ts'

/** A Secret to print. Its values are base64 already. */
export interface SecretManifest {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  readonly name: string
  readonly namespace?: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly type: string
  readonly data: ReadonlyMap<string, string>
}

/** What JSON leaves as it is and YAML 1.1 takes for a line break or refuses to read. */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** The Secret as block YAML, keys sorted by code unit, with a final newline. */
export function printSecretYaml(secret: SecretManifest): string {
  return printBlock(secretFields(secret), '')
}

/** The same Secret as one line of JSON, for a place inside a List; without a newline. */
export function printSecretJson(secret: SecretManifest): string {
  return printFlow(secretFields(secret))
}

/** A map as block style, its lines behind `indent`, each with a newline. */
export function printBlock(map: unknown, indent: string): string {
  const lines = entriesOf(map).map(([key, value]) => {
    const line = `${indent}${printScalar(key)}:`
    if (entriesOf(value).length > 0) return `${line}\n${printBlock(value, `${indent}  `)}`
    return `${line} ${typeof value === 'string' ? printScalar(value) : printFlow(value)}\n`
  })
  return lines.join('')
}

/** A string as a block-style scalar: plain where no reader could mistake it, else quoted. */
export function printScalar(text: string): string {
  return isPlainString(text) ? text : quote(text)
}

/** Any plain value as one line of flow style; JSON, but for numbers that JSON does not have. */
export function printFlow(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(printFlow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = entriesOf(value).map(([key, item]) => `${quote(key)}: ${printFlow(item)}`)
    return `{${entries.join(', ')}}`
  }
  if (typeof value !== 'number' || Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf'
}

/** A `Map` keeps the order that an object would lose for keys such as `10` and `9`. */
function secretFields(secret: SecretManifest): ReadonlyMap<string, unknown> {
  const { apiVersion, kind, name, namespace, type } = secret
  const metadata = new Map<string, unknown>([['name', name]])
  if (namespace !== undefined) metadata.set('namespace', namespace)
  const labels = sorted(Object.entries(secret.labels))
  if (labels.size > 0) metadata.set('labels', labels)
  const annotations = sorted(Object.entries(secret.annotations))
  if (annotations.size > 0) metadata.set('annotations', annotations)
  const fields = new Map<string, unknown>(Object.entries({ apiVersion, kind, metadata, type }))
  const data = sorted([...secret.data])
  return data.size > 0 ? fields.set('data', data) : fields
}

/** By code unit, as `<` compares strings: the same under every locale. */
function sorted(entries: readonly [string, string][]): ReadonlyMap<string, string> {
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  if (value instanceof Map) return [...value]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : []
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    UNREADABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
