// Files in, every Argo CD Application in them out: those written out, in Lists too, and those of
// ApplicationSets. Other objects are nobody's business here.
import { isMap, isSeq } from 'yaml'
import type { InputFile, ManifestObject, ParsedDocument } from '../document.ts'
import { objectsOf, plainValue } from '../objects.ts'
import { parse } from '../parse.ts'
import { isPlainMap } from '../plain-value.ts'
import type { Problem } from '../problem.ts'
import { readDocuments } from '../stream.ts'
import type { FoundApplication } from './application.ts'
import { readApplication } from './application.ts'
import { expandApplicationSet } from './application-set.ts'
import { Budget } from './template.ts'

const GROUP = 'argoproj.io/'
const VERSION = 'argoproj.io/v1alpha1'

/** Values that an object may come to with its aliases expanded; a few lines can stand for millions. */
const MOST_VALUES = 1_000_000
/** Maps and lists inside each other; what reads them afterwards goes as deep. */
const MOST_LEVELS = 500

/**
 * Reads Applications, in order. `problems` are those of documents and ApplicationSets; an Application
 * has its own, so that one that is wrong keeps nobody from looking at another.
 */
export function readApplications(files: readonly InputFile[]): {
  applications: FoundApplication[]
  problems: Problem[]
} {
  const { documents, problems } = readDocuments(files)
  const budget = new Budget()
  const applications: FoundApplication[] = []
  for (const document of documents) {
    const parsed = parse(document)
    if ('problems' in parsed) problems.push(...parsed.problems)
    else {
      const found = objectsIn(parsed.value)
      problems.push(...found.problems)
      for (const object of found.objects) read(object, budget, applications, problems)
    }
  }
  return { applications, problems }
}

function read(
  object: ManifestObject,
  budget: Budget,
  found: FoundApplication[],
  problems: Problem[],
): void {
  const { apiVersion, at } = object
  const { kind } = object.object
  if (!apiVersion.startsWith(GROUP) || !['Application', 'ApplicationSet'].includes(kind)) return
  if (apiVersion !== VERSION) {
    problems.push(error(object, at, 'has an apiVersion that is not known', `write ${VERSION}`))
  } else if (!isWithin(object.value)) {
    problems.push(
      error(object, at, 'comes to more than can be read', 'use fewer aliases and levels'),
    )
  } else if (kind === 'Application') found.push(readApplication(object))
  else {
    const expanded = expandApplicationSet(object, budget)
    if ('problems' in expanded) problems.push(...expanded.problems)
    else for (const application of expanded.value) found.push(readApplication(application))
  }
}

/** `argocd appset generate -o yaml` prints several Applications as a bare list. */
function objectsIn(parsed: ParsedDocument): { objects: ManifestObject[]; problems: Problem[] } {
  const { contents } = parsed.yaml
  if (!isSeq(contents)) return objectsOf(parsed)
  const root = plainValue(parsed)
  if ('problems' in root) return { objects: [], problems: [...root.problems] }
  const values = Array.isArray(root.value) ? root.value : []
  const objects = contents.items.flatMap((node, index): ManifestObject[] => {
    const value: unknown = values[index]
    if (!isMap(node) || !isPlainMap(value)) return []
    const { apiVersion, kind, metadata } = value
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return []
    const name =
      isPlainMap(metadata) && typeof metadata.name === 'string' ? metadata.name : undefined
    const at = parsed.positionOf(node)
    return [{ parsed, path: [index], node, value, apiVersion, object: { kind, name }, at }]
  })
  return { objects, problems: [] }
}

/** Whether a value has few enough parts, those counted again that are reached again, and levels. */
function isWithin(value: unknown): boolean {
  const waiting = [{ value, depth: 0 }]
  for (let left = MOST_VALUES; waiting.length > 0; left -= 1) {
    const next = waiting.pop()
    if (left === 0 || waiting.length > MOST_VALUES || next === undefined) return false
    if (typeof next.value !== 'object' || next.value === null) continue
    const depth = next.depth + 1
    if (depth > MOST_LEVELS) return false
    for (const part of Object.values(next.value)) waiting.push({ value: part, depth })
  }
  return true
}

function error(object: ManifestObject, at: Problem['at'], message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', at, object: object.object, message, hint }
}
