// A value of a document in; its fields and items out, each with its place, as the API server's strict
// decoder takes them: names are case-sensitive, what is unknown is refused, null is absent.
import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import { nearest } from '../did-you-mean.ts'
import type { ParsedDocument } from '../document.ts'
import { isPlainMap, typeName } from '../plain-value.ts'
import type { Position } from '../problem.ts'
import type { Refusal } from './refusal.ts'

/** Values looked at, each as often as an alias repeats it: far more than any configuration has. */
const MOST_PLACES = 50_000

/** There is more than anybody writes: aliases make small files large. */
export class TooManyPlacesError extends Error {
  override readonly name = 'TooManyPlacesError'
}

/** What all places of a document share. */
interface Reading {
  readonly parsed: ParsedDocument
  readonly refusals: Refusal[]
  count: number
}

/** A value and where it stands. */
export class Place {
  readonly at: Position
  /** `resources[0].providers`; empty for the root. */
  readonly path: string
  readonly value: unknown
  readonly #node: unknown
  readonly #reading: Reading

  private constructor(path: string, value: unknown, node: unknown, at: Position, reading: Reading) {
    reading.count += 1
    if (reading.count > MOST_PLACES) throw new TooManyPlacesError()
    this.path = path
    this.value = value
    this.at = at
    this.#node = isAlias(node) ? node.resolve(reading.parsed.yaml) : node
    this.#reading = reading
  }

  /** The root of a document; what is wrong below it goes to `refusals`. */
  static root(parsed: ParsedDocument, value: unknown, refusals: Refusal[]): Place {
    const { contents } = parsed.yaml
    const at = parsed.positionOf(isNode(contents) ? contents : 0)
    return new Place('', value, contents, at, { parsed, refusals, count: 0 })
  }

  /** Refuses this value; `message` follows its path. */
  refuse(message: string, hint?: string): void {
    const path = this.path === '' ? 'the document' : this.path
    this.add(`${path} ${message}`, hint)
  }

  /** Refuses the document because of this value, in a whole sentence. */
  add(message: string, hint?: string): void {
    this.addAt(this.at, message, hint)
  }

  /** Refuses the document because of a value whose place is known apart. */
  addAt(at: Position, message: string, hint?: string): void {
    this.#reading.refusals.push({ at, message, hint })
  }

  /** The fields of a map; all others are refused. Null and a wrong type have none. */
  fields<Name extends string>(known: readonly Name[]): Partial<Record<Name, Place>> {
    const { value } = this
    if (value === null || value === undefined) return {}
    if (!isPlainMap(value)) {
      this.refuse(`is ${typeName(value)}, not a mapping`)
      return {}
    }
    this.#refuseMergedTwice()
    const found: Partial<Record<Name, Place>> = {}
    for (const [name, item] of Object.entries(value)) {
      const place = this.#child(name, item)
      const wanted = known.find((each) => each === name)
      if (wanted === undefined) refuseUnknown(this, place, name, known)
      else if (item !== null && item !== undefined) found[wanted] = place
    }
    return found
  }

  /** The items of a list; null has none. */
  items(): Place[] {
    const { value } = this
    if (value === null || value === undefined) return []
    if (!Array.isArray(value)) {
      this.refuse(`is ${typeName(value)}, not a list`)
      return []
    }
    const nodes = isSeq(this.#node) ? this.#node.items : []
    return value.map((item: unknown, index) => {
      const node = nodes[index]
      const at = isNode(node) ? this.#reading.parsed.positionOf(node) : this.at
      return new Place(`${this.path}[${index}]`, item, node, at, this.#reading)
    })
  }

  /** A text; null is the empty one. */
  text(): string {
    const { value } = this
    if (value === null || value === undefined) return ''
    if (typeof value === 'string') return value
    this.refuse(`is ${typeName(value)}, not a string`, isMap(this.#node) ? undefined : 'quote it')
    return ''
  }

  #child(name: string, item: unknown): Place {
    const pairs = isMap(this.#node) ? this.#node.items : []
    const pair = pairs.find(({ key }) => isScalar(key) && String(key.value) === name)
    const key = isPair(pair) ? pair.key : undefined
    const at = isNode(key) ? this.#reading.parsed.positionOf(key) : this.at
    const path = this.path === '' ? name : `${this.path}.${name}`
    return new Place(path, item, pair?.value, at, this.#reading)
  }

  /** A key that a merge brings and that is there already is set twice, to the strict decoder. */
  #refuseMergedTwice(): void {
    if (!isMap(this.#node)) return
    const names = new Set<string>()
    for (const { key, value } of this.#node.items) {
      const isMerge = isScalar(key) && typeof key.value === 'symbol'
      for (const name of isMerge
        ? this.#mergedNames(value)
        : [isScalar(key) ? String(key.value) : '']) {
        if (names.has(name)) {
          this.refuse('has a key twice, once by <<', 'write the map out')
          return
        }
        names.add(name)
      }
    }
  }

  #mergedNames(node: unknown): string[] {
    const { yaml } = this.#reading.parsed
    const resolved = isAlias(node) ? node.resolve(yaml) : node
    const maps = isSeq(resolved) ? resolved.items : [resolved]
    return maps.flatMap((each) => {
      const map = isAlias(each) ? each.resolve(yaml) : each
      if (!isMap(map)) return []
      return map.items.flatMap(({ key, value }) => {
        this.#reading.count += 1
        if (this.#reading.count > MOST_PLACES) throw new TooManyPlacesError()
        if (!isScalar(key)) return []
        return typeof key.value === 'symbol' ? this.#mergedNames(value) : [String(key.value)]
      })
    })
  }
}

/** An unknown field. Its name is only shown where it can be no key that slipped into the wrong place. */
function refuseUnknown(parent: Place, place: Place, name: string, known: readonly string[]): void {
  const meant = nearest(name, known)
  const isShown = meant !== undefined || /^[a-zA-Z]{1,20}$/.test(name)
  const where = parent.path === '' ? '' : ` in ${parent.path}`
  const what =
    isShown && /^[\w.-]+$/.test(name) ? `unknown field "${name}"${where}` : `unknown field${where}`
  const list = known.length === 0 ? 'nothing may stand here' : `known here: ${known.join(', ')}`
  const hint = meant === undefined ? list : `did you mean ${meant}?`
  place.add(what, hint)
}
