// The place of a finding in; what a platform finds the file by out: a path, or a URI reference (RFC 3986).
import { posix } from 'node:path'
import type { CheckReport, Finding, Pass } from '../../../manifests/check/report.ts'
import type { Position } from '../../../manifests/problem.ts'

/** Stands for standard input, which is no file. */
export const STANDARD_INPUT = 'stdin'

/**
 * Without `./` and the like, and relative where it can be.
 * @param root absolute; what is below it is named relative to it. Undefined: an absolute path stays one.
 */
export function sourcePath(file: string, root: string | undefined): string {
  if (file === '-') return STANDARD_INPUT
  const path = posix.normalize(file)
  if (root === undefined || !posix.isAbsolute(path)) return path
  const within = posix.relative(root, path)
  return within === '..' || within.startsWith('../') ? path : within
}

/** Percent-encoded; a name with a colon is no scheme. */
export function sourceUri(path: string): string {
  // Half of a character has no encoding.
  const segments = path.split('/').map((name) => encodeURIComponent(name.toWellFormed()))
  const uri = segments.join('/')
  return posix.isAbsolute(path) ? `file://${uri}` : uri
}

/**
 * Where something is, for platforms that need a place: its own, or the first on the way there, or the
 * beginning of what was checked. Lines and columns are 1 at least.
 */
export function placeFor({ label }: CheckReport, what: Finding | Pass): Position {
  const steps = 'path' in what ? (what.path ?? []) : []
  const at = what.at ?? steps.find((step) => step.at !== undefined)?.at
  const { file, line, column } = at ?? { file: label, line: 1, column: 1 }
  return { file, line: Math.max(1, line), column: Math.max(1, column) }
}
