// The lines of a rendered document and of the section of a template that made it in; for each rendered
// line the template's line out. Both in order, lines left out on both sides, loops printed several times.
import type { RenderedLine } from './line-match.ts'
import { LineMatch } from './line-match.ts'
import type { Loop, Section } from './template-lines.ts'

/** Which line of the section each rendered line is; undefined where none is known. */
export interface Alignment {
  readonly lines: readonly (number | undefined)[]
  /** How well the whole fits. */
  readonly score: number
}

/** Pairs of lines that are weighed in one alignment. */
const MOST_PAIRS = 2_000_000
/** What it is worth that two lines follow each other on both sides; what another round of a loop costs. */
const TOGETHER = 0.3
const ROUND = 0.1
/** What a line that the section has and the document has not takes away: it decides between equals. */
const MISSING = 0.01

const SKIP_TEMPLATE = 1
const MATCH = 2
const LOOP = 3

/** How many pairs of lines all alignments of one run may weigh. */
export interface Effort {
  left: number
}

/**
 * Of two alignments that are equally good neither is certain: lines on which the one that is found from
 * the start and the one that is found from the end differ are left out.
 */
export function align(
  rendered: readonly RenderedLine[],
  { lines, loops }: Section,
  effort: Effort,
): Alignment {
  if (isVerbatim(rendered, lines)) return { lines: [...lines.keys()], score: 4 * lines.length }
  const pairs = rendered.length * lines.length
  const match = new LineMatch(lines)
  if (pairs > MOST_PAIRS || pairs > effort.left) return alignPlainly(rendered, match)
  effort.left -= pairs
  const forwards = walk(rendered, lines.length, loops, match)
  const [n, m] = [rendered.length - 1, lines.length - 1]
  const mirrored = loops.map(({ start, end }) => ({ start: m + 1 - end, end: m + 1 - start }))
  const backwards = walk(rendered.toReversed(), m + 1, mirrored, new LineMatch(lines.toReversed()))
  const agreed = forwards.lines.map((line, i) => {
    const other = backwards.lines[n - i]
    return line !== undefined && other !== undefined && m - other === line ? line : undefined
  })
  const missing = lines.length - new Set(agreed).size
  return { lines: agreed, score: forwards.score - missing * MISSING }
}

/** CRDs, which may be very long, are printed as they stand. */
function isVerbatim(rendered: readonly RenderedLine[], lines: Section['lines']): boolean {
  if (rendered.length !== lines.length) return false
  return rendered.every(({ text }, n) => {
    const texts = lines[n]?.texts
    return texts?.length === 1 && texts[0] === text
  })
}

/** Lines that stand only once in the section. */
function alignPlainly(rendered: readonly RenderedLine[], match: LineMatch): Alignment {
  const lines = rendered.map(({ text }) => match.only(text))
  return { lines, score: lines.filter((line) => line !== undefined).length }
}

/**
 * The best way through both (as in an edit distance): a state is how many lines of the template are
 * done, and behind a loop its start is a state again.
 */
function walk(
  rendered: readonly RenderedLine[],
  size: number,
  loops: readonly Loop[],
  match: LineMatch,
): Alignment {
  const width = size + 1
  const moves = new Uint8Array((rendered.length + 1) * width)
  const weights = new Float32Array(size)
  const ends = new Map(loops.toReversed().map(({ start, end }) => [start, end]))
  let before = new Float32Array(width)
  let now = new Float32Array(width)
  propagate(before, moves.subarray(0, width), loops)
  for (const [i, line] of rendered.entries()) {
    const above = moves.subarray(i * width, (i + 1) * width)
    const row = moves.subarray((i + 1) * width, (i + 2) * width)
    match.weigh(line, weights)
    now.set(before)
    for (let j = 0; j < size; j += 1) {
      const weight = weights[j] ?? 0
      if (weight === 0) continue
      const together = above[j] === MATCH ? TOGETHER : 0
      const score = (before[j] ?? 0) + weight + together
      if (score >= (now[j + 1] ?? 0)) {
        now[j + 1] = score
        row[j + 1] = MATCH
      }
    }
    propagate(now, row, loops)
    ;[before, now] = [now, before]
  }
  return { lines: trace(moves, width, rendered.length, ends), score: before[size] ?? 0 }
}

/** Takes the best of a row on to the states that are reached without a rendered line. */
function propagate(scores: Float32Array, moves: Uint8Array, loops: readonly Loop[]): void {
  const forward = (from: number) => {
    for (let j = from; j < scores.length; j += 1) {
      if ((scores[j - 1] ?? 0) <= (scores[j] ?? 0)) continue
      scores[j] = scores[j - 1] ?? 0
      moves[j] = SKIP_TEMPLATE
    }
  }
  forward(1)
  // Inner loops come first.
  for (const { start, end } of loops) {
    const again = (scores[end] ?? 0) - ROUND
    if (again <= (scores[start] ?? 0)) continue
    scores[start] = again
    moves[start] = LOOP
    forward(start + 1)
  }
}

function trace(
  moves: Uint8Array,
  width: number,
  count: number,
  ends: ReadonlyMap<number, number>,
): (number | undefined)[] {
  const lines: (number | undefined)[] = new Array(count).fill(undefined)
  let [i, j] = [count, width - 1]
  // Each round of a loop is followed by a match, so that this ends; a bound costs nothing.
  for (let left = 4 * (count + 1) * (width + 1); left > 0 && i + j > 0; left -= 1) {
    const move = moves[i * width + j]
    if (move === MATCH) {
      lines[i - 1] = j - 1
      i -= 1
      j -= 1
    } else if (move === LOOP) j = ends.get(j) ?? 0
    else if (move === SKIP_TEMPLATE) j -= 1
    else if (i > 0) i -= 1
    else j -= 1
  }
  return lines
}
