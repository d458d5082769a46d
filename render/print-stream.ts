// The documents, the Secrets that stand in the place of PhaseSecrets, and the stamps in; the bytes
// of the stream out.
import type { Document, ManifestObject, ParsedDocument } from '../manifests/document.ts'
import type { Edit } from '../manifests/edit.ts'
import type { SecretManifest } from '../manifests/print.ts'
import { printSecretJson, printSecretYaml } from '../manifests/print.ts'
import type { Problem } from '../manifests/problem.ts'
import { printSealedSecretJson, printSealedSecretYaml } from '../manifests/sealing/print.ts'
import type { SealedSecretObject } from '../manifests/sealing/seal-secret.ts'
import type { Part } from '../manifests/stream.ts'
import { joinDocuments } from '../manifests/stream.ts'
import type { RenderedSecret } from './model.ts'

const SEPARATOR = Buffer.from('---\n')

/** One annotation to set below an object. */
export interface Annotation {
  readonly object: ManifestObject
  /** From the object's root to the parent of `metadata`. */
  readonly path: readonly string[]
  readonly key: string
  readonly value: string
}

/** What can stand in the place of a PhaseSecret. */
export type Printable = SecretManifest | SealedSecretObject

/** What a stream differs in from its documents. */
export interface Replacements {
  /** What stands in the place of which PhaseSecret. */
  readonly secrets: ReadonlyMap<ManifestObject, readonly Printable[]>
  readonly annotations: readonly Annotation[]
  /** Text for whole documents; nothing else may change them. */
  readonly bodies?: ReadonlyMap<Document, string> | undefined
}

/** Writes the stream. What nobody replaced comes out as it went in. */
export async function printStream(
  documents: readonly Document[],
  { secrets, annotations, bodies = new Map() }: Replacements,
): Promise<{ readonly output: Uint8Array; readonly problems: readonly Problem[] }> {
  const changed = new Map<Document, Part>()
  const edits = new Map<ParsedDocument, Edit[]>()
  const problems: Problem[] = []
  const edit = ({ parsed }: ManifestObject, change: Edit) => {
    edits.set(parsed, [...(edits.get(parsed) ?? []), change])
  }
  for (const [object, manifests] of secrets) {
    const { document } = object.parsed
    if (object.path.length > 0) {
      edit(object, { replace: object.path, objects: manifests.map(printJson) })
    } else changed.set(document, { document, bodies: manifests.map(printYaml) })
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
  for (const [document, body] of bodies) {
    changed.set(document, { document: withoutComments(document), bodies: [body] })
  }
  const parts = documents.map((document) => changed.get(document) ?? { document })
  return { output: joinDocuments(parts), problems }
}

function printYaml(made: Printable): string {
  return made.kind === 'Secret' ? printSecretYaml(made) : printSealedSecretYaml(made)
}

function printJson(made: Printable): string {
  return made.kind === 'Secret' ? printSecretJson(made) : printSealedSecretJson(made)
}

/** Comments above a document, and on its separator, are of it. */
function withoutComments(document: Document): Document {
  return document.separator.length === 0 ? document : { ...document, separator: SEPARATOR }
}

/**
 * The one place where values are opened to be seen: on their way into `data`.
 * @throws {TypeError} for one that is to be sealed, which is a bug.
 */
export function openSecret(secret: RenderedSecret): SecretManifest {
  if (secret.sealed !== undefined) throw new TypeError('a Secret that is to be sealed was opened')
  const data = new Map(
    [...secret.data].map(([key, value]) => [
      key,
      Buffer.from(value.revealBytes()).toString('base64'),
    ]),
  )
  return { ...secret, apiVersion: 'v1', kind: 'Secret', data }
}
