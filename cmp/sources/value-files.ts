// Paths of value files and file parameters in, checked absolute paths out. They are the app author's:
// only files of the repository count, wherever links lead.
import { resolve } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Parameters } from './parameters.ts'
import type { Repository } from './places.ts'
import { locate } from './places.ts'

/** What Helm may read beside the chart. */
export interface HelmFiles {
  readonly valueFiles: readonly string[]
  readonly fileParameters: ReadonlyMap<string, string>
}

type Found = { readonly real: string } | { readonly problem: Problem } | 'missing'

/** @param chart the chart's folder, real. */
export function helmFiles(
  parameters: Parameters,
  chart: string,
  repository: Repository,
): Outcome<HelmFiles> {
  const problems: Problem[] = []
  const find = (name: string, path: string, mayMiss: boolean): string | undefined => {
    const found = locateFile(name, path, chart, repository)
    if (found === 'missing' && mayMiss) return undefined
    if (found === 'missing') problems.push(missing(name, path))
    else if ('problem' in found) problems.push(found.problem)
    else return found.real
    return undefined
  }
  const mayMiss = parameters.flag('ignoreMissingValueFiles')
  const valueFiles = parameters
    .list('valueFiles')
    .map((path) => find('valueFiles', path, mayMiss))
    .filter((path) => path !== undefined)
  const fileParameters = new Map<string, string>()
  for (const [value, path] of parameters.map('fileParameters')) {
    fileParameters.set(value, find('fileParameters', path, false) ?? '')
  }
  return problems.length > 0 ? { problems } : { value: { valueFiles, fileParameters } }
}

function locateFile(name: string, path: string, chart: string, repository: Repository): Found {
  if (path.startsWith('$')) {
    const hint = 'a plugin sees one source only; keep the file in the repository of the chart'
    return { problem: bad(name, path, 'refers to another source of the Application', hint) }
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) {
    return { problem: bad(name, path, 'is an address', 'keep the file in the repository') }
  }
  if (path === '' || /[\p{C}\p{Zl}\p{Zp}]/u.test(path)) {
    return { problem: bad(name, path, 'is no path', 'name a file of the repository') }
  }
  const full = path.startsWith('/') ? `${repository.root}/${path}` : resolveIn(chart, path)
  const place = locate(repository.root, full)
  if (place === 'missing') return place
  if (place === 'outside' || place === 'git') {
    const where = place === 'git' ? 'leads into .git' : 'leads out of the repository'
    const hint = 'a leading / is the root of the repository; links may not leave it either'
    return { problem: bad(name, path, where, hint) }
  }
  if (place.kind !== 'file') {
    return { problem: bad(name, path, 'is no file', 'name each value file') }
  }
  return { real: place.real }
}

/** `..` after a link is where the link leads, as for every tool. */
function resolveIn(folder: string, path: string): string {
  return `${resolve(folder)}/${path}`
}

function missing(name: string, path: string): Problem {
  const skip = name === 'valueFiles' ? '; ignoreMissingValueFiles leaves it out' : ''
  const isPattern = /[*?[{]/.test(path)
  const hint = isPattern
    ? 'patterns have no meaning here: name each file'
    : `paths are relative to the chart${skip}`
  return bad(name, path, 'does not exist', hint)
}

function bad(name: string, path: string, message: string, hint: string): Problem {
  const said = `parameter ${name}: ${JSON.stringify(path)} ${message}`
  return { severity: 'error', fault: 'input', message: said, hint }
}
