// A document in, the objects in it with their places out, as `manifests/parse.ts` and `objects.ts` read them,
// but only for looking: nothing is kept that only edits and complaints need. What is broken has no objects.
import { LineCounter, parseDocument } from 'yaml'
import type { Document, ManifestObject } from '../../../manifests/document.ts'
import { kubernetesTags } from '../../../manifests/kubernetes-schema.ts'
import { objectsOf } from '../../../manifests/objects.ts'

/** Parsed documents that are kept: most findings of a document come one after the other. */
const MOST_KEPT = 100

/** Reads documents; the last ones stay. */
export function objectReader(): (document: Document) => readonly ManifestObject[] {
  const kept = new Map<Document, readonly ManifestObject[]>()
  return (document) => {
    const objects = kept.get(document) ?? readObjects(document)
    kept.delete(document)
    kept.set(document, objects)
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return objects
  }
}

function readObjects(document: Document): readonly ManifestObject[] {
  const text = new TextDecoder().decode(document.body)
  const lineCounter = new LineCounter()
  const yaml = parseDocument(text, {
    version: '1.1',
    customTags: kubernetesTags,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter,
  })
  if (yaml.errors.length > 0) return []
  return objectsOf({
    document,
    text,
    yaml,
    positionOf: (target) => {
      const offset = typeof target === 'number' ? target : (target.range?.[0] ?? 0)
      const { line, col } = lineCounter.linePos(offset)
      const column = Math.max(col, 1)
      return { file: document.file, line: document.line + Math.max(line, 1) - 1, column }
    },
  }).objects
}
