// A field of an object that was built in, and the patches that may have set it; the line of the one that
// did out. A patch counts if it is meant for the object and says what is there in the end.
import { isMap, isSeq } from 'yaml'
import { isSame } from '../../../manifests/diff/same.ts'
import { groupOf } from '../../../manifests/object-key.ts'
import type { Position } from '../../../manifests/problem.ts'
import type { Layer } from './layers.ts'
import { upwards } from './layers.ts'
import type { Patch, Target } from './patches.ts'
import { isJsonPatch } from './patches.ts'
import type { SourceObject } from './source-objects.ts'
import type { Path } from './yaml-place.ts'
import { childOf, findField } from './yaml-place.ts'

/** A field of an object that was built. */
export interface BuiltField {
  readonly path: Path
  /** The object. */
  readonly root: unknown
  /** What it holds. */
  readonly value: unknown
  /** The name of the object in the end. */
  readonly name: string
}

/** Where a patch sets a field. */
export interface PatchedAt {
  readonly at: Position
  /** Whether the patch is certainly meant for the object. */
  readonly isCertain: boolean
}

/** Operations of one patch. */
const MOST_OPERATIONS = 1000

/** The last patch that sets a field to what it is: the folder that was built has the last word. */
export function patchedAt(
  field: BuiltField,
  object: SourceObject,
  patchesOf: (layer: Layer) => readonly Patch[],
): PatchedAt | undefined {
  const layers = [...upwards(object.layer)].flatMap((layer) => [layer, ...componentsIn(layer)])
  for (const layer of layers.toReversed()) {
    for (const patch of patchesOf(layer).toReversed()) {
      const isMeant = meant(patch, object, field.name)
      if (isMeant === 'no') continue
      const at = isJsonPatch(patch) ? inOperations(patch, field) : inMerge(patch, field)
      if (at !== undefined) return { at: patch.place(at), isCertain: isMeant === 'yes' }
    }
  }
  return undefined
}

function componentsIn({ components }: Layer): Layer[] {
  return components.flatMap((component) => [...componentsIn(component), component])
}

function inMerge({ parsed, value }: Patch, { path, root, value: wanted }: BuiltField) {
  const part = { yaml: parsed.yaml, node: parsed.yaml.contents, value }
  const found = findField(part, path, root)
  const isSet = found.depth === path.length && isSame(found.value, wanted)
  return isSet && found.node !== undefined ? placeOf(parsed, found.node) : undefined
}

/** `add` and `replace` say what is there; their path may be that of something around the field. */
function inOperations({ parsed, value }: Patch, field: BuiltField): Position | undefined {
  const nodes = isSeq(parsed.yaml.contents) ? parsed.yaml.contents.items : []
  const operations = Array.isArray(value) ? value.slice(0, MOST_OPERATIONS) : []
  for (const [n, operation] of [...operations.entries()].toReversed()) {
    const node = nodes[n]
    const [op, pointer] = [childOf(operation, 'op'), childOf(operation, 'path')]
    if ((op !== 'add' && op !== 'replace') || typeof pointer !== 'string' || !isMap(node)) continue
    const rest = below(pointer, field)
    if (rest === undefined) continue
    const part = { yaml: parsed.yaml, node, value: operation }
    const wanted = { value: valueUnder(field.root, rest.at) }
    const found = findField(part, ['value', ...rest.path], wanted)
    const isAll = found.depth === rest.path.length + 1 && isSame(found.value, field.value)
    // An item that was appended is known by what it is.
    const isItem = !rest.isAppended || isSame(childOf(operation, 'value'), wanted.value)
    if (isAll && isItem && found.node !== undefined) return placeOf(parsed, found.node)
  }
  return undefined
}

/** The part of a field's path that is below an operation's; undefined if it is elsewhere. */
function below(pointer: string, { path }: BuiltField) {
  const steps = pointer.split('/').slice(1)
  if (steps.length === 0 || steps.length > path.length) return undefined
  const isAppended = steps.at(-1) === '-'
  const isSamePath = steps.every((step, n) => {
    const own = path[n]
    if (step === '-' && n === steps.length - 1) return typeof own === 'number'
    return String(own) === step.replaceAll('~1', '/').replaceAll('~0', '~')
  })
  if (!isSamePath) return undefined
  return { at: path.slice(0, steps.length), path: path.slice(steps.length), isAppended }
}

/** What stands under a path. */
export function valueUnder(root: unknown, path: Path): unknown {
  return path.reduce((value: unknown, step) => childOf(value, step), root)
}

function placeOf(parsed: Patch['parsed'], node: Parameters<typeof parsed.positionOf>[0]) {
  return parsed.positionOf(node)
}

/** Names count as they are written and as they are in the end. */
function meant(patch: Patch, { identity }: SourceObject, name: string): 'yes' | 'maybe' | 'no' {
  const names = [identity.name ?? '', name]
  if (patch.target === undefined) {
    const own = childOf(childOf(patch.value, 'metadata'), 'name')
    const isKind = childOf(patch.value, 'kind') === identity.kind
    return isKind && typeof own === 'string' && names.includes(own) ? 'yes' : 'no'
  }
  const { target } = patch
  const answers = [
    fits(target.kind, [identity.kind ?? '']),
    fits(target.group, [groupOf(identity.apiVersion ?? '')]),
    fits(target.name, names),
    target.namespace === undefined ? 'yes' : 'maybe',
    target.isOpen ? 'maybe' : 'yes',
  ] as const
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes'
}

/**
 * A target's texts are regular expressions for the whole of a name. They are untrusted: only texts
 * without a pattern, and `.*`, are decided here.
 */
function fits(pattern: Target['name'], texts: readonly string[]): 'yes' | 'maybe' | 'no' {
  if (pattern === undefined || pattern === '' || pattern === '.*') return 'yes'
  if (texts.includes(pattern)) return 'yes'
  return /^[\w-]+$/.test(pattern) ? 'no' : 'maybe'
}
