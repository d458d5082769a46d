// Rules as policies write them in, by id or name; the rules out, or problems with the nearest name.
import { nearest } from '../../did-you-mean.ts'
import { shownName } from '../../names.ts'
import type { Fault, Problem } from '../../problem.ts'
import type { RuleDescription } from '../model.ts'
import { CHAPTERS } from '../model.ts'
import type { Placed } from './model.ts'

/** Comparing is not for free, and nobody mistypes more. */
const MOST_GUESSES = 20

/** Finds rules; what it does not find is a problem of `fault`. */
export class RuleNames {
  readonly problems: Problem[] = []
  readonly #rules: readonly RuleDescription[]
  readonly #byName: ReadonlyMap<string, RuleDescription>
  readonly #fault: Fault

  /** @param fault whose file it is: `input` of the repository, `usage` of the platform. */
  constructor(rules: readonly RuleDescription[], fault: Fault) {
    this.#rules = rules
    this.#byName = new Map(rules.flatMap((rule) => [rule.id, rule.name].map((key) => [key, rule])))
    this.#fault = fault
  }

  /** The rule of an id or name. */
  find(written: Placed): RuleDescription | undefined {
    const rule = this.#byName.get(written.text)
    if (rule === undefined) this.#unknown(written, [...this.#byName.keys()], 'is no rule')
    return rule
  }

  /** The rule of a name that is ours; undefined where there is no such rule. */
  findKnown(name: string): RuleDescription | undefined {
    return this.#byName.get(name)
  }

  /** The rules of an id, a name or a chapter; a rule's name comes before a chapter's. */
  findAll(written: Placed): readonly RuleDescription[] {
    const rule = this.#byName.get(written.text)
    if (rule !== undefined) return [rule]
    if (!CHAPTERS.some((chapter) => chapter === written.text)) {
      const known = [...this.#byName.keys(), ...CHAPTERS]
      this.#unknown(written, known, 'is neither a rule nor a chapter')
    }
    return this.#rules.filter(({ chapter }) => chapter === written.text)
  }

  /** Adds an error at a place. */
  reject({ at }: Pick<Placed, 'at'>, message: string, hint: string): void {
    this.#add('error', at, message, hint)
  }

  /** Adds something that is no error. */
  tell(
    severity: 'warning' | 'notice',
    { at }: Pick<Placed, 'at'>,
    says: string,
    hint: string,
  ): void {
    this.#add(severity, at, says, hint)
  }

  #unknown(written: Placed, known: readonly string[], words: string): void {
    const meant = this.problems.length < MOST_GUESSES ? nearest(written.text, known) : undefined
    const hint = meant === undefined ? 'check --rules lists them' : `did you mean ${meant}?`
    this.reject(written, `${shownName(written.text)} ${words}`, hint)
  }

  #add(severity: Problem['severity'], at: Placed['at'], message: string, hint: string): void {
    this.problems.push({ severity, fault: this.#fault, at, message, hint })
  }
}

/** What a reader calls a rule. */
export function ruleText({ id, name }: RuleDescription): string {
  return `${id} (${name})`
}
