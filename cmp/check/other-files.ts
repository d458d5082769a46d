// A folder that is checked in; its files that are no manifests of the render out, as documents: values of a
// chart, patches, `.env` files. Nobody renders them, and a token in one is in Git all the same.
import { readdirSync } from 'node:fs'
import type { Document } from '../../manifests/document.ts'
import { readBounded } from '../read-file.ts'
import { follow, isGitName, under } from '../sources/places.ts'

/** Bytes of one file: who writes a token down does so in a small one. */
const LARGEST = 4 * 1024 * 1024
/** Bytes of all, and how many files are looked at: a folder may hold much that is none of ours. */
const MOST_BYTES = 64 * 1024 * 1024
const MOST_FILES = 20_000
/** What other programs put there, and what is not in Git as a rule. */
const PASSED = new Set(['node_modules', '.terraform'])

/** What was read of a folder. */
export interface OtherFiles {
  readonly documents: readonly Document[]
  /** Whether there was more than is looked at. */
  readonly isCut: boolean
}

/**
 * Reads the files below a folder, in bytewise order; links are not followed, and `.git` not entered.
 * @param isKnown whether a file is read already.
 */
export function otherFiles(directory: string, isKnown: (path: string) => boolean): OtherFiles {
  const documents: Document[] = []
  let [bytes, files, isCut] = [0, 0, false]
  const visit = (folder: string): void => {
    for (const entry of entriesOf(folder)) {
      if (isCut) return
      const path = under(folder, entry.name)
      if (entry.isDirectory()) {
        if (!isGitName(entry.name) && !PASSED.has(entry.name)) visit(path)
        continue
      }
      if (!entry.isFile() || isKnown(path)) continue
      const body = readBounded(path, LARGEST)
      if (typeof body === 'string') continue
      bytes += body.length
      files += 1
      if (bytes > MOST_BYTES || files > MOST_FILES) isCut = true
      else documents.push({ file: path, line: 1, separator: NONE, body })
    }
  }
  if (directory !== '-' && follow(directory)?.kind === 'folder') visit(directory)
  return { documents, isCut }
}

const NONE = new Uint8Array()

function entriesOf(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}
