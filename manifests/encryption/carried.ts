// An object in; every EncryptionConfiguration that stands in one of its values out: Secrets, ConfigMaps, and
// the files of Cluster API's bootstrap configurations. A position inside a block of text is exact.
import { isAlias, isScalar } from 'yaml'
import { decodeBase64 } from '../base64.ts'
import type { FieldPath } from '../check/places.ts'
import { placeOf } from '../check/places.ts'
import type { ManifestObject } from '../document.ts'
import { groupOf } from '../object-key.ts'
import { isPlainMap, itemsAt, valueAt } from '../plain-value.ts'
import type { Position } from '../problem.ts'
import type { EncryptionFile } from './facts.ts'
import { examineConfiguration } from './read.ts'
import { shownIdentifier } from './shown.ts'

/** A text in an object, and where. */
interface Carried {
  readonly path: FieldPath
  readonly text: string
  readonly isEncoded: boolean
  readonly nodePath?: string | undefined
}

const MOST_CHARACTERS = 2 * 1024 * 1024

/** Where the bootstrap provider of Cluster API has the files that it writes to a machine. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  KubeadmControlPlane: ['spec', 'kubeadmConfigSpec'],
  KubeadmControlPlaneTemplate: ['spec', 'template', 'spec', 'kubeadmConfigSpec'],
  KubeadmConfig: ['spec'],
  KubeadmConfigTemplate: ['spec', 'template', 'spec'],
}

/** From the object to the bootstrap configuration in it; undefined if it has none. */
export function bootstrapPath({
  apiVersion,
  object,
}: ManifestObject): readonly string[] | undefined {
  const isClusterApi = groupOf(apiVersion).endsWith('.cluster.x-k8s.io')
  return isClusterApi && Object.hasOwn(FILES, object.kind) ? FILES[object.kind] : undefined
}

/** All of one object. */
export function carriedConfigurations(object: ManifestObject): EncryptionFile[] {
  return textsOf(object).flatMap((carried) => {
    const { text, isEncoded } = carried
    if (text.length > MOST_CHARACTERS) return []
    const bytes = isEncoded ? decodeBase64(text) : Buffer.from(text)
    if (bytes === undefined || !isConfigurationText(bytes)) return []
    return [read(object, carried, bytes)]
  })
}

function isConfigurationText(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  return /\bkind["']?\s*:\s*["']?EncryptionConfig(?:uration)?\b/.test(text)
}

function textsOf(object: ManifestObject): Carried[] {
  const { value, apiVersion } = object
  const { kind } = object.object
  if (apiVersion === 'v1' && (kind === 'Secret' || kind === 'ConfigMap')) {
    return [
      ...fieldTexts(value, 'data', kind === 'Secret'),
      ...fieldTexts(value, 'stringData', false),
      ...fieldTexts(value, 'binaryData', true),
    ]
  }
  const bootstrap = bootstrapPath(object)
  if (bootstrap === undefined) return []
  return itemsAt(value, ...bootstrap, 'files').flatMap((file, index): Carried[] => {
    const content = valueAt(file, 'content')
    const encoding = valueAt(file, 'encoding') ?? ''
    const nodePath = valueAt(file, 'path')
    if (typeof content !== 'string' || (encoding !== '' && encoding !== 'base64')) return []
    const path = [...bootstrap, 'files', index, 'content']
    const isEncoded = encoding === 'base64'
    return [
      {
        path,
        text: content,
        isEncoded,
        nodePath: typeof nodePath === 'string' ? nodePath : undefined,
      },
    ]
  })
}

function fieldTexts(value: unknown, field: string, isEncoded: boolean): Carried[] {
  const map = valueAt(value, field)
  if (!isPlainMap(map)) return []
  return Object.entries(map).flatMap(([key, text]) =>
    typeof text === 'string' ? [{ path: [field, key], text, isEncoded }] : [],
  )
}

function read(object: ManifestObject, carried: Carried, bytes: Uint8Array): EncryptionFile {
  const { path, isEncoded, nodePath } = carried
  const outer = placeOf(object, path)
  const placed = isEncoded ? () => outer : placedIn(object, path, outer)
  const input = { path: outer.file, bytes }
  const found = examineConfiguration(input, { allowsPlaceholders: true, placed })
  const carrier = { object, field: fieldName(path), nodePath }
  const common = { path: outer.file, carrier }
  if ('refusals' in found) return { ...common, at: outer, refusals: found.refusals }
  return { ...common, at: found.at, configuration: found.configuration, read: found, refusals: [] }
}

function fieldName(path: FieldPath): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  return path.length === 2
    ? `${path[0]}[${shownIdentifier(String(path[1]))}]`
    : steps.join('').slice(1)
}

/** Of a block of text (`|`) the lines are those of the file, moved to the right. */
function placedIn(
  { node, parsed }: ManifestObject,
  path: FieldPath,
  outer: Position,
): (inner: Position) => Position {
  const found: unknown = node.getIn(path, true)
  const scalar = isAlias(found) ? found.resolve(parsed.yaml) : found
  if (!isScalar(scalar) || scalar.type !== 'BLOCK_LITERAL') return () => outer
  const [start, end] = scalar.range ?? [0, 0]
  const lines = parsed.text.slice(start, end).split('\n').slice(1)
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)),
  )
  const { line } = parsed.positionOf(scalar)
  return (inner) => ({
    file: outer.file,
    line: line + inner.line,
    column: inner.column + (Number.isFinite(indent) ? indent : 0),
  })
}
