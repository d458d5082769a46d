// What the head is compared with, as the command line names it, in; its sources out, handed to whoever plans
// the head too.
import { join, sep } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { PreviewSide } from '../../render/preview/model.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'
import type { Settings } from '../settings.ts'
import { MOST_BYTES } from '../sources/answer-limit.ts'
import { detect } from '../sources/detect.ts'
import { follow, under } from '../sources/places.ts'
import type { Workspace } from '../sources/workspace.ts'
import { openWorkspace } from '../sources/workspace.ts'
import type { Against } from './against.ts'
import type { Git } from './git.ts'
import { checkOut, readFileAt } from './revision.ts'
import type { Found, StateSource, Subject, Tree } from './subject.ts'

/** What a base is called, whether or not it can be rendered. */
export function sideOf(against: Exclude<Against, { readonly kind: 'live' }>): PreviewSide {
  const { kind } = against
  if (kind === 'revision') return { kind, label: against.label }
  return { kind, label: kind === 'folder' ? against.directory : against.path }
}

/** What was made of the sources of a side, and what is to be said of it. */
export type Planned<T> = Outcome<T> & { readonly warnings: readonly Problem[] }

/**
 * Makes something of sources. Every source is a render of its own, as in Argo CD.
 * @param rename what a person calls a file of it.
 */
export type PlanSources<T> = (
  side: PreviewSide,
  sources: readonly StateSource[],
  rename?: (file: string) => string,
) => Promise<Planned<T>>

type Revision = Extract<Against, { readonly kind: 'revision' }>

/** Plans the base. `live` is no state that anybody plans: see live.ts. */
export async function planBase<T>(
  against: Exclude<Against, { readonly kind: 'live' }>,
  subject: Subject,
  { tools }: Pick<Settings, 'tools'>,
  git: Outcome<Git>,
  plan: PlanSources<T>,
): Promise<Planned<T>> {
  const side = sideOf(against)
  if (against.kind === 'folder') return planFolder(side, against.directory, subject, plan)
  if (against.kind === 'file') return planFile(side, against.path, plan)
  if ('problems' in git) return { ...git, warnings: [] }
  const workspace = openWorkspace(tools.temporary)
  if ('problems' in workspace) return { ...workspace, warnings: [] }
  try {
    return await planRevision(against, subject, plan, {
      git: git.value,
      workspace: workspace.value,
    })
  } finally {
    workspace.value.remove()
  }
}

/** Another source: rendered with the same parameters, or by the same Application. */
async function planFolder<T>(
  side: PreviewSide,
  directory: string,
  subject: Subject,
  plan: PlanSources<T>,
): Promise<Planned<T>> {
  if (subject.application === undefined) {
    const sources = subject.here.sources.flatMap(({ input }) =>
      'directory' in input ? [{ input: { ...input, directory } }] : [],
    )
    return plan(side, sources)
  }
  const place = follow(directory)
  if (place === undefined) return { problems: [gone(directory)], warnings: [] }
  const root = place.real
  const read: Tree['read'] = async (path) => ({ value: bytesOf(under(root, path)) })
  return planFound(side, await subject.at({ root, read }), plan, inTree(root, directory, '/'))
}

async function planFile<T>(
  side: PreviewSide,
  path: string,
  plan: PlanSources<T>,
): Promise<Planned<T>> {
  const bytes = readBounded(path, MOST_BYTES)
  if (typeof bytes === 'string') return { problems: [unreadable(path, bytes)], warnings: [] }
  return plan(side, [{ input: { files: [{ path, bytes }] } }])
}

async function planRevision<T>(
  against: Revision,
  subject: Subject,
  plan: PlanSources<T>,
  { git, workspace }: { readonly git: Git; readonly workspace: Workspace },
): Promise<Planned<T>> {
  const { name, commit } = against
  const checkout = await layOut(subject, commit, git, workspace)
  if ('problems' in checkout) return { problems: checkout.problems, warnings: [] }
  const { root, notices } = checkout.value
  const read: Tree['read'] = (path) => readFileAt(git, commit, path)
  const found = await subject.at({ root, read })
  const planned = await planFound(sideOf(against), found, plan, inTree(root, name, ':'))
  return { ...planned, warnings: [...notices, ...planned.warnings] }
}

/** The folder of plain manifests alone if that will do: a repository may hold much else. */
async function layOut(
  { below }: Subject,
  commit: string,
  git: Git,
  workspace: Workspace,
): ReturnType<typeof checkOut> {
  if (below === undefined || below === '') return checkOut(git, commit, workspace)
  const part = await checkOut(git, commit, workspace, below)
  if ('problems' in part) return part
  const folder = join(part.value.root, below)
  if (follow(folder)?.kind === 'folder' && detect(folder) === 'directory') return part
  return checkOut(git, commit, workspace)
}

async function planFound<T>(
  side: PreviewSide,
  { sources, problems }: Found,
  plan: PlanSources<T>,
  rename: (file: string) => string,
): Promise<Planned<T>> {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { problems: errors, warnings: [] }
  const planned = await plan(side, sources, rename)
  return { ...planned, warnings: [...problems, ...planned.warnings] }
}

/** What a person calls a file of a tree that only this run has; a tool's name may stand before it. */
function inTree(root: string, name: string, between: string): (file: string) => string {
  // Functions: `$&` in a name is no pattern.
  return (file) => file.replaceAll(root + sep, () => name + between).replaceAll(root, () => name)
}

function bytesOf(path: string): Uint8Array | undefined {
  const bytes = readBounded(path, MOST_BYTES)
  return typeof bytes === 'string' ? undefined : bytes
}

function gone(directory: string): Problem {
  const at = wholeFile(directory)
  return { severity: 'error', fault: 'usage', at, message: 'has gone', hint: 'run it again' }
}

function unreadable(path: string, fault: ReadFault): Problem {
  const message = `cannot be read (${fault.replaceAll('-', ' ')})`
  const hint = 'check the path and its permissions'
  return { severity: 'error', fault: 'usage', at: wholeFile(path), message, hint }
}
