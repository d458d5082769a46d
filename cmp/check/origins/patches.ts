// A kustomization in; its patches out, with what each may be meant for and where its lines are: a file
// has its own, an inline patch those of the kustomization.
import type { Node } from 'yaml'
import { isMap, isScalar, isSeq, Scalar } from 'yaml'
import type { Document, ParsedDocument } from '../../../manifests/document.ts'
import { plainValue } from '../../../manifests/objects.ts'
import { parse } from '../../../manifests/parse.ts'
import type { Position } from '../../../manifests/problem.ts'
import { readDocuments } from '../../../manifests/stream.ts'
import { readBounded } from '../../read-file.ts'
import { textOf } from '../../sources/strict-yaml.ts'
import type { Layer } from './layers.ts'
import { fileIn } from './layers.ts'
import type { RenderedSource } from './model.ts'
import { shownAs } from './model.ts'

/** What a patch says that it is meant for; a text may be a pattern. */
export interface Target {
  readonly group?: string | undefined
  readonly kind?: string | undefined
  readonly name?: string | undefined
  readonly namespace?: string | undefined
  /** Whether it selects in another way too, which is not looked at. */
  readonly isOpen: boolean
}

/** One document of a patch. */
export interface Patch {
  /** Absent where the patch itself names the object. */
  readonly target: Target | undefined
  readonly parsed: ParsedDocument
  readonly value: unknown
  /** Where a place of `parsed` is in the repository. */
  place(at: Position): Position
}

/** Patches of one kustomization; bytes of one. */
const MOST_PATCHES = 1000
const LARGEST = 1024 * 1024

type Written = Pick<Patch, 'target' | 'place'> & { readonly documents: readonly Document[] }

/** The patches of a kustomization, in the order in which Kustomize applies them. */
export function patchesOf(layer: Layer, source: RenderedSource): Patch[] {
  const { document, fields } = layer
  const itemsOf = (name: string) => document.items(fields.get(name)).slice(0, MOST_PATCHES)
  const merged = itemsOf('patchesstrategicmerge').flatMap((node) => {
    return written(layer, source, node, node, undefined)
  })
  const others = ['patches', 'patchesjson6902'].flatMap((name) => {
    return itemsOf(name).flatMap((item) => {
      if (!isMap(item)) return []
      const own = new Map(document.fields(item))
      const target = targetOf(layer, own.get('target'))
      return written(layer, source, own.get('path'), own.get('patch'), target)
    })
  })
  return [...merged, ...others].flatMap(({ documents, target, place }) => {
    return documents.slice(0, MOST_PATCHES).flatMap((each): Patch[] => {
      const parsed = parse(each)
      const value = 'value' in parsed ? plainValue(parsed.value) : parsed
      if (!('value' in parsed) || !('value' in value)) return []
      return [{ target, parsed: parsed.value, value: value.value, place }]
    })
  })
}

/** @param path may name a file. @param inline may be the patch itself. */
function written(
  layer: Layer,
  source: RenderedSource,
  path: Node | undefined,
  inline: Node | undefined,
  target: Target | undefined,
): Written[] {
  const name = textOf(path)
  const real = name === undefined || name.includes('\n') ? undefined : fileIn(layer, name, source)
  if (real !== undefined) {
    const bytes = readBounded(real, LARGEST)
    if (typeof bytes === 'string') return []
    const { documents } = readDocuments([{ path: shownAs(source, real), bytes }])
    return [{ target, documents, place: (at) => at }]
  }
  const text = textOf(inline)
  if (text === undefined || inline === undefined || !/[:{[]/.test(text)) return []
  const bytes = Buffer.from(text)
  const { line, column } = layer.document.placeOf(inline)
  const isBlock = isScalar(inline) && inline.type === Scalar.BLOCK_LITERAL
  // What is folded or quoted has other lines than the patch.
  if (!isBlock) {
    const { documents } = readDocuments([{ path: layer.file, bytes }])
    return [{ target, documents, place: () => ({ file: layer.file, line, column }) }]
  }
  const { documents } = readDocuments([{ path: layer.file, bytes, firstLine: line + 1 }])
  const indent = indentOf(layer.text, line)
  return [{ target, documents, place: (at) => ({ ...at, column: at.column + indent }) }]
}

/** The indentation of the block scalar whose header is on a line. */
function indentOf(text: string, line: number): number {
  const below = text.split('\n').slice(line)
  const first = below.find((each) => each.trim() !== '') ?? ''
  return first.length - first.trimStart().length
}

function targetOf({ document }: Layer, node: Node | undefined): Target | undefined {
  if (!isMap(node)) return undefined
  const fields = new Map(document.fields(node))
  const text = (name: string) => textOf(fields.get(name))
  const isOpen = fields.has('labelselector') || fields.has('annotationselector')
  const [group, kind] = [text('group'), text('kind')]
  return { group, kind, name: text('name'), namespace: text('namespace'), isOpen }
}

/** Whether a patch is a list of operations. */
export function isJsonPatch({ parsed, value }: Patch): boolean {
  return isSeq(parsed.yaml.contents) && Array.isArray(value)
}
