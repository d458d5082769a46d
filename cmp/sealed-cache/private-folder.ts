// A path in; a folder that is ours alone out, made if need be, or why there is none.
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A folder that nobody else can write to, and the user that files made in it belong to. */
export interface PrivateFolder {
  readonly path: string
  readonly owner: number
}

/** Why a folder is not used, in words that follow its name. */
export interface Unusable {
  readonly why: string
}

/** Drafts of files, and probes: `.` and 24 hexadecimal digits. */
export const DRAFT = /^\.[0-9a-f]{24}$/

/** A name for a file that is not finished; nobody can guess it. */
export function draftName(): string {
  return `.${randomBytes(12).toString('hex')}`
}

/** Makes the folder with mode 0700 if it is missing, and looks who may write to it. */
export function openPrivateFolder(path: string): PrivateFolder | Unusable {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const stats = lstatSync(path)
    if (!stats.isDirectory()) return { why: 'is not a folder' }
    if ((stats.mode & 0o022) !== 0) return { why: 'can be written to by other users' }
    // What is made here belongs to us, whatever the system calls us: no other question says so on a
    // network file system, or in a container whose user has no name.
    const owner = ownerOfNewFile(path)
    if (stats.uid !== owner) return { why: 'belongs to another user' }
    return { path, owner }
  } catch (error) {
    return { why: WORDS.get(codeOf(error)) ?? 'cannot be used' }
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['EEXIST', 'is not a folder'],
  ['ENOTDIR', 'is not a folder'],
  ['EACCES', 'cannot be written to'],
  ['EPERM', 'cannot be written to'],
  ['EROFS', 'cannot be written to'],
  ['ENOSPC', 'is on a full disk'],
  ['EDQUOT', 'is on a full disk'],
])

function ownerOfNewFile(folder: string): number {
  const probe = join(folder, draftName())
  const descriptor = openSync(probe, 'wx', 0o600)
  try {
    return fstatSync(descriptor).uid
  } finally {
    closeSync(descriptor)
    rmSync(probe, { force: true })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
