// In: a parsed document. Out: the `<<` in it that give another value to Kubernetes than YAML says. Go's
// reader (go.yaml.in/yaml/v2, decode.go) takes the keys of a map in their order: a merge overrides what is
// written above it, and an earlier merge. To YAML itself what is written out wins, wherever it stands.
import type { Node, YAMLMap, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq, visit } from 'yaml'

/** Keys that are looked at: aliases make small files large. */
const MOST_KEYS = 1_000_000

/** The offsets of such merges; `undefined` if there is too much to look at. */
export function misreadMerges(yaml: YamlDocument): number[] | undefined {
  const found: number[] = []
  const reader = new MergeReader(yaml)
  visit(yaml, {
    Map(_, map) {
      if (map.items.some(({ key }) => isMerge(key))) found.push(...reader.conflicts(map))
      return reader.isSpent ? visit.BREAK : undefined
    },
  })
  return reader.isSpent ? undefined : found
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol'
}

class MergeReader {
  readonly #yaml: YamlDocument
  readonly #keys = new Map<YAMLMap, ReadonlySet<string>>()
  #left = MOST_KEYS

  constructor(yaml: YamlDocument) {
    this.#yaml = yaml
  }

  get isSpent(): boolean {
    return this.#left < 0
  }

  conflicts(map: YAMLMap): number[] {
    const above = new Set<string>()
    const found: number[] = []
    for (const { key, value } of map.items) {
      if (!isMerge(key)) {
        if (isScalar(key)) above.add(String(key.value))
        continue
      }
      const merged = this.#merged(value)
      this.#left -= merged.size
      if (this.isSpent) return found
      if ([...merged].some((name) => above.has(name))) found.push(offsetOf(key))
      for (const name of merged) above.add(name)
    }
    return found
  }

  /** The keys that a `<<` brings: of one map or of several. */
  #merged(value: unknown): ReadonlySet<string> {
    const node = this.#resolved(value)
    if (isMap(node)) return this.#keysOf(node)
    if (!isSeq(node)) return new Set()
    return new Set(node.items.flatMap((item) => [...this.#merged(item)]))
  }

  #keysOf(map: YAMLMap): ReadonlySet<string> {
    const known = this.#keys.get(map)
    if (known !== undefined) return known
    // A map that merges itself is refused when its value is made.
    this.#keys.set(map, new Set())
    const names = new Set<string>()
    for (const { key, value } of map.items) {
      if (this.isSpent) break
      const more = isMerge(key) ? this.#merged(value) : isScalar(key) ? [String(key.value)] : []
      for (const name of more) names.add(name)
    }
    this.#left -= names.size
    this.#keys.set(map, names)
    return names
  }

  #resolved(value: unknown): Node | undefined {
    const node = isAlias(value) ? value.resolve(this.#yaml) : value
    return isNode(node) ? node : undefined
  }
}

function offsetOf(key: unknown): number {
  return isNode(key) ? (key.range?.[0] ?? 0) : 0
}
