// Documents in; the objects that rendering has to look into, parsed, and the identity of
// everything else out. Most documents of a stream are only glanced at.
import type { Document, ManifestObject } from '../manifests/document.ts'
import { identify } from '../manifests/identity.ts'
import { mayMatter } from '../manifests/may-matter.ts'
import { objectsOf } from '../manifests/objects.ts'
import { parse } from '../manifests/parse.ts'
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

/** Looks through a stream. A broken document that cannot be ours is left to Argo CD. */
export function takeStock(documents: readonly Document[]): Inventory {
  const matters = mayMatter(MARKERS)
  const objects: ManifestObject[] = []
  const identities: Identified[] = []
  const problems: Problem[] = []
  const glanced = new Map<Identified, Document>()
  const look = (document: Document, isOurs: boolean): readonly ManifestObject[] => {
    const parsed = parse(document)
    if ('problems' in parsed) {
      if (isOurs) problems.push(...parsed.problems)
      return []
    }
    const found = objectsOf(parsed.value)
    problems.push(...found.problems)
    return found.objects
  }
  for (const document of documents) {
    const identified = glance(document, matters)
    if (identified === 'nothing') continue
    if (identified !== 'look') {
      identities.push(identified)
      glanced.set(identified, document)
      continue
    }
    const found = look(document, matters(document))
    objects.push(...found)
    identities.push(...found)
  }
  for (const [identified, document] of glanced) {
    if (isReferenced(identified, objects)) objects.push(...look(document, true))
  }
  return { objects, identities, problems }
}

/** The identity of a document that need not be parsed, if it is whole; `look` if only a parser can tell. */
function glance(
  document: Document,
  matters: (document: Document) => boolean,
): Identified | 'look' | 'nothing' {
  const identity = identify(document)
  if (identity === 'empty') return 'nothing'
  if (identity === 'unknown' || identity.kind?.endsWith('List') || matters(document)) return 'look'
  const { apiVersion, kind, namespace, name, generateName } = identity
  if (!apiVersion || !kind || !(name || generateName)) return 'look'
  const at = { file: document.file, line: document.line, column: 1 }
  return { apiVersion, object: { kind, namespace, name }, at }
}

/** Whether a Rollout names this Deployment, which then carries the Rollout's pod template. */
function isReferenced({ object }: Identified, objects: readonly ManifestObject[]): boolean {
  return (
    object.kind === 'Deployment' &&
    objects.some((other) => workloadReference(other)?.name === object.name)
  )
}
