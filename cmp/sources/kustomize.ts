// A kustomization in, its manifests out. What it refers to is checked first, because Kustomize fetches
// addresses and takes folders from anywhere; then it is built, with the Application's parameters in a
// copy, without plugins and without leaving each kustomization's own folder for files.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { readBounded } from '../read-file.ts'
import { runTool } from './child.ts'
import { complaintOf } from './complaint.ts'
import { KUSTOMIZATIONS } from './detect.ts'
import { changesKustomization, editKustomization } from './kustomization-edit.ts'
import { strayReferences } from './kustomization-graph.ts'
import { mirror } from './mirror.ts'
import { holdsNothing } from './rendered.ts'
import type { Rendering } from './rendering.ts'
import { findKustomize, toolEnvironment } from './tools.ts'

const RESTRICTOR = '--load-restrictor=LoadRestrictionsRootOnly'
/** Bytes. */
const LARGEST = 1024 * 1024

/** The manifests of a kustomization, as `kustomize build` prints them. */
export async function buildKustomization(run: Rendering): Promise<Outcome<InputFile[]>> {
  const { request, workspace, directory } = run
  const prepared = prepare(run)
  if ('problems' in prepared) return prepared
  const command = findKustomize(request.tools, request.settings.path)
  if ('problems' in command) return command
  const { remoteBases } = request.tools
  const ended = await runTool({
    argv: [...command.value, RESTRICTOR, '.'],
    cwd: prepared.value,
    env: toolEnvironment(request.settings, workspace, remoteBases),
    signal: request.signal,
    deadline: request.deadline,
  })
  const at = wholeFile(directory)
  if (ended.how !== 'done') {
    const folders = [workspace.folder, run.folder, run.repository.root]
    return { problems: [complaintOf(ended, { tool: 'kustomize build', at, folders })] }
  }
  const path = `kustomize build ${directory}`
  if (!holdsNothing(ended.stdout)) return { value: [{ path, bytes: ended.stdout }] }
  const hint = 'check its resources; an empty result would delete everything that is there'
  return { problems: [bad(directory, 'the kustomization builds no manifests', hint)] }
}

/** Checks the kustomization. @returns the folder to build in. */
function prepare(run: Rendering): Outcome<string> {
  const { request, repository, folder, parameters } = run
  const bounds = { repository, remoteBases: request.tools.remoteBases }
  const problems = strayReferences(folder, bounds)
  if (problems.length > 0) return { problems }
  if (!changesKustomization(parameters)) return { value: folder }
  const edited = edit(run)
  if ('problems' in edited) return edited
  const { name, text } = edited.value
  const added = strayReferences(folder, bounds, text)
  if (added.length > 0) return { problems: added }
  const copy = mirror(folder, repository, run.workspace)
  if ('problems' in copy) return copy
  const path = join(copy.value, name)
  // It may be a link, and must not be written through.
  rmSync(path)
  writeFileSync(path, text, { flag: 'wx' })
  return copy
}

/** @returns the kustomization with the parameters in it; the walk has seen that there is one. */
function edit({
  folder,
  repository,
  parameters,
}: Rendering): Outcome<{ name: string; text: string }> {
  const name = KUSTOMIZATIONS.find((each) => existsSync(join(folder, each))) ?? KUSTOMIZATIONS[0]
  const shown = repository.display(join(folder, name))
  const bytes = readBounded(join(folder, name), LARGEST)
  if (typeof bytes === 'string') {
    return { problems: [bad(shown, 'cannot be read', 'check that it is a file of 1 MiB at most')] }
  }
  const edited = editKustomization(bytes.toString('utf8'), parameters, shown)
  return 'problems' in edited ? edited : { value: { name, text: edited.value } }
}

function bad(file: string, message: string, hint: string): Problem {
  const at = wholeFile(file)
  return { severity: 'error', fault: 'input', at, message, hint }
}
