// A parsed document, the place of an object in it and operations on that object in; the document as it is
// parsed from the edited text out. It holds exactly what the patched value says, or it is refused.
import { isNode } from 'yaml'
import type { PatchOperation } from '../check/model.ts'
import { isTooLarge, patched } from '../check/patch.ts'
import { isSame } from '../diff/same.ts'
import type { ManifestObject, ParsedDocument } from '../document.ts'
import { plainValue } from '../objects.ts'
import { parseText } from '../parse.ts'
import { isPlainMap } from '../plain-value.ts'
import { applySplices } from '../splice.ts'
import { layoutOf } from './layout.ts'
import { narrowed } from './narrow.ts'
import { planOperation } from './operation.ts'
import type { Steps } from './pointer.ts'
import { at, stepsOf } from './pointer.ts'

/** A document, or why it could not be made, in words that follow `the fix`. */
export type Edited = { readonly parsed: ParsedDocument } | { readonly misfit: string }

const CHANGES_MORE = { misfit: 'cannot be written without changing something else' }

/** Carries out operations on the object at `path`. */
export function editObject(
  parsed: ParsedDocument,
  path: ManifestObject['path'],
  operations: readonly PatchOperation[],
): Edited {
  const before = plainValue(parsed)
  if ('problems' in before) return CHANGES_MORE
  if (isTooLarge(before.value)) return { misfit: 'is for a document that is too large' }
  const way = path.map(String)
  const wanted = patched(at(before.value, way), operations)
  if ('misfit' in wanted) return wanted
  const edited = editText(parsed, way, at(before.value, way), operations)
  if ('misfit' in edited) return edited
  const after = plainValue(edited.parsed)
  if ('problems' in after) return CHANGES_MORE
  const isRight = isSame(after.value, withItem(before.value, way, wanted.value))
  return isRight && keepsJson(parsed.text, edited.parsed.text) ? edited : CHANGES_MORE
}

function editText(
  parsed: ParsedDocument,
  way: Steps,
  value: unknown,
  operations: readonly PatchOperation[],
): Edited {
  const node = parsed.yaml.getIn(indexesOf(way), true)
  if (!isNode(node)) return CHANGES_MORE
  const layout = layoutOf(node)
  let [current, text] = [value, parsed]
  for (const operation of operations) {
    for (const small of narrowed(current, operation)) {
      const steps = [...way, ...(stepsOf(small.path) ?? [])]
      const plan = planOperation(text, steps, small, layout)
      if ('misfit' in plan) return plan
      const splices = plan.splices.toSorted((a, b) => a.start - b.start)
      const again = parseText(parsed.document, applySplices(text.text, splices))
      if ('problems' in again) return CHANGES_MORE
      text = again.value
    }
    const next = patched(current, [operation])
    if ('misfit' in next) return next
    current = next.value
  }
  return { parsed: text }
}

/** The value with another one at the end of the way; everything beside the way is the same. */
function withItem(value: unknown, way: Steps, item: unknown): unknown {
  const [step, ...rest] = way
  if (step === undefined) return item
  const inner = withItem(at(value, [step]), rest, item)
  if (Array.isArray(value)) return value.with(Number(step), inner)
  return isPlainMap(value) ? { ...value, [step]: inner } : undefined
}

function indexesOf(way: Steps): (string | number)[] {
  return way.map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

/** What was JSON stays JSON: some readers take nothing else. */
function keepsJson(before: string, after: string): boolean {
  return !/^\s*[{[]/.test(before) || !isJson(before) || isJson(after)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
