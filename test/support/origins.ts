// Locators over recorded output, and their answers in one line.
import assert from 'node:assert/strict'
import { realpathSync } from 'node:fs'
import { makeLocator } from '../../cmp/check/origins/locator.ts'
import type { Located } from '../../cmp/check/origins/model.ts'
import { setApart } from '../../cmp/check/origins/rendered-text.ts'
import type { SourceType } from '../../cmp/sources/detect.ts'
import { repositoryOf } from '../../cmp/sources/places.ts'
import { cutRendered } from '../../cmp/sources/rendered.ts'
import type { InputFile, ManifestObject } from '../../manifests/document.ts'
import { objectsOf, parse } from '../../manifests/inside.ts'
import type { Position } from '../../manifests/problem.ts'
import { readDocuments } from '../../manifests/stream.ts'

/** @param root of the repository; the folder's own, if there is a `.git` above. */
export function locatorOf(kind: SourceType, directory: string, output: Uint8Array, root?: string) {
  const folder = realpathSync.native(directory)
  const repository = repositoryOf(directory, folder, root === undefined ? undefined : { root })
  const stream = [{ path: `kustomize build ${directory}`, bytes: output }]
  const files = setApart(kind === 'helm' ? cutRendered(output) : stream)
  const source = { kind, directory, folder, repository }
  const locate = makeLocator(source, files)
  /** The same, told what is in the files. */
  const locateRead = () => makeLocator(source, files, objectsIn(files))
  /** The first place of a line in the document that has a text; the column is that of its first field. */
  const positionOf = (document: string, line: string): Position => {
    for (const { path, bytes, firstLine = 1 } of files) {
      let first = firstLine
      for (const text of Buffer.from(bytes)
        .toString()
        .split(/^(?=---$)/m)) {
        const lines = text.split('\n')
        const index = text.includes(document) ? lines.indexOf(line) : -1
        if (index !== -1) {
          return { file: path, line: first + index, column: line.search(/[^\s-]/) + 1 }
        }
        first += lines.length - 1
      }
    }
    assert.fail(`nowhere: ${document}: ${line}`)
  }
  return { locate, locateRead, files, positionOf }
}

function objectsIn(files: readonly InputFile[]): ManifestObject[] {
  return readDocuments(files).documents.flatMap((document) => {
    const parsed = parse(document)
    return 'value' in parsed ? objectsOf(parsed.value).objects : []
  })
}

/** `file:line:column`, ` ~` if it is not exact, the note. */
export function located({ at, isExact, note }: Located): string {
  const place = `${at.file}:${at.line}:${at.column}`
  return [place, ...(isExact ? [] : ['~']), ...(note === undefined ? [] : [note])].join(' ')
}
