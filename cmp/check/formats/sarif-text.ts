// Text that anybody may have written in; a message of SARIF out that is only text.
//
// Message strings are templates (SARIF 2.1.0, 3.11.5 and 3.11.6): `{0}` is an argument, `[text](target)` a link.
import { visible } from '../../visible.ts'

/** UTF-16 units of a message: far more than a sentence, and few enough for 25,000 results. */
const LONGEST = 1000

export interface Message {
  readonly text: string
}

/** @param lines one sentence each. */
export function message(...lines: readonly string[]): Message {
  return { text: lines.map(literal).join('\n') }
}

/** One line in which nothing is an argument or a link. */
function literal(line: string): string {
  const shown = visible(line, spelling)
  const short = shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST).toWellFormed()}…`
  return short.replaceAll('](', '] (').replace(/[{}]/g, '$&$&')
}

/** Without braces, which would have to be doubled. */
function spelling(codePoint: number): string {
  return `\\U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}
