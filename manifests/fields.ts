// A parsed object in, its fields out one by one, each with its type checked and its place known.
// What is wrong is collected as problems that name the field and point at its line. As for the API
// server, a field with the value null is a field that is absent.

import { nearest } from './did-you-mean.ts'
import type { ManifestObject } from './document.ts'
import { shownName } from './names.ts'
import type { PlainMap } from './plain-value.ts'
import { isZero, typeName } from './plain-value.ts'
import type { Position, Problem } from './problem.ts'

type Path = readonly (string | number)[]
/** One map inside an object. A reader returns undefined for an absent field and for a wrong one. */
export class Fields {
  readonly #object: ManifestObject
  readonly #path: Path
  readonly #value: PlainMap
  readonly #problems: Problem[]

  private constructor(object: ManifestObject, path: Path, value: PlainMap, problems: Problem[]) {
    this.#object = object
    this.#path = path
    this.#value = value
    this.#problems = problems
  }

  /** The root of an object. Problems of all its maps go to `problems`. */
  static of(object: ManifestObject, problems: Problem[]): Fields {
    return new Fields(object, [], object.value, problems)
  }

  /** The names of the fields that are present, in their order. */
  names(): string[] {
    return Object.keys(this.#value).filter((name) => this.#get(name) !== undefined)
  }

  /** Whether a field holds anything: not null, not an empty text or list. */
  isSet(name: string): boolean {
    const value = this.#get(name)
    return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  }

  /** Whether a field says nothing, nor anything in it: empty, false or zero. */
  isZero(name: string): boolean {
    return isZero(this.#get(name))
  }

  /**
   * Where a field's name is written, an item of its list (`at(name, index)`), or the map itself; the
   * nearest place above if it came by an alias.
   */
  at(...path: readonly (string | number | undefined)[]): Position {
    const steps = path.filter((step) => step !== undefined)
    return locate(this.#object, [...this.#path, ...steps])
  }

  /** Adds a problem with a field or `[name, index]`, `message` following its full name. */
  reject(place: string | Path, message: string, hint?: string): void {
    const path = [place].flat()
    this.#add('error', path, `${this.#fullName(...path)} ${message}`, hint)
  }

  /** Adds a notice about a field. */
  notice(name: string, message: string): void {
    this.#add('notice', [name], `${this.#fullName(name)} ${message}`)
  }

  /** Every other field is an error. */
  only(known: readonly string[]): void {
    for (const name of Object.keys(this.#value)) {
      if (known.includes(name)) continue
      const meant = nearest(name, known)
      this.#add(
        'error',
        [name],
        `unknown field ${this.#fullName(name)}`,
        meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`,
      )
    }
  }

  /** Whether a field is `false`, which unquoted `off` and `no` are too (YAML 1.1). */
  isFalse(name: string): boolean {
    return this.#get(name) === false
  }

  /** A string. */
  string(name: string): string | undefined {
    const value = this.#get(name)
    if (value === undefined || typeof value === 'string') return value
    this.#wrongType(name, value, 'a string')
    return undefined
  }

  /** A string out of a closed list. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.string(name)
    if (value === undefined) return undefined
    const found = choices.find((choice) => choice === value)
    if (found === undefined) {
      const meant = nearest(value, choices)
      const hint =
        meant === undefined ? `use one of ${choices.join(', ')}` : `did you mean ${meant}?`
      this.reject(name, `is none of ${choices.join(', ')}`, hint)
    }
    return found
  }

  /** An integer. */
  integer(name: string): number | bigint | undefined {
    const value = this.#get(name)
    if (value === undefined || typeof value === 'bigint') return value
    if (typeof value === 'number' && Number.isInteger(value)) return value
    this.#wrongType(name, value, 'an integer')
    return undefined
  }

  /** Whether a field is true; false if it is absent. */
  flag(name: string): boolean {
    const value = this.#get(name)
    if (value === undefined || typeof value === 'boolean') return value ?? false
    this.#wrongType(name, value, 'a boolean')
    return false
  }

  /** A list of strings; undefined if the field is absent. */
  texts(name: string): string[] | undefined {
    return this.#items(name)?.flatMap((item, index) => {
      if (typeof item === 'string') return [item]
      this.#wrongItem(name, index, item, 'a string')
      return []
    })
  }

  /** A list of strings and maps, apart. */
  textsAndMaps(name: string): { readonly texts: string[]; readonly maps: Fields[] } {
    const texts: string[] = []
    const maps: Fields[] = []
    for (const [index, item] of (this.#items(name) ?? []).entries()) {
      if (typeof item === 'string') texts.push(item)
      else if (isPlainMap(item)) maps.push(this.#inner([name, index], item))
      else this.#wrongItem(name, index, item, 'a string or a mapping')
    }
    return { texts, maps }
  }

  /** A map. */
  map(name: string): Fields | undefined {
    const value = this.#get(name)
    if (value === undefined) return undefined
    if (isPlainMap(value)) return this.#inner([name], value)
    this.#wrongType(name, value, 'a mapping')
    return undefined
  }

  /** A list of maps. */
  list(name: string): Fields[] {
    return (this.#items(name) ?? []).flatMap((item, index) => {
      if (isPlainMap(item)) return [this.#inner([name, index], item)]
      this.#wrongItem(name, index, item, 'a mapping')
      return []
    })
  }

  /** All fields of this map, which must be strings; the wrong ones are left out. */
  strings(): (readonly [name: string, value: string])[] {
    return Object.entries(this.#value).flatMap(([name, value]) => {
      if (typeof value === 'string') return [[name, value] as const]
      this.#wrongType(name, value, 'a string')
      return []
    })
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? (this.#value[name] ?? undefined) : undefined
  }

  #items(name: string): readonly unknown[] | undefined {
    const value = this.#get(name)
    if (value === undefined || Array.isArray(value)) return value
    this.#wrongType(name, value, 'a list')
    return undefined
  }

  #wrongItem(name: string, index: number, item: unknown, wanted: string): void {
    this.reject([name, index], `is ${typeName(item)}, not ${wanted}`)
  }

  #inner(path: Path, value: PlainMap): Fields {
    return new Fields(this.#object, [...this.#path, ...path], value, this.#problems)
  }

  #fullName(...path: Path): string {
    return [...this.#path, ...path]
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownName(step)}`))
      .join('')
      .slice(1)
  }

  #wrongType(name: string, value: unknown, wanted: string): void {
    const quotable = wanted === 'a string' && (value === null || typeof value !== 'object')
    this.reject(name, `is ${typeName(value)}, not ${wanted}`, quotable ? 'quote it' : undefined)
  }

  #add(severity: 'error' | 'notice', path: Path, message: string, hint?: string): void {
    this.#problems.push(this.#problem(severity, this.at(...path), message, hint))
  }

  #problem(severity: 'error' | 'notice', at: Position, message: string, hint?: string): Problem {
    return { severity, fault: 'input', at, object: this.#object.object, message, hint }
  }
}

function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && typeName(value) === 'a mapping'
}

/** The key of the last step that can be found, or the item of a list. */
function locate({ node, parsed, at }: ManifestObject, path: Path): Position {
  let current: unknown = node
  let found: object | undefined
  for (const step of path) {
    const item = itemsOf(current).find((item, index) =>
      typeof step === 'number' ? index === step : keyOf(item) === step,
    )
    if (typeof item !== 'object' || item === null) break
    const isPair = 'key' in item && 'value' in item
    current = isPair ? item.value : item
    const place = isPair ? item.key : item
    if (typeof place === 'object' && place !== null) found = place
  }
  const range = found !== undefined && 'range' in found ? found.range : undefined
  return isRange(range) ? parsed.positionOf({ range }) : at
}

function itemsOf(node: unknown): readonly unknown[] {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : []
  return Array.isArray(items) ? items : []
}

function keyOf(pair: unknown): string | undefined {
  const key = typeof pair === 'object' && pair !== null && 'key' in pair ? pair.key : undefined
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : undefined
}

function isRange(range: unknown): range is readonly number[] {
  return Array.isArray(range) && range.every((offset) => typeof offset === 'number')
}
