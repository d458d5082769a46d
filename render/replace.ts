// The documents, the Secrets that stand in the place of PhaseSecrets, and the stamps in; the bytes
// of the finished stream out. What nobody changed comes out as it went in.
import type { Document, ManifestObject, ParsedDocument } from '../manifests/document.ts'
import type { Edit } from '../manifests/edit.ts'
import type { SecretManifest } from '../manifests/print.ts'
import { printSecretJson, printSecretYaml } from '../manifests/print.ts'
import type { Problem } from '../manifests/problem.ts'
import type { Part } from '../manifests/stream.ts'
import { joinDocuments } from '../manifests/stream.ts'
import type { RenderedSecret } from './model.ts'

/** One annotation to set below an object. */
export interface Annotation {
  readonly object: ManifestObject
  /** From the object's root to the parent of `metadata`. */
  readonly path: readonly string[]
  readonly key: string
  readonly value: string
}

/** Writes the stream. `secrets` says what stands in the place of which PhaseSecret. */
export async function replaceDocuments(
  documents: readonly Document[],
  secrets: ReadonlyMap<ManifestObject, readonly RenderedSecret[]>,
  annotations: readonly Annotation[],
): Promise<{ readonly output: Uint8Array; readonly problems: readonly Problem[] }> {
  const changed = new Map<Document, Part>()
  const edits = new Map<ParsedDocument, Edit[]>()
  const problems: Problem[] = []
  const edit = ({ parsed }: ManifestObject, change: Edit) => {
    edits.set(parsed, [...(edits.get(parsed) ?? []), change])
  }
  for (const [object, rendered] of secrets) {
    const manifests = rendered.map(manifestOf)
    const { document } = object.parsed
    if (object.path.length > 0) {
      edit(object, { replace: object.path, objects: manifests.map(printSecretJson) })
    } else changed.set(document, { document, bodies: manifests.map(printSecretYaml) })
  }
  for (const { object, path, key, value } of annotations) {
    edit(object, { annotate: [...object.path, ...path], key, value })
  }
  for (const [parsed, changes] of edits) {
    const { editDocument } = await import('../manifests/inside.ts')
    const text = editDocument(parsed, changes)
    if ('problems' in text) problems.push(...text.problems)
    else changed.set(parsed.document, { document: parsed.document, bodies: [text.value] })
  }
  const parts = documents.map((document) => changed.get(document) ?? { document })
  return { output: joinDocuments(parts), problems }
}

/** The one place where values are opened: on their way into `data`. */
function manifestOf(secret: RenderedSecret): SecretManifest {
  const data = new Map(
    [...secret.data].map(([key, value]) => [
      key,
      Buffer.from(value.revealBytes()).toString('base64'),
    ]),
  )
  return { ...secret, apiVersion: 'v1', kind: 'Secret', data }
}
