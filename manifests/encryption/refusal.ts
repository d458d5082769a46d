// Why an API server would not start with a configuration: what each stage of reading one collects.
import type { Position, Problem } from '../problem.ts'

/** One reason, at its place. It never quotes a key, nor a text that could be one. */
export interface Refusal {
  readonly at: Position
  /** One line, lower case, no full stop: the field, then what is wrong with it. */
  readonly message: string
  readonly hint?: string | undefined
  /** Whether an earlier entry makes this one useless: said apart, by a rule of its own. */
  readonly isMasked?: boolean | undefined
}

/** As a problem of the input. */
export function problemOf({ at, message, hint }: Refusal): Problem {
  return { severity: 'error', fault: 'input', at, message, hint }
}
