// In: a live object's `metadata.managedFields`. Out: which of its fields a manager has, as trees to
// walk along with the object. Whatever has another shape says nothing.
// Format: FieldsV1 of k8s.io/apimachinery and sigs.k8s.io/structured-merge-diff, fieldpath/serialize.go.

import { isPlainMap, itemsAt, stringsAt, valueAt } from '../plain-value.ts'
import { identity } from './list-items.ts'

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
  return nodes.flatMap((node): readonly Fields[] => [
    ...child(node, `i:${index}`),
    ...(isPlainMap(item) ? [] : child(node, `v:${jsonOf(item)}`)),
    ...keyedItems(node).flatMap((items) => itemBy(items, item)),
  ])
}

/** The names that identify an item of this list, where any manager has items by keys. */
export function listKeys(nodes: readonly Fields[]): readonly string[] | undefined {
  return nodes.map((node) => keyedItems(node)[0]?.keys).find((keys) => keys !== undefined)
}

/** Whether a manager has a place as one piece, or has it empty. */
export function isLeaf(nodes: readonly Fields[]): boolean {
  return nodes.some((node) => {
    const isOne = leaves.get(node) ?? Object.keys(node).every((name) => name === '.')
    leaves.set(node, isOne)
    return isOne
  })
}

const leaves = new WeakMap<Fields, boolean>()

function child(node: Fields, name: string): readonly Fields[] {
  const found = Object.hasOwn(node, name) ? node[name] : undefined
  return isPlainMap(found) ? [found] : []
}

/** The items that a node has by keys, for each set of keys; there is only one. */
interface KeyedItems {
  readonly keys: readonly string[]
  readonly byId: Map<string, Fields>
}

const known = new WeakMap<Fields, readonly KeyedItems[]>()

/** A node is read once, however many items a list has. */
function keyedItems(node: Fields): readonly KeyedItems[] {
  const found = known.get(node) ?? readKeyedItems(node)
  known.set(node, found)
  return found
}

function itemBy({ keys, byId }: KeyedItems, item: unknown): readonly Fields[] {
  const found = byId.get(identity(item, keys) ?? '')
  return found === undefined ? [] : [found]
}

function readKeyedItems(node: Fields): readonly KeyedItems[] {
  const found = new Map<string, KeyedItems>()
  for (const [name, fields] of Object.entries(node)) {
    const values = keysIn(name)
    if (values === undefined || !isPlainMap(fields)) continue
    const keys = Object.keys(values)
    const group = found.get(keys.join()) ?? { keys, byId: new Map<string, Fields>() }
    found.set(keys.join(), group)
    group.byId.set(identity(values, keys) ?? '', fields)
  }
  return [...found.values()]
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

function jsonOf(value: unknown): string {
  return typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? '')
}
