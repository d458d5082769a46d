// A part of an ApplicationSet's template and one element's parameters in, the same part with every
// placeholder filled out (argo-cd applicationset/utils, deeplyReplace: all texts, and the keys of maps).
import { shownName } from '../names.ts'
import { isPlainMap } from '../plain-value.ts'
import { fillFast } from './fast-template.ts'
import type { Filled, Parameters, Unfilled } from './filled.ts'
import { fillGo } from './go-template.ts'

/** Texts, keys, numbers and maps that all elements of a file together may come to, and characters. */
const MOST_VALUES = 2_000_000
const MOST_CHARACTERS = 64_000_000

/** Thrown where a file would become larger than any that is meant to be read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/** What is left for all sets of a file: a few aliases and elements can stand for gigabytes. */
export class Budget {
  #values = MOST_VALUES
  #characters = MOST_CHARACTERS

  /** Counts one value. @throws {TooLargeError} when nothing is left. */
  spend(characters: number): void {
    this.#values -= 1
    this.#characters -= characters
    if (this.#values < 0 || this.#characters < 0) throw new TooLargeError()
  }
}

/** Fills values. */
export class Filler {
  readonly #fill: (template: string, parameters: Parameters) => Filled
  readonly #budget: Budget

  /** @param isGo whether the set says `goTemplate: true`. */
  constructor(isGo: boolean, budget: Budget) {
    this.#fill = isGo ? fillGo : fillFast
    this.#budget = budget
  }

  /**
   * Fills a value. Without parameters nothing is filled, as in Argo CD (RenderTemplateParams).
   * @throws {TooLargeError} when the budget is spent.
   */
  fill(value: unknown, parameters: Parameters, faults: Unfilled[]): unknown {
    const isStatic = Object.keys(parameters).length === 0
    const text = (template: string, path: Unfilled['path']): string => {
      const filled = isStatic ? { text: template } : this.#fill(template, parameters)
      if ('fault' in filled) faults.push({ path, message: filled.fault, hint: filled.hint })
      const result = 'fault' in filled ? '' : filled.text
      this.#budget.spend(result.length)
      return result
    }
    const walk = (value: unknown, path: Unfilled['path']): unknown => {
      this.#budget.spend(0)
      if (typeof value === 'string') return text(value, path)
      if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]))
      if (!isPlainMap(value)) return value
      const entries = Object.entries(value).map(([key, item]) => {
        const place = [...path, key]
        return [text(key, place), walk(item, place)] as const
      })
      const filled = new Map(entries)
      if (filled.size < entries.length) {
        faults.push({ path, message: 'has two keys that become one', hint: 'rename one of them' })
      }
      // Not by assignment: a key may be `__proto__`.
      return Object.fromEntries(filled)
    }
    return walk(value, [])
  }
}

/** A path for a message, such as `spec.sources[0].path`. */
export function shownPath(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownName(step)}`))
    .join('')
    .replace(/^\./, '')
}
