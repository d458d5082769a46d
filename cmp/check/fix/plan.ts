// Findings in; what their fixes would write to which file, what is only suggested, and what cannot be done,
// out. Nothing is written here.

import type { Fix } from '../../../manifests/check/model.ts'
import type { Finding } from '../../../manifests/check/report.ts'
import { patchOf } from '../../../manifests/diff/text.ts'
import { refusal } from '../../../manifests/fix/combine.ts'
import { applyFixes } from '../../../manifests/fix/fixes.ts'
import { secretLines } from '../../../manifests/fix/secret-lines.ts'
import type { Problem } from '../../../manifests/problem.ts'
import type { Suggestion } from './suggest.ts'
import { suggest } from './suggest.ts'

/** A file that fixes change. */
export interface PlannedFile {
  /** As the user gave it. */
  readonly path: string
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly applied: readonly Fix[]
}

/** What `--fix` would do. */
export interface FixPlan {
  /** By path. */
  readonly files: readonly PlannedFile[]
  /** For objects that no file of the source holds as they are. */
  readonly suggestions: readonly Suggestion[]
  /** Warnings. */
  readonly refused: readonly Problem[]
}

/** Whether a file is one of the source, as opposed to what a chart or an overlay makes. */
export type IsSource = (path: string) => boolean

const RENDERED = / \(rendered\)$/
const UNREADABLE = 'is for what is no regular file of the folder'
const MANIFEST = /\.(?:ya?ml|json)$/

/** Plain files: no standard input, nothing that Helm or Kustomize printed. */
export function isPlainFile(path: string): boolean {
  return MANIFEST.test(path) && !RENDERED.test(path)
}

/**
 * Plans the safe fixes of all findings; their order does not matter.
 * @param readFile the bytes of a file as it is now; undefined for what must not be written (`readerFor`).
 */
export function planFixes(
  findings: readonly Finding[],
  readFile: (path: string) => Uint8Array | undefined,
  isSource: IsSource = isPlainFile,
): FixPlan {
  const fixes = findings.flatMap(({ fix }) => (fix?.isSafe ? [fix] : []))
  const files: PlannedFile[] = []
  const refused: Problem[] = []
  const rendered: Fix[] = []
  for (const [path, own] of byFile(fixes)) {
    const isWritten = path !== '-' && isSource(path)
    const before = isWritten ? readFile(path) : undefined
    if (path === '-') refused.push(...own.map((fix) => refusal(fix, 'is for standard input')))
    else if (!isWritten) rendered.push(...own)
    else if (before === undefined) refused.push(...own.map((fix) => refusal(fix, UNREADABLE)))
    else {
      const { bytes, applied, refused: more } = applyFixes({ path, bytes: before }, own)
      refused.push(...more)
      const isChanged = Buffer.compare(before, bytes) !== 0
      if (isChanged) files.push({ path, before, after: bytes, applied })
    }
  }
  const suggested = suggest(rendered)
  return { files, suggestions: suggested.suggestions, refused: [...refused, ...suggested.refused] }
}

/** A patch for `git apply`; undefined where it would show values of Secrets, or for what is no text. */
export function patchFor({ path, before, after }: PlannedFile, name: string): string | undefined {
  const [old, young] = [decode(before), decode(after)]
  if (old === undefined || young === undefined) return undefined
  const patch = patchOf(name, old, young)
  const isSecret = secretLines({ path, bytes: before })
  for (const [, start = '', lines = ''] of patch.matchAll(/^@@ -(\d+),(\d+) /gm)) {
    for (let line = Number(start); line < Number(start) + Number(lines); line += 1) {
      if (isSecret(line)) return undefined
    }
  }
  return patch
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function byFile(fixes: readonly Fix[]): (readonly [string, Fix[]])[] {
  const groups = new Map<string, Fix[]>()
  for (const fix of fixes) {
    const { file } = fix.object.parsed.document
    const group = groups.get(file) ?? []
    group.push(fix)
    groups.set(file, group)
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
