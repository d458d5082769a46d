// Plain values of unknown shape in, what stands in them out. For reading other people's resources:
// a wrong shape reads as absent, because refusing it is the API server's business.

/** A map of unknown shape. */
export type PlainMap = Readonly<Record<string, unknown>>

/** Whether a value is a map. */
export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands under a path of field names; undefined where something on the way is missing or no map. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const name of path) {
    if (!isPlainMap(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

/** The items of the list under a path; none if there is no list. */
export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The map of strings under a path, such as labels; whatever in it is no string is left out. */
export function stringsAt(
  value: unknown,
  ...path: readonly string[]
): Readonly<Record<string, string>> {
  const found = valueAt(value, ...path)
  return Object.fromEntries(
    Object.entries(isPlainMap(found) ? found : {}).flatMap(([name, item]) =>
      typeof item === 'string' ? [[name, item] as const] : [],
    ),
  )
}

/** Whether a value, with everything in it, says nothing: absent, empty, false or zero, as Go's zero values. */
export function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isPlainMap(value)) return Object.values(value).every(isZero)
  return !value
}

/** What YAML made of a value, in words. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number'
  if (typeof value === 'string') return 'a string'
  if (Array.isArray(value)) return 'a list'
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? 'a mapping' : 'of a special type'
}
