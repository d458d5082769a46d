// Planned files and the folder that was checked in; the files written, or all left as they were, out. Only
// regular files inside the folder that nobody has changed meanwhile are written, by a draft beside each.
import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { parse } from '../../../manifests/parse.ts'
import type { Problem } from '../../../manifests/problem.ts'
import { wholeFile } from '../../../manifests/problem.ts'
import { splitFile } from '../../../manifests/split.ts'
import { readBounded, readBytes } from '../../read-file.ts'
import { follow, isInGit, isInside } from '../../sources/places.ts'
import type { PlannedFile } from './plan.ts'

/** What was written. */
export interface Written {
  /** Paths as the user gave them; none if there is a problem, unless writing stopped half way. */
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
}

/** A file that may be written, and the draft that will take its place. */
interface Target {
  readonly file: PlannedFile
  readonly path: string
  readonly stats: Stats
  readonly draft: string
}

/** Bytes; no manifest is larger. */
const LARGEST = 2 ** 28
const CHANGED = 'has changed since it was read'
const AGAIN = 'run the check again'
const UNWRITABLE = 'cannot be written'
const PERMISSIONS = 'check the permissions of its folder'
/** Neither follows a link nor waits for a pipe. */
const NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Reads what `writeFixes` would write to: no links, nothing outside the folder. */
export function readerFor(folder: string): (path: string) => Uint8Array | undefined {
  return (path) => {
    const place = placeOf(path, folder)
    const bytes = place === undefined ? undefined : readBounded(place, LARGEST)
    return typeof bytes === 'string' ? undefined : bytes
  }
}

/** Writes all files or none. @param folder as the user gave it. */
export function writeFixes(files: readonly PlannedFile[], folder: string): Written {
  const checked = files.map((file) => check(file, folder))
  const problems = checked.flatMap((each) => ('problem' in each ? [each.problem] : []))
  if (problems.length > 0) return { files: [], problems }
  const targets = checked.flatMap((each) => ('problem' in each ? [] : [each]))
  try {
    for (const { draft, file, stats } of targets) {
      try {
        writeDraft(draft, file.after, stats)
      } catch {
        return { files: [], problems: [bad(file, 'outside', UNWRITABLE, PERMISSIONS).problem] }
      }
    }
    return replaceAll(targets)
  } finally {
    for (const { draft } of targets) discard(draft)
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { force: true })
  } catch {
    // Where nothing may be written there is no draft, and what is said already matters more.
  }
}

function check(file: PlannedFile, folder: string): Target | { readonly problem: Problem } {
  const path = placeOf(file.path, folder)
  if (path === undefined) {
    const why = 'is not a regular file inside the folder, or a link leads to it'
    return bad(file, 'input', why, 'change the file that the link leads to by hand')
  }
  if (!isReadable(file)) {
    return bad(file, 'input', 'would not be readable after its fixes', 'change it by hand')
  }
  try {
    const stats = statsIfUnchanged(path, file.before)
    if (stats === undefined) return bad(file, 'input', CHANGED, AGAIN)
    const draft = join(dirname(path), `.${randomBytes(12).toString('hex')}`)
    return { file, path, stats, draft }
  } catch {
    return bad(file, 'outside', 'cannot be read', PERMISSIONS)
  }
}

/** Where a file is, without a link on the way; undefined for what must not be written. */
function placeOf(path: string, folder: string): string | undefined {
  const [root, parent] = [follow(folder), follow(dirname(path))]
  if (root?.kind !== 'folder' || parent?.kind !== 'folder') return undefined
  const real = join(parent.real, basename(path))
  const isStraight = relative(resolve(folder), resolve(path)) === relative(root.real, real)
  const isOurs = isInside(root.real, real) && !isInGit(root.real, real) && real !== root.real
  const isFile = lstatSync(real, { throwIfNoEntry: false })?.isFile() === true
  return isStraight && isOurs && isFile ? real : undefined
}

function isReadable({ path, after }: PlannedFile): boolean {
  const { documents, problems } = splitFile({ path, bytes: after })
  return problems.length === 0 && documents.every((document) => 'value' in parse(document))
}

/** @throws if it cannot be read, or is a link. @returns undefined if it is not as it was. */
function statsIfUnchanged(path: string, before: Uint8Array): Stats | undefined {
  const descriptor = openSync(path, NO_LINK)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size !== before.length) return undefined
    const isSame = Buffer.compare(readBytes(descriptor, stats.size), before) === 0
    return isSame ? stats : undefined
  } finally {
    closeSync(descriptor)
  }
}

/** With the permissions of the file, and its owner where we may give it away. */
function writeDraft(path: string, bytes: Uint8Array, { mode, uid, gid }: Stats): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(descriptor, bytes)
    const own = fstatSync(descriptor)
    if (own.uid !== uid || own.gid !== gid) giveAway(descriptor, uid, gid)
    fchmodSync(descriptor, mode & 0o777)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function giveAway(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid)
  } catch {
    // It becomes ours, as it does with git.
  }
}

/** Looks at all files once more, and then only renames. */
function replaceAll(targets: readonly Target[]): Written {
  const changed = targets.filter(({ path, file }) => !isUnchanged(path, file.before))
  if (changed.length > 0) {
    const problems = changed.map(({ file }) => bad(file, 'input', CHANGED, AGAIN).problem)
    return { files: [], problems }
  }
  const files: string[] = []
  for (const { draft, path, file } of targets) {
    try {
      renameSync(draft, path)
    } catch {
      const hint = `${PERMISSIONS}; ${files.length} files are written already`
      return { files, problems: [bad(file, 'outside', UNWRITABLE, hint).problem] }
    }
    files.push(file.path)
  }
  return { files, problems: [] }
}

function isUnchanged(path: string, before: Uint8Array): boolean {
  try {
    return statsIfUnchanged(path, before) !== undefined
  } catch {
    return false
  }
}

function bad(
  { path }: PlannedFile,
  fault: Problem['fault'],
  message: string,
  hint: string,
): { readonly problem: Problem } {
  return { problem: { severity: 'error', fault, at: wholeFile(path), message, hint } }
}
