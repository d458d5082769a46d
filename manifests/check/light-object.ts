// A parsed object in; the same object without its syntax tree out. A tree takes 150 times as much memory as
// its text, and of most objects only the value is ever looked at: who needs a place parses once more.
import type { YAMLMap } from 'yaml'
import type { Document, ManifestObject, ParsedDocument } from '../document.ts'
import { objectsOf } from '../objects.ts'
import { parse } from '../parse.ts'
import type { ObjectName, Position } from '../problem.ts'

/** Drops the tree. */
export function light(object: ManifestObject): ManifestObject {
  return new LightObject(object)
}

class LightObject implements ManifestObject {
  readonly path: ManifestObject['path']
  readonly value: ManifestObject['value']
  readonly apiVersion: string
  readonly object: ObjectName
  readonly at: Position
  readonly #document: Document

  constructor({ parsed, path, value, apiVersion, object, at }: ManifestObject) {
    this.#document = parsed.document
    this.path = path
    this.value = value
    this.apiVersion = apiVersion
    this.object = object
    this.at = at
  }

  get parsed(): ParsedDocument {
    return this.#whole().parsed
  }

  get node(): YAMLMap {
    return this.#whole().node
  }

  #whole(): ManifestObject {
    const isThis = ({ path }: ManifestObject) => path.join() === this.path.join()
    const found = parsedObjects(this.#document).find(isThis)
    if (found === undefined) throw new Error('a document reads differently the second time')
    return found
  }
}

/** What is asked next is mostly of the same document. */
let last: { readonly document: Document; readonly objects: readonly ManifestObject[] } | undefined

function parsedObjects(document: Document): readonly ManifestObject[] {
  if (last?.document !== document) {
    const parsed = parse(document)
    last = { document, objects: 'value' in parsed ? objectsOf(parsed.value).objects : [] }
  }
  return last.objects
}
