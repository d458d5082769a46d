// Places in what `kustomize build` printed in; places in the files that it was built from out: the object's
// own file, a patch, or the kustomization where it says more than they.
import type { Node } from 'yaml'
import { isScalar } from 'yaml'
import { isSame } from '../../../manifests/diff/same.ts'
import type { Document, ManifestObject } from '../../../manifests/document.ts'
import { isPlainMap } from '../../../manifests/plain-value.ts'
import type { Position } from '../../../manifests/problem.ts'
import { readDocuments } from '../../../manifests/stream.ts'
import type { Layer } from './layers.ts'
import { readLayers, upwards } from './layers.ts'
import type { Located, RenderedSource } from './model.ts'
import type { BuiltField } from './patched-field.ts'
import { patchedAt, valueUnder } from './patched-field.ts'
import type { Patch } from './patches.ts'
import { patchesOf } from './patches.ts'
import { objectReader } from './read-objects.ts'
import type { RenderedText } from './rendered-text.ts'
import type { SourceFound, SourceObject } from './source-objects.ts'
import { sourceObjects } from './source-objects.ts'
import type { FieldFound } from './yaml-place.ts'
import { findField, pathAt } from './yaml-place.ts'

/** What was built. */
interface Built {
  readonly object: ManifestObject
  /** As it is written in its file. */
  readonly written: ManifestObject | undefined
}

/**
 * @param texts what was rendered, by name.
 * @param built objects of it that somebody has read already.
 */
export function locateInOverlay(
  source: RenderedSource,
  texts: ReadonlyMap<string, readonly RenderedText[]>,
  built: readonly ManifestObject[],
): (at: Position) => Located | undefined {
  const layers = once(() => readLayers(source))
  const find = once(() => sourceObjects(layers(), source, objects))
  const documents = once(() => documentsIn(texts))
  const objects = objectReader()
  const known = once(() => new Map(built.map((object) => [keyOf(object.parsed.document), object])))
  const builtIn = (document: Document) => known().get(keyOf(document)) ?? objects(document)[0]
  const patches = remembered(
    (layer: Layer): readonly Patch[] => patchesOf(layer, source),
    // The same on every way to it.
    (layer) => layer.document,
  )
  const match = remembered((document: Document): SourceFound | undefined => {
    const object = builtIn(document)
    return object && find()({ apiVersion: object.apiVersion, ...object.object })
  })
  const inflated = once(() => inflatedAt(layers()))
  return (at) => {
    const document = documentAt(documents().get(at.file) ?? [], at.line)
    const found = document === undefined ? undefined : match(document)
    const object = document === undefined ? undefined : builtIn(document)
    if (found === undefined || object === undefined) return inflated()
    const { document: own, index } = found.object
    const written = own === undefined ? undefined : objects(own)[index]
    const located = locateField({ object, written }, found.object, at, patches)
    return found.isCertain ? located : { ...located, isExact: false }
  }
}

/** The only list of charts in all kustomizations: where objects come from that no file has. */
function inflatedAt(layers: readonly Layer[]): Located | undefined {
  const places = layers.flatMap(({ file, fields, document }) => {
    const nodes = HELM.flatMap((name) => fields.get(name) ?? [])
    return nodes.map((node) => ({ file, ...document.placeOf(node) }))
  })
  const [at, another] = places
  return at === undefined || another !== undefined ? undefined : { at, isExact: false }
}

const HELM = ['helmcharts', 'helmchartinflationgenerator']

function locateField(
  { object, written }: Built,
  origin: SourceObject,
  at: Position,
  patches: (layer: Layer) => readonly Patch[],
): Located {
  const path = pathAt(object.parsed, at)
  const value = valueUnder(object.value, path)
  const field = { path, root: object.value, value, name: object.object.name ?? '' }
  if (written === undefined) {
    const { file, document } = origin.layer
    const patched = patchedAt(field, origin, patches)
    if (patched !== undefined) return { at: patched.at, isExact: patched.isCertain }
    return { at: { file, ...document.placeOf(origin.entry) }, isExact: true }
  }
  const own = findField({ ...written, yaml: written.parsed.yaml }, path, object.value)
  const isThere = own.depth === path.length
  const here = own.node === undefined ? written.at : written.parsed.positionOf(own.node)
  if (isThere && own.isCertain && isMeant(field, own.value)) return { at: here, isExact: true }
  const patched = patchedAt(field, origin, patches)
  if (patched !== undefined) return { at: patched.at, isExact: patched.isCertain }
  const set = isThere && isSame(own.value, value) ? undefined : settingOf(field, origin, own)
  if (set !== undefined) return { at: set, isExact: true }
  return { at: here, isExact: isThere && (isMeant(field, own.value) || isName(field, own.value)) }
}

/** Whether a field in the file is what was built: of two maps what is in them may differ. */
function isMeant({ path, value }: BuiltField, own: unknown): boolean {
  if (isSame(own, value) || (isPlainMap(own) && isPlainMap(value))) return true
  // The object was found by its name, whatever Kustomize made of it.
  return path.length === 2 && path[0] === 'metadata' && path[1] === 'name'
}

/** Names of other objects change with those: something is put before or behind them. */
function isName({ path, value }: BuiltField, own: unknown): boolean {
  if (typeof value !== 'string' || typeof own !== 'string' || own === '') return false
  return /(^n|N)ame$/.test(String(path.at(-1))) && value.includes(own)
}

/** The line of a kustomization that sets a field of all its objects. */
function settingOf({ path, value }: BuiltField, { layer }: SourceObject, own: FieldFound) {
  const [root, map, key] = path
  if (root !== 'metadata' || typeof map !== 'string') return undefined
  const isNamespace = map === 'namespace' && path.length === 2
  if (!isNamespace && (path.length !== 3 || own.depth === 3)) return undefined
  // Names of fields are in lower case here.
  const name = isNamespace ? 'namespace' : String(key).toLowerCase()
  for (const each of [...upwards(layer)].flatMap((at) => [at, ...at.components]).toReversed()) {
    const entry = settingsOf(each, map).find(([field, node]) => {
      return field === name && isScalar(node) && String(node.value) === String(value)
    })
    if (entry !== undefined) return { file: each.file, ...each.document.placeOf(entry[1]) }
  }
  return undefined
}

/** What a kustomization gives all its objects: a namespace, labels or annotations. */
function settingsOf({ document, fields }: Layer, map: string): [string, Node | undefined][] {
  if (map === 'namespace') return [[map, fields.get(map)]]
  if (map === 'annotations') return document.fields(fields.get('commonannotations'))
  if (map !== 'labels') return []
  const pairs = document.items(fields.get('labels')).flatMap((item) => {
    return document.fields(new Map(document.fields(item)).get('pairs'))
  })
  return [...document.fields(fields.get('commonlabels')), ...pairs]
}

function documentsIn(texts: ReadonlyMap<string, readonly RenderedText[]>) {
  return new Map(
    [...texts].map(([path, each]) => [path, readDocuments(each.map(({ file }) => file)).documents]),
  )
}

function keyOf({ file, line }: Document): string {
  return `${line}:${file}`
}

/** The document that a line is of; the last one that begins before it. */
function documentAt(documents: readonly Document[], line: number): Document | undefined {
  let [low, high] = [0, documents.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((documents[middle]?.line ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return documents[Math.max(low - 1, 0)]
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function remembered<K, V>(make: (key: K) => V, same: (key: K) => unknown = (key) => key) {
  const known = new Map<unknown, { readonly value: V }>()
  return (key: K): V => {
    const found = known.get(same(key)) ?? { value: make(key) }
    known.set(same(key), found)
    return found.value
  }
}
