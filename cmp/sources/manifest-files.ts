// A folder in, the paths of its manifests out, with what is wrong on the way. Which files count is
// what Argo CD's directory source counts (argo-cd reposerver/repository: findManifests), minus
// what is certainly no manifest: hidden entries, and the files of Helm and Kustomize.
import type { Dirent } from 'node:fs'
import { readdirSync } from 'node:fs'
import type { Fault, Position, Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { CHART, KUSTOMIZATIONS } from './detect.ts'
import { follow, isInGit, isInside, under } from './places.ts'

/** A file to read, or what stands in its place. */
export type Found = { readonly path: string } | (Problem & { readonly at: Position })

/** Which files of a folder are wanted. */
export interface Selection {
  readonly recurse: boolean
  /** By its path below the folder, besides its ending. */
  readonly wants?: ((below: string) => boolean) | undefined
}

interface Scope {
  readonly recurse: boolean
  readonly wants: (below: string) => boolean
  /** The folder as it was given. */
  readonly directory: string
  /** The real path of the folder: what links may not leave. */
  readonly root: string
}

const MANIFEST = /\.(ya?ml|json)$/
/** Values of a chart that lies elsewhere. */
const VALUES = /^values\.ya?ml$/
/** What stands beside Chart.yaml or a kustomization and is no manifest either. */
const NO_MANIFESTS =
  /^(Chart|requirements|kustomization)\.ya?ml$|^values[-._].*\.ya?ml$|^values\.schema\.json$/

/** Folders that hold no manifests until they have been rendered, which happens to the given folder only. */
const RENDERERS: readonly (readonly [file: string, command: string])[] = [
  [CHART, 'helm template .'],
  ...KUSTOMIZATIONS.map((file) => [file, 'kustomize build .'] as const),
]

/**
 * Everything to read in a folder, in bytewise order of the paths, which begin with `directory` as
 * it was given. Links are followed to files inside the folder; linked folders are not entered, nor
 * is anything below `.git`. In a folder that holds a chart or a kustomization, their own files and
 * `values*.yaml` are left out; a chart or a kustomization in a folder below is an error.
 * @returns undefined if there is no such folder.
 */
export function findManifests(directory: string, selection: Selection): Found[] | undefined {
  const root = follow(directory)
  if (root?.kind !== 'folder') return undefined
  const { recurse, wants = () => true } = selection
  const found = scan(directory, { recurse, wants, directory, root: root.real })
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
  const renderer = RENDERERS.find(([file]) => entries.some(({ name }) => name === file))
  if (renderer === undefined) return entries.flatMap((entry) => look(entry, folder, scope))
  if (folder !== scope.directory && isWanted(under(folder, renderer[0]), scope)) {
    return [unrendered(folder, renderer)]
  }
  const manifests = entries.filter(({ name }) => !NO_MANIFESTS.test(name))
  return manifests.flatMap((entry) => look(entry, folder, scope))
}

/** Its files are not what will be applied, so none of the folder is read. */
function unrendered(folder: string, [file, command]: readonly [string, string]): Found {
  const hint = `give it an Application of its own, or run there: ${command} | argocd-phase-plugin generate -`
  return bad(under(folder, file), 'input', 'this folder has to be rendered first', hint)
}

function isWanted(path: string, { directory, wants }: Scope): boolean {
  const below = under(directory, '')
  return wants(path.startsWith(below) ? path.slice(below.length) : path)
}

function look(entry: Dirent, folder: string, scope: Scope): Found[] {
  if (entry.name.startsWith('.')) return []
  const path = under(folder, entry.name)
  if (entry.isDirectory()) return scope.recurse ? scan(path, scope) : []
  const isManifest = MANIFEST.test(entry.name) && !VALUES.test(entry.name)
  const wanted = isManifest && isWanted(path, scope)
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
  if (matters && isInGit(root, target.real)) {
    return [bad(path, 'input', 'is a link into .git', 'remove it: nothing in there is a manifest')]
  }
  // A folder inside is scanned where it stands.
  if (!matters || target.kind === 'folder') return []
  return target.kind === 'file' ? [{ path }] : [notRegular(path)]
}

function notRegular(path: string): Found {
  return bad(path, 'input', 'is not a regular file', 'remove it from the folder')
}

function bad(path: string, fault: Fault, message: string, hint: string): Found {
  return { severity: 'error', fault, at: wholeFile(path), message, hint }
}
