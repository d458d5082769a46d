// A document in; the encryption settings of a Talos machine configuration in it out: keys that stand alone,
// and the document that wraps a configuration. Source: siderolabs/talos pkg/machinery/config/types.
import type { Document } from '../document.ts'
import { plainValue } from '../objects.ts'
import { parse } from '../parse.ts'
import { isWithin } from '../plain-size.ts'
import { isPlainMap, valueAt } from '../plain-value.ts'
import type { Position } from '../problem.ts'
import type { EncryptionFile, LooseKey } from './facts.ts'
import { API_VERSION, KIND } from './model.ts'
import { isPlaceholder } from './placeholder.ts'
import { examineConfiguration } from './read.ts'

interface Talos {
  readonly looseKeys: readonly LooseKey[]
  readonly files: readonly EncryptionFile[]
}

const NOTHING: Talos = { looseKeys: [], files: [] }
const SECRETS = ['secretboxEncryptionSecret', 'aescbcEncryptionSecret']
const LARGEST = { units: 1024 * 1024, depth: 50 }
const MOST_BYTES = 1024 * 1024

/** Reads a document that may be of Talos; what cannot be read is nobody's. */
export function readTalos(document: Document): Talos {
  if (document.body.length > MOST_BYTES) return NOTHING
  const parsed = parse(document)
  if ('problems' in parsed) return NOTHING
  const root = plainValue(parsed.value)
  if ('problems' in root || !isPlainMap(root.value)) return NOTHING
  const { value } = root
  const at = parsed.value.positionOf(parsed.value.yaml.contents ?? 0)
  const looseKeys = SECRETS.flatMap((name): LooseKey[] => {
    const secret = valueAt(value, 'cluster', name)
    if (typeof secret !== 'string' || secret === '' || isPlaceholder(secret)) return []
    const node = parsed.value.yaml.getIn(['cluster', name], true)
    return [{ at: placeOf(node, parsed.value.positionOf, at), field: `cluster.${name}` }]
  })
  return { looseKeys, files: value.kind === 'KubeEtcdEncryptionConfig' ? wrapped(value, at) : [] }
}

function placeOf(
  node: unknown,
  positionOf: (target: { range?: readonly number[] | null }) => Position,
  otherwise: Position,
): Position {
  const hasRange = typeof node === 'object' && node !== null && 'range' in node
  return hasRange && Array.isArray(node.range) ? positionOf({ range: node.range }) : otherwise
}

/** `config` is an EncryptionConfiguration without its names. */
function wrapped(value: Readonly<Record<string, unknown>>, at: Position): EncryptionFile[] {
  const { config } = value
  if (!isPlainMap(config) || !isWithin(config, LARGEST)) return []
  const text = JSON.stringify({ apiVersion: API_VERSION, kind: KIND, ...config })
  const input = { path: at.file, bytes: Buffer.from(text) }
  const read = examineConfiguration(input, { allowsPlaceholders: true, placed: () => at })
  if ('refusals' in read) return [{ path: at.file, at, refusals: read.refusals }]
  return [{ path: at.file, at, configuration: read.configuration, read, refusals: [] }]
}
