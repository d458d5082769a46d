// What a preview is compared with, as `--against` names it, in; that state, planned like the head, out.
import { relative, sep } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { PreviewSide } from '../../render/preview/model.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'
import { MOST_BYTES } from '../sources/answer-limit.ts'
import { detect } from '../sources/detect.ts'
import { follow, under } from '../sources/places.ts'
import type { Workspace } from '../sources/workspace.ts'
import type { Against } from './against.ts'
import type { Checkout } from './revision.ts'
import { checkOut, readFileAt } from './revision.ts'
import type { Planned, Run } from './state.ts'
import { planState } from './state.ts'
import type { Found, Subject, Tree } from './subject.ts'

/** Plans the base. `live` is no state that anybody plans: see live.ts. */
export async function planBase(
  against: Exclude<Against, { readonly kind: 'live' }>,
  subject: Subject,
  run: Run,
  workspace: () => Outcome<Workspace>,
): Promise<Planned> {
  switch (against.kind) {
    case 'folder':
      return planFolder(against.directory, subject, run)
    case 'file':
      return planFile(against.path, run)
    case 'revision': {
      const place = workspace()
      if ('problems' in place) return { ...place, warnings: [] }
      return planRevision(against.revision, subject, run, place.value)
    }
  }
}

/** Another source: rendered with the same parameters, or by the same Application. */
async function planFolder(directory: string, subject: Subject, run: Run): Promise<Planned> {
  const side: PreviewSide = { kind: 'folder', label: directory }
  if (subject.application === undefined) {
    const sources = subject.here.sources.flatMap(({ input }) =>
      'directory' in input ? [{ input: { ...input, directory } }] : [],
    )
    return planState(side, sources, run)
  }
  const place = follow(directory)
  if (place === undefined) return { problems: [gone(directory)], warnings: [] }
  const root = place.real
  const read: Tree['read'] = async (path) => ({ value: bytesOf(under(root, path)) })
  return planFound(side, await subject.at({ root, read }), run, inTree(root, directory, '/'))
}

async function planFile(path: string, run: Run): Promise<Planned> {
  const bytes = readBounded(path, MOST_BYTES)
  if (typeof bytes === 'string') return { problems: [unreadable(path, bytes)], warnings: [] }
  return planState({ kind: 'file', label: path }, [{ input: { files: [{ path, bytes }] } }], run)
}

async function planRevision(
  revision: string,
  subject: Subject,
  run: Run,
  workspace: Workspace,
): Promise<Planned> {
  const { repository } = subject
  if (repository === undefined) return { problems: [NO_REPOSITORY], warnings: [] }
  const { settings, io, deadline } = run
  const git = {
    revision,
    repository: repository.root,
    workspace,
    tools: settings.tools,
    signal: io.signal,
    deadline,
  }
  const checkout = await checkOut(git)
  if ('problems' in checkout) return { problems: checkout.problems, warnings: [] }
  const { root, label, notices } = checkout.value
  const side: PreviewSide = { kind: 'revision', label }
  const found = await subject.at({ root, read: (path) => readFileAt({ ...git, path }) })
  const planned = await planFound(side, found, run, inTree(root, revision, ':'))
  return { ...planned, warnings: [...notices, ...planned.warnings] }
}

async function planFound(
  side: PreviewSide,
  { sources, problems }: Found,
  run: Run,
  rename: (file: string) => string,
): Promise<Planned> {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { problems: errors, warnings: [] }
  const planned = await planState(side, sources, run, rename)
  return { ...planned, warnings: [...problems, ...planned.warnings] }
}

/** What a person calls a file of a tree that only this run has. */
function inTree(root: string, name: string, between: string): (file: string) => string {
  return (file) =>
    file.startsWith(root + sep) ? `${name}${between}${relative(root, file)}` : file
}

function bytesOf(path: string): Uint8Array | undefined {
  const bytes = readBounded(path, MOST_BYTES)
  return typeof bytes === 'string' ? undefined : bytes
}

const NO_REPOSITORY: Problem = {
  severity: 'error',
  fault: 'usage',
  message: 'standard input has no Git revision',
  hint: 'name a folder, or compare with a folder or a file',
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
