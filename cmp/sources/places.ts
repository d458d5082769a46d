// Paths of a repository in; where they really lead, and whether that is still inside it, out. What
// leads out of the repository or into its .git folder (whose config may hold credentials) is never read.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path'

/** Where a path leads in the end, and to what. */
export interface Place {
  /** Absolute, without links. */
  readonly real: string
  readonly kind: 'file' | 'folder' | 'other'
}

/** Why a path of a repository is not followed. */
export type Astray = 'missing' | 'outside' | 'git'

/** The repository that a run may read. */
export interface Repository {
  /** Its root, absolute, without links. */
  readonly root: string
  /** How a person calls an absolute path in it: as the folder of the run was given. */
  display(path: string): string
}

/** What decides where a repository begins. */
interface Inside {
  /** `spec.source.path`, which Argo CD sets; absent outside Argo CD. */
  readonly sourcePath?: string | undefined
}

/** A repository that somebody laid out for the run. */
interface LaidOut {
  /** Its root, absolute, without links. */
  readonly root: string
}

/**
 * argocd-cmp-server unpacks a repository into a fresh folder below `_cmp_server` of its work folder
 * (argo-cd cmpserver/plugin: getTempDirMustCleanup). The first one counts: a repository could hold another.
 */
const UNPACKED = /^(?:\/[^/]+)*?\/_cmp_server\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\/|$)/

/** Native, because the other `realpath` drops `link/..` unseen. @returns undefined if there is nothing. */
export function follow(path: string): Place | undefined {
  try {
    const stats = statSync(path)
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
    return { real: realpathSync.native(path), kind }
  } catch {
    return undefined
  }
}

/** Whether an absolute path is a folder or below it; both without links. */
export function isInside(root: string, real: string): boolean {
  const way = relative(root, real)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Whether a file or folder is called `.git`; some file systems ignore case. */
export function isGitName(name: string): boolean {
  return name.toLowerCase() === '.git'
}

/** What is in a folder; nothing if it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Whether a path inside `root` is a `.git` or below one. */
export function isInGit(root: string, real: string): boolean {
  return relative(root, real).split(sep).some(isGitName)
}

/** Follows a path as far as a repository allows. */
export function locate(root: string, path: string): Place | Astray {
  const place = follow(path)
  if (place === undefined) return isInside(root, resolve(path)) ? 'missing' : 'outside'
  if (!isInside(root, place.real)) return 'outside'
  return isInGit(root, place.real) ? 'git' : place
}

/**
 * The repository around the folder of a run. Inside Argo CD it is what was unpacked for this run;
 * outside, the nearest folder above with a `.git`. Where neither can be told, the folder itself.
 * @param directory as it was given: names in messages begin with it.
 * @param inside absent outside Argo CD, where nobody laid it out either.
 */
export function repositoryOf(
  directory: string,
  real: string,
  inside?: Inside | LaidOut,
): Repository {
  const root = rootOf(real, inside)
  return { root, display: (path) => displayed(path, { directory, real, root }) }
}

function rootOf(real: string, inside: Inside | LaidOut | undefined): string {
  if (inside === undefined) return aboveWithGit(real)
  return 'root' in inside ? inside.root : unpackedRoot(real, inside.sourcePath)
}

function unpackedRoot(real: string, sourcePath = '.'): string {
  const unpacked = UNPACKED.exec(real)?.[0]
  if (unpacked !== undefined) return unpacked
  const way = normalize(sourcePath).replace(/^\/+|\/+$/g, '')
  const isPlain = way !== '.' && way !== '' && !way.split('/').includes('..')
  const root = isPlain && real.endsWith(`/${way}`) ? real.slice(0, -way.length - 1) : real
  return root === '' ? real : root
}

function aboveWithGit(real: string): string {
  for (let folder = real; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
  }
  return real
}

function displayed(path: string, names: { directory: string; real: string; root: string }): string {
  if (path === names.real) return names.directory
  if (isInside(names.real, path)) return under(names.directory, relative(names.real, path))
  // Never a path of the machine: it says nothing to who reads the Application's status.
  return isInside(names.root, path) ? `/${relative(names.root, path)}` : basename(path)
}

/** Not `path.join`, which resolves `link/..` without looking at the link. */
export function under(folder: string, name: string): string {
  if (folder === '.') return name
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}
