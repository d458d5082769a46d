// A file and fixes for objects in it in; the file with the fixes out, or the stretches of text that one of
// them changes. Each document is parsed again and compared with what the patch makes of its value.
import type { Fix, TextEdit } from '../check/model.ts'
import { changesBetween } from '../diff/text.ts'
import type { Document, InputFile, ManifestObject, Outcome, ParsedDocument } from '../document.ts'
import { plainValue } from '../objects.ts'
import { parseText } from '../parse.ts'
import type { Problem } from '../problem.ts'
import { contentStart, splitFile } from '../split.ts'
import { combine, refusal } from './combine.ts'
import { editObject } from './edit.ts'
import { at, pointerOf } from './pointer.ts'
import { operationsOf } from './rebase.ts'

/** A file after its fixes. */
export interface FixedFile {
  /** The same as before if nothing was applied. */
  readonly bytes: Uint8Array
  /** Also those that had nothing left to do, because another one does the same. */
  readonly applied: readonly Fix[]
  /** Warnings: what was not carried out, and why. */
  readonly refused: readonly Problem[]
}

const CHANGED = 'is for a file that has changed since it was read'
const TOO_MUCH = 'is one of more than are done in one run; run it again'
const UNREADABLE = 'is for a document that cannot be read'

/** Characters that may be parsed again and again for one file; it takes about half a minute. */
const MOST_WORK = 2 ** 25

interface Work {
  left: number
}

/** Applies all fixes that go together. Nothing but their places changes, byte for byte. */
export function applyFixes(file: InputFile, fixes: readonly Fix[]): FixedFile {
  const { documents } = splitFile(file)
  const strangers = fixes.filter((fix) => !documents.some((document) => isOf(document, fix)))
  const work = { left: MOST_WORK }
  const parts = documents.map((document) => {
    const own = fixes.filter((fix) => isOf(document, fix))
    const unchanged = { body: document.body, applied: [], refused: [] }
    return { document, ...(own.length === 0 ? unchanged : fixDocument(document, own, work)) }
  })
  const bytes = Buffer.concat(parts.flatMap(({ document, body }) => [document.separator, body]))
  const refused = strangers.map((fix) => refusal(fix, CHANGED))
  const again = splitFile({ ...file, bytes }).documents
  const isWhole =
    again.length === parts.length &&
    again.every(({ body }, index) => isEqual(body, parts[index]?.body))
  if (!isWhole) {
    const all = fixes.map((fix) => refusal(fix, 'would change where a document ends'))
    return { bytes: file.bytes, applied: [], refused: all }
  }
  return {
    bytes,
    applied: parts.flatMap(({ applied }) => applied),
    refused: [...refused, ...parts.flatMap((part) => part.refused)],
  }
}

/** What one fix alone changes in its file: the shortest stretches, in their order. */
export function textEdits(file: InputFile, fix: Fix): Outcome<readonly TextEdit[]> {
  const document = splitFile(file).documents.find((each) => isOf(each, fix))
  if (document === undefined) return { problems: [refusal(fix, CHANGED)] }
  const { body, refused } = fixDocument(document, [fix], { left: MOST_WORK })
  if (refused.length > 0) return { problems: refused }
  const [before, after] = [document.body, body].map((bytes) => new TextDecoder().decode(bytes))
  const first = document.line - 1
  const changes = changesBetween(before ?? '', after ?? '')
  return {
    value: changes.map(({ start, end, text }) => ({
      file: document.file,
      start: { ...start, line: start.line + first },
      end: { ...end, line: end.line + first },
      text,
    })),
  }
}

interface FixedDocument {
  readonly body: Uint8Array
  readonly applied: readonly Fix[]
  readonly refused: readonly Problem[]
}

function fixDocument(document: Document, fixes: readonly Fix[], work: Work): FixedDocument {
  const { text, ending } = textOf(document)
  // Whoever found something has read the same text.
  const seen = fixes.find(({ object }) => object.parsed.text === text)?.object.parsed
  const outcome = seen === undefined ? parseText(document, text) : { value: seen }
  const value = 'problems' in outcome ? outcome : plainValue(outcome.value)
  if ('problems' in outcome || 'problems' in value) {
    const refused = fixes.map((fix) => refusal(fix, UNREADABLE))
    return { body: document.body, applied: [], refused }
  }
  let parsed: ParsedDocument = outcome.value
  const [applied, refused]: [Fix[], Problem[]] = [[], []]
  for (const [path, own] of byObject(fixes)) {
    const result = combine(at(value.value, path.map(String)), own, (moves) => {
      const cost = parsed.text.length * moves.length
      // One fix may cost what it wants: a large document is no reason to do nothing.
      if (work.left < cost && work.left < MOST_WORK) return TOO_MUCH
      work.left -= cost
      const edited = editObject(parsed, path, operationsOf(moves))
      if ('misfit' in edited) return edited.misfit
      parsed = edited.parsed
      return undefined
    })
    applied.push(...result.applied)
    refused.push(...result.refused)
  }
  const kept = ending === '' ? parsed.text : parsed.text.replace(/\r?\n$/, '')
  const mark = document.body.subarray(0, contentStart(document.body))
  return { body: Buffer.concat([mark, Buffer.from(kept)]), applied, refused }
}

/** The objects of a document in its order, with their fixes. */
function byObject(fixes: readonly Fix[]): (readonly [ManifestObject['path'], Fix[]])[] {
  const groups = new Map<string, [ManifestObject['path'], Fix[]]>()
  for (const fix of fixes) {
    const key = pointerOf(fix.object.path)
    const group = groups.get(key) ?? [fix.object.path, []]
    group[1].push(fix)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted(([a], [b]) => Number(a[1] ?? 0) - Number(b[1] ?? 0))
}

/** The text of a document, with the line end that its last line may lack. */
function textOf({ body }: Document): { text: string; ending: string } {
  const text = new TextDecoder().decode(body)
  const ending = text.endsWith('\n') ? '' : text.includes('\r\n') ? '\r\n' : '\n'
  return { text: text + ending, ending }
}

/** Whether a fix is for an object of this very document, as it was when the rule saw it. */
function isOf(document: Document, { object }: Fix): boolean {
  const seen = object.parsed.document
  return seen.line === document.line && isEqual(seen.body, document.body)
}

function isEqual(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0
}
