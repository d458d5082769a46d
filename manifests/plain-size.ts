// A plain value in; whether it is small enough to be written out, and flat enough for the stack, out. A few
// bytes of YAML with aliases can stand for gigabytes.
const SHORTEST_NODE = 64

/** Limits. */
export interface Size {
  /** UTF-16 units of all texts and keys, and 64 for every value, each as often as it would be written. */
  readonly units: number
  /** Levels of maps and lists. */
  readonly depth: number
}

/** Whether a value keeps within the limits; what is aliased is measured once, and counted each time. */
export function isWithin(value: unknown, { units, depth }: Size): boolean {
  const known = new Map<object, Size>()
  const measure = (each: unknown, level: number): Size | undefined => {
    if (typeof each === 'string') return { units: each.length + SHORTEST_NODE, depth: 0 }
    if (typeof each !== 'object' || each === null) return { units: SHORTEST_NODE, depth: 0 }
    const before = known.get(each)
    if (before !== undefined) return level + before.depth > depth ? undefined : before
    if (level >= depth) return undefined
    let [sum, deepest] = [SHORTEST_NODE, 0]
    for (const [name, inner] of Object.entries(each)) {
      const size = measure(inner, level + 1)
      if (size === undefined) return undefined
      sum += name.length + size.units
      if (sum > units) return undefined
      deepest = Math.max(deepest, size.depth)
    }
    const size = { units: sum, depth: deepest + 1 }
    known.set(each, size)
    return size
  }
  const size = measure(value, 0)
  return size !== undefined && size.units <= units
}
