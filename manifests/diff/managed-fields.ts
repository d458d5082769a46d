// In: a live object's `metadata.managedFields`. Out: which of its fields a manager has, as trees to
// walk along with the object. Whatever has another shape says nothing.
// Format: FieldsV1 of k8s.io/apimachinery and sigs.k8s.io/structured-merge-diff, fieldpath/serialize.go.
import { isPlainMap, itemsAt, stringsAt, valueAt } from '../plain-value.ts'

/** One node: `f:name`, `k:{…}` (an item by its keys), `v:…` (an item of a set), `i:n`, and `.` for itself. */
export type Fields = Readonly<Record<string, unknown>>

/** What a manager is asked for. `operation` is `Apply` or `Update`. */
export interface Manager {
  readonly manager: string
  readonly operation: string
  readonly subresource: string
}

/** The trees of the managers that are wanted, as far as they are of the object's own version. */
export function fieldsOf(
  live: unknown,
  isWanted: (manager: Manager) => boolean,
): readonly Fields[] {
  const version = valueAt(live, 'apiVersion')
  return itemsAt(live, 'metadata', 'managedFields').flatMap((entry) => {
    const { manager = '', operation = '', subresource = '', apiVersion } = stringsAt(entry)
    const fields = valueAt(entry, 'fieldsV1')
    // A path of another version may lead somewhere else in this one.
    if (apiVersion !== version || !isPlainMap(fields)) return []
    return isWanted({ manager, operation, subresource }) ? [fields] : []
  })
}

/** What the trees say of a field. */
export function fieldAt(nodes: readonly Fields[], name: string): readonly Fields[] {
  return nodes.flatMap((node) => child(node, `f:${name}`))
}

/** What the trees say of an item of a list: by its keys, by its value, or by its index. */
export function itemAt(nodes: readonly Fields[], item: unknown, index: number): readonly Fields[] {
  return nodes.flatMap((node) => [
    ...child(node, `i:${index}`),
    ...(isPlainMap(item) ? [] : child(node, `v:${JSON.stringify(item) ?? ''}`)),
    ...Object.keys(node).flatMap((name) => (isKeyOf(name, item) ? child(node, name) : [])),
  ])
}

/** The names that identify an item of this list, where any manager has items by keys. */
export function listKeys(nodes: readonly Fields[]): readonly string[] | undefined {
  for (const node of nodes) {
    for (const name of Object.keys(node)) {
      const keys = keysIn(name)
      if (keys !== undefined) return Object.keys(keys)
    }
  }
  return undefined
}

/** Whether a manager has a place as one piece, or has it empty. */
export function isLeaf(nodes: readonly Fields[]): boolean {
  return nodes.some((node) => Object.keys(node).every((name) => name === '.'))
}

function child(node: Fields, name: string): readonly Fields[] {
  const found = Object.hasOwn(node, name) ? node[name] : undefined
  return isPlainMap(found) ? [found] : []
}

function isKeyOf(name: string, item: unknown): boolean {
  if (!isPlainMap(item)) return false
  const keys = keysIn(name)
  if (keys === undefined) return false
  // A key with a default (`protocol`) is written in the tree even where the item leaves it out.
  return Object.entries(keys).every(([key, value]) =>
    Object.hasOwn(item, key) ? item[key] === value : key === 'protocol' && value === 'TCP',
  )
}

function keysIn(name: string): Fields | undefined {
  if (!name.startsWith('k:')) return undefined
  try {
    const keys: unknown = JSON.parse(name.slice(2))
    return isPlainMap(keys) && Object.keys(keys).length > 0 ? keys : undefined
  } catch {
    return undefined
  }
}
