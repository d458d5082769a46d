// Bytes and a path in; a new file out, or why there is none. A file with a key in it is readable by its
// owner alone from its first byte on. Nothing that is there is overwritten unless that is asked for, no
// link is followed, and a file that is replaced is whole at every moment.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Problem } from '../manifests/problem.ts'
import { usageError } from '../manifests/problem.ts'

/** A file to write. */
export interface NewFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** `0o600` for what holds a key. */
  readonly mode: number
  /** Whether a file that is there is replaced. */
  readonly replaces: boolean
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants

/** Writes all of them, or leaves none that was not there before. Files that are replaced come last. */
export function writeNewFiles(files: readonly NewFile[]): Problem | undefined {
  const written: string[] = []
  for (const file of files.toSorted((a, b) => Number(a.replaces) - Number(b.replaces))) {
    const problem = writeNewFile(file)
    if (problem !== undefined) {
      for (const path of written) rmSync(path, { force: true })
      return problem
    }
    if (!file.replaces) written.push(file.path)
  }
  return undefined
}

/** Whether a file would land in the work tree of a Git repository. */
export function isInGit(path: string): boolean {
  try {
    let folder = realpathSync(dirname(resolve(path)))
    for (;;) {
      if (existsSync(join(folder, '.git'))) return true
      if (folder === dirname(folder)) return false
      folder = dirname(folder)
    }
  } catch {
    return false
  }
}

function writeNewFile({ path, bytes, mode, replaces }: NewFile): Problem | undefined {
  if (!replaces) return attempt(path, () => create(path, bytes, mode))
  // Hidden: the kubelet takes every other file beside a static pod's manifest for one, too.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`)
  return attempt(path, () => {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new NotAFileError()
    create(draft, bytes, mode)
    try {
      renameSync(draft, path)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
  })
}

class NotAFileError extends Error {}

/** A file that could not be written in full is removed. */
function create(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, mode & 0o600)
  try {
    // Whatever the umask is; before there is anything to read.
    fchmodSync(descriptor, mode)
    writeFileSync(descriptor, bytes)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'is in a folder that does not exist'],
  ['ENOTDIR', 'is in a folder that does not exist'],
  ['EISDIR', 'is a folder'],
  ['EACCES', 'cannot be written'],
  ['EPERM', 'cannot be written'],
  ['EROFS', 'is on a file system that cannot be written to'],
  ['ENOSPC', 'is on a full disk'],
  ['EDQUOT', 'is on a full disk'],
])

function attempt(path: string, write: () => void): Problem | undefined {
  try {
    write()
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST' || code === 'ELOOP') {
      const hint = 'choose another name, or replace it with --force'
      return usageError(`${path} exists already: nothing was written`, hint)
    }
    const why = error instanceof NotAFileError ? 'is a folder' : WORDS.get(code)
    return usageError(`${path} ${why ?? 'cannot be written'}`, 'choose another name')
  }
}
