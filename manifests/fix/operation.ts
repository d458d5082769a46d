// A parsed document and one operation in; the replacements of its text that carry it out, or why there are
// none, out. Nothing is changed where it is not written: below an alias or a merge key.
import type { YAMLMap } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { PatchOperation } from '../check/model.ts'
import type { ParsedDocument } from '../document.ts'
import type { Splice } from '../splice.ts'
import type { Collection, Entry } from './entry.ts'
import { entriesOf } from './entry.ts'
import { insertEntry } from './insert.ts'
import type { Layout } from './layout.ts'
import { overwriteEntry } from './overwrite.ts'
import type { Steps } from './pointer.ts'
import { indexOf } from './pointer.ts'
import { removeEntry } from './remove.ts'

/** What is to be done to the text, or why it cannot be, in words that follow `the fix`. */
export type Plan = { readonly splices: readonly Splice[] } | { readonly misfit: string }

/** The collection that an operation is for, and the way there. */
interface Place {
  readonly collection: Collection
  /** The entry whose value it is, and where that is; absent for the root. */
  readonly around?: Around | undefined
}

interface Around {
  readonly collection: Collection
  readonly index: number
  readonly entry: Entry | undefined
}

const ALIASED = { misfit: 'is for a place that an alias or a merge key fills' }
const UNWRITTEN = { misfit: 'is for a place that is not written out' }

/** @param steps from the document's root, index for index; `-` is none. */
export function planOperation(
  { text, yaml }: ParsedDocument,
  steps: Steps,
  operation: PatchOperation,
  layout: Layout,
): Plan {
  if (operation.op === 'test') return { splices: [] }
  const last = steps.at(-1)
  const place = find(yaml.contents, steps.slice(0, -1))
  if (last === undefined || 'misfit' in place) return 'misfit' in place ? place : UNWRITTEN
  const { collection, around } = place
  const index = indexIn(collection, last)
  const isNew = operation.op === 'add' && (isSeq(collection) || index === undefined)
  if (operation.op !== 'remove' && isNew) {
    return { splices: add(text, place, last, operation.value, layout) }
  }
  if (index === undefined) return ALIASED
  if (operation.op === 'remove') {
    return { splices: removeEntry(text, collection, index, around?.entry) }
  }
  const entry = entriesOf(collection)[index]
  if (isAlias(entry?.value)) return ALIASED
  return { splices: overwriteEntry(text, collection, index, operation.value, layout) }
}

function add(
  text: string,
  { collection, around }: Place,
  last: string,
  value: unknown,
  layout: Layout,
): readonly Splice[] {
  const step = isSeq(collection) ? (indexOf(last) ?? collection.items.length) : last
  const isBare = collection.items.length === 0 && !hasComment(text, collection)
  if (isBare && around !== undefined && around.collection.flow !== true) {
    const whole = typeof step === 'number' ? [value] : Object.fromEntries([[step, value]])
    return overwriteEntry(text, around.collection, around.index, whole, layout)
  }
  return insertEntry(text, collection, { step, value }, layout)
}

function hasComment(text: string, { range }: Collection): boolean {
  return range != null && text.slice(range[0], range[1]).includes('#')
}

function find(root: unknown, steps: Steps): Place | { readonly misfit: string } {
  let current = root
  let around: Around | undefined
  for (const step of steps) {
    if (isAlias(current)) return ALIASED
    if (!isMap(current) && !isSeq(current)) return UNWRITTEN
    const index = indexIn(current, step)
    if (index === undefined) return ALIASED
    const entry = entriesOf(current)[index]
    around = { collection: current, index, entry }
    current = entry?.value
  }
  if (isAlias(current)) return ALIASED
  return isMap(current) || isSeq(current) ? { collection: current, around } : UNWRITTEN
}

/** Which entry a step means; undefined for what is not written in this very collection. */
function indexIn(collection: Collection, step: string): number | undefined {
  if (isMap(collection)) return keyIndex(collection, step)
  const index = indexOf(step)
  return index !== undefined && index < collection.items.length ? index : undefined
}

function keyIndex(map: YAMLMap, step: string): number | undefined {
  const index = map.items.findIndex(
    ({ key }) => isScalar(key) && typeof key.value !== 'symbol' && String(key.value) === step,
  )
  return index === -1 ? undefined : index
}
