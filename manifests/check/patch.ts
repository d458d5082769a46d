// A fix in, its patch with tests out, so that it fails where the object is not any more what the rule saw;
// and a value with operations in, the patched value out. fast-json-patch does the patching.
import jsonPatch from 'fast-json-patch'
import type { Steps } from '../fix/pointer.ts'
import { at, has, indexOf, pointerOf, stepsOf } from '../fix/pointer.ts'
import { isWithin } from '../plain-size.ts'
import { isPlainMap } from '../plain-value.ts'
import type { Fix, PatchOperation } from './model.ts'

/** More than any manifest has; aliases can stand for any number of values. */
const LARGEST = { units: 2 ** 27, depth: 500 }

/** A patched value, or why the operations do not fit, in words that follow `the fix`. */
export type Patched = { readonly value: unknown } | { readonly misfit: string }

/** Whether a value is too large to be compared or written: a few aliases can stand for gigabytes. */
export function isTooLarge(value: unknown): boolean {
  return !isWithin(value, LARGEST)
}

/** The value with all operations; the input stays as it is. */
export function patched(value: unknown, operations: readonly PatchOperation[]): Patched {
  if (isTooLarge([value, operations])) return { misfit: 'is for an object that is too large' }
  let root = copyOf(value)
  for (const operation of operations) {
    const next = step(root, operation)
    if ('misfit' in next) return next
    root = next.value
  }
  return { value: root }
}

/**
 * The operations of a fix with a `test` before each that removes or replaces something, and before each
 * `add` for what it goes by: the items beside it, the map that does not have the key yet, the item of a
 * list that it is in. No test quotes what may be a secret value: the data of Secrets and ConfigMaps.
 * @returns nothing for a fix that does not fit its object.
 */
export function withTests({ object, operations }: Fix): readonly PatchOperation[] {
  const tested: PatchOperation[] = []
  const known = new Set<string>()
  let current = patched(object.value, [])
  for (const operation of operations) {
    const steps = stepsOf(operation.path)
    if (steps === undefined || 'misfit' in current) return []
    const before = operation.op === 'test' ? [] : testsOf(operation, steps, current.value, known)
    tested.push(...before, operation)
    note(operation, steps, current.value, known)
    current = step(current.value, operation)
  }
  return 'value' in patched(object.value, tested) ? tested : []
}

/** Carries out one operation on a value that is ours. */
function step(root: unknown, operation: PatchOperation): Patched {
  const steps = stepsOf(operation.path)
  if (steps === undefined) return { misfit: 'has a path that is no JSON pointer' }
  if (steps.length === 0) return { misfit: 'is for the whole object' }
  const parent = at(root, steps.slice(0, -1))
  const last = steps.at(-1) ?? ''
  const isThere = operation.op === 'add' ? canTake(parent, last) : has(parent, last)
  // The library looks at inherited properties too.
  if (!isThere) return { misfit: 'is for a place that the object does not have' }
  try {
    const own = 'value' in operation ? { ...operation, value: copyOf(operation.value) } : operation
    return { value: jsonPatch.applyOperation(root, own, true, true, true).newDocument }
  } catch {
    // Its messages quote the whole object.
    const isTest = operation.op === 'test'
    return { misfit: isTest ? 'is for what is not there any more' : 'is no valid JSON patch' }
  }
}

function canTake(parent: unknown, last: string): boolean {
  if (!Array.isArray(parent)) return isPlainMap(parent)
  return last === '-' || (indexOf(last) ?? parent.length + 1) <= parent.length
}

/** Nothing in it is shared: what an alias shows twice is two values. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isPlainMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]))
}

function testsOf(
  { op }: PatchOperation,
  steps: Steps,
  root: unknown,
  known: Set<string>,
): PatchOperation[] {
  const parentSteps = steps.slice(0, -1)
  const parent = at(root, parentSteps)
  const last = steps.at(-1) ?? ''
  const tests = itemsOnTheWay(parentSteps, root).flatMap((item) => identify(item, root, known))
  if (op !== 'add' || (!Array.isArray(parent) && has(parent, last))) {
    return [...tests, ...testFor(steps, root)]
  }
  if (!Array.isArray(parent)) {
    const isNeeded = isFlat(parent) && !known.has(pointerOf(parentSteps))
    known.add(pointerOf(parentSteps))
    return isNeeded ? [...tests, ...testFor(parentSteps, root)] : tests
  }
  if (parent.length === 0) return [...tests, ...testFor(parentSteps, root)]
  const index = indexOf(last) ?? parent.length
  const beside = [index - 1, index].filter((each) => has(parent, String(each)))
  const items = beside.map((each) => [...parentSteps, String(each)])
  return [...tests, ...items.flatMap((item) => identify(item, root, known))]
}

/** What is tested or written once need not be tested again; items of a list move. */
function note({ op }: PatchOperation, steps: Steps, root: unknown, known: Set<string>): void {
  const isMove = (op === 'add' || op === 'remove') && Array.isArray(at(root, steps.slice(0, -1)))
  if (isMove) known.clear()
  if (op !== 'remove' && op !== 'test') known.add(pointerOf(steps))
}

/** The items of lists that a path leads through. */
function itemsOnTheWay(steps: Steps, root: unknown): Steps[] {
  const ways = steps.map((_, index) => steps.slice(0, index + 1))
  return ways.filter((way) => Array.isArray(at(root, way.slice(0, -1))))
}

/** Tells an item of a list from others: by its name, or else by all that it is. */
function identify(item: Steps, root: unknown, known: Set<string>): PatchOperation[] {
  const pointer = pointerOf(item)
  if (known.has(pointer)) return []
  known.add(pointer)
  const name = [...item, 'name']
  return testFor(typeof at(root, name) === 'string' ? name : item, root)
}

function testFor(steps: Steps, root: unknown): PatchOperation[] {
  const value = at(root, steps)
  if (value === undefined || mayQuoteSecrets(steps)) return []
  return [{ op: 'test', path: pointerOf(steps), value: copyOf(value) }]
}

/** Where Secrets and ConfigMaps have their values, and where kubectl keeps a copy of the whole object. */
function mayQuoteSecrets([first, second, third]: Steps): boolean {
  if (first === undefined || /^(?:data|stringData|binaryData)$/.test(first)) return true
  if (first !== 'metadata') return false
  const isAll = second === undefined || (second === 'annotations' && third === undefined)
  return isAll || third === 'kubectl.kubernetes.io/last-applied-configuration'
}

/** A map of scalars and lists of scalars, such as a rule, a subject, or labels. */
function isFlat(value: unknown): boolean {
  const isScalar = (item: unknown) => typeof item !== 'object' || item === null
  const isShallow = (item: unknown) =>
    isScalar(item) || (Array.isArray(item) && item.every(isScalar))
  return isPlainMap(value) && Object.values(value).every(isShallow)
}
