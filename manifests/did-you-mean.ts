// A name that does not exist and the names that do in; the one that was probably meant out.

/** Beyond this nobody mistyped a name, and comparing is not worth its cost. */
const LONGEST = 100

/**
 * The candidate nearest to `name` ignoring case, by insertions, deletions, replacements and swapped
 * neighbours: at most one third of the name's letters. Ties go to the smaller by code units.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const wanted = name.toLowerCase()
  let limit = Math.floor(name.length / 3)
  let best: string | undefined
  for (const candidate of [...candidates].sort()) {
    const edits = distance(wanted, candidate.toLowerCase(), limit)
    if (edits === undefined) continue
    best = candidate
    if (edits === 0) return best
    limit = edits - 1
  }
  return best
}

/** The number of edits between two texts (optimal string alignment); undefined if it is above `limit`. */
function distance(left: string, right: string, limit: number): number | undefined {
  if (Math.abs(left.length - right.length) > limit) return undefined
  let previous: number[] = []
  let current = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      next[column] = Math.min(
        (current[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (current[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (previous[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    if (Math.min(...next) > limit + 1) return undefined
    previous = current
    current = next
  }
  const edits = current[right.length] ?? 0
  return edits <= limit ? edits : undefined
}
