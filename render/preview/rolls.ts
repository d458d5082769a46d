// A workload in two states, and what became of the Secrets in; whether its pods are replaced, and why.
import { operationsBetween } from '../../manifests/diff/operations.ts'
import { isPlainMap, valueAt } from '../../manifests/plain-value.ts'
import type { SecretReference } from '../../manifests/secret-references.ts'
import { POD_TEMPLATE } from '../../manifests/workload.ts'
import { CHECKSUM } from '../stamp.ts'
import type { PreviewKey, PreviewWorkload, RollReason, SecretUse } from './model.ts'
import type { SnapshotObject } from './snapshot.ts'

/** What became of the keys of each Secret in the namespace of a workload, by the Secret's name. */
export type KeyChanges = ReadonlyMap<string, readonly PreviewKey[]>

const POINTER = `/${POD_TEMPLATE.join('/')}`
const CHECKSUM_POINTER = `/metadata/annotations/${CHECKSUM.replaceAll('/', '~1')}`
/** Kinds that leave running pods alone when their template changes. */
const PASSIVE = ['ReplicaSet', 'ReplicationController']

/** What is told of a workload that is compared with nothing, or is new. */
export function describeWorkload(
  { part }: SnapshotObject,
  references: readonly SecretReference[],
): PreviewWorkload {
  return { uses: usesOf(references), isStamped: part === 'stamped', because: [], missed: [] }
}

/** What a change does to a workload that both states have. */
export function compareWorkload(
  before: SnapshotObject,
  after: SnapshotObject,
  changes: KeyChanges,
): PreviewWorkload {
  const { references = [] } = after
  const described = describeWorkload(after, references)
  const [old, current] = [before, after].map(({ content }) => templateOf(content))
  const operations = operationsBetween(old ?? {}, current ?? {})
  const [checksums, others] = partition(operations, ({ path }) => path === CHECKSUM_POINTER)
  const fields = others.map(({ path }) => ({ pointer: `${POINTER}${path}` }))
  const keys = reasonsOf(described.uses, changes)
  const isReplaced = checksums.some(({ op }) => op === 'replace')
  const starts = isReplaced ? [] : checksums.map(({ path }) => ({ pointer: `${POINTER}${path}` }))
  const because = [...(isReplaced ? keys : []), ...starts, ...fields]
  const certain = [...starts, ...fields, ...(isReplaced ? keys.filter(isCertain) : [])]
  if (operations.length === 0) {
    // Where keys are not known, neither is the checksum.
    const mayRoll = described.isStamped && keys.some((key) => !isCertain(key))
    if (mayRoll) return { ...described, rolls: 'unknown', because: keys, missed: [] }
    return { ...described, rolls: 'no', because: [], missed: keys }
  }
  // A Job's pods run once, from the template that it was made with.
  if (after.kind === 'Job') return { ...described, rolls: 'no' }
  const how = waitsForDeletion(after) ? 'on-delete' : 'yes'
  return { ...described, rolls: certain.length > 0 ? how : 'unknown', because, missed: [] }
}

function isCertain(reason: RollReason): boolean {
  return 'pointer' in reason || reason.change !== 'unknown'
}

function templateOf(content: SnapshotObject['content']): object | undefined {
  const template = valueAt(content, ...POD_TEMPLATE)
  return isPlainMap(template) ? template : undefined
}

/** Each Secret once, with all keys that any place of the template reads. */
function usesOf(references: readonly SecretReference[]): SecretUse[] {
  return [...Map.groupBy(references, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([secret, places]) => {
      if (places.some(({ keys }) => keys === 'all')) return { secret, keys: 'all' }
      return { secret, keys: [...new Set(places.flatMap(({ keys }) => keys))].sort() }
    })
}

/** Every change of a key that the workload reads, under its old name or its new one. */
function reasonsOf(uses: readonly SecretUse[], changes: KeyChanges): RollReason[] {
  return uses.flatMap(({ secret, keys }) => {
    const reads = (key: string | undefined) =>
      key !== undefined && (keys === 'all' || keys.includes(key))
    return (changes.get(secret) ?? []).flatMap(({ key, renamedFrom, change = 'same' }) =>
      change !== 'same' && (reads(key) || reads(renamedFrom)) ? [{ secret, key, change }] : [],
    )
  })
}

/** Whether a changed template reaches a pod only when somebody deletes it. */
function waitsForDeletion({ kind, content }: SnapshotObject): boolean {
  return PASSIVE.includes(kind) || valueAt(content, 'spec', 'updateStrategy', 'type') === 'OnDelete'
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
