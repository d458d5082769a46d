// Objects as plain values in; the same with every value of a Secret replaced by what may be shown out.
// What is no value of a Secret stays: names, keys, types, and whatever other kinds hold.
import { decodeBase64 } from '../../manifests/base64.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap, valueAt } from '../../manifests/plain-value.ts'
import { POD_TEMPLATE } from '../../manifests/workload.ts'
import type { RenderedSecret } from '../model.ts'
import { CHECKSUM } from '../stamp.ts'
import { appliedWithoutSecrets, isSecret, LAST_APPLIED, withoutSecrets } from './embedded.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { ShownValue } from './model.ts'
import { openMetadata, repeatsOf } from './redact-metadata.ts'

/** Fields of a Secret that are no values (k8s.io/api core/v1). */
const OPEN_FIELDS = new Set(['apiVersion', 'kind', 'type', 'immutable'])
const DATA_FIELDS = ['data', 'stringData']
const CHECKSUM_PATH = [...POD_TEMPLATE, 'metadata', 'annotations', CHECKSUM]

/** A redacted object, and the keys of a Secret with what is shown for their values. */
export interface Redacted {
  readonly content: PlainMap
  /** Absent for other kinds. */
  readonly keys?: ReadonlyMap<string, ShownValue> | undefined
  /** Another kind, with a Secret somewhere in it. */
  readonly holdsSecret?: true | undefined
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
  if (!isSecret(object)) return redactOther(object, fingerprint)
  const keys = keysOf(object, fingerprint)
  const fields = Object.entries(object).flatMap(([name, value]): [string, unknown][] => {
    if (DATA_FIELDS.includes(name) && isPlainMap(value)) return []
    if (name === 'metadata') return [[name, metadataOf(value, textsOf(object), fingerprint)]]
    const isOpen = OPEN_FIELDS.has(name) && (typeof value !== 'object' || value === null)
    return [[name, isOpen ? value : hidden(value, fingerprint)]]
  })
  const data = Object.fromEntries([...keys].map(([key, value]) => [key, shown(value)]))
  const content = Object.fromEntries([...fields, ...(keys.size > 0 ? [['data', data]] : [])])
  return { content, keys }
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
    typeof value === 'string' ? bytesOf(value) : utf8(jsonOf(value)),
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
  return shown({ fingerprint: fingerprint(utf8(jsonOf(value))) })
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // Deeper than the stack holds, or larger than a text may be.
    return ''
  }
}

/** The values as they are, and as they are written. */
function textsOf({ data, stringData }: PlainMap): string[] {
  const all = [data, stringData].flatMap((map) => (isPlainMap(map) ? Object.values(map) : []))
  const written = all.filter((value) => typeof value === 'string')
  return [...written, ...written.map((text) => Buffer.from(decoded(text)).toString('utf8'))]
}

function metadataOf(
  metadata: unknown,
  values: readonly string[],
  fingerprint: Fingerprint,
): unknown {
  const hide = (value: unknown) => hidden(value, fingerprint)
  const open = openMetadata(metadata, hide, repeatsOf(values))
  const applied = valueAt(metadata, 'annotations', LAST_APPLIED)
  if (applied === undefined || !isPlainMap(open)) return open
  return withValue(open, ['annotations', LAST_APPLIED], redactedText(applied, fingerprint))
}

function redactedText(applied: unknown, fingerprint: Fingerprint): string {
  try {
    const object: unknown = typeof applied === 'string' ? JSON.parse(applied) : undefined
    if (isPlainMap(object) && isSecret(object)) {
      return JSON.stringify(redact(object, fingerprint).content)
    }
  } catch {
    // No JSON: nobody can say what it holds.
  }
  return hidden(applied, fingerprint)
}

/** Another kind: some, such as a template, hold whole Secrets. */
function redactOther(object: PlainMap, fingerprint: Fingerprint): Redacted {
  const redactSecret = (secret: PlainMap) => redact(secret, fingerprint).content
  const open = withoutSecrets(object, redactSecret)
  const content = withoutChecksum(open, fingerprint)
  const applied = appliedWithoutSecrets(object, redactSecret)
  if (applied === undefined) return open === object ? { content } : { content, holdsSecret: true }
  const path = ['metadata', 'annotations', LAST_APPLIED]
  return { content: withValue(content, path, applied), holdsSecret: true }
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
