// A folder of the repository in, a copy of it in the run's workspace out, at the same place among links
// to everything around it: `../base` means the same from there. For tools that write where they read,
// because the repository may be somebody's work, and to leave `.git` out.
import { cpSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { Repository } from './places.ts'
import { isGitName } from './places.ts'
import type { Workspace } from './workspace.ts'

/** Bytes and entries of a folder that is copied. */
const MOST_BYTES = 200 * 1024 * 1024
const MOST_ENTRIES = 50_000

/**
 * Copies `folder` (real, inside the repository), without any `.git`. Links in it stay links.
 * @returns the path of the copy.
 */
export function mirror(
  folder: string,
  repository: Repository,
  workspace: Workspace,
): Outcome<string> {
  const size = { bytes: MOST_BYTES, entries: MOST_ENTRIES }
  try {
    let copy = workspace.make('repository')
    let real = repository.root
    for (const step of relative(repository.root, folder).split(sep).filter(Boolean)) {
      linkAround(real, copy, step)
      real = join(real, step)
      copy = join(copy, step)
      mkdirSync(copy)
    }
    cpSync(folder, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !isGitName(basename(source)) && fits(source, size),
    })
    return size.bytes < 0 || size.entries < 0 ? tooLarge(folder, repository) : { value: copy }
  } catch {
    return failed(folder, repository)
  }
}

/** What was left out for its size is missed by who looks at the counts afterwards. */
function fits(path: string, size: { bytes: number; entries: number }): boolean {
  size.bytes -= lstatSync(path).size
  size.entries -= 1
  return size.bytes >= 0 && size.entries >= 0
}

function linkAround(real: string, copy: string, except: string): void {
  for (const name of readdirSync(real)) {
    if (name !== except && !isGitName(name)) symlinkSync(join(real, name), join(copy, name))
  }
}

function tooLarge(folder: string, repository: Repository): Outcome<never> {
  const at = wholeFile(repository.display(folder))
  const message = 'is too large to be rendered in a copy: 200 MiB are the limit'
  const hint = 'move the chart or kustomization into a folder of its own'
  return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
}

function failed(folder: string, repository: Repository): Outcome<never> {
  const at = wholeFile(repository.display(folder))
  const message = 'cannot be copied to the temporary folder of the run'
  const hint = 'check that the folder can be read and that TMPDIR has room and can be written to'
  return { problems: [{ severity: 'error', fault: 'usage', at, message, hint }] }
}
