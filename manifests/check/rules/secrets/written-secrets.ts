// Facts in; the Secrets that are written out in the manifests, with what stands in them, out. Values go into
// questions about them and never into an answer.
import { decodeBase64 } from '../../../base64.ts'
import type { ManifestObject } from '../../../document.ts'
import { isPlainMap, stringsAt } from '../../../plain-value.ts'
import type { Facts } from '../../facts.ts'
import { namespaceIn } from '../../facts.ts'
import type { Found } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'

/** One entry of `data` or `stringData`. */
export interface Entry {
  readonly field: 'data' | 'stringData'
  readonly key: string
  readonly value: unknown
}

/** A v1 Secret. */
export interface WrittenSecret {
  readonly object: ManifestObject
  readonly namespace: string
  readonly name: string
  /** As the API server fills it in. */
  readonly type: string
  readonly annotations: Readonly<Record<string, string>>
  readonly entries: readonly Entry[]
}

const known = new WeakMap<Facts, readonly WrittenSecret[]>()

/** All of them, in their order; found once. */
export function writtenSecrets(facts: Facts): readonly WrittenSecret[] {
  const secrets = known.get(facts) ?? facts.objects.flatMap((object) => read(facts, object))
  known.set(facts, secrets)
  return secrets
}

function read(facts: Facts, object: ManifestObject): WrittenSecret[] {
  const { kind, name } = object.object
  if (kind !== 'Secret' || object.apiVersion !== 'v1') return []
  const { type } = object.value
  return [
    {
      object,
      namespace: namespaceIn(facts, object),
      name: name ?? '',
      type: typeof type === 'string' && type !== '' ? type : 'Opaque',
      annotations: stringsAt(object.value, 'metadata', 'annotations'),
      entries: (['data', 'stringData'] as const).flatMap((field) => {
        const map = object.value[field]
        const pairs = isPlainMap(map) ? Object.entries(map) : []
        return pairs.map(([key, value]) => ({ field, key, value }))
      }),
    },
  ]
}

/** The bytes of an entry; undefined where the API server takes it for none. */
export function bytesOf({ field, value }: Entry): Uint8Array | undefined {
  if (value === null) return new Uint8Array()
  if (typeof value !== 'string') return undefined
  return field === 'data' ? decodeBase64(value) : Buffer.from(value)
}

/** Whether nothing is written there. */
export function isEmpty({ value }: Entry): boolean {
  return value === null || value === ''
}

/** A finding of a Secret, at the field under `path`. */
export function secretFound(
  { object, namespace, name }: WrittenSecret,
  path: FieldPath,
  said: Omit<Found, 'at' | 'object' | 'secrets'>,
): Found {
  return {
    ...said,
    at: placeOf(object, path),
    object: objectName({ ...object.object, namespace }),
    secrets: name === '' ? [] : [{ namespace, name }],
  }
}
