// Text in, a Document out, for tests of what reads documents.
import type { Document } from '../../manifests/document.ts'

/** The text as the body of a document that begins at line 1 of `app.yaml`. */
export function documentOf(text: string): Document {
  return { file: 'app.yaml', line: 1, separator: Buffer.alloc(0), body: Buffer.from(text) }
}
