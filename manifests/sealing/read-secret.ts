// A v1/Secret of a manifest in; its parts, values closed, or everything that keeps it from being one out.
// What a cluster adds to an object (uid, owners, managed fields) is left behind.
import { decodeBase64 } from '../base64.ts'
import type { ManifestObject, Outcome } from '../document.ts'
import { Fields } from '../fields.ts'
import { readNamespace, readObjectName } from '../metadata.ts'
import { annotationKeyFault, labelKeyFault, labelValueFault, shownName } from '../names.ts'
import type { PlainMap } from '../plain-value.ts'
import { valueAt } from '../plain-value.ts'
import type { Problem } from '../problem.ts'
import { secretFaults, secretKeyFault } from '../secret.ts'
import { SecretValue } from '../secret-value.ts'
import { placeAnnotations } from './placement.ts'
import type { SecretToSeal } from './seal-secret.ts'

/** Whether an object is a Secret of the core group. */
export function isSecret({ apiVersion, object }: Pick<ManifestObject, 'apiVersion' | 'object'>) {
  return apiVersion === 'v1' && object.kind === 'Secret'
}

/** Reads a Secret. As for the API server, `stringData` wins over `data`. No problem holds a value. */
export function readSecret(object: ManifestObject): Outcome<SecretToSeal> {
  const problems: Problem[] = []
  const fields = Fields.of(object, problems)
  fields.only(['apiVersion', 'kind', 'metadata', 'type', 'data', 'stringData', 'immutable'])
  const metadata = fields.map('metadata')
  const name = metadata === undefined ? '' : readObjectName(metadata, 'name')
  if (name === '') metadata?.reject('name', 'is missing', 'a sealed Secret needs a name of its own')
  const secret: SecretToSeal = {
    name,
    namespace: metadata === undefined ? undefined : readNamespace(metadata, 'namespace'),
    type: fields.string('type') || 'Opaque',
    labels: readMap(metadata?.map('labels'), labelFault),
    annotations: readMap(metadata?.map('annotations'), annotationKeyFault),
    data: readData(fields, object),
    immutable: fields.flag('immutable') || undefined,
  }
  if (problems.length === 0) problems.push(...faultsOf(secret, object))
  return problems.length > 0 ? { problems } : { value: secret }
}

/** The controller would be refused what is wrong here, long after the SealedSecret was taken. */
function readMap(
  fields: Fields | undefined,
  faultOf: (key: string, value: string) => string | undefined,
): Readonly<Record<string, string>> {
  const entries = fields?.strings() ?? []
  for (const [key, value] of entries) {
    const fault = faultOf(key, value)
    if (fault !== undefined) fields?.reject(key, fault)
  }
  return Object.fromEntries(entries)
}

function labelFault(key: string, value: string): string | undefined {
  return labelKeyFault(key) ?? labelValueFault(value)
}

function readData(fields: Fields, { value }: ManifestObject): ReadonlyMap<string, SecretValue> {
  const data = new Map<string, SecretValue>()
  const encoded = readValues(fields, value, 'data', (text) => {
    const bytes = decodeBase64(text)
    return bytes && SecretValue.ofBytes(bytes)
  })
  const plain = readValues(fields, value, 'stringData', SecretValue.ofText)
  for (const [key, each] of [...encoded, ...plain]) data.set(key, each)
  return data
}

/** A key without a value has an empty one, as Go's own tools print it. */
function readValues(
  fields: Fields,
  value: PlainMap,
  name: 'data' | 'stringData',
  decode: (text: string) => SecretValue | undefined,
): (readonly [key: string, value: SecretValue])[] {
  const map = fields.map(name)
  return Object.entries(valueAt(value, name) ?? {}).flatMap(([key, written]) => {
    const text = written === null ? '' : map?.string(key)
    const decoded = text === undefined ? undefined : decode(text)
    const fault = secretKeyFault(key)
    if (fault !== undefined) map?.reject(key, `is no key of a Secret: it ${fault}`)
    if (decoded !== undefined) return [[key, decoded] as const]
    if (text !== undefined) map?.reject(key, 'is not base64', 'encode it, or use stringData')
    return []
  })
}

function faultsOf({ type, annotations, data }: SecretToSeal, { at, object }: ManifestObject) {
  const bytes = new Map([...data].map(([key, value]) => [key, value.revealBytes()]))
  return secretFaults({ type, annotations, data: bytes }).map(
    ({ message, hint }): Problem => ({
      severity: 'error',
      fault: 'input',
      at,
      object,
      message,
      hint,
    }),
  )
}

/** Shortest value, in bytes, that is looked for: shorter ones are in everything. */
const SHORTEST_SOUGHT = 12

/** What in the metadata of a Secret repeats one of its values, in the clear, as base64 or as hexadecimal digits. */
export function repeatedValues({ labels, annotations, data }: SecretToSeal): readonly string[] {
  const sought = [...data].flatMap(([key, value]) => {
    const bytes = Buffer.from(value.revealBytes())
    if (bytes.length < SHORTEST_SOUGHT) return []
    return [{ key, texts: (['utf8', 'base64', 'hex'] as const).map((as) => bytes.toString(as)) }]
  })
  const placed = placeAnnotations(annotations)
  const places = [
    ...Object.entries(labels).map(([name, text]) => ({ what: `label ${shownName(name)}`, text })),
    ...Object.entries({ ...placed.sealedSecret, ...placed.template }).map(([name, text]) => ({
      what: `annotation ${shownName(name)}`,
      text,
    })),
  ]
  return places.flatMap(({ what, text }) =>
    sought
      .filter(({ texts }) => texts.some((each) => text.includes(each)))
      .map(({ key }) => `${what} holds the value of key ${shownName(key)}`),
  )
}
