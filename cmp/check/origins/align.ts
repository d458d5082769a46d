// The lines of a rendered document and of the section of a template that made it in; for each rendered
// line the template's line out. Both in order, lines left out on both sides, loops printed several times.
import type { RenderedLine } from './line-match.ts'
import { LineMatch } from './line-match.ts'
import type { Block, Section, TemplateLine } from './template-lines.ts'

/** Which line of the section each rendered line is; undefined where none is known. */
export interface Alignment {
  readonly lines: readonly (number | undefined)[]
  /** How well the whole fits. */
  readonly score: number
}

/** Pairs of lines that are weighed in one alignment. */
const MOST_PAIRS = 1_000_000
/** What another round of a loop costs. */
const ROUND = 0.1
/** What a line of the template costs that was not printed though others of its block were. */
const SKIPPED = 0.5
/** Loops of one section that are followed. */
const MOST_LOOPS = 16

/** How a state was reached, if not from another one of its row. */
const WITHOUT = -1
const MATCH = -2

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
  section: Section,
  effort: Effort,
): Alignment {
  const { lines, blocks } = section
  if (isVerbatim(rendered, lines)) return { lines: [...lines.keys()], score: 4 * lines.length }
  const size = lines.length
  const pairs = rendered.length * (size + blocks.length + textsIn(lines))
  if (pairs > MOST_PAIRS || pairs > effort.left) {
    return alignPlainly(rendered, lines, effort)
  }
  effort.left -= pairs
  const forwards = walk(rendered, section)
  const backwards = walk(rendered.toReversed(), {
    lines: lines.toReversed(),
    blocks: blocks.map((block) => ({ ...block, start: size - block.end, end: size - block.start })),
  })
  const agreed = forwards.lines.map((line, n) => {
    const other = backwards.lines[rendered.length - 1 - n]
    return line !== undefined && other === size - 1 - line ? line : undefined
  })
  return { lines: agreed, score: forwards.score }
}

/** CRDs, which may be very long, are printed as they stand. */
function isVerbatim(rendered: readonly RenderedLine[], lines: Section['lines']): boolean {
  if (rendered.length !== lines.length) return false
  return rendered.every(({ text }, n) => {
    const texts = lines[n]?.texts
    return texts?.length === 1 && texts[0] === text
  })
}

function textsIn(lines: Section['lines']): number {
  return lines.reduce((sum, { texts }) => sum + texts.length - 1, 0)
}

/** Lines that stand only once in the section; none when all effort is spent. */
function alignPlainly(
  rendered: readonly RenderedLine[],
  lines: Section['lines'],
  effort: Effort,
): Alignment {
  const needed = rendered.length + lines.length
  if (needed > effort.left) return { lines: [], score: 0 }
  effort.left -= needed
  const match = new LineMatch(lines)
  const found = rendered.map(({ text }) => match.only(text))
  return { lines: found, score: found.filter((line) => line !== undefined).length }
}

/**
 * The best way through both (as in an edit distance): a state is how many lines of the template are
 * done. Whole blocks are left out for nothing, and behind a loop its start is a state again.
 */
function walk(rendered: readonly RenderedLine[], { lines, blocks }: Section): Alignment {
  const size = lines.length
  const width = size + 1
  const moves = new Int32Array((rendered.length + 1) * width).fill(WITHOUT)
  const weights = new Float32Array(size)
  const match = new LineMatch(lines)
  const ways = waysThrough(lines, blocks)
  let before = new Float32Array(width).fill(-1e6)
  let now = new Float32Array(width)
  before[0] = 0
  propagate(before, moves.subarray(0, width), ways)
  for (const [i, line] of rendered.entries()) {
    const row = moves.subarray((i + 1) * width, (i + 2) * width)
    match.weigh(line, weights)
    now.set(before)
    for (let j = 0; j < size; j += 1) {
      const weight = weights[j] ?? 0
      if (weight === 0) continue
      const score = (before[j] ?? 0) + weight
      if (score < (now[j + 1] ?? 0)) continue
      now[j + 1] = score
      row[j + 1] = MATCH
    }
    propagate(now, row, ways)
    ;[before, now] = [now, before]
  }
  return { lines: trace(moves, width, rendered.length), score: before[size] ?? 0 }
}

/** The ways from one state to another without a rendered line. */
interface Ways {
  /** What it costs to leave out each line; actions may print nothing that is known. */
  readonly costs: Float32Array
  /** By the state behind each block, the states before it. */
  readonly starts: ReadonlyMap<number, readonly number[]>
  readonly loops: readonly Block[]
}

function waysThrough(lines: Section['lines'], blocks: readonly Block[]): Ways {
  const isAction = ({ texts }: TemplateLine) => texts.every((text) => text.trim() === '')
  const starts = new Map<number, number[]>()
  for (const { start, end } of blocks) starts.set(end, [...(starts.get(end) ?? []), start])
  const costs = Float32Array.from(lines, (line) => (isAction(line) ? 0 : SKIPPED))
  return { costs, starts, loops: blocks.filter(({ isLoop }) => isLoop).slice(0, MOST_LOOPS) }
}

/** Takes the best of a row on to the states that are reached without a rendered line. */
function propagate(scores: Float32Array, moves: Int32Array, { costs, starts, loops }: Ways): void {
  const reach = (state: number, from: number, cost: number) => {
    const score = (scores[from] ?? 0) - cost
    if (score <= (scores[state] ?? 0)) return false
    scores[state] = score
    moves[state] = from
    return true
  }
  const forward = (first: number) => {
    for (let state = first; state < scores.length; state += 1) {
      reach(state, state - 1, costs[state - 1] ?? 0)
      for (const start of starts.get(state) ?? []) reach(state, start, 0)
    }
  }
  forward(1)
  for (const { start, end } of loops) if (reach(start, end, ROUND)) forward(start + 1)
}

function trace(moves: Int32Array, width: number, count: number): (number | undefined)[] {
  const lines: (number | undefined)[] = new Array(count).fill(undefined)
  let [row, state] = [count, width - 1]
  // A way within a row never comes back to where it was, because each step costs or goes on.
  for (let left = (count + 1) * (width + 1); left > 0 && (row > 0 || state > 0); left -= 1) {
    const move = moves[row * width + state] ?? WITHOUT
    if (move === MATCH) {
      state -= 1
      row -= 1
      lines[row] = state
    } else if (move === WITHOUT) {
      if (row === 0) return lines
      row -= 1
    } else state = move
  }
  return lines
}
