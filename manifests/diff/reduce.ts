// In: a desired value and a live one at one place. Out: both without what does not count: what the live
// one has beyond the desired one and Argo CD never applied, and other spellings of the same.
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap } from '../plain-value.ts'
import { isFilledIn, isKept, isKnownDefault } from './known-defaults.ts'
import { identities, setOf } from './list-items.ts'
import { isOnePiece, isQuantity, isSet, meansNothing } from './merge-keys.ts'
import { DEEPEST } from './normal-form.ts'
import type { Place } from './place.ts'
import { fieldPlace, isApplied, isIgnored, itemPlace, keysOf } from './place.ts'
import { amountOf } from './quantity.ts'
import { isSame } from './same.ts'

/** Undefined: nothing is left of both. */
type Pair = { readonly desired: unknown; readonly live: unknown } | undefined
type Entry = readonly [name: string, value: unknown]

const TOO_DEEP = '(nested too deeply to show)'
const TOO_DEEP_AND_OTHER = '(nested too deeply to show, and different)'

/** Both values are there; they share nothing with what they came from. */
export function reduce(desired: unknown, live: unknown, place: Place): Pair {
  if (place.depth >= DEEPEST) {
    const isEqual = isSame(desired, live)
    return { desired: TOO_DEEP, live: isEqual ? TOO_DEEP : TOO_DEEP_AND_OTHER }
  }
  const pair = reduceByShape(desired, live, place)
  return isIgnored(place) && isOnePieceHere(desired, place) && !isSame(pair.desired, pair.live)
    ? undefined
    : pair
}

function reduceByShape(desired: unknown, live: unknown, place: Place): Exclude<Pair, undefined> {
  if (isPlainMap(desired) && isPlainMap(live)) return reduceMaps(desired, live, place)
  if (Array.isArray(desired) && Array.isArray(live)) return reduceLists(desired, live, place)
  const shown = copy(desired, place.depth)
  return {
    desired: shown,
    live: isEqualScalar(desired, live, place) ? shown : copy(live, place.depth),
  }
}

function reduceMaps(desired: PlainMap, live: PlainMap, place: Place) {
  const pairs = new Map<string, Pair>()
  for (const name of Object.keys(desired)) {
    if (!Object.hasOwn(live, name)) continue
    pairs.set(name, reduce(desired[name], live[name], fieldPlace(place, name)))
  }
  const left = Object.entries(desired).flatMap(([name, value]): Entry[] => {
    if (!pairs.has(name)) return [[name, copy(value, place.depth + 1)]]
    const pair = pairs.get(name)
    return pair === undefined ? [] : [[name, pair.desired]]
  })
  const right = Object.entries(live).flatMap(([name, value]): Entry[] => {
    const pair = pairs.get(name)
    if (pairs.has(name)) return pair === undefined ? [] : [[name, pair.live]]
    const part = appliedPart(value, fieldPlace(place, name))
    return part === undefined ? [] : [[name, part]]
  })
  return { desired: Object.fromEntries(left), live: Object.fromEntries(right) }
}

function reduceLists(desired: readonly unknown[], live: readonly unknown[], place: Place) {
  const keys = keysOf(place)
  if (keys !== undefined) {
    const wanted = identities(desired, keys)
    const found = identities(live, keys)
    if (wanted !== undefined && found !== undefined) {
      return reduceByKeys({ items: desired, ids: wanted }, { items: live, ids: found }, keys, place)
    }
  }
  if (isSet(place.path)) {
    const kept = live.filter(
      (item, index) =>
        setOf(desired).has(item) || isApplied(itemPlace(place, item, index, undefined)),
    )
    return { desired: copy(desired, place.depth), live: copy(kept, place.depth) }
  }
  return reduceByIndex(desired, live, place)
}

interface Keyed {
  readonly items: readonly unknown[]
  readonly ids: readonly string[]
}

/** Each side keeps its order: another order is a difference, as it is to Argo CD. */
function reduceByKeys(desired: Keyed, live: Keyed, keys: readonly string[], place: Place) {
  const at = new Map(live.ids.map((id, index) => [id, index]))
  const pairs = new Map<string, Pair>()
  const left = desired.items.flatMap((item, index) => {
    const id = desired.ids[index] ?? ''
    const other = at.get(id)
    if (other === undefined) return [copy(item, place.depth + 1)]
    const pair = reduce(item, live.items[other], itemPlace(place, live.items[other], other, keys))
    pairs.set(id, pair)
    return pair === undefined ? [] : [pair.desired]
  })
  const right = live.items.flatMap((item, index) => {
    const id = live.ids[index] ?? ''
    const pair = pairs.get(id)
    if (pairs.has(id)) return pair === undefined ? [] : [pair.live]
    return appliedItem(item, itemPlace(place, item, index, keys), keys)
  })
  return { desired: left, live: right }
}

function reduceByIndex(desired: readonly unknown[], live: readonly unknown[], place: Place) {
  const left: unknown[] = []
  const right: unknown[] = []
  for (let index = 0; index < Math.max(desired.length, live.length); index += 1) {
    if (index >= live.length) left.push(copy(desired[index], place.depth + 1))
    else if (index >= desired.length) right.push(extraItem(live[index], index, place))
    else {
      const item = itemPlace(place, live[index], index, undefined)
      const pair = reduce(desired[index], live[index], item)
      // To leave an item out would move the ones behind it.
      left.push(pair === undefined ? null : pair.desired)
      right.push(pair === undefined ? null : pair.live)
    }
  }
  return { desired: left, live: right }
}

/** An item that is only live, in a list that Git has as one piece: it counts, without what others put into it. */
function extraItem(item: unknown, index: number, place: Place): unknown {
  const part = isPlainMap(item) ? appliedPart(item, itemPlace(place, item, index, undefined)) : {}
  return isPlainMap(part) && Object.keys(part).length > 0 ? part : copy(item, place.depth + 1)
}

/** What Argo CD applied of something that is only live; undefined if it applied nothing of it. */
function appliedPart(live: unknown, place: Place): unknown {
  if (!isApplied(place)) return undefined
  if (place.isBuiltIn && !place.isVerbatim) {
    if (isKept(place.path) || isKnownDefault(place.path, live)) return undefined
    if (place.applied === undefined && isFilledIn(place.path)) return undefined
  }
  if (place.depth >= DEEPEST) return TOO_DEEP
  const keys = keysOf(place)
  if (isPlainMap(live)) {
    const parts = Object.entries(live).flatMap(([name, value]): Entry[] => {
      const part = appliedPart(value, fieldPlace(place, name))
      return part === undefined ? [] : [[name, part]]
    })
    if (parts.length > 0) return Object.fromEntries(parts)
    return isEmptyApplied(place) ? {} : undefined
  }
  if (!Array.isArray(live) || keys === undefined || identities(live, keys) === undefined) {
    return copy(live, place.depth)
  }
  const items = live.flatMap((item, index) => {
    return appliedItem(item, itemPlace(place, item, index, keys), keys)
  })
  return items.length > 0 ? items : undefined
}

/** Whether what was applied is the empty map itself, such as `emptyDir: {}`. */
function isEmptyApplied({ path, isBuiltIn, applied, mine }: Place): boolean {
  if (isBuiltIn && meansNothing(path, {})) return false
  const isEmptyMap = isPlainMap(applied) && Object.keys(applied).length === 0
  return isEmptyMap || (applied === undefined && mine.length > 0)
}

function isOnePieceHere(value: unknown, { path, isBuiltIn }: Place): boolean {
  return !isPlainMap(value) || (isBuiltIn && isOnePiece(path))
}

function isEqualScalar(desired: unknown, live: unknown, place: Place): boolean {
  if (isSame(desired, live)) return true
  if (!place.isBuiltIn || !isQuantity(place.path)) return false
  const amount = amountOf(desired)
  return amount !== undefined && amount === amountOf(live)
}

/** With what identifies it, unless that is a default. */
function appliedItem(item: unknown, place: Place, keys: readonly string[]): PlainMap[] {
  const part = appliedPart(item, place)
  if (!isPlainMap(part) || !isPlainMap(item)) return []
  const found = keys.filter(
    (key) => Object.hasOwn(item, key) && !isKnownDefault(fieldPlace(place, key).path, item[key]),
  )
  return [{ ...Object.fromEntries(found.map((key) => [key, item[key]])), ...part }]
}

/** A value of its own, cut off where it is too deep. */
function copy(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return TOO_DEEP
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, copy(each, depth + 1)]),
  )
}
