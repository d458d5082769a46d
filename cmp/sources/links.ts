// Folders that a tool will read in, the links in them that lead astray out. Helm follows every link of
// a chart, so one into a mounted token would end up in a manifest.
import type { Dirent } from 'node:fs'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { Astray, Repository } from './places.ts'
import { isGitName, locate } from './places.ts'

/** Entries; a chart that holds more is no chart. */
const MOST_ENTRIES = 200_000

const WORDS: Readonly<Record<Astray, string>> = {
  missing: 'is a link that leads nowhere',
  outside: 'is a link that leads out of the repository',
  git: 'is a link into .git',
}

/**
 * Looks through folders and everything that links in them lead to.
 * @param folders absolute, without links, inside the repository.
 * @param hidden a folder whose own `.git` the tool will not see.
 */
export function strayLinks(
  folders: readonly string[],
  repository: Repository,
  hidden?: string,
): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  const waiting = [...folders]
  let left = MOST_ENTRIES
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (seen.has(folder)) continue
    seen.add(folder)
    const entries = entriesOf(folder)
    left -= entries?.length ?? 0
    if (entries === undefined || left < 0) {
      const message = left < 0 ? 'holds more than 200000 files' : 'cannot be read'
      return [...problems, bad(repository.display(folder), message, 'render a smaller folder')]
    }
    for (const entry of entries) {
      const path = join(folder, entry.name)
      const found = look(entry, path, repository, folder === hidden)
      if (found === undefined) continue
      if (typeof found === 'string') waiting.push(found)
      else problems.push(found)
    }
  }
  return problems
}

/** A folder to look into, a problem, or nothing. */
function look(
  entry: Dirent,
  path: string,
  repository: Repository,
  isHidden: boolean,
): string | Problem | undefined {
  const isGit = isGitName(entry.name)
  if (isGit && isHidden) return undefined
  if (entry.isDirectory()) return isGit ? gitInside(repository.display(path)) : path
  if (!entry.isSymbolicLink()) return undefined
  const place = locate(repository.root, path)
  if (typeof place === 'string') {
    const hint = 'a tool would follow it; links may lead to files of the repository only'
    return bad(repository.display(path), WORDS[place], hint)
  }
  return place.kind === 'folder' ? place.real : undefined
}

function gitInside(path: string): Problem {
  return bad(path, 'would be read as a part of the chart', 'remove it, or move the chart below')
}

function entriesOf(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return undefined
  }
}

function bad(file: string, message: string, hint: string): Problem {
  const at = wholeFile(file)
  return { severity: 'error', fault: 'input', at, message, hint }
}
