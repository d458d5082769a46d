// JSON pointers (RFC 6901) in, their steps out, and back; and what stands at a step of a plain value. Only
// what a map or list itself has counts: never what it inherits, such as `constructor`.
import { isPlainMap } from '../plain-value.ts'

/** Keys of maps, and indexes of lists as text. */
export type Steps = readonly string[]

const INDEX = /^(?:0|[1-9]\d{0,8})$/

/** @returns undefined for what is no pointer. */
export function stepsOf(pointer: string): Steps | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  const parts = pointer.slice(1).split('/')
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The pointer with these steps. */
export function pointerOf(steps: readonly (string | number)[]): string {
  const parts = steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))
  return parts.map((part) => `/${part}`).join('')
}

/** The index that a step means; undefined for what is none, `-` included. */
export function indexOf(step: string): number | undefined {
  return INDEX.test(step) ? Number(step) : undefined
}

/** Whether a map or list has something of its own at a step. */
export function has(value: unknown, step: string): boolean {
  if (Array.isArray(value)) return (indexOf(step) ?? value.length) < value.length
  return isPlainMap(value) && Object.hasOwn(value, step)
}

/** What stands at the end of the steps; undefined where something on the way is missing. */
export function at(value: unknown, steps: Steps): unknown {
  let current = value
  for (const step of steps) {
    if (!has(current, step)) return undefined
    current = Reflect.get(Object(current), step)
  }
  return current
}

/** Whether the first steps are the beginning of the others, or all of them. */
export function startsWith(steps: Steps, beginning: Steps): boolean {
  return beginning.length <= steps.length && beginning.every((step, n) => steps[n] === step)
}
