// Problems → text on stderr and an exit code. The rules of the interface:
//
//   error: FILE:LINE:COLUMN: Kind namespace/name: what is wrong
//     hint: what to do
//
// Argo CD copies the whole of stderr into the Application's status, so where it is not a
// terminal: 20 problems and 8 kB at most. Nowhere a control character; errors come first.
import type { Fault, Problem } from '../manifests/problem.ts'
import { inertInLogs } from './formats/log-commands.ts'
import type { Io } from './io.ts'
import { printable } from './visible.ts'

const MOST_PROBLEMS = 20
/** What is left of 8 kB is for the closing line. */
const MOST_BYTES = 8000
const SEVERITIES = ['error', 'warning', 'notice'] as const

/** Characters; whatever a repository holds, the first problem fits into the limit. */
const LONGEST_NAME = 300
const LONGEST_SENTENCE = 600

/** Exit codes (design §3): who has to act. Where several meet, the first of this order wins. */
const EXIT_CODES: readonly (readonly [Fault, number])[] = [
  ['input', 1],
  ['usage', 2],
  ['outside', 3],
]

/** The exit code that a run with these problems ends with; 0 without errors. */
export function exitCodeOf(problems: readonly Problem[]): number {
  const faults = new Set(problems.filter((p) => p.severity === 'error').map((p) => p.fault))
  return EXIT_CODES.find(([fault]) => faults.has(fault))?.[1] ?? 0
}

/**
 * The report of a run, ready for stderr; empty without problems. Errors, warnings, notices, each
 * in the given order; the same text is said once. `full` lifts the limits (a terminal).
 */
export function formatProblems(problems: readonly Problem[], full: boolean): string {
  const sorted = SEVERITIES.flatMap((severity) => problems.filter((p) => p.severity === severity))
  const texts = [...new Set(sorted.map(formatProblem))]
  const shown = full ? texts.length : countWithin(texts)
  const rest = texts.length - shown
  return inertInLogs(texts.slice(0, shown).join('') + (rest === 0 ? '' : `… and ${rest} more\n`))
}

/** Writes the report of a run. @returns the exit code that it ends with. */
export function report(problems: readonly Problem[], { stderr }: Pick<Io, 'stderr'>): number {
  stderr.write(formatProblems(problems, stderr.isTTY))
  return exitCodeOf(problems)
}

/** How many of the texts the limits let through. */
function countWithin(texts: readonly string[]): number {
  let bytes = 0
  const over = texts.findIndex((text, index) => {
    bytes += Buffer.byteLength(text)
    return index >= MOST_PROBLEMS || bytes > MOST_BYTES
  })
  return over === -1 ? texts.length : over
}

function formatProblem({ severity, at, object, message, hint }: Problem): string {
  const file = at === undefined ? '' : printable(at.file, LONGEST_NAME)
  const place = at === undefined ? '' : `${file}:${at.line}:${at.column}: `
  const name = [object?.namespace, object?.name].filter((part) => part !== undefined).join('/')
  const subject = printable([object?.kind, name].filter(Boolean).join(' '), LONGEST_NAME)
  const sentence = printable(message, LONGEST_SENTENCE)
  const first = `${severity}: ${place}${subject === '' ? '' : `${subject}: `}${sentence}\n`
  return hint === undefined ? first : `${first}  hint: ${printable(hint, LONGEST_SENTENCE)}\n`
}
