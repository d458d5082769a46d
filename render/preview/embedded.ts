// An object that is no Secret in; the same without the values of Secrets that are somewhere in it out, as
// templates and wrappers of other tools have them (OpenShift, Crossplane, Open Cluster Management).
import { DEEPEST } from '../../manifests/diff/normal-form.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap, valueAt } from '../../manifests/plain-value.ts'

/** However it is written: what the API server refuses was meant to be one, or holds some. */
const SECRET_KIND = /^\s*secret(?:list|s)?\s*$/i
/** Client-side apply leaves the whole object in it, values and all. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const TOO_DEEP = '<too deep to be shown>'

/** Redacts one Secret. */
type RedactSecret = (secret: PlainMap) => PlainMap

/** Whatever its group, and however its kind is spelled. */
export function isSecret({ kind }: PlainMap): boolean {
  return typeof kind === 'string' && SECRET_KIND.test(kind)
}

/** @returns the object itself if there is none in it. */
export function withoutSecrets(object: PlainMap, redactSecret: RedactSecret): PlainMap {
  const content = walker(redactSecret)(object, 0)
  return isPlainMap(content) ? content : {}
}

/** What client-side apply left of such an object; undefined: it may stay as it is. */
export function appliedWithoutSecrets(
  object: PlainMap,
  redactSecret: RedactSecret,
): string | undefined {
  const text = valueAt(object, 'metadata', 'annotations', LAST_APPLIED)
  if (typeof text !== 'string' || !/secret/i.test(text)) return undefined
  try {
    const applied: unknown = JSON.parse(text)
    const content = walker(redactSecret)(applied, 1)
    return content === applied ? undefined : JSON.stringify(content)
  } catch {
    return undefined
  }
}

/** What is aliased is looked at once. */
function walker(redactSecret: RedactSecret): (value: unknown, depth: number) => unknown {
  const seen = new Map<object, unknown>()
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (depth > DEEPEST) return TOO_DEEP
    const known = seen.get(value)
    if (known !== undefined) return known
    const result = changed(value, depth)
    seen.set(value, result)
    return result
  }
  const changed = (value: object, depth: number): unknown => {
    if (isPlainMap(value) && depth > 0 && isSecret(value) && holdsValues(value)) {
      return redactSecret(value)
    }
    const before: [string, unknown][] = Object.entries(value)
    const after = before.map(([name, each]): [string, unknown] => [name, walk(each, depth + 1)])
    if (after.every(([, each], index) => each === before[index]?.[1])) return value
    return Array.isArray(value) ? after.map(([, each]) => each) : Object.fromEntries(after)
  }
  return walk
}

/** A reference to a Secret has a kind too, and no values. */
function holdsValues({ data, stringData }: PlainMap): boolean {
  return [data, stringData].some((each) => typeof each === 'object' && each !== null)
}
