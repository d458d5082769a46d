// A chart whose dependencies are not in its charts folder in, whether they may be fetched out. The
// repositories of Chart.lock count too: Helm downloads from those.
import { join } from 'node:path'
import type { Node } from 'yaml'
import { isMap, isScalar, isSeq } from 'yaml'
import type { Outcome } from '../../manifests/document.ts'
import type { Position, Problem } from '../../manifests/problem.ts'
import { matchesAddress } from '../../render/tenancy/policy.ts'
import { readBounded } from '../read-file.ts'
import type { Repository } from './places.ts'
import { locate } from './places.ts'
import type { StrictDocument } from './strict-yaml.ts'
import { readStrictYaml, textOf } from './strict-yaml.ts'

/** Bytes of a file that lists dependencies. */
const LARGEST = 1024 * 1024
/** Where Helm finds them: the second pair is of charts of apiVersion v1. */
const LISTS = ['Chart.yaml', 'Chart.lock', 'requirements.yaml', 'requirements.lock']

interface Dependency {
  readonly name: string
  readonly repository: string
  readonly at: Position
}

/** What building the dependencies takes. */
export interface Building {
  readonly network: boolean
  /** Real folders of the repository that Helm will read besides the chart. */
  readonly folders: readonly string[]
}

/** Whether Helm says that dependencies are missing (helm pkg/action: CheckDependencies). */
export function lacksDependencies(stderr: string): boolean {
  return /found in (Chart|requirements)\.yaml, but missing in charts/.test(stderr)
}

/**
 * Checks every dependency of a chart against what the administrator allows.
 * @param chart the chart's folder, real.
 */
export function checkDependencies(
  chart: string,
  repository: Repository,
  allowed: readonly string[] | 'any',
): Outcome<Building> {
  const problems: Problem[] = []
  const folders: string[] = []
  let network = false
  for (const dependency of LISTS.flatMap((file) => listed(chart, file, repository))) {
    if ('message' in dependency) {
      problems.push(dependency)
      continue
    }
    const local = /^file:\/\/(.*)$/s.exec(dependency.repository)?.[1]
    if (local !== undefined) {
      const folder = folderOf(local, chart, repository, dependency)
      if (typeof folder === 'string') folders.push(folder)
      else problems.push(folder)
    } else if (dependency.repository !== '') {
      network = true
      const problem = checkRemote(dependency, allowed)
      if (problem !== undefined) problems.push(problem)
    }
  }
  return problems.length > 0 ? { problems } : { value: { network, folders } }
}

function listed(chart: string, name: string, repository: Repository): (Dependency | Problem)[] {
  const file = repository.display(join(chart, name))
  const bytes = readBounded(join(chart, name), LARGEST)
  if (bytes === 'missing') return []
  const read = typeof bytes === 'string' ? undefined : readStrictYaml(bytes.toString('utf8'))
  if (!Array.isArray(read) || read.length !== 1) {
    const { line = 1, message = 'cannot be read' } = Array.isArray(read) ? {} : (read ?? {})
    return [bad({ file, line, column: 1 }, message, 'write it as one plain YAML document')]
  }
  return read.flatMap((document) => {
    const lists = document.fields(document.root).filter(([field]) => field === 'dependencies')
    const items = lists.flatMap(([, list]) => (isSeq(list) ? document.items(list) : (list ?? [])))
    return items.flatMap((item) => readDependency(item, document, file))
  })
}

/** Each of two spellings of a field counts, whichever Helm takes. */
function readDependency(
  item: Node,
  { fields, placeOf }: StrictDocument,
  file: string,
): (Dependency | Problem)[] {
  const at = { file, ...placeOf(item) }
  const all = fields(item)
  const repositories = all.filter(([field]) => field === 'repository')
  // Go's parser may see a text where ours sees a map, such as `{repository: x:}`.
  const isOdd = all.some(([field, node]) => !/^[\w-]+$/.test(field) || isMap(node))
  if (!isMap(item) || isOdd || repositories.some(([, node]) => !isScalar(node))) {
    return isScalar(item) && item.value === null
      ? []
      : [bad(at, 'is no dependency', 'write its name, version and repository as quoted texts')]
  }
  const name = all.flatMap(([field, node]) => (field === 'name' ? [textOf(node) ?? ''] : [])).join()
  const texts = repositories.map(([, node]) => textOf(node) ?? '')
  return (texts.length === 0 ? [''] : texts).map((repository) => ({ name, repository, at }))
}

/**
 * Helm joins the path to the chart's folder, unless it is absolute (internal/resolver: GetLocalPath);
 * like Go's filepath.Join, which drops `link/..` without looking.
 */
function folderOf(
  path: string,
  chart: string,
  repository: Repository,
  { name, at }: Dependency,
): string | Problem {
  const place = path.startsWith('/') ? 'outside' : locate(repository.root, join(chart, path))
  if (typeof place !== 'string' && place.kind === 'folder') return place.real
  const why = place === 'outside' ? 'is outside the repository' : 'is no folder of the repository'
  const hint = 'file:// paths are relative to the chart and stay in the repository'
  return bad(at, `dependency ${name}: ${JSON.stringify(`file://${path}`)} ${why}`, hint)
}

function checkRemote(
  { name, repository, at }: Dependency,
  allowed: readonly string[] | 'any',
): Problem | undefined {
  const said = `dependency ${name} from ${JSON.stringify(repository)}`
  if (!/^(https?|oci):\/\/[^\s\p{C}\\]+$/u.test(repository)) {
    const hint = 'write the full address of the repository (https:// or oci://)'
    return bad(at, `${said} has no address`, hint)
  }
  if (allowed === 'any') return undefined
  // A slash at the end means nothing in such an address.
  const patterns = allowed.map((each) => each.replace(/\/$/, ''))
  if (matchesAddress(patterns, repository.replace(/\/$/, ''))) return undefined
  const hint =
    'commit it below charts/ (helm dependency build), or have the administrator allow the repository: sources.helm.repositories'
  return bad(at, `${said} is not in charts/, and may not be fetched`, hint)
}

function bad(at: Position, message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', at, message, hint }
}
