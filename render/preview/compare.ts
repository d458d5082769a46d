// The objects of two states in; what differs out, object by object.
import { operationsBetween } from '../../manifests/diff/operations.ts'
import { hunksBetween } from '../../manifests/diff/unified.ts'
import { namespaceOf, objectKey } from '../../manifests/object-key.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { compareKeys, listKeys } from './keys.ts'
import { matchObjects } from './match.ts'
import type {
  Change,
  ObjectDiff,
  PreviewKey,
  PreviewObject,
  PreviewSecret,
  PreviewWorkload,
} from './model.ts'
import type { KeyChanges } from './rolls.ts'
import { compareWorkload, describeWorkload } from './rolls.ts'
import type { SnapshotObject } from './snapshot.ts'

/** What the base is: the objects of another state, and those of the head that nobody could look up. */
export interface Base {
  readonly objects: readonly SnapshotObject[]
  readonly unseen?: ReadonlySet<SnapshotObject> | undefined
}

/** Every object as it is, where there is nothing to compare with. @param appNamespace as below. */
export function describe(
  objects: readonly SnapshotObject[],
  appNamespace: string | undefined,
): PreviewObject[] {
  return objects.map((object) => {
    const { secret, references } = object
    return {
      ...nameOf(object, appNamespace),
      secret: secret && secretOf(object, secret, listKeys(secret)),
      workload: references && describeWorkload(object, references),
    }
  })
}

/**
 * The objects of the head in their order, then those that only the base has.
 * @param appNamespace the namespace of objects that name none.
 */
export function compare(
  { objects, unseen = new Set() }: Base,
  head: readonly SnapshotObject[],
  appNamespace: string | undefined,
): PreviewObject[] {
  const keyOf = (object: SnapshotObject) => objectKey(object, appNamespace)
  const before = matchObjects(objects, head, keyOf)
  const kept = new Set(before.values())
  const pairs: Pair[] = [
    ...head.map((object) => {
      return { object, before: before.get(object), after: object, isUnseen: unseen.has(object) }
    }),
    ...objects
      .filter((object) => !kept.has(object))
      .map((object) => ({ object, before: object, isUnseen: false })),
  ]
  const compared = pairs.map((pair) => ({ pair, object: compareObject(pair, appNamespace) }))
  const keys = keyChangesOf(
    compared.map(({ object }) => object),
    appNamespace,
  )
  return compared.map(({ pair, object }) => {
    return { ...object, workload: workloadOf(pair, keys, appNamespace) }
  })
}

/** One object in the two states, and the one that it is named after: the newer. */
interface Pair {
  readonly object: SnapshotObject
  readonly before?: SnapshotObject | undefined
  readonly after?: SnapshotObject | undefined
  readonly isUnseen: boolean
}

function compareObject(pair: Pair, appNamespace: string | undefined): PreviewObject {
  const { object, before, after, isUnseen } = pair
  const secret = compareSecrets(pair)
  if (isUnseen) return { ...nameOf(object, appNamespace), change: 'unknown', secret }
  const diff = diffOf(fieldsOf(before), fieldsOf(after))
  return {
    ...nameOf(object, appNamespace),
    change: changeOf(before, after, secret, diff),
    secret,
    diff,
  }
}

function changeOf(
  before: SnapshotObject | undefined,
  after: SnapshotObject | undefined,
  secret: PreviewSecret | undefined,
  diff: ObjectDiff | undefined,
): Change {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  const changes = new Set(secret?.keys.map(({ change }) => change))
  for (const change of ['same', 'unknown'] as const) changes.delete(change)
  if (diff !== undefined || changes.size > 0) return 'changed'
  const isUnknown = secret?.keys.some(({ change }) => change === 'unknown') ?? false
  return isUnknown ? 'unknown' : 'same'
}

function compareSecrets({ object, before, after, isUnseen }: Pair): PreviewSecret | undefined {
  const [old, current] = [before?.secret, after?.secret]
  const secret = current ?? old
  if (secret === undefined) return undefined
  if (isUnseen) {
    const keys = listKeys(secret).map((key): PreviewKey => ({ ...key, change: 'unknown' }))
    return secretOf(object, secret, keys)
  }
  const isMoved =
    old?.origin !== undefined &&
    current?.origin !== undefined &&
    placeOf(old.origin) !== placeOf(current.origin)
  const compared = compareKeys(old, current)
  // Phase has the same keys for both, whatever the repository says of them.
  const isSame = !isMoved && old?.naming === current?.naming && !secret.isComplete
  const keys = isSame && old ? compared.map(asSame) : compared
  return { ...secretOf(object, secret, keys), originBefore: isMoved ? old.origin : undefined }
}

function asSame({ key, value, before }: PreviewKey): PreviewKey {
  return { key, change: 'same', value: value ?? before }
}

/** Where a Secret comes from, without where that is written. */
function placeOf({ host, app, environment, path, tag }: NonNullable<PreviewSecret['origin']>) {
  return JSON.stringify([host, app, environment, path, tag])
}

function secretOf(
  { content }: SnapshotObject,
  { origin, isComplete }: NonNullable<SnapshotObject['secret']>,
  keys: readonly PreviewKey[],
): PreviewSecret {
  const type = typeof content.type === 'string' ? content.type : 'Opaque'
  return { type, origin, keys, isComplete }
}

/** What a diff shows: everything but the keys of a Secret, which have their own list. */
function fieldsOf(object: SnapshotObject | undefined): PlainMap | undefined {
  if (object?.secret === undefined) return object?.content
  return Object.fromEntries(Object.entries(object.content).filter(([name]) => name !== 'data'))
}

function diffOf(before: PlainMap | undefined, after: PlainMap | undefined): ObjectDiff | undefined {
  const operations =
    before !== undefined && after !== undefined
      ? operationsBetween(before, after)
      : [
          {
            op: after === undefined ? ('remove' as const) : ('add' as const),
            path: '',
            value: after,
          },
        ]
  if (operations.length === 0) return undefined
  return { operations, hunks: hunksBetween(before, after) }
}

/** Secrets and workloads are always in a namespace; of other kinds nobody knows here. */
function nameOf(object: SnapshotObject, appNamespace: string | undefined): PreviewObject {
  const { apiVersion, kind, name, at, part, secret, references } = object
  const isNamespaced = secret !== undefined || references !== undefined
  const namespace = (isNamespaced && (object.namespace || appNamespace)) || object.namespace
  return { apiVersion, kind, namespace, name, at, part }
}

/** What became of the keys of every Secret, by namespace and name. */
function keyChangesOf(
  objects: readonly PreviewObject[],
  appNamespace: string | undefined,
): ReadonlyMap<string, KeyChanges> {
  const secrets = objects.filter(({ kind, secret }) => kind === 'Secret' && secret !== undefined)
  const byNamespace = Map.groupBy(secrets, (object) => namespaceOf(object, appNamespace))
  return new Map(
    [...byNamespace].map(([namespace, group]) => [
      namespace,
      new Map(group.map(({ name, secret }) => [name, keysOf(secret)])),
    ]),
  )
}

/** With `*` for the keys that nobody knows, if they come from another place now. */
function keysOf(secret: PreviewSecret | undefined): readonly PreviewKey[] {
  const isOpen = secret?.isComplete === false && secret.originBefore !== undefined
  const keys = secret?.keys ?? []
  return isOpen ? [...keys, { key: '*', change: 'unknown' }] : keys
}

function workloadOf(
  { object, before, after, isUnseen }: Pair,
  keys: ReadonlyMap<string, KeyChanges>,
  appNamespace: string | undefined,
): PreviewWorkload | undefined {
  if (object.references === undefined) return undefined
  if (before === undefined || after === undefined || isUnseen) {
    const workload = describeWorkload(object, object.references)
    return { ...workload, rolls: isUnseen ? 'unknown' : 'no' }
  }
  const changes = keys.get(namespaceOf(object, appNamespace)) ?? new Map()
  return compareWorkload(before, after, changes)
}
