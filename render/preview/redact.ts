// Objects as plain values in; the same with every value of a Secret replaced by what may be shown out.
// What is no value of a Secret stays: names, keys, types, and whatever other kinds hold.
import { decodeBase64 } from '../../manifests/base64.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap, valueAt } from '../../manifests/plain-value.ts'
import { POD_TEMPLATE } from '../../manifests/workload.ts'
import type { RenderedSecret } from '../model.ts'
import { CHECKSUM } from '../stamp.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { ShownValue } from './model.ts'

/** Fields of a Secret that are no values (k8s.io/api core/v1). */
const OPEN_FIELDS = new Set(['apiVersion', 'kind', 'type', 'immutable'])
const DATA_FIELDS = ['data', 'stringData']
/** Those of its metadata (apimachinery meta/v1 ObjectMeta). */
const METADATA_FIELDS = new Set([
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
])
/** Client-side apply leaves the whole object in it, values and all. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const CHECKSUM_PATH = [...POD_TEMPLATE, 'metadata', 'annotations', CHECKSUM]

/** A redacted object, and the keys of a Secret with what is shown for their values. */
export interface Redacted {
  readonly content: PlainMap
  /** Absent for other kinds. */
  readonly keys?: ReadonlyMap<string, ShownValue> | undefined
  /** Whether an object of another kind holds whole Secrets. */
  readonly holdsSecrets?: boolean | undefined
}

/** As text among other text. A Secret with such values is refused by the API server: no base64. */
export function shown(value: ShownValue): string {
  return `<${'fingerprint' in value ? value.fingerprint : value.placeholder}>`
}

/**
 * Redacts an object that Git or the cluster has. Whatever its group, a `Secret` is taken for one, and so is
 * one inside an object of another kind, as those of Crossplane, Kyverno and OpenShift hold them.
 */
export function redact(object: PlainMap, fingerprint: Fingerprint): Redacted {
  if (object.kind !== 'Secret') {
    const content = redactInner(object, fingerprint)
    const holdsSecrets = content !== object
    return { content: withoutChecksum(content, fingerprint), holdsSecrets }
  }
  const keys = keysOf(object, fingerprint)
  const fields = Object.entries(object).flatMap(([name, value]): [string, unknown][] => {
    if (DATA_FIELDS.includes(name) && isPlainMap(value)) return []
    if (name === 'metadata') return [[name, metadataOf(value, fingerprint)]]
    const isOpen = OPEN_FIELDS.has(name) && !isPlainMap(value)
    return [[name, isOpen ? value : hidden(value, fingerprint)]]
  })
  const data = Object.fromEntries([...keys].map(([key, value]) => [key, shown(value)]))
  const content = Object.fromEntries([...fields, ...(keys.size > 0 ? [['data', data]] : [])])
  return { content, keys }
}

/** The same map where there is no Secret in it. */
function redactInner(map: PlainMap, fingerprint: Fingerprint): PlainMap {
  let isSame = true
  const redacted = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(redacted)
      return items.every((item, index) => item === value[index]) ? value : items
    }
    if (!isPlainMap(value)) return value
    const isSecret = value.kind === 'Secret' && DATA_FIELDS.some((name) => isPlainMap(value[name]))
    return isSecret ? redact(value, fingerprint).content : redactInner(value, fingerprint)
  }
  const fields = Object.entries(map).map(([name, value]) => {
    const field = redacted(value)
    if (field !== value) isSame = false
    return [name, field] as const
  })
  return isSame ? map : Object.fromEntries(fields)
}

/** Redacts a Secret that this run made. */
export function redactRendered(secret: RenderedSecret, fingerprint: Fingerprint): Redacted {
  const { name, namespace, labels, annotations, type, isPlaceholder } = secret
  const keys = new Map(
    [...secret.data].map(([key, value]): [string, ShownValue] => [
      key,
      isPlaceholder
        ? { placeholder: value.revealText() }
        : { fingerprint: fingerprint(value.revealBytes()) },
    ]),
  )
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    annotations,
  }
  const data = Object.fromEntries([...keys].map(([key, value]) => [key, shown(value)]))
  return { content: { apiVersion: 'v1', kind: 'Secret', metadata, type, data }, keys }
}

/** What the API server would hold: the bytes of `data`, and over them those of `stringData`. */
function keysOf({ data, stringData }: PlainMap, fingerprint: Fingerprint) {
  const entries = [...entriesOf(data, decoded), ...entriesOf(stringData, utf8)]
  const keys = entries.map(([key, bytes]): [string, ShownValue] => {
    return [key, { fingerprint: fingerprint(bytes) }]
  })
  return new Map([...new Map(keys)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function entriesOf(map: unknown, bytesOf: (text: string) => Uint8Array): [string, Uint8Array][] {
  return Object.entries(isPlainMap(map) ? map : {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? bytesOf(value) : utf8(JSON.stringify(value) ?? ''),
  ])
}

function decoded(text: string): Uint8Array {
  return decodeBase64(text) ?? utf8(text)
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** A field that no Secret has, such as one with a typo: it may be meant to hold values. */
function hidden(value: unknown, fingerprint: Fingerprint): string {
  return shown({ fingerprint: fingerprint(utf8(JSON.stringify(value) ?? '')) })
}

function metadataOf(metadata: unknown, fingerprint: Fingerprint): unknown {
  if (!isPlainMap(metadata)) return hidden(metadata, fingerprint)
  const fields = Object.entries(metadata).map(([name, value]) => [
    name,
    METADATA_FIELDS.has(name) ? value : hidden(value, fingerprint),
  ])
  const open: PlainMap = Object.fromEntries(fields)
  const applied = valueAt(open, 'annotations', LAST_APPLIED)
  if (applied === undefined) return open
  return withValue(open, ['annotations', LAST_APPLIED], redactedText(applied, fingerprint))
}

function redactedText(applied: unknown, fingerprint: Fingerprint): string {
  try {
    const object: unknown = typeof applied === 'string' ? JSON.parse(applied) : undefined
    if (isPlainMap(object) && object.kind === 'Secret') {
      return JSON.stringify(redact(object, fingerprint).content)
    }
  } catch {
    // No JSON: nobody can say what it holds.
  }
  return hidden(applied, fingerprint)
}

/** Checksums are the same in every run; in a preview nothing is. */
function withoutChecksum(object: PlainMap, fingerprint: Fingerprint): PlainMap {
  const checksum = valueAt(object, ...CHECKSUM_PATH)
  if (typeof checksum !== 'string') return object
  return withValue(object, CHECKSUM_PATH, shown({ fingerprint: fingerprint(utf8(checksum)) }))
}

/** A copy with one value set; the maps on the way are made where they are missing. */
export function withValue(
  map: PlainMap,
  [name, ...rest]: readonly string[],
  value: unknown,
): PlainMap {
  if (name === undefined) return map
  const inner = map[name]
  if (rest.length === 0) return { ...map, [name]: value }
  return { ...map, [name]: withValue(isPlainMap(inner) ? inner : {}, rest, value) }
}
