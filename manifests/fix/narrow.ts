// A value and what is to stand in its place in; the smallest operations that make the one the other out, so
// that whatever stays the same keeps its text and its comments.
import type { PatchOperation } from '../check/model.ts'
import { isSame } from '../diff/same.ts'
import { isPlainMap } from '../plain-value.ts'
import type { Steps } from './pointer.ts'
import { at, has, pointerOf, stepsOf } from './pointer.ts'

/** Cells of the table that compares two lists; above it a list is replaced as a whole. */
const MOST_CELLS = 250_000

/** An operation as smaller ones, each for the value that the ones before it left. */
export function narrowed(root: unknown, operation: PatchOperation): readonly PatchOperation[] {
  const steps = stepsOf(operation.path) ?? []
  if (operation.op === 'remove' || operation.op === 'test') return [operation]
  const parent = at(root, steps.slice(0, -1))
  const isNew = Array.isArray(parent) || !has(parent, steps.at(-1) ?? '')
  if (operation.op === 'add' && isNew) return [operation]
  return difference(at(root, steps), operation.value, steps)
}

function difference(before: unknown, after: unknown, steps: Steps): PatchOperation[] {
  if (isSame(before, after)) return []
  if (isPlainMap(before) && isPlainMap(after)) return ofMaps(before, after, steps)
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, steps)
  return [{ op: 'replace', path: pointerOf(steps), value: after }]
}

function ofMaps(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  steps: Steps,
): PatchOperation[] {
  // What goes goes last: a map that is empty for a moment would lose its layout.
  const changes = Object.keys(after).flatMap((name): PatchOperation[] => {
    const inner = [...steps, name]
    if (Object.hasOwn(before, name)) return difference(before[name], after[name], inner)
    return [{ op: 'add', path: pointerOf(inner), value: after[name] }]
  })
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  const removals = gone.map(
    (name): PatchOperation => ({ op: 'remove', path: pointerOf([...steps, name]) }),
  )
  return [...changes, ...removals]
}

function ofLists(
  before: readonly unknown[],
  after: readonly unknown[],
  steps: Steps,
): PatchOperation[] {
  if (before.length === after.length && before.some((item, n) => isSame(item, after[n]))) {
    return before.flatMap((item, n) => difference(item, after[n], [...steps, String(n)]))
  }
  if (before.length * after.length > MOST_CELLS) {
    return [{ op: 'replace', path: pointerOf(steps), value: after }]
  }
  const kept = inBoth(before, after)
  // All of them changed: in place, because an empty list has no layout.
  if (kept.length === 0 && before.length > 0 && after.length > 0) {
    for (let n = 0; n < Math.min(before.length, after.length); n += 1) kept.push([n, n])
  }
  const path = (index: number) => pointerOf([...steps, String(index)])
  const keptBefore = new Set(kept.map(([index]) => index))
  const keptAfter = new Set(kept.map(([, index]) => index))
  const gone = before.map((_, index) => index).filter((index) => !keptBefore.has(index))
  const removals = gone
    .toReversed()
    .map((index): PatchOperation => ({ op: 'remove', path: path(index) }))
  const additions = after.flatMap((value, index): PatchOperation[] =>
    keptAfter.has(index) ? [] : [{ op: 'add', path: path(index), value }],
  )
  const changes = kept.flatMap(([from, to]) =>
    difference(before[from], after[to], [...steps, String(to)]),
  )
  return [...removals, ...additions, ...changes]
}

/** The longest common subsequence, as pairs of indexes. */
function inBoth(before: readonly unknown[], after: readonly unknown[]): [number, number][] {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const length = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] = isSame(before[row], after[column])
        ? length(row + 1, column + 1) + 1
        : Math.max(length(row + 1, column), length(row, column + 1))
    }
  }
  const pairs: [number, number][] = []
  for (let [row, column] = [0, 0]; row < before.length && column < after.length; ) {
    if (isSame(before[row], after[column])) pairs.push([row++, column++])
    else if (length(row + 1, column) >= length(row, column + 1)) row += 1
    else column += 1
  }
  return pairs
}
