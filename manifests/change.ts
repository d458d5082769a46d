// In: a plain value and changes to it. Out: the value as it has to be afterwards. What splice.ts
// does to the text, this does to the value: each is the proof of the other.
import { isPlainMap } from './plain-value.ts'

/** What has to stand at a place. Paths are counted in the value before any change. */
export interface Change {
  readonly path: readonly (string | number)[]
  /** A string; or one or more objects, each as a line of JSON, in the place of a list's item. */
  readonly put: string | readonly string[]
}

/** The value with all changes. Maps that are missing on the way are made; the input stays as it is. */
export function changed(value: unknown, changes: readonly Change[]): unknown {
  const text = stringHere(changes)
  if (text !== undefined) return text
  const steps = byStep(changes)
  // A step that the list does not have makes a map of it, which no edited text will equal.
  if (Array.isArray(value) && [...steps.keys()].every((step) => Object.hasOwn(value, step))) {
    return value.flatMap((item: unknown, index) => {
      const inner = steps.get(String(index)) ?? []
      const objects = objectsHere(inner)
      return objects?.map((object): unknown => JSON.parse(object)) ?? [changed(item, inner)]
    })
  }
  if (steps.size === 0) return value
  const entries = isPlainMap(value) ? Object.entries(value) : []
  const put = [...steps].map(([step, inner]) => [step, changed(childOf(value, step), inner)])
  return Object.fromEntries([...entries, ...put])
}

/** The changes below one map or list, by the first step of their paths, without that step. */
export function byStep(changes: readonly Change[]): Map<string, Change[]> {
  const steps = new Map<string, Change[]>()
  for (const { path, put } of changes) {
    const [step, ...rest] = path
    const inner = steps.get(String(step)) ?? []
    inner.push({ path: rest, put })
    steps.set(String(step), inner)
  }
  return steps
}

/** The string that belongs at this very place. */
export function stringHere(changes: readonly Change[]): string | undefined {
  const put = changes.find(({ path }) => path.length === 0)?.put
  return typeof put === 'string' ? put : undefined
}

/** The objects that belong in the place of this very item. */
export function objectsHere(changes: readonly Change[]): readonly string[] | undefined {
  const put = changes.find(({ path }) => path.length === 0)?.put
  return typeof put === 'string' ? undefined : put
}

/** What a map or list has under a key or index. */
export function childOf(value: unknown, step: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? Reflect.get(value, step)
    : undefined
}
