// In: two plain values of any depth. Out: whether they are the same. Without recursion: what is compared
// may be nested more deeply than the stack holds.
import { isPlainMap } from '../plain-value.ts'

/** Maps in any order of their keys, lists in theirs; a number and a bigint of one value are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  const open: (readonly [unknown, unknown])[] = [[one, other]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [left, right] = pair
    if (Array.isArray(left) && Array.isArray(right)) {
      if (left.length !== right.length) return false
      for (const [index, item] of left.entries()) open.push([item, right[index]])
    } else if (isPlainMap(left) && isPlainMap(right)) {
      const names = Object.keys(left)
      if (names.length !== Object.keys(right).length) return false
      for (const name of names) {
        if (!Object.hasOwn(right, name)) return false
        open.push([left[name], right[name]])
      }
    } else if (!isSameScalar(left, right)) return false
  }
  return true
}

function isSameScalar(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left === 'bigint' && typeof right === 'number') return Number(left) === right
  return typeof left === 'number' && typeof right === 'bigint' && left === Number(right)
}
