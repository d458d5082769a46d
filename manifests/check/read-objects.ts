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
import { light } from './light-object.ts'

/** Bytes of one document: the parser needs 150 times as much memory. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024
/** Bytes of all documents that are looked into. */
const MOST_BYTES = 64 * 1024 * 1024

/** Kinds that some rule looks into, of any group. */
const WANTED = new Set([
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ServiceAccount', 'Secret'],
  ...['Pod', 'ReplicationController', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  ...['Job', 'CronJob', 'Rollout', 'PhaseSecret', 'SealedSecret', 'ExternalSecret'],
  ...['AppProject', 'Application', 'ApplicationSet', 'Certificate', 'ClusterExternalSecret'],
])

/** Words of documents that are looked into whatever their kind. */
const MARKERS = ['secrets.phase.dev', 'rbac.authorization.k8s.io']

/** Files of nodes: no objects, and without a name. Who reads them reads the document. */
const NODE_FILES = new Set([
  'EncryptionConfiguration',
  'EncryptionConfig',
  'KubeEtcdEncryptionConfig',
])

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
 * @param take gets each object that is looked into, with its tree: of what is returned it is parsed anew.
 */
export function readObjects(
  documents: readonly Document[],
  kinds: readonly GroupKind[],
  words: readonly string[],
  take: (object: ManifestObject, kept: ManifestObject) => void,
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
    if (typeof glanced !== 'string' && NODE_FILES.has(glanced.object.kind)) continue
    const isPassed = typeof glanced !== 'string' && !wanted.has(glanced.object.kind)
    if (isPassed && !mayBeList(glanced, document) && !matters(document)) {
      seen.push(glanced)
      continue
    }
    if (document.body.length > LARGEST_DOCUMENT) {
      problems.push(tooLarge(document))
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
      const kept = light(object)
      take(object, kept)
      objects.push(kept)
      seen.push(kept)
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

/** Whatever has `items` at its root is a list to Argo CD: what is in it may be of any kind. */
function mayBeList({ object }: SeenObject, { body }: Document): boolean {
  if (object.kind.endsWith('List')) return true
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  return bytes.indexOf(ITEMS) === 0 || bytes.includes(LINE_OF_ITEMS)
}

const ITEMS = Buffer.from('items')
const LINE_OF_ITEMS = Buffer.from('\nitems')

function read(document: Document): Pick<ReadObjects, 'objects' | 'problems'> {
  const parsed = parse(document)
  if ('problems' in parsed) return { objects: [], problems: parsed.problems }
  return objectsOf(parsed.value)
}

function tooLarge({ file, line }: Document): Problem {
  const at = { file, line: Math.max(line, 1), column: 1 }
  const message = 'a document that has to be looked into is larger than 4 MiB'
  return { severity: 'error', fault: 'input', at, message, hint: 'split it' }
}

function tooMuch({ file }: Document): Problem {
  const at = wholeFile(file)
  const message = 'there is more to check than can be read, from this file on'
  return { severity: 'error', fault: 'input', at, message, hint: 'check a folder that holds less' }
}
