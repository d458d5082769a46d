// The objects of a head and what a cluster has of them in; both sides reduced to what Argo CD compares, out.
import type { LiveOptions } from '../../manifests/diff/live.ts'
import { comparable } from '../../manifests/diff/live.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap, stringsAt, valueAt } from '../../manifests/plain-value.ts'
import { placeAnnotations } from '../../manifests/sealing/placement.ts'
import type { Base } from './compare.ts'
import type { Fingerprint } from './fingerprint.ts'
import { redact } from './redact.ts'
import type { SnapshotObject } from './snapshot.ts'

/** What was found out about one object of the head. */
export type Found =
  /** As the API server answered. */
  | { readonly object: PlainMap; readonly options: LiveOptions }
  /** There is none. */
  | 'missing'
  /** Nobody could look, or nobody looked. */
  | 'unseen'

/** An object that is managed now and no longer in the head; of its fields nothing is known. */
export type Gone = Pick<SnapshotObject, 'apiVersion' | 'kind' | 'namespace' | 'name'>

/** Both sides of a comparison with a cluster. */
export interface LiveComparison {
  readonly base: Base
  readonly head: readonly SnapshotObject[]
}

/** @param found by the object of the head; those that are absent were not looked for. */
export function compareWithLive(
  head: readonly SnapshotObject[],
  found: ReadonlyMap<SnapshotObject, Found>,
  gone: readonly Gone[],
  fingerprint: Fingerprint,
): LiveComparison {
  const base: SnapshotObject[] = gone.map(stubOf)
  const unseen = new Set<SnapshotObject>()
  const reduced = head.map((object) => {
    const answer = found.get(object) ?? 'unseen'
    if (answer === 'unseen') unseen.add(object)
    if (typeof answer === 'string') return object
    const live = redact(answer.object, fingerprint)
    const made = object.isSealed ? withoutSealedSecret(object.content) : object.content
    const sides = comparable(made, live.content, answer.options)
    base.push(reduce({ ...object, at: undefined }, sides.live, live.keys))
    return reduce(object, sides.desired, object.secret?.keys)
  })
  return { base: { objects: base, unseen }, head: reduced }
}

/** What the controller puts into the Secret: annotations that stay on the SealedSecret are none of it. */
function withoutSealedSecret(content: PlainMap): PlainMap {
  const { metadata } = content
  if (!isPlainMap(metadata)) return content
  const { template } = placeAnnotations(stringsAt(metadata, 'annotations'))
  return { ...content, metadata: { ...metadata, annotations: template } }
}

/** The object with what is left of it; of the keys of a Secret those that are left too. */
function reduce(
  object: SnapshotObject,
  content: PlainMap,
  keys: NonNullable<SnapshotObject['secret']>['keys'] = new Map(),
): SnapshotObject {
  const { secret } = object
  if (secret === undefined) return { ...object, content }
  const data = valueAt(content, 'data')
  const left = new Map([...keys].filter(([key]) => isPlainMap(data) && Object.hasOwn(data, key)))
  return { ...object, content, secret: { ...secret, keys: left } }
}

function stubOf({ apiVersion, kind, namespace, name }: Gone): SnapshotObject {
  const metadata = namespace === undefined ? { name } : { name, namespace }
  const content = { apiVersion, kind, metadata }
  return { apiVersion, kind, namespace, name, part: 'passed', content }
}
