// A Kubernetes label selector in its string form in, a predicate over labels out. The grammar is
// that of labels.Parse (k8s.io/apimachinery pkg/labels): `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`.
import { labelKeyFault, labelValueFault, shownName } from './names.ts'

/** A parsed selector. */
export interface LabelSelector {
  /** Whether an object with these labels is selected. */
  matches(labels: Readonly<Record<string, string>>): boolean
}

/** One requirement on the value of one label; `undefined` for an object without that label. */
type Requirement = (value: string | undefined) => boolean

const TOKEN = /[ \t\r\n]*(==|!=|[=!<>(),]|[^ \t\r\n=!<>(),]+)/y
const SYMBOL = /^[=!<>(),]/

class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

/**
 * Parses a selector; the empty one selects everything. What is wrong with a text comes back as a
 * phrase in words (`expected a comma …`).
 */
export function parseLabelSelector(
  text: string,
): { readonly selector: LabelSelector } | { readonly fault: string } {
  try {
    const requirements = new SelectorReader(tokenize(text)).requirements()
    return {
      selector: {
        matches: (labels) =>
          requirements.every(([key, holds]) =>
            holds(Object.hasOwn(labels, key) ? labels[key] : undefined),
          ),
      },
    }
  } catch (error) {
    if (error instanceof SelectorError) return { fault: error.message }
    throw error
  }
}

function tokenize(text: string): string[] {
  return [...text.trimEnd().matchAll(new RegExp(TOKEN, 'gy'))].map(([, token]) => token ?? '')
}

class SelectorReader {
  readonly #tokens: readonly string[]
  #next = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  requirements(): (readonly [key: string, holds: Requirement])[] {
    if (this.#tokens.length === 0) return []
    const found = [this.#requirement()]
    while (this.#peek() !== undefined) {
      this.#expect(',', 'a comma between requirements')
      found.push(this.#requirement())
    }
    return found
  }

  #requirement(): readonly [string, Requirement] {
    const negated = this.#accept('!')
    const key = this.#word('a label key')
    const fault = labelKeyFault(key)
    if (fault !== undefined) throw new SelectorError(`label key ${shownName(key)} ${fault}`)
    if (negated) return [key, (value) => value === undefined]
    const operator = this.#peek()
    if (operator === undefined || operator === ',') return [key, (value) => value !== undefined]
    this.#next += 1
    return [key, this.#operation(operator)]
  }

  #operation(operator: string): Requirement {
    switch (operator) {
      case '=':
      case '==':
        return isOneOf([this.#value()])
      case '!=':
        return not(isOneOf([this.#value()]))
      case 'in':
        return isOneOf(this.#values())
      case 'notin':
        return not(isOneOf(this.#values()))
      case '>':
        return compares(this.#value(), (value, bound) => value > bound)
      case '<':
        return compares(this.#value(), (value, bound) => value < bound)
      default:
        throw new SelectorError('expected =, ==, !=, >, <, in, notin or a comma after a label key')
    }
  }

  #values(): string[] {
    this.#expect('(', '"(" after in or notin')
    if (this.#peek() === ')') throw new SelectorError('in and notin need at least one value')
    const values = [this.#value()]
    while (this.#accept(',')) values.push(this.#value())
    this.#expect(')', '")" after the values')
    return values
  }

  /** A value may be empty: `a=`, `a in (x,)`. */
  #value(): string {
    const next = this.#peek()
    if (next === undefined || next === ',' || next === ')') return ''
    const value = this.#word('a label value')
    const fault = labelValueFault(value)
    if (fault !== undefined) throw new SelectorError(`label value ${shownName(value)} ${fault}`)
    return value
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]
  }

  #accept(symbol: string): boolean {
    if (this.#peek() !== symbol) return false
    this.#next += 1
    return true
  }

  #expect(symbol: string, what: string): void {
    if (!this.#accept(symbol)) throw new SelectorError(`expected ${what}`)
  }

  #word(what: string): string {
    const token = this.#peek()
    if (token === undefined || SYMBOL.test(token)) throw new SelectorError(`expected ${what}`)
    this.#next += 1
    return token
  }
}

function isOneOf(values: readonly string[]): Requirement {
  return (value) => value !== undefined && values.includes(value)
}

/** An object without the label satisfies `!=` and `notin`. */
function not(requirement: Requirement): Requirement {
  return (value) => !requirement(value)
}

function compares(text: string, holds: (value: bigint, bound: bigint) => boolean): Requirement {
  const bound = integer(text)
  if (bound === undefined) throw new SelectorError('> and < need an integer')
  return (value) => {
    const number = value === undefined ? undefined : integer(value)
    return number !== undefined && holds(number, bound)
  }
}

/** As strconv.ParseInt(text, 10, 64) reads it. A label value cannot begin with a sign. */
function integer(text: string): bigint | undefined {
  if (!/^\d+$/.test(text)) return undefined
  const number = BigInt(text)
  return number < 2n ** 63n ? number : undefined
}
