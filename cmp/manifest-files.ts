// A folder in, the paths of its manifests out, with what is wrong on the way. Which files count is
// what Argo CD's directory source counts (argo-cd reposerver/repository: findManifests), minus
// what is certainly no manifest: hidden entries, and the files of Helm and Kustomize.
import type { Dirent } from 'node:fs'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import type { Fault, Position, Problem } from '../manifests/problem.ts'

/** A file to read, or what stands in its place. */
export type Found = { readonly path: string } | (Problem & { readonly at: Position })

interface Scope {
  /** The real path of the folder: what links may not leave. */
  readonly root: string
  readonly recurse: boolean
}

const MANIFEST = /\.(ya?ml|json)$/
/** Values of a chart that lies elsewhere. */
const VALUES = /^values\.ya?ml$/

/** Renderers whose folders hold templates, not manifests, until they have been run. */
const RENDERERS: readonly (readonly [file: string, command: string])[] = [
  ['Chart.yaml', 'helm template .'],
  ['kustomization.yaml', 'kustomize build .'],
  ['kustomization.yml', 'kustomize build .'],
  ['Kustomization', 'kustomize build .'],
]

/**
 * Everything to read in a folder, in bytewise order of the paths, which begin with `directory` as
 * it was given. Links are followed to files inside the folder; linked folders are not entered.
 * @returns undefined if there is no such folder.
 */
export function findManifests(directory: string, recurse: boolean): Found[] | undefined {
  const root = follow(directory)
  if (root?.kind !== 'folder') return undefined
  const found = scan(directory, { root: root.real, recurse })
  const keyed = found.map((entry) => ({ entry, key: Buffer.from(pathOf(entry)) }))
  return keyed.sort((left, right) => left.key.compare(right.key)).map(({ entry }) => entry)
}

function pathOf(found: Found): string {
  return 'path' in found ? found.path : found.at.file
}

function scan(folder: string, scope: Scope): Found[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return [bad(folder, 'usage', 'cannot be read', 'check the permissions of the folder')]
  }
  return findUnrendered(folder, entries) ?? entries.flatMap((entry) => look(entry, folder, scope))
}

/** Its files are not what will be applied, so none of the folder is read. */
function findUnrendered(folder: string, entries: readonly Dirent[]): Found[] | undefined {
  const renderer = RENDERERS.find(([file]) => entries.some(({ name }) => name === file))
  if (renderer === undefined) return undefined
  const [file, command] = renderer
  const hint = `run there: ${command} | argocd-phase-plugin generate -`
  return [bad(under(folder, file), 'input', 'this folder has to be rendered first', hint)]
}

function look(entry: Dirent, folder: string, scope: Scope): Found[] {
  if (entry.name.startsWith('.')) return []
  const path = under(folder, entry.name)
  if (entry.isDirectory()) return scope.recurse ? scan(path, scope) : []
  const wanted = MANIFEST.test(entry.name) && !VALUES.test(entry.name)
  if (entry.isSymbolicLink()) return lookThrough(path, wanted, scope)
  if (!wanted) return []
  return entry.isFile() ? [{ path }] : [notRegular(path)]
}

function lookThrough(path: string, wanted: boolean, { root, recurse }: Scope): Found[] {
  const target = follow(path)
  if (target === undefined) {
    return wanted ? [bad(path, 'input', 'is a link that leads nowhere', 'mend or remove it')] : []
  }
  const matters = target.kind === 'folder' ? recurse : wanted
  if (matters && !isInside(root, target.real)) {
    const hint = 'links may lead to files of the same folder only'
    return [bad(path, 'input', 'is a link that leads out of the folder', hint)]
  }
  // A folder inside is scanned where it stands.
  if (!matters || target.kind === 'folder') return []
  return target.kind === 'file' ? [{ path }] : [notRegular(path)]
}

/** Where a path leads in the end, and to what. Native, because the other `realpath` drops `link/..` unseen. */
function follow(path: string): { real: string; kind: 'file' | 'folder' | 'other' } | undefined {
  try {
    const stats = statSync(path)
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
    return { real: realpathSync.native(path), kind }
  } catch {
    return undefined
  }
}

function isInside(root: string, real: string): boolean {
  const way = relative(root, real)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Not `path.join`, which resolves `link/..` without looking at the link. */
function under(folder: string, name: string): string {
  if (folder === '.') return name
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

function notRegular(path: string): Found {
  return bad(path, 'input', 'is not a regular file', 'remove it from the folder')
}

function bad(path: string, fault: Fault, message: string, hint: string): Found {
  return { severity: 'error', fault, at: { file: path, line: 1, column: 1 }, message, hint }
}
