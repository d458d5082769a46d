// What is wrong, where, and what to do about it: the one shape in which every
// stage reports. Problems are data; only cmp/report.ts turns them into text.

/** A place in an input file. Lines and columns are 1-based; a problem of a whole file has line 1, column 1. */
export interface Position {
  /** The path as the user gave it, or `-` for standard input. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The place of a problem of a whole file. */
export function wholeFile(file: string): Position {
  return { file, line: 1, column: 1 }
}

/** What identifies a Kubernetes object to a reader. `namespace` is absent where the manifest has none. */
export interface ObjectName {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/**
 * Who can mend an error: `input` is the manifests or the values stored in Phase (exit code 1),
 * `usage` is how the program was called or configured (2), `outside` is Phase, the network,
 * a rejected credential or a tool (3).
 */
export type Fault = 'input' | 'usage' | 'outside'

/**
 * One finding. `message` and `hint` are single lines without a full stop and never hold a secret
 * value, a token or the contents of a document that could not be read.
 */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'notice'
  readonly fault: Fault
  readonly at?: Position | undefined
  readonly object?: ObjectName | undefined
  readonly message: string
  readonly hint?: string | undefined
}

/** An error of how the program was called or configured. */
export function usageError(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'usage', message, hint }
}

/** What keeps nothing from being done after all; what is no error stays what it is. */
export function asWarning(problem: Problem): Problem {
  return problem.severity === 'error' ? { ...problem, severity: 'warning' } : problem
}

/** An error of something outside. */
export function outsideError(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'outside', message, hint }
}
