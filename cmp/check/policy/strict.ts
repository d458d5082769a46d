// A parsed file of settings in; what would make it say something else than a reviewer sees out:
// aliases, fields without a value, and collections too large to be written by hand.
import type { Node } from 'yaml'
import { isAlias, isNode, isScalar, isSeq, visit } from 'yaml'
import type { ManifestObject } from '../../../manifests/document.ts'
import type { Problem } from '../../../manifests/problem.ts'

/** Entries of one list or mapping. */
const MOST_ENTRIES = 1000

const EMPTY = 'a field or an entry without a value'
const FILL = 'give it one, or leave it out'

/** Everything in a policy that is refused before it is read: the first of each kind. */
export function strictFaults({ parsed, node }: ManifestObject): Problem[] {
  const found = new Map<string, Problem>()
  const add = (place: Node, message: string, hint: string): void => {
    if (!found.has(message)) found.set(message, fault(parsed.positionOf(place), message, hint))
  }
  visit(node, {
    Alias(_, alias) {
      add(alias, 'an alias', 'write it out: a policy is read where it stands')
    },
    Collection(_, collection) {
      if (collection.items.length <= MOST_ENTRIES) return
      add(collection, `more than ${MOST_ENTRIES} entries in one list or mapping`, 'write fewer')
    },
  })
  const [empty] = emptyPlaces(node)
  if (empty !== undefined) add(empty, EMPTY, FILL)
  return [...found.values()]
}

/** Where a section of a trusted file has no value: a missing bound would be no bound. */
export function emptyFaults({ parsed, node }: ManifestObject, section: string): Problem[] {
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === section)
  if (pair === undefined) return []
  const root = isAlias(pair.value) ? pair.value.resolve(parsed.yaml) : pair.value
  const key = isNode(pair.key) && isNull(root) ? [pair.key] : []
  const places = isNode(root) ? [...key, ...emptyPlaces(root)] : key
  return places.map((place) => fault(parsed.positionOf(place), EMPTY, FILL))
}

/** The names of fields, and the entries, that are null: readers take those for absent. */
function emptyPlaces(root: Node): Node[] {
  const places: Node[] = []
  visit(root, {
    Pair(_, { key, value }) {
      if (isNode(key) && isNull(value)) places.push(key)
    },
    Scalar(_, scalar, path) {
      if (isNull(scalar) && isSeq(path.at(-1))) places.push(scalar)
    },
  })
  return places
}

function isNull(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null)
}

function fault(at: Problem['at'], message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', at, message, hint }
}
