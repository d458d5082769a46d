// A SealedSecret in; its YAML or JSON out, the same text for the same object. Empty maps and absent
// fields are left out.
import { printBlock, printFlow } from '../print.ts'
import type { SealedSecretObject } from './seal-secret.ts'

/** Block YAML with a final newline. */
export function printSealedSecretYaml(sealed: SealedSecretObject): string {
  return printBlock(fieldsOf(sealed), '')
}

/** One line of JSON, without a newline. */
export function printSealedSecretJson(sealed: SealedSecretObject): string {
  return printFlow(fieldsOf(sealed))
}

function fieldsOf({ apiVersion, kind, metadata, spec }: SealedSecretObject) {
  const { type, immutable } = spec.template
  const { labels, annotations } = spec.template.metadata
  const made = compact([
    ['labels', sorted(labels)],
    ['annotations', sorted(annotations)],
  ])
  const { name, namespace } = metadata
  const own = compact([
    ['name', name],
    ['namespace', namespace],
    ['annotations', sorted(metadata.annotations)],
  ])
  const template = compact([
    ['type', type],
    ['metadata', made],
    ['immutable', immutable],
  ])
  const body = new Map<string, unknown>([
    // Required by the CRD, also where there is none.
    ['encryptedData', spec.encryptedData],
    ['template', template],
  ])
  return new Map<string, unknown>(Object.entries({ apiVersion, kind, metadata: own, spec: body }))
}

function compact(entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, unknown> {
  return new Map(
    entries.filter(
      ([, value]) => value !== undefined && !(value instanceof Map && value.size === 0),
    ),
  )
}

/** By code unit: a `Map` keeps the order that an object would lose for keys such as `10` and `9`. */
function sorted(map: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
