// Documents in; the objects that rules look into out, parsed, and the identity of all others. Most
// documents of a large stream are only glanced at.
import type { Document, ManifestObject } from '../document.ts'
import { identify } from '../identity.ts'
import { mayMatter } from '../may-matter.ts'
import { objectsOf } from '../objects.ts'
import { parse } from '../parse.ts'
import type { ObjectName, Position, Problem } from '../problem.ts'
import { wholeFile } from '../problem.ts'
import type { GroupKind } from '../workload.ts'

/** Bytes of all documents that are parsed: the parser needs a hundred times as much memory. */
const MOST_BYTES = 32 * 1024 * 1024

/** Kinds that some rule looks into, of any group. */
const WANTED = new Set([
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ServiceAccount', 'Secret'],
  ...['Pod', 'ReplicationController', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  ...['Job', 'CronJob', 'Rollout', 'PhaseSecret', 'SealedSecret', 'ExternalSecret'],
  ...['AppProject', 'Application', 'ApplicationSet'],
])

/** Words of documents that are looked into whatever their kind. */
const MARKERS = ['secrets.phase.dev', 'rbac.authorization.k8s.io', 'KubeEtcdEncryptionConfig']

/** An object that nobody looked into. */
export interface SeenObject {
  readonly apiVersion: string
  readonly object: ObjectName
  readonly at: Position
}

/** What a stream holds. */
export interface ReadObjects {
  readonly objects: readonly ManifestObject[]
  /** All objects, those parsed too. */
  readonly seen: readonly SeenObject[]
  readonly problems: readonly Problem[]
}

/**
 * Reads a stream. What cannot be read is an error if a rule might have looked into it.
 * @param kinds more kinds that run pods.
 * @param words more words of documents that are looked into.
 */
export function readObjects(
  documents: readonly Document[],
  kinds: readonly GroupKind[] = [],
  words: readonly string[] = [],
): ReadObjects {
  const wanted = new Set([...WANTED, ...kinds.map(({ kind }) => kind)])
  const matters = mayMatter([...MARKERS, ...words])
  const objects: ManifestObject[] = []
  const seen: SeenObject[] = []
  const problems: Problem[] = []
  let bytes = 0
  for (const document of documents) {
    const glanced = glance(document)
    if (glanced === 'empty') continue
    const isPassed = typeof glanced !== 'string' && !wanted.has(glanced.object.kind)
    if (isPassed && !glanced.object.kind.endsWith('List') && !matters(document)) {
      seen.push(glanced)
      continue
    }
    bytes += document.body.length
    if (bytes > MOST_BYTES) {
      problems.push(tooMuch(document))
      break
    }
    const found = read(document)
    for (const problem of found.problems) problems.push(problem)
    for (const object of found.objects) {
      objects.push(object)
      seen.push(object)
    }
  }
  return { objects, seen, problems }
}

function glance(document: Document): SeenObject | 'empty' | 'unknown' {
  const identity = identify(document)
  if (typeof identity === 'string') return identity
  const { apiVersion, kind, namespace, name } = identity
  if (!apiVersion || !kind) return 'unknown'
  const at = { file: document.file, line: Math.max(document.line, 1), column: 1 }
  return { apiVersion, object: { kind, namespace, name }, at }
}

function read(document: Document): Pick<ReadObjects, 'objects' | 'problems'> {
  const parsed = parse(document)
  if ('problems' in parsed) return { objects: [], problems: parsed.problems }
  return objectsOf(parsed.value)
}

function tooMuch({ file }: Document): Problem {
  const at = wholeFile(file)
  const message = 'there is more to check than can be read, from this file on'
  return { severity: 'error', fault: 'input', at, message, hint: 'check a folder that holds less' }
}
