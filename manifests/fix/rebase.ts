// Two patches that were made for the same value in; the second as it has to be after the first, out. What
// both do is done once; where one changes what the other is for, there is none.
import type { PatchOperation } from '../check/model.ts'
import { patched } from '../check/patch.ts'
import { isSame } from '../diff/same.ts'
import type { Steps } from './pointer.ts'
import { at, indexOf, pointerOf, startsWith, stepsOf } from './pointer.ts'

/** An operation that knows whether it puts something into a list, or takes it out. */
export interface Move {
  readonly op: 'add' | 'remove' | 'replace'
  readonly steps: Steps
  readonly value?: unknown
  readonly isInList: boolean
}

/** What one operation is after another: itself at its new place, nothing, or impossible. */
type Shifted = Move | 'done' | 'conflict'

/** The operations without their tests, as moves. @returns undefined if they do not fit the value. */
export function movesOf(value: unknown, operations: readonly PatchOperation[]): Move[] | undefined {
  const moves: Move[] = []
  let current = value
  for (const operation of operations) {
    const next = patched(current, [operation])
    const steps = stepsOf(operation.path)
    if ('misfit' in next || steps === undefined) return undefined
    if (operation.op !== 'test') moves.push(moveOf(operation, steps, current))
    current = next.value
  }
  return moves
}

function moveOf(operation: PatchOperation, steps: Steps, value: unknown): Move {
  const above = steps.slice(0, -1)
  const parent = at(value, above)
  const isInList = Array.isArray(parent) && operation.op !== 'replace'
  const isEnd = Array.isArray(parent) && steps.at(-1) === '-'
  const place = isEnd ? [...above, String(parent.length)] : steps
  if (operation.op === 'remove' || operation.op === 'test') {
    return { op: 'remove', steps: place, isInList }
  }
  return { op: operation.op, steps: place, value: operation.value, isInList }
}

/** The moves as operations. */
export function operationsOf(moves: readonly Move[]): PatchOperation[] {
  return moves.map(({ op, steps, value }) => {
    const path = pointerOf(steps)
    return op === 'remove' ? { op, path } : { op, path, value }
  })
}

/** The moves of `later` after those of `first`; undefined if they do not go together. */
export function rebased(later: readonly Move[], first: readonly Move[]): Move[] | undefined {
  const result: Move[] = []
  let others: readonly Move[] = first
  for (const move of later) {
    let own: Move | undefined = move
    const next: Move[] = []
    for (const other of others) {
      const after: Shifted = own === undefined ? 'done' : shifted(own, other, true)
      // The other one, as if this one had come before.
      const back = own === undefined ? other : shifted(other, own, false)
      if (after === 'conflict' || back === 'conflict') return undefined
      if (back !== 'done') next.push(back)
      own = after === 'done' ? undefined : after
    }
    others = next
    if (own !== undefined) result.push(own)
  }
  return result
}

/** @param yields whether it comes second where both add at the same index. */
function shifted(move: Move, other: Move, yields: boolean): Shifted {
  if (isSameMove(move, other)) return 'done'
  if (!other.isInList) return isApart(move, other) ? move : 'conflict'
  const above = other.steps.slice(0, -1)
  const depth = above.length
  const from = indexOf(other.steps[depth] ?? '')
  const index = indexOf(move.steps[depth] ?? '')
  const isWithin = startsWith(move.steps, above) && move.steps.length > depth
  if (!isWithin || index === undefined || from === undefined) {
    return isApart(move, other) ? move : 'conflict'
  }
  const isInserted = isInsertion(move) && move.steps.length === depth + 1
  if (other.op === 'remove') {
    if (index === from && !isInserted) return 'conflict'
    return index > from ? movedTo(move, depth, index - 1) : move
  }
  const isBehind = index > from || (index === from && (!isInserted || yields))
  return isBehind ? movedTo(move, depth, index + 1) : move
}

function movedTo(move: Move, depth: number, index: number): Move {
  return { ...move, steps: move.steps.with(depth, String(index)) }
}

/** Two fixes that both add the same item to a list mean one item. */
function isSameMove(one: Move, other: Move): boolean {
  const isSamePlace = pointerOf(one.steps) === pointerOf(other.steps)
  return isSamePlace && one.op === other.op && isSame(one.value, other.value)
}

/** Whether neither changes or takes away what the other is for. */
function isApart(move: Move, other: Move): boolean {
  return !changes(other, move) && !changes(move, other)
}

/** Whether one operation changes what the other goes by; what is put into a list only moves the rest. */
function changes(one: Move, other: Move): boolean {
  if (isInsertion(one) || !startsWith(other.steps, one.steps)) return false
  return !isInsertion(other) || other.steps.length > one.steps.length
}

function isInsertion({ op, isInList }: Move): boolean {
  return isInList && op === 'add'
}
