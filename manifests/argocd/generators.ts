// The generators of an ApplicationSet in, the parameters of each of its Applications out. Lists only,
// and two of them in a matrix: all others ask a cluster, a server or a repository.
import { isNode } from 'yaml'
import type { ManifestObject } from '../document.ts'
import { quotedName, shownName } from '../names.ts'
import { isPlainMap, isZero, itemsAt, valueAt } from '../plain-value.ts'
import type { Position, Problem } from '../problem.ts'
import type { Parameters, Unfilled } from './filled.ts'
import type { Filler } from './template.ts'
import { shownPath } from './template.ts'

type Path = readonly (string | number)[]

/** What one Application is made from, and where it is written. */
export interface Element {
  readonly at: Position
  readonly parameters: Parameters
}

/** Applications; Argo CD has no limit, but no such set is meant to be previewed. */
const MOST_ELEMENTS = 10_000

/** What to do about an ApplicationSet that only Argo CD can expand. */
export const EXPAND_HINT =
  '`argocd appset generate -o yaml FILE` prints its Applications, which --app takes'

/** The place of a value inside an object, or the nearest one above that is written there. */
export function placeOf(object: ManifestObject, path: Path): Position {
  for (let length = path.length; length > 0; length -= 1) {
    const node = object.node.getIn(path.slice(0, length), true)
    if (isNode(node)) return object.parsed.positionOf(node)
  }
  return object.at
}

/** Reads `spec.generators`. Problems stop nothing: what else is wrong is found too. */
export class Generators {
  readonly #object: ManifestObject
  readonly #filler: Filler
  readonly #isGo: boolean
  readonly #problems: Problem[]

  constructor(object: ManifestObject, filler: Filler, isGo: boolean, problems: Problem[]) {
    this.#object = object
    this.#filler = filler
    this.#isGo = isGo
    this.#problems = problems
  }

  /** The elements in their order. @throws {TooLargeError} */
  elements(): Element[] {
    const all: Element[] = []
    for (const [index, generator] of itemsAt(this.#object.value, 'spec', 'generators').entries()) {
      const path = ['spec', 'generators', index]
      const matrix = valueAt(generator, 'matrix')
      const found = isPlainMap(matrix)
        ? this.#matrix(matrix, [...path, 'matrix'], generator, path)
        : this.#list(generator, path)
      if (all.length + found.length > MOST_ELEMENTS) {
        this.#reject(path, 'makes more than 10000 Applications', 'preview a part of the set')
        return all
      }
      for (const element of found) all.push(element)
    }
    return all
  }

  /** A list generator's elements. `outer` fills their placeholders, as the second in a matrix has them. */
  #list(generator: unknown, path: Path, outer: Parameters = {}): Element[] {
    if (!this.#hasOnly(generator, ['list'], path)) return []
    const list = [...path, 'list']
    if (!this.#hasOnly(valueAt(generator, 'list'), ['elements'], list)) return []
    const written = itemsAt(generator, 'list', 'elements')
    if (written.length > MOST_ELEMENTS) {
      this.#reject(list, 'has more than 10000 elements', 'preview a part of the set')
      return []
    }
    return written.flatMap((item, index) => {
      const place = [...list, 'elements', index]
      const faults: Unfilled[] = []
      const filled = this.#filler.fill(item, outer, faults)
      for (const { path: inner, message, hint } of faults) {
        this.#reject([...place, ...inner], message, hint ?? EXPAND_HINT)
      }
      const parameters = isPlainMap(filled) ? this.#parametersOf(filled, place) : undefined
      if (!isPlainMap(filled)) this.#reject(place, 'is not a map')
      return parameters === undefined ? [] : [{ at: placeOf(this.#object, place), parameters }]
    })
  }

  /** Without Go templates, all are texts, and those below `values` have its name before their own (list.go). */
  #parametersOf(element: Parameters, path: Path): Parameters | undefined {
    if (this.#isGo) return element
    const entries: (readonly [string, string])[] = []
    let isRight = true
    const add = (prefix: string, map: Parameters, place: Path): void => {
      for (const [name, value] of Object.entries(map)) {
        if (prefix === '' && name === 'values' && isPlainMap(value)) {
          add('values.', value, [...place, name])
        } else if (typeof value === 'string') entries.push([`${prefix}${name}`, value])
        else {
          this.#reject([...place, name], 'is not a string', 'quote it, or set goTemplate: true')
          isRight = false
        }
      }
    }
    add('', element, path)
    return isRight ? Object.fromEntries(entries) : undefined
  }

  #matrix(matrix: Parameters, path: Path, generator: unknown, outside: Path): Element[] {
    if (!this.#hasOnly(generator, ['matrix'], outside)) return []
    if (!this.#hasOnly(matrix, ['generators'], path)) return []
    const children = itemsAt(matrix, 'generators')
    const [first, second] = children
    if (children.length !== 2) {
      this.#reject(path, 'does not have two generators', 'a matrix has two')
      return []
    }
    const found: Element[] = []
    for (const outer of this.#list(first, [...path, 'generators', 0])) {
      const inner = this.#list(second, [...path, 'generators', 1], outer.parameters)
      if (found.length + inner.length > MOST_ELEMENTS) return [...found, ...inner]
      for (const element of inner) {
        const parameters = this.#combine(outer.parameters, element.parameters, path)
        if (parameters === undefined) return found
        found.push({ at: element.at, parameters })
      }
      // The same problems would come up for each of the outer elements.
      if (this.#problems.some(({ severity }) => severity === 'error')) return found
    }
    return found
  }

  /** A name that both set may only be the same: how Argo CD merges others depends on their type (mergo). */
  #combine(outer: Parameters, inner: Parameters, path: Path): Parameters | undefined {
    for (const [name, value] of Object.entries(inner)) {
      if (!Object.hasOwn(outer, name) || (outer[name] === value && typeof value !== 'object'))
        continue
      this.#reject(path, `has two generators that set ${shownName(name)}`, 'rename one of the two')
      return undefined
    }
    return Object.fromEntries([...Object.entries(inner), ...Object.entries(outer)])
  }

  /** Whether a map has these fields and no others that say anything; the rest is for Argo CD to expand. */
  #hasOnly(map: unknown, known: readonly string[], path: Path): boolean {
    if (!isPlainMap(map)) {
      this.#reject(path, 'is not a map')
      return false
    }
    const names = Object.keys(map).filter((name) => isSaid(name, map[name]))
    const others = names.filter((name) => !known.includes(name))
    for (const name of others) {
      this.#reject([...path, name], 'is not expanded here', EXPAND_HINT)
    }
    if (names.length === 0 && others.length === 0) {
      this.#reject(path, `has no ${known.map(quotedName).join(', ')}`, EXPAND_HINT)
    }
    return others.length === 0 && names.length > 0
  }

  #reject(path: Path, message: string, hint?: string): void {
    const at = placeOf(this.#object, path)
    const text = `${shownPath(path)} ${message}`
    const { object } = this.#object
    this.#problems.push({ severity: 'error', fault: 'input', at, object, message: text, hint })
  }
}

/** A template of empty fields is added by the API server; `clusters: {}` means all of them. */
function isSaid(name: string, value: unknown): boolean {
  if (name === 'template') return !isZero(value)
  return value !== undefined && value !== null && value !== ''
}
