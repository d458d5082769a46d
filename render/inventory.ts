// Documents in; the objects that rendering has to look into, parsed, and the identity of
// everything else out. Most documents of a stream are only glanced at.
import type { Document, ManifestObject } from '../manifests/document.ts'
import { identify } from '../manifests/identity.ts'
import { hasMoreThanOneValue } from '../manifests/json-values.ts'
import { mayMatter } from '../manifests/may-matter.ts'
import type { ObjectName, Position, Problem } from '../manifests/problem.ts'
import { workloadReference } from '../manifests/workload.ts'

/** Words without which a document is neither a PhaseSecret nor a workload that opted in. */
const MARKERS = ['secrets.phase.dev', 'PhaseSecret']

/** One object of the stream, as Kubernetes tells objects apart. */
export interface Identified {
  readonly apiVersion: string
  /** `name` is absent where the API server generates one. */
  readonly object: ObjectName
  readonly at: Position
}

/** What a stream holds. */
export interface Inventory {
  /** The objects of all parsed documents: every PhaseSecret, every workload that can be stamped, and some that do no harm. */
  readonly objects: readonly ManifestObject[]
  /** All objects, parsed or not. */
  readonly identities: readonly Identified[]
  readonly problems: readonly Problem[]
}

/**
 * Looks through a stream. A broken document that cannot be ours is left to Argo CD.
 * @param isWanted which objects are looked into although they hold none of the words.
 */
export async function takeStock(
  documents: readonly Document[],
  isWanted: (object: Identified) => boolean,
): Promise<Inventory> {
  const matters = mayMatter(MARKERS)
  const glances = documents.map((document) => {
    const seen = glance(document, matters)
    return { document, seen: typeof seen !== 'string' && isWanted(seen) ? ('look' as const) : seen }
  })
  const identities: Identified[] = []
  const unread: Glance[] = []
  for (const each of glances) {
    if (each.seen === 'look') unread.push(each)
    else if (each.seen !== 'nothing') identities.push(each.seen)
  }
  if (unread.length === 0) return { objects: [], identities, problems: [] }
  const { parse, objectsOf } = await import('../manifests/inside.ts')
  const read = ({ document }: Glance): Omit<Inventory, 'identities'> => {
    if (hasMoreThanOneValue(document)) return { objects: [], problems: [moreThanOne(document)] }
    const parsed = parse(document)
    if ('value' in parsed) return objectsOf(parsed.value)
    return { objects: [], problems: matters(document) ? parsed.problems : [] }
  }
  const found = unread.map(read)
  const objects = found.flatMap((each) => each.objects)
  identities.push(...objects)
  const referenced = glances.filter(({ seen }) => isReferenced(seen, objects)).map(read)
  return {
    objects: [...objects, ...referenced.flatMap((each) => each.objects)],
    identities,
    problems: found.flatMap((each) => each.problems),
  }
}

function moreThanOne({ file, line }: Document): Problem {
  const message = 'more than one JSON value in one document: Argo CD would drop all but the first'
  const at = { file, line, column: 1 }
  return { severity: 'error', fault: 'input', at, message, hint: 'put each into its own file' }
}

/** A document and what could be told of it without parsing. */
interface Glance {
  readonly document: Document
  readonly seen: Identified | 'look' | 'nothing'
}

/** The identity of a document that need not be parsed, if it is whole; `look` if only a parser can tell. */
function glance(document: Document, matters: (document: Document) => boolean): Glance['seen'] {
  const identity = identify(document)
  if (identity === 'empty') return 'nothing'
  if (identity === 'unknown' || identity.kind?.endsWith('List') || matters(document)) return 'look'
  const { apiVersion, kind, namespace, name, generateName } = identity
  if (!apiVersion || !kind || !(name || generateName)) return 'look'
  const at = { file: document.file, line: Math.max(document.line, 1), column: 1 }
  return { apiVersion, object: { kind, namespace, name }, at }
}

/** Whether a Rollout names this Deployment, which then carries the Rollout's pod template. */
function isReferenced(seen: Glance['seen'], objects: readonly ManifestObject[]): boolean {
  if (typeof seen === 'string' || seen.object.kind !== 'Deployment') return false
  return objects.some((other) => workloadReference(other)?.name === seen.object.name)
}
