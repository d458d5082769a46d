// In: a parsed document and what is to change. Out: its text with exactly that changed, in place:
// comments, order, quoting and line ends of everything else survive. The result is parsed again and
// compared, so that what could not be edited is a problem and never a wrong document.

import type { Change } from './change.ts'
import { changed } from './change.ts'
import type { Outcome, ParsedDocument } from './document.ts'
import { plainValue } from './objects.ts'
import { parseText } from './parse.ts'
import { applySplices, planSplices } from './splice.ts'

type Path = readonly (string | number)[]

/** One thing to change. Paths are counted in the document as it was read. */
export type Edit =
  | {
      /** Leads to the parent of `metadata`: `['spec', 'template']`. */
      readonly annotate: Path
      readonly key: string
      readonly value: string
    }
  | {
      /** Leads to an item of a List: `['items', 2]`. */
      readonly replace: Path
      /** One or more objects to stand in its place, each as one line of JSON. */
      readonly objects: readonly string[]
    }

/** Applies all edits to one document and returns its new text. */
export function editDocument(parsed: ParsedDocument, edits: readonly Edit[]): Outcome<string> {
  const before = plainValue(parsed)
  if ('problems' in before) return before
  const changes = edits.map(toChange)
  const text = applySplices(parsed.text, planSplices(parsed, before.value, changes))
  const again = parseText(parsed.document, text)
  const after = 'value' in again ? plainValue(again.value) : again
  if ('value' in after && isSame(after.value, changed(before.value, changes)))
    return { value: text }
  const message = 'the document cannot be edited in place without changing more than was asked'
  const hint = 'write out anchors and aliases on the way to the annotations or the List item'
  const at = parsed.positionOf(parsed.yaml.contents ?? 0)
  return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
}

function toChange(edit: Edit): Change {
  if ('replace' in edit) return { path: edit.replace, put: edit.objects }
  return { path: [...edit.annotate, 'metadata', 'annotations', edit.key], put: edit.value }
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  if (left.size !== right.size) return false
  return [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
}
