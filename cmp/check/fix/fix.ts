// A check and its safe fixes in; the files written, over and over until nothing is left to write, or the patch
// that says what would be written.
import { relative, resolve, sep } from 'node:path'
import type { CheckReport, Finding } from '../../../manifests/check/report.ts'
import { textEdits } from '../../../manifests/fix/fixes.ts'
import type { Problem } from '../../../manifests/problem.ts'
import type { Checked } from '../run.ts'
import { formatDryRun } from './dry-run.ts'
import { isPlainFile, planFixes } from './plan.ts'
import { readerFor, writeFixes } from './write.ts'

/** One fix may make room for another; none undoes another, so this is never reached. */
const MOST_ROUNDS = 10

/** What came of it. */
export interface Fixed {
  /** The check of the files as they are now. */
  readonly made: Checked
  readonly problems: readonly Problem[]
}

/**
 * Writes the safe fixes.
 * @param folder that was checked, as the user gave it.
 * @param check makes the check anew.
 */
export async function fixAll(folder: string, check: () => Promise<Checked>): Promise<Fixed> {
  const problems: Problem[] = []
  let made = await check()
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const plan = planFixes(made.report?.findings ?? [], readerFor(folder))
    if (plan.files.length === 0) return { made, problems: [...problems, ...plan.refused] }
    const written = writeFixes(plan.files, folder)
    for (const { path, applied } of plan.files) {
      if (!written.files.includes(path)) continue
      problems.push(...applied.map(({ title, object }) => notice(path, object.object, title)))
    }
    problems.push(...written.problems)
    if (written.problems.length > 0) return { made, problems }
    made = await check()
  }
  return { made, problems }
}

function notice(file: string, object: Problem['object'], title: string): Problem {
  const at = { file, line: 1, column: 1 }
  return { severity: 'notice', fault: 'input', at, object, message: `fixed: ${title}` }
}

/** The patch of the first round, for `git apply` in the folder that it runs in. */
export function dryRun(
  { findings }: CheckReport,
  folder: string,
  isTerminal: boolean,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const plan = planFixes(findings, readerFor(folder))
  const nameOf = (path: string) => relative(resolve('.'), resolve(path)).split(sep).join('/')
  return { text: formatDryRun(plan, { nameOf, isTerminal }), problems: plan.refused }
}

/** Findings whose edits are worked out: each takes a reading of its document, and a list has its readers. */
const MOST_EDITS = 200

/**
 * The same findings with whether `--fix` would mend them, and for editors and code scanning with what it
 * would write.
 */
export function withEdits(
  findings: readonly Finding[],
  folder: string,
  hasEdits: boolean,
): Finding[] {
  const read = readerFor(folder)
  const known = new Map<string, Uint8Array | undefined>()
  let left = hasEdits ? MOST_EDITS : 0
  return findings.map((finding) => {
    const { fix } = finding
    const path = fix?.object.at.file ?? '-'
    if (!fix?.isSafe || path === '-' || !isPlainFile(path)) return finding
    if (!known.has(path)) known.set(path, read(path))
    const bytes = known.get(path)
    if (bytes === undefined) return finding
    left -= 1
    const edits = left < 0 ? { problems: [] } : textEdits({ path, bytes }, fix)
    return { ...finding, isMendable: true, ...('value' in edits ? { edits: edits.value } : {}) }
  })
}
