// A folder of a run's own in, for its tools to write to; gone when the run is. Argo CD may kill a run
// at any time, so each run also clears away what dead ones left behind.
import { lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getuid, kill, pid } from 'node:process'
import type { Outcome } from '../../manifests/document.ts'
import { LONGEST_TIMEOUT } from '../settings.ts'
import { namesIn } from './places.ts'

/** The folder of one run, for nobody else to read. */
export interface Workspace {
  readonly folder: string
  /** Makes a folder in it. @returns its path. */
  make(name: string): string
  remove(): void
}

const PREFIX = 'argocd-phase-plugin-'
const NAME = /^argocd-phase-plugin-(\d+)-\w{6}$/
/** Milliseconds. A run that is alive touched its folder within the longest time budget. */
const SURELY_DEAD = LONGEST_TIMEOUT * 1000
/** Milliseconds. Process ids say nothing across containers that share a folder; give them time. */
const PERHAPS_DEAD = 120 * 1000

/** Makes the folder of this run below `temporary`, and removes those of runs that have died. */
export function openWorkspace(temporary: string): Outcome<Workspace> {
  sweep(temporary, Date.now())
  try {
    return {
      value: workspaceAt(realpathSync.native(mkdtempSync(join(temporary, `${PREFIX}${pid}-`)))),
    }
  } catch {
    const message = 'there is no temporary folder that can be written to'
    const hint = 'TMPDIR has to name one; in a sidecar, mount an emptyDir at /tmp'
    return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
  }
}

function workspaceAt(folder: string): Workspace {
  return {
    folder,
    make(name) {
      const path = join(folder, name)
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return path
    },
    remove: () => removeTree(folder),
  }
}

/** Removes the folders of dead runs: ours by name, owner and age. Whatever fails is left to the next run. */
export function sweep(temporary: string, now: number): void {
  for (const name of namesIn(temporary)) {
    const owner = NAME.exec(name)?.[1]
    if (owner === undefined) continue
    const path = join(temporary, name)
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats?.isDirectory() !== true || stats.uid !== getuid?.()) continue
    const age = now - stats.mtimeMs
    if (age > SURELY_DEAD || (age > PERHAPS_DEAD && !isAlive(Number(owner)))) removeTree(path)
  }
}

function isAlive(process: number): boolean {
  try {
    return kill(process, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}

/** Links in it are removed, never followed. */
function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
  } catch {
    // What is left holds copies of files of the repository, nothing else; the next run tries again.
  }
}
