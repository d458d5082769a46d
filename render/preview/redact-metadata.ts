// The metadata of a Secret in; the same with whatever may hold a value hidden out: what has not the shape
// that Kubernetes gives a field, copies of the object that tools leave in annotations, and repeated values.
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap } from '../../manifests/plain-value.ts'

/** Makes what is shown in the place of something. */
export type Hide = (value: unknown) => string

/** Whether a text of an annotation or label repeats a value. */
export type Repeats = (text: string) => boolean

type Reader = (value: unknown, hide: Hide, repeats: Repeats) => unknown

/** UTF-16 units. Shorter values are words that a label may well have too. */
const SHORTEST_REPEATED = 8
/** Comparisons of characters; above that nobody looks, and the text is hidden. */
const MOST_WORK = 50_000_000
/** A map or list as JSON; base64 of one, and of what gzip makes (Rancher's objectset, kapp, Helm). */
const SERIALISED = /^\s*[{[]|^(?:eyJ|W3s|H4sI)/
/** ManagedFieldsEntry and OwnerReference (apimachinery meta/v1). */
const MANAGER_FIELDS = ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'subresource']
const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion']
/** Levels of fieldsV1. */
const DEEPEST_FIELD = 50

const scalar: Reader = (value, hide) => (isScalar(value) ? value : hide(value))

/** Those of ObjectMeta (apimachinery meta/v1). */
const FIELDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation']
    .concat('creationTimestamp', 'deletionTimestamp')
    .map((name): [string, Reader] => [name, scalar]),
  ['labels', texts],
  ['annotations', texts],
  ['finalizers', (value, hide) => listOf(value, hide, (each) => scalar(each, hide, never))],
  [
    'ownerReferences',
    (value, hide) =>
      listOf(value, hide, (each) => fieldsOf(each, OWNER_FIELDS, hide, (more) => hide(more))),
  ],
  [
    'managedFields',
    (value, hide) =>
      listOf(value, hide, (each) =>
        fieldsOf(each, MANAGER_FIELDS, hide, (more, name) =>
          name === 'fieldsV1' ? namesIn(more, hide, 0) : hide(more),
        ),
      ),
  ],
])

/** @param repeats see `repeatsOf`. */
export function openMetadata(metadata: unknown, hide: Hide, repeats: Repeats): unknown {
  if (!isPlainMap(metadata)) return hide(metadata)
  return mapValues(metadata, (value, name) => {
    const read = FIELDS.get(name)
    return read === undefined ? hide(value) : read(value, hide, repeats)
  })
}

/** @param values as they are, and as they are written. */
export function repeatsOf(values: readonly string[]): Repeats {
  const long = [...new Set(values)].filter(({ length }) => length >= SHORTEST_REPEATED)
  return (text) =>
    text.length >= SHORTEST_REPEATED &&
    (text.length * long.length > MOST_WORK || long.some((value) => text.includes(value)))
}

function texts(value: unknown, hide: Hide, repeats: Repeats): unknown {
  if (value === null) return value
  if (!isPlainMap(value)) return hide(value)
  return mapValues(value, (text) => {
    const isOpen = isScalar(text) && !SERIALISED.test(String(text)) && !repeats(String(text))
    return isOpen ? text : hide(text)
  })
}

function fieldsOf(
  value: unknown,
  scalars: readonly string[],
  hide: Hide,
  other: (value: unknown, name: string) => unknown,
): unknown {
  if (!isPlainMap(value)) return hide(value)
  return mapValues(value, (field, name) =>
    scalars.includes(name) && isScalar(field) ? field : other(field, name),
  )
}

/** The maps of fieldsV1: all of it is names, and nothing stands where a value would. */
function namesIn(value: unknown, hide: Hide, depth: number): unknown {
  if (!isPlainMap(value) || depth > DEEPEST_FIELD) return hide(value)
  return mapValues(value, (inner) => namesIn(inner, hide, depth + 1))
}

function listOf(value: unknown, hide: Hide, item: (each: unknown) => unknown): unknown {
  if (value === null) return value
  return Array.isArray(value) ? value.map(item) : hide(value)
}

function mapValues(map: PlainMap, change: (value: unknown, name: string) => unknown): PlainMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]))
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function never(): boolean {
  return false
}
