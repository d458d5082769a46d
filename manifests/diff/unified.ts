// Two states of an object in; the lines of YAML in which they differ out, with some around them.
import { structuredPatch } from 'diff'
import { stringify } from 'yaml'

/** A piece of a unified diff. Its lines begin with a blank, `+` or `-`. */
export interface Hunk {
  readonly beforeStart: number
  readonly beforeLines: number
  readonly afterStart: number
  readonly afterLines: number
  readonly lines: readonly string[]
}

/** Lines shown around a change. */
const CONTEXT = 3
/** Changed lines above which looking for the shortest diff takes too long. */
const MOST_CHANGES = 2000

/** The object as YAML: keys sorted, nothing folded, no aliases; the same value is always the same text. */
export function toYaml(value: unknown): string {
  return stringify(value, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })
}

/** The hunks between two states; undefined stands for no object at all. */
export function hunksBetween(before: unknown, after: unknown): readonly Hunk[] {
  const [left, right] = [before, after].map((value) => (value === undefined ? '' : toYaml(value)))
  const options = { context: CONTEXT, maxEditLength: MOST_CHANGES }
  const patch = structuredPatch('', '', left ?? '', right ?? '', '', '', options)
  if (patch === undefined) return [replacement(linesOf(left), linesOf(right))]
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    beforeStart: oldStart,
    beforeLines: oldLines,
    afterStart: newStart,
    afterLines: newLines,
    lines,
  }))
}

function replacement(before: readonly string[], after: readonly string[]): Hunk {
  return {
    beforeStart: before.length === 0 ? 0 : 1,
    beforeLines: before.length,
    afterStart: after.length === 0 ? 0 : 1,
    afterLines: after.length,
    lines: [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)],
  }
}

function linesOf(text = ''): string[] {
  return text.split('\n').slice(0, -1)
}
