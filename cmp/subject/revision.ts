// A commit in; its files in a folder of the run's own out. Git is only asked for objects: nothing of
// the work tree is read or touched, and no filter, hook or attribute has a say.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { outsideError } from '../../manifests/problem.ts'
import type { Workspace } from '../sources/workspace.ts'
import type { Git } from './git.ts'
import type { TreeEntry } from './tree-entries.ts'
import { CHECK_OUT_HINT, readEntries } from './tree-entries.ts'

/** A commit, laid out. */
export interface Checkout {
  /** The root of its tree, real. */
  readonly root: string
  /** What is not there as it would be in a clone. */
  readonly notices: readonly Problem[]
}

/** Bytes that are asked of git at once; well below what a tool may answer. */
const BATCH = 32 * 1024 * 1024
/** Bytes of one file; a larger one is no manifest, chart or value. */
const LARGEST_FILE = 64 * 1024 * 1024
const LFS = 'version https://git-lfs.github.com/spec/'

/** Lays out a commit, or one folder of it. */
export async function checkOut(
  git: Git,
  commit: string,
  workspace: Workspace,
  folder?: string,
): Promise<Outcome<Checkout>> {
  const listing = await git.list(commit, folder)
  if ('problems' in listing) return listing
  const entries = readEntries(listing.value)
  if ('problems' in entries) return entries
  const root = workspace.make(folder === undefined ? 'revision' : 'revision-part')
  const kinds = Map.groupBy(entries.value, ({ kind }) => kind)
  const [files = [], programs = [], links = []] = (['file', 'program', 'link'] as const).map(
    (kind) => kinds.get(kind),
  )
  const small = [...files, ...programs].filter(({ size }) => size <= LARGEST_FILE)
  const written: Written = { pointers: 0 }
  // Links come last, and all folders before the first of them: nothing is ever written through one, not
  // even a link, where a tree has a name twice or a file system takes two names for one.
  for (const step of [small, links]) {
    if (!step.every(({ path }) => makeFolder(join(root, dirname(path))))) {
      return { problems: [CONFLICT] }
    }
    for (const batch of batchesOf(step)) {
      const failed = await layOut(git, root, batch, written)
      if (failed !== undefined) return { problems: [failed] }
    }
  }
  const skipped = files.length + programs.length - small.length
  const submodules = kinds.get('submodule')?.length ?? 0
  return { value: { root, notices: noticesOf(submodules, skipped, written.pointers) } }
}

/** One file of a commit; undefined if there is none of this path. */
export async function readFileAt(
  git: Git,
  commit: string,
  path: string,
): Promise<Outcome<Uint8Array | undefined>> {
  // Git takes each line for a question of its own, and a path with `..` for a mistake.
  if (/(?:^|\/)\.{1,2}(?:\/|$)|[\r\n]/.test(path)) return { value: undefined }
  const answer = await git.contents([`${commit}:${path}`])
  if ('problems' in answer) return answer
  const [object] = readObjects(answer.value)
  return { value: object?.type === 'blob' ? object.bytes : undefined }
}

interface Written {
  pointers: number
}

function batchesOf(entries: readonly TreeEntry[]): TreeEntry[][] {
  const batches: TreeEntry[][] = []
  let room = 0
  for (const entry of entries) {
    if (entry.size > room || batches.length === 0) {
      batches.push([])
      room = BATCH
    }
    batches.at(-1)?.push(entry)
    room -= entry.size
  }
  return batches
}

async function layOut(
  git: Git,
  root: string,
  entries: readonly TreeEntry[],
  written: Written,
): Promise<Problem | undefined> {
  const answer = await git.contents(entries.map(({ object }) => object))
  if ('problems' in answer) return answer.problems[0]
  const objects = readObjects(answer.value)
  for (const [index, entry] of entries.entries()) {
    const bytes = objects[index]?.bytes
    if (bytes === undefined) return INCOMPLETE
    if (bytes.subarray(0, LFS.length).toString('latin1') === LFS) written.pointers += 1
    if (!write(join(root, entry.path), entry, bytes)) return CONFLICT
  }
  return undefined
}

/** @returns false if something that is no folder is in the way. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return true
  } catch {
    return false
  }
}

/** @returns false if something of the name is there already, which no tree that git made can have. */
function write(path: string, { kind }: TreeEntry, bytes: Buffer): boolean {
  try {
    if (kind === 'link') symlinkSync(bytes.toString('utf8'), path)
    else writeFileSync(path, bytes, { flag: 'wx', mode: kind === 'program' ? 0o700 : 0o600 })
    return true
  } catch {
    return false
  }
}

interface GitObject {
  readonly type: string
  readonly bytes: Buffer
}

/** git-cat-file(1), batch output: `<oid> SP <type> SP <size> LF <contents> LF`, or `<name> missing LF`. */
function readObjects(answer: Buffer): (GitObject | undefined)[] {
  const objects: (GitObject | undefined)[] = []
  for (let from = 0; from < answer.length; ) {
    const end = answer.indexOf(0x0a, from)
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(answer.toString('latin1', from, end)) ?? []
    from = end + 1
    if (type === undefined) {
      objects.push(undefined)
      continue
    }
    objects.push({ type, bytes: answer.subarray(from, from + Number(size)) })
    from += Number(size) + 1
  }
  return objects
}

function noticesOf(submodules: number, skipped: number, pointers: number): Problem[] {
  const words: readonly (readonly [number, string])[] = [
    [submodules, 'submodules of the revision are empty folders here'],
    [skipped, 'files of the revision are left out: larger than 64 MiB'],
    [pointers, 'files of the revision are in Git LFS: only their pointers are read'],
  ]
  return words
    .filter(([count]) => count > 0)
    .map(([count, message]) => ({
      severity: 'notice',
      fault: 'input',
      message: `${count} ${message}`,
    }))
}

const INCOMPLETE = outsideError(
  'objects of the revision are missing in the repository',
  CHECK_OUT_HINT,
)
const CONFLICT = outsideError(
  'the revision cannot be laid out: two of its names are one here',
  CHECK_OUT_HINT,
)
