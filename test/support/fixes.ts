// YAML text in, objects and fixes for them out, for tests of what mends manifests.
import type { Fix, PatchOperation } from '../../manifests/check/model.ts'
import type { InputFile, ManifestObject } from '../../manifests/document.ts'
import { objectsOf } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'
import { splitFile } from '../../manifests/split.ts'

/** All objects of a file. */
export function objectsIn(file: InputFile): ManifestObject[] {
  return splitFile(file).documents.flatMap((document) => {
    const parsed = parse(document)
    if ('problems' in parsed) throw new Error(parsed.problems[0]?.message)
    return objectsOf(parsed.value).objects
  })
}

export function fileOf(text: string | Uint8Array, path = 'app.yaml'): InputFile {
  return { path, bytes: Buffer.from(text) }
}

/** A fix for the object with a name, or for the first one. */
export function fixFor(file: InputFile, operations: readonly PatchOperation[], name?: string): Fix {
  const objects = objectsIn(file)
  const object = name === undefined ? objects[0] : objects.find((each) => each.object.name === name)
  if (object === undefined) throw new Error('no such object')
  return { title: 'mend it', object, operations, isSafe: true }
}
