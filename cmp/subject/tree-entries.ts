// What git says of a tree in (`ls-tree -r -l -z`); its files, links and submodules out. Names come from
// whoever wrote the commit: one that could leave the folder it is written to is refused.
import type { Outcome } from '../../manifests/document.ts'
import { quotedName } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import { isGitName } from '../sources/places.ts'

/** One name of a tree. */
export interface TreeEntry {
  readonly kind: 'file' | 'program' | 'link' | 'submodule'
  /** From the root, with slashes. */
  readonly path: string
  /** The object that holds its contents. */
  readonly object: string
  /** Bytes; 0 for a submodule. */
  readonly size: number
}

/** How many names, and how many bytes of all files together, a revision may have. */
const MOST_ENTRIES = 200_000
const MOST_BYTES = 1024 * 1024 * 1024

/** What helps where a revision cannot be read by us. */
export const CHECK_OUT_HINT = 'check it out yourself, and compare with that folder'

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'program',
  '120000': 'link',
  '160000': 'submodule',
}
const LINE = /^(\d{6}) \w+ ([0-9a-f]{40,64}) +(\d+|-)\t(.+)$/s

/** The entries in git's order, or why they are not read. */
export function readEntries(listing: Buffer): Outcome<TreeEntry[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const entries: TreeEntry[] = []
  let bytes = 0
  for (const line of split(listing)) {
    const entry = readEntry(line, decoder)
    if ('message' in entry) return { problems: [entry] }
    entries.push(entry)
    bytes += entry.size
    if (entries.length > MOST_ENTRIES || bytes > MOST_BYTES) return { problems: [TOO_MUCH] }
  }
  return { value: entries }
}

function split(listing: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < listing.length; ) {
    const end = listing.indexOf(0, from)
    lines.push(listing.subarray(from, end < 0 ? undefined : end))
    from = end < 0 ? listing.length : end + 1
  }
  return lines
}

function readEntry(line: Buffer, decoder: TextDecoder): TreeEntry | Problem {
  let text: string
  try {
    text = decoder.decode(line)
  } catch {
    return refused('a name in it is not UTF-8')
  }
  const [, mode = '', object = '', size, path = ''] = LINE.exec(text) ?? []
  const kind = KINDS[mode]
  if (kind === undefined) return refused('git lists something in it that is no file')
  if (path.split('/').some(isUnsafe)) return refused(`it holds the name ${quotedName(path)}`)
  return { kind, object, path, size: size === '-' ? 0 : Number(size) }
}

/** Git refuses to commit such names; a tree that somebody made by hand may have them. */
function isUnsafe(name: string): boolean {
  return name === '' || name === '.' || name === '..' || isGitName(name)
}

const TOO_MUCH: Problem = {
  severity: 'error',
  fault: 'usage',
  message: 'the revision is too large: 200,000 files and 1 GiB are the limit',
  hint: CHECK_OUT_HINT,
}

function refused(why: string): Problem {
  const message = `the revision cannot be laid out: ${why}`
  return { severity: 'error', fault: 'input', message, hint: CHECK_OUT_HINT }
}
