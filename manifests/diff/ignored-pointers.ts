// In: an object and JSON pointers (RFC 6901). Out: the object without what they point at; the object
// that came in is not changed, and a pointer that leads nowhere is none.
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap } from '../plain-value.ts'

export function withoutPointers(object: PlainMap, pointers: readonly string[]): PlainMap {
  let current: unknown = object
  for (const pointer of pointers) {
    if (!pointer.startsWith('/')) continue
    const steps = pointer.slice(1).split('/')
    current = without(current, steps.map(unescaped))
  }
  return isPlainMap(current) ? current : {}
}

/** Copies the maps and lists on the way; no deeper than the value is. */
function without(value: unknown, steps: readonly string[]): unknown {
  const parents: (readonly [parent: unknown, step: string])[] = []
  let current = value
  for (const step of steps) {
    if (!has(current, step)) return value
    parents.push([current, step])
    current = childOf(current, step)
  }
  const last = parents.pop()
  let changed = last === undefined ? value : removed(...last)
  for (const [parent, step] of parents.reverse()) changed = replaced(parent, step, changed)
  return changed
}

function has(value: unknown, step: string): boolean {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(step) && Number(step) < value.length
  return isPlainMap(value) && Object.hasOwn(value, step)
}

function childOf(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isPlainMap(value) ? value[step] : undefined
}

function removed(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value.filter((_, index) => index !== Number(step))
  return Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => name !== step))
}

function replaced(value: unknown, step: string, child: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(step), child)
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, each]) => [name, name === step ? child : each]),
  )
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
