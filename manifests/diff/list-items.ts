// Items of a list that are known by some of their fields: in, an item or a list and the names of those
// fields; out, what an item is known by, as text.
import { isPlainMap } from '../plain-value.ts'

/** Equal for the items that are one. Undefined for an item that has none of the fields. */
export function identity(item: unknown, keys: readonly string[]): string | undefined {
  if (!isPlainMap(item)) return undefined
  const found = keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined))
  if (found.every((value) => value === undefined)) return undefined
  return JSON.stringify(
    found.map((value, index) => {
      // The default of the only such field that has one.
      if (value === undefined) return keys[index] === 'protocol' ? 'TCP' : null
      if (typeof value === 'bigint') return String(value)
      return typeof value === 'object' ? 'object' : value
    }),
  )
}

/** The identities of all items, numbered where one comes again; undefined if an item has none. */
export function identities(
  items: readonly unknown[],
  keys: readonly string[],
): readonly string[] | undefined {
  const seen = new Map<string, number>()
  const found = items.map((item) => {
    const id = identity(item, keys)
    if (id === undefined) return undefined
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return `${id} ${count}`
  })
  return found.every((id) => id !== undefined) ? found : undefined
}

const indices = new WeakMap<readonly unknown[], Map<string, ReadonlyMap<string, unknown>>>()

/** The items of a list by their identity, the first of each. A list is looked through once. */
export function itemsById(
  list: readonly unknown[],
  keys: readonly string[],
): ReadonlyMap<string, unknown> {
  const known = indices.get(list) ?? new Map<string, ReadonlyMap<string, unknown>>()
  indices.set(list, known)
  const name = keys.join()
  const index = known.get(name) ?? indexOf(list, keys)
  known.set(name, index)
  return index
}

function indexOf(list: readonly unknown[], keys: readonly string[]): ReadonlyMap<string, unknown> {
  const index = new Map<string, unknown>()
  for (const item of list) {
    const id = identity(item, keys)
    if (id !== undefined && !index.has(id)) index.set(id, item)
  }
  return index
}

const sets = new WeakMap<readonly unknown[], ReadonlySet<unknown>>()

/** The items of a list as a set, made once. */
export function setOf(list: readonly unknown[]): ReadonlySet<unknown> {
  const set = sets.get(list) ?? new Set(list)
  sets.set(list, set)
  return set
}
