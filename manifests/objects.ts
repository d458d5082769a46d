// In: a parsed document. Out: the Kubernetes objects in it, one or a List's many, each with its
// place, or what keeps Argo CD from taking them: it would quote an object without a kind in full.
import type { YAMLMap } from 'yaml'
import { isAlias, isMap, isNode, isSeq } from 'yaml'
import type { ManifestObject, Outcome, ParsedDocument } from './document.ts'
import type { PlainMap } from './plain-value.ts'
import { isPlainMap } from './plain-value.ts'
import type { ObjectName, Position, Problem } from './problem.ts'

/** Uses of one anchor: enough for any manifest, few enough for an alias bomb to be refused. */
const MAX_ALIASES = 10_000

const NESTED = 'a List inside a List: Argo CD unpacks only the outer one'

interface Found {
  readonly objects: ManifestObject[]
  readonly problems: Problem[]
}

/** The objects of a document in order, those of a List too; comments alone hold none. */
export function objectsOf(parsed: ParsedDocument): Found {
  const root = plainValue(parsed)
  if ('problems' in root) return { objects: [], problems: [...root.problems] }
  const found: Found = { objects: [], problems: [] }
  // Argo CD drops a `null` as it drops comments.
  if (root.value !== null) collect(parsed, parsed.yaml.contents, root.value, [], found)
  return found
}

/** A document's plain value, aliases and merge keys resolved; aliased parts are the same object. */
export function plainValue(parsed: ParsedDocument): Outcome<unknown> {
  try {
    return { value: parsed.yaml.toJS({ maxAliasCount: MAX_ALIASES }) }
  } catch {
    const message = 'not valid YAML: an alias has no anchor, too many uses, or is no map to merge'
    return { problems: [error(parsed.positionOf(0), message)] }
  }
}

function collect(
  parsed: ParsedDocument,
  written: unknown,
  value: unknown,
  path: ManifestObject['path'],
  found: Found,
): void {
  const node = isAlias(written) ? written.resolve(parsed.yaml) : written
  const at = parsed.positionOf(isNode(written) ? written : 0)
  if (!isMap(node) || !isPlainMap(value)) {
    const what = path.length === 0 ? 'the document' : 'an item of the List'
    found.problems.push(error(at, `${what} is not a map, so no Kubernetes object`))
  } else if (isList(value, path.length === 0)) {
    // What is deeper would reach the cluster as a List, which nothing can apply and nobody masks.
    if (path.length > 0) found.problems.push(error(at, NESTED, 'move its items into the outer one'))
    else collectItems(parsed, node, value, path, found)
  } else {
    const named = nameOf(parsed, node, value, at)
    if ('problems' in named) found.problems.push(...named.problems)
    else found.objects.push({ parsed, path, node, value, at, ...named.value })
  }
}

/**
 * Argo CD unpacks whatever has a list of `items` at its root, its kind aside (apimachinery
 * Unstructured.IsList): what is in it must be seen here too.
 */
function isList({ kind, items }: PlainMap, isRoot: boolean): boolean {
  if (isRoot && Array.isArray(items)) return true
  return typeof kind === 'string' && /List$/.test(kind) && items !== undefined
}

function collectItems(
  parsed: ParsedDocument,
  list: YAMLMap,
  { items }: PlainMap,
  path: ManifestObject['path'],
  found: Found,
): void {
  const written = list.get('items', true)
  const node = isAlias(written) ? written.resolve(parsed.yaml) : written
  if (items === null) return
  if (!Array.isArray(items) || !isSeq(node)) {
    const message = 'the items of the List are not written out as a list'
    found.problems.push(error(parsed.positionOf(isNode(written) ? written : list), message))
    return
  }
  for (const [index, item] of node.items.entries()) {
    collect(parsed, item, items[index], [...path, 'items', index], found)
  }
}

/** What Argo CD and the API server need to know an object by. */
function nameOf(
  parsed: ParsedDocument,
  node: YAMLMap,
  value: PlainMap,
  at: Position,
): Outcome<{ apiVersion: string; object: ObjectName }> {
  const problems: Problem[] = []
  const metadata = isPlainMap(value.metadata) ? value.metadata : {}
  const read = (map: PlainMap, key: string, ...path: string[]): string | undefined => {
    const found = map[key]
    if (found === undefined || found === null || found === '') return undefined
    if (typeof found === 'string') return found
    const place = node.getIn([...path, key], true)
    const message = `${[...path, key].join('.')} is not text`
    problems.push(error(parsed.positionOf(isNode(place) ? place : node), message, 'quote it'))
    return ''
  }
  const apiVersion = read(value, 'apiVersion')
  const kind = read(value, 'kind')
  const namespace = read(metadata, 'namespace', 'metadata')
  const name = read(metadata, 'name', 'metadata')
  const generateName = read(metadata, 'generateName', 'metadata')
  const missing = [
    ...(apiVersion === undefined ? ['apiVersion'] : []),
    ...(kind === undefined ? ['kind'] : []),
    ...(name === undefined && generateName === undefined ? ['metadata.name'] : []),
  ]
  for (const field of missing) problems.push(error(at, `${field} is missing`))
  if (problems.length > 0 || apiVersion === undefined || kind === undefined) {
    const object = kind === undefined || kind === '' ? undefined : { kind, namespace, name }
    return { problems: problems.map((problem) => ({ ...problem, object })) }
  }
  return { value: { apiVersion, object: { kind, namespace, name } } }
}

function error(at: Position, message: string, hint?: string): Problem {
  return { severity: 'error', fault: 'input', at, message, hint }
}
