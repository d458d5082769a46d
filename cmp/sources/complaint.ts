// How a tool ended in, a problem out. Its stderr may quote manifests, values and paths: the first
// useful lines of it are kept, short, on one line, without the machine's own folders. No value of
// Phase can be in it: values are fetched after the tools have run.
import type { Fault, Position, Problem } from '../../manifests/problem.ts'
import { MOST_IN_WORDS, TOO_MUCH_HINT } from './answer-limit.ts'
import type { Ended } from './child.ts'

/** What a report about a tool needs to know. */
export interface Reporting {
  /** As a person would call it: `helm template`. */
  readonly tool: string
  /** What it worked on, for messages. */
  readonly at: Position
  /** Absolute folders that are left out of what is quoted, the longest first. */
  readonly folders: readonly string[]
}

const MOST_LINES = 4
const LONGEST = 450
/** What helm and kubectl log beside their errors. */
const NOISE =
  /^(WARNING:|W\d{4} |time=|level=|\d{4}\/\d\d\/\d\d |Use --debug flag|walk\.go)|\blevel=(WARN|INFO)\b/
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** The problem that a tool's failed run is. */
export function complaintOf(ended: Exclude<Ended, { how: 'done' }>, reporting: Reporting): Problem {
  const { tool } = reporting
  switch (ended.how) {
    case 'failed': {
      const said = summary(ended.stderr, reporting.folders)
      const message = `${tool} failed (exit code ${ended.exitCode}): ${said || 'it said nothing'}`
      return problem('input', message, `run ${tool} there to see all it says`, reporting)
    }
    case 'killed': {
      const message = `${tool} was killed (${ended.signal})`
      return problem('outside', message, 'it may need more memory than the plugin has', reporting)
    }
    case 'late': {
      const hint =
        'render less in one Application, or raise PHASE_TIMEOUT or timeout (and the limit of Argo CD)'
      return problem('outside', `${tool} did not end in time, and was ended`, hint, reporting)
    }
    case 'aborted':
      return problem('outside', 'the run was ended from outside', 'run it again', reporting)
    case 'too-much': {
      const message = `${tool} printed more than ${MOST_IN_WORDS}`
      return problem('input', message, TOO_MUCH_HINT, reporting)
    }
    case 'not-started': {
      const tooLong = ended.code === 'E2BIG'
      const hint = tooLong ? 'give long texts in values' : 'check the permissions of the program'
      return problem(tooLong ? 'input' : 'outside', cannotStart(tool, ended.code), hint, reporting)
    }
  }
}

function cannotStart(tool: string, code: string): string {
  return code === 'E2BIG'
    ? `the parameters are too long for ${tool}`
    : `${tool} cannot start (${code})`
}

/** The lines from the first `Error:` on, or else the last ones, on one line. */
export function summary(stderr: string, folders: readonly string[]): string {
  let text = stderr.replace(COLOURS, '')
  for (const folder of folders) text = text.replaceAll(`${folder}/`, '').replaceAll(folder, '.')
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NOISE.test(line))
  const first = lines.findIndex((line) => /^error\b/i.test(line))
  const useful = first === -1 ? lines.slice(-MOST_LINES) : lines.slice(first, first + MOST_LINES)
  const line = useful
    .join('; ')
    .replace(/^error:\s*/i, '')
    .replace(/\.$/, '')
  return line.length > LONGEST ? `${line.slice(0, LONGEST).replace(/\p{Cs}$/u, '')}…` : line
}

function problem(fault: Fault, message: string, hint: string, { at }: Reporting): Problem {
  return { severity: 'error', fault, at, message, hint }
}
