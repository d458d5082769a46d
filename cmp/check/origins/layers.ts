// A folder that Kustomize built in; its kustomizations out, each as it was met: with the files that it
// takes objects from, the patches of its own, and who refers to it. What Kustomize would fetch, and what
// leads out of the repository, is left out.
import { join } from 'node:path'
import type { Node } from 'yaml'
import { readBounded } from '../../read-file.ts'
import { KUSTOMIZATIONS } from '../../sources/detect.ts'
import { looksRemote } from '../../sources/kustomization.ts'
import type { Place } from '../../sources/places.ts'
import { isInside, locate } from '../../sources/places.ts'
import type { StrictDocument } from '../../sources/strict-yaml.ts'
import { readStrictYaml, textOf } from '../../sources/strict-yaml.ts'
import type { RenderedSource } from './model.ts'
import { shownAs } from './model.ts'

/** A kustomization on one way to it from the folder that was built. */
export interface Layer {
  /** Real. */
  readonly folder: string
  /** As a person calls it. */
  readonly file: string
  readonly text: string
  readonly document: StrictDocument
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, Node | undefined>
  /** Who refers to it; absent for the folder that was built. */
  readonly above: Layer | undefined
  /** Components that it takes in: what they do, they do to all objects of this layer. */
  readonly components: readonly Layer[]
  /** Real paths of the files with objects that it names itself. */
  readonly files: readonly string[]
}

/** Kustomizations on all ways. */
const MOST_LAYERS = 2000
/** Steps from the folder that was built. */
const DEEPEST = 50
/** Bytes of a kustomization. */
const LARGEST = 1024 * 1024
/** Files of objects in all layers. */
const MOST_FILES = 20_000

/** Entries of all kustomizations. */
const MOST_ENTRIES = 20_000

interface Read extends Pick<Layer, 'folder' | 'file' | 'text' | 'document' | 'fields'> {
  readonly resources: readonly Place[]
  readonly parts: readonly Place[]
}
type Mutable = { -readonly [Name in keyof Layer]: Layer[Name] }

/** All layers, the one that was built first; none if it cannot be read. */
export function readLayers(source: RenderedSource): Layer[] {
  const layers: Layer[] = []
  const known = new Map<string, Read | undefined>()
  const effort = { left: MOST_ENTRIES }
  let filesLeft = MOST_FILES
  const visit = (folder: string, above: Layer | undefined, depth: number): Layer | undefined => {
    if (layers.length >= MOST_LAYERS || depth > DEEPEST || isBelow(above, folder)) return undefined
    if (!known.has(folder)) known.set(folder, readKustomization(source, folder, effort))
    const read = known.get(folder)
    if (read === undefined) return undefined
    const { resources, parts, ...own } = read
    const layer: Mutable = { ...own, above, components: [], files: [] }
    layers.push(layer)
    const files = resources.filter(({ kind, real }) => kind === 'file' && isInside(folder, real))
    layer.files = files.slice(0, filesLeft).map(({ real }) => real)
    filesLeft -= layer.files.length
    for (const { kind, real } of resources) if (kind === 'folder') visit(real, layer, depth + 1)
    layer.components = parts.flatMap(({ kind, real }) => {
      const component = kind === 'folder' ? visit(real, layer, depth + 1) : undefined
      return component === undefined ? [] : [component]
    })
    return layer
  }
  visit(source.folder, undefined, 0)
  return layers
}

/** A file that a kustomization names, if Kustomize would read it: it lies in or below the folder. */
export function fileIn(
  { folder }: Layer,
  text: string,
  { repository }: RenderedSource,
): string | undefined {
  const place = placeOf(folder, text, repository.root)
  return place?.kind === 'file' && isInside(folder, place.real) ? place.real : undefined
}

/** The layer itself, whoever refers to it, and so on. */
export function* upwards(layer: Layer): Generator<Layer> {
  for (let at: Layer | undefined = layer; at !== undefined; at = at.above) yield at
}

/** The text of a field of a kustomization. */
export function textIn({ fields }: Layer, name: string): string | undefined {
  return textOf(fields.get(name))
}

function isBelow(above: Layer | undefined, folder: string): boolean {
  for (let at = above; at !== undefined; at = at.above) if (at.folder === folder) return true
  return false
}

interface Effort {
  left: number
}

function placesIn(
  read: Omit<Read, 'resources' | 'parts'>,
  names: readonly string[],
  root: string,
  effort: Effort,
): Place[] {
  const { document, fields, folder } = read
  return names.flatMap((name) => {
    const value = fields.get(name)
    const nodes = textOf(value) === undefined ? document.items(value) : [value]
    const few = nodes.slice(0, effort.left)
    effort.left -= few.length
    return few.flatMap((node) => {
      const place = placeOf(folder, textOf(node) ?? '', root)
      return place === undefined ? [] : [place]
    })
  })
}

function placeOf(folder: string, text: string, root: string): Place | undefined {
  if (text === '' || text.includes('\0') || looksRemote(text)) return undefined
  const place = locate(root, join(folder, `./${text}`))
  return typeof place === 'string' ? undefined : place
}

function readKustomization(
  source: RenderedSource,
  folder: string,
  effort: Effort,
): Read | undefined {
  const { root } = source.repository
  for (const name of KUSTOMIZATIONS) {
    const place = locate(root, join(folder, name))
    if (typeof place === 'string' || place.kind !== 'file') continue
    const bytes = readBounded(place.real, LARGEST)
    const text = typeof bytes === 'string' ? '' : bytes.toString('utf8')
    const documents = readStrictYaml(text)
    const [document] = Array.isArray(documents) ? documents : []
    if (document === undefined) return undefined
    const fields = new Map(document.fields(document.root))
    const read = { folder, file: shownAs(source, join(folder, name)), text, document, fields }
    const resources = placesIn(read, ['resources', 'bases'], root, effort)
    return { ...read, resources, parts: placesIn(read, ['components'], root, effort) }
  }
  return undefined
}
