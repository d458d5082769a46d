// What can be wrong with the options of a command, in the words that all commands use.
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'

/** An option whose value is none of a few. */
export function oneOf(option: string, choices: readonly string[]): Problem {
  return usageError(`${option} is none of ${choices.join(', ')}`, `such as ${option} ${choices[0]}`)
}

/** Nothing if the value is one of the choices. */
export function unlessOneOf(option: string, value: string, choices: readonly string[]): Problem[] {
  return choices.includes(value) ? [] : [oneOf(option, choices)]
}

/** Two options that say different things of the same. */
export function notTogether(one: string, other: string): Problem {
  return usageError(`${one} and ${other} do not go together`, 'leave one of them out')
}

/** An option that means nothing without another. */
export function needs(one: string, other: string): Problem {
  return usageError(`${one} needs ${other}`, `add ${other}, or leave ${one} out`)
}
