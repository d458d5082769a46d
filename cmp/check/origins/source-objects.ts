// The layers of a kustomization in; for an object that was built, the one in a file or the entry of a
// generator that it came from out. Kustomize renames objects on the way; names are built as it does.
import type { Node } from 'yaml'
import { isMap } from 'yaml'
import type { Document, Identity, ManifestObject } from '../../../manifests/document.ts'
import { identify } from '../../../manifests/identity.ts'
import { groupOf } from '../../../manifests/object-key.ts'
import { readDocuments } from '../../../manifests/stream.ts'
import { readBounded } from '../../read-file.ts'
import { textOf } from '../../sources/strict-yaml.ts'
import type { Layer } from './layers.ts'
import { textIn, upwards } from './layers.ts'
import type { RenderedSource } from './model.ts'
import { shownAs } from './model.ts'

/** Bytes of one file with objects, and of all. */
const LARGEST = 4 * 1024 * 1024
const MOST_BYTES = 64 * 1024 * 1024
/** Objects on all ways to them. */
const MOST_OBJECTS = 100_000

/** What an object came from. */
export interface SourceObject {
  readonly layer: Layer
  readonly identity: Identity
  /** Where it is written; absent if it is generated. */
  readonly document?: Document | undefined
  /** Which of the objects of its document it is. */
  readonly index: number
  /** The entry of a generator. */
  readonly entry?: Node | undefined
}

type ReadObjects = (document: Document) => readonly ManifestObject[]

/** What was found for an object. */
export interface SourceFound {
  readonly object: SourceObject
  /** Whether no other one could be meant. */
  readonly isCertain: boolean
}

const GENERATORS = { configmapgenerator: 'ConfigMap', secretgenerator: 'Secret' } as const
/** Kinds that a prefix or suffix leaves alone (kustomize api/internal/builtins: PrefixTransformer). */
const NOT_RENAMED = ['CustomResourceDefinition', 'APIService', 'Namespace']

/** Reads the names of all objects. @returns what looks them up. */
export function sourceObjects(
  layers: readonly Layer[],
  source: RenderedSource,
  read: ReadObjects,
): (wanted: Identity) => SourceFound | undefined {
  const byKind = new Map<string, SourceObject[]>()
  const files = new Map<string, Named[]>()
  let left = MOST_OBJECTS
  let bytesLeft = MOST_BYTES
  const add = (object: SourceObject) => {
    const key = kindOf(object.identity)
    const others = byKind.get(key)
    if (others === undefined) byKind.set(key, [object])
    else others.push(object)
    left -= 1
  }
  for (const layer of layers) {
    for (const real of layer.files) {
      const known = files.get(real)
      const bytes =
        known === undefined ? readBounded(real, Math.min(LARGEST, bytesLeft)) : 'missing'
      const named =
        known ?? (typeof bytes === 'string' ? [] : namesIn(shownAs(source, real), bytes, read))
      if (typeof bytes !== 'string') bytesLeft -= bytes.length
      files.set(real, named)
      for (const each of named.slice(0, Math.max(left, 0))) add({ layer, ...each })
    }
    for (const each of generatedIn(layer).slice(0, Math.max(left, 0))) add(each)
  }
  return (wanted) => choose(byKind.get(kindOf(wanted)) ?? [], wanted)
}

type Named = Pick<SourceObject, 'identity' | 'document' | 'index'>

function namesIn(path: string, bytes: Uint8Array, read: ReadObjects): Named[] {
  return readDocuments([{ path, bytes }]).documents.flatMap((document): Named[] => {
    const identity = identify(document)
    if (identity === 'empty') return []
    if (identity !== 'unknown' && !identity.kind?.endsWith('List')) {
      return [{ identity, document, index: 0 }]
    }
    return read(document).map(({ apiVersion, object }, index) => ({
      identity: { apiVersion, ...object },
      document,
      index,
    }))
  })
}

function generatedIn(layer: Layer): SourceObject[] {
  const { document, fields } = layer
  return Object.entries(GENERATORS).flatMap(([field, kind]) => {
    return document.items(fields.get(field)).flatMap((entry) => {
      const own = new Map(isMap(entry) ? document.fields(entry) : [])
      const name = textOf(own.get('name'))
      if (name === undefined) return []
      const identity = { apiVersion: 'v1', kind, name, namespace: textOf(own.get('namespace')) }
      return [{ layer, identity, index: 0, entry }]
    })
  })
}

function kindOf({ apiVersion = '', kind = '' }: Identity): string {
  return `${groupOf(apiVersion)}/${kind}`
}

function choose(candidates: readonly SourceObject[], wanted: Identity): SourceFound | undefined {
  let [best, most, isCertain] = [candidates[0], 0, true]
  for (const object of candidates) {
    const score = likeness(object, wanted)
    if (score > most) {
      best = object
      most = score
      isCertain = score >= 3
    } else if (score === most && best !== undefined && !isSameText(best, object)) isCertain = false
  }
  return best === undefined || most === 0 ? undefined : { object: best, isCertain }
}

/** One object on two ways is one place. */
function isSameText(one: SourceObject, other: SourceObject): boolean {
  if (one.entry !== undefined) return one.entry === other.entry
  return one.document === other.document && one.index === other.index
}

/** 0: another object. 3 and more: its name is what Kustomize makes of it. */
function likeness({ identity, layer }: SourceObject, wanted: Identity): number {
  const [own = '', name = ''] = [identity.name, wanted.name]
  if (own === '' || !name.includes(own)) return 0
  const { prefix, suffix, namespace } = changesOf(layer, wanted.kind ?? '')
  const expected = `${prefix}${own}${suffix}`
  const isHashed = name.startsWith(`${expected}-`) && /^[a-z0-9]{10}$/.test(name.slice(-10))
  const isHash = isHashed && name.length === expected.length + 11
  const named = name === expected ? 4 : isHash ? 3 : 1
  const spaces = [namespace ?? identity.namespace, identity.namespace]
  const place = spaces.indexOf(wanted.namespace)
  return named + (place === -1 ? 0 : 0.5 - place / 4)
}

/** What all layers above add to a name; components count as the layer that takes them in. */
function changesOf(layer: Layer, kind: string) {
  let [prefix, suffix] = ['', '']
  let namespace: string | undefined
  let from: Layer | undefined
  for (const each of upwards(layer)) {
    for (const own of [...each.components.filter((component) => component !== from), each]) {
      prefix = (textIn(own, 'nameprefix') ?? '') + prefix
      suffix += textIn(own, 'namesuffix') ?? ''
      namespace = textIn(own, 'namespace') ?? namespace
    }
    from = each
  }
  return NOT_RENAMED.includes(kind)
    ? { prefix: '', suffix: '', namespace }
    : { prefix, suffix, namespace }
}
