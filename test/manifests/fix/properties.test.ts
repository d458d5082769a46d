// Random documents with comments and random operations: the text says what the patch makes of the value, and
// nothing else changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import jsonPatch from 'fast-json-patch'
import { isMap, isNode, isSeq } from 'yaml'
import type { PatchOperation } from '../../../manifests/check/model.ts'
import type { ParsedDocument } from '../../../manifests/document.ts'
import { editObject } from '../../../manifests/fix/edit.ts'
import { pointerOf, stepsOf } from '../../../manifests/fix/pointer.ts'
import { plainValue } from '../../../manifests/objects.ts'
import { parse } from '../../../manifests/parse.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const keys = fc.constantFrom(
  'a',
  'b',
  'verbs',
  'x/y',
  'c~d',
  '__proto__',
  'constructor',
  '1',
  'no',
  '',
)
const scalars = fc.oneof(
  fc.constantFrom<Json>(
    'get',
    'NO',
    '',
    '1',
    "it's",
    'a: b',
    '# no',
    '\u{1f600}',
    '---',
    'x\ny',
    true,
    null,
    7,
  ),
  fc.string({ maxLength: 5 }),
)
const { json } = fc.letrec<{ json: Json; map: Json; list: Json }>((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, scalars, tie('map'), tie('list')),
  map: fc.dictionary(keys, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie('json'), { maxLength: 4 }),
}))
const roots = fc
  .dictionary(keys, json, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  .map((root) => ({ ...root, kind: 'Test' }))

interface Style {
  /** How far a list is indented, and how much deeper each level is. */
  readonly dash: number
  readonly step: number
  readonly newline: string
  readonly choices: readonly number[]
}
const styles = fc.record({
  dash: fc.constantFrom(0, 2),
  step: fc.constantFrom(1, 2, 4),
  newline: fc.constantFrom('\n', '\r\n'),
  choices: fc.array(fc.nat(9), { minLength: 24, maxLength: 24 }),
})

/** Prints a value with numbered comments, in block and flow style by turns. */
function print(root: Json, { dash, step, newline, choices }: Style): string {
  let [turn, count] = [0, 0]
  const choice = () => choices[turn++ % choices.length] ?? 0
  const comment = () => `# c${count++}.`
  const behind = () => (choice() < 3 ? ` ${comment()}` : '')
  const above = (indent: string) =>
    choice() < 3 ? `${indent}${comment()}\n` : choice() < 1 ? '\n' : ''
  const scalar = (value: Json) =>
    typeof value === 'string' && choice() < 5 && /^[\x20-\x7e]*$/.test(value)
      ? `'${value.replaceAll("'", "''")}'`
      : typeof value === 'string' && choice() < 8 && /^get$/.test(value)
        ? value
        : JSON.stringify(value).replace(/[\x7f-\uffff]/g, (c) =>
            /[\ud800-\udfff]/.test(c) ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
          )
  const flow = (value: Json): string => {
    const gap = choice() < 2 ? `\n   ${' '.repeat(30)}` : choice() < 4 ? ' ' : ''
    const comma =
      choice() < 2 && gap.includes('\n') ? `, ${comment()}\n   ${' '.repeat(30)}` : `,${gap}`
    if (Array.isArray(value)) return `[${gap}${value.map(flow).join(comma)}${gap}]`
    if (typeof value !== 'object' || value === null) return scalar(value)
    return `{${gap}${Object.entries(value)
      .map(([key, item]) => `${scalar(key)}: ${flow(item)}`)
      .join(comma)}${gap}}`
  }
  const block = (value: Json, indent: string): string => {
    if (Array.isArray(value)) {
      return value.map((item) => `${above(indent)}${indent}-${nested(item, indent, true)}`).join('')
    }
    const entries = Object.entries(value as { [key: string]: Json })
    return entries
      .map(
        ([key, item]) => `${above(indent)}${indent}${scalar(key)}:${nested(item, indent, false)}`,
      )
      .join('')
  }
  const nested = (value: Json, indent: string, isItem: boolean): string => {
    if (value === null && choice() < 5) return `${behind()}\n`
    const isFull = typeof value === 'object' && value !== null && Object.keys(value).length > 0
    if (!isFull || choice() < 3) return ` ${flow(value)}${behind()}\n`
    const isList = Array.isArray(value)
    const deeper = indent + ' '.repeat(isList && !isItem ? dash : isItem ? 2 : step)
    if (!isItem || choice() < 3)
      return `${behind()}\n${block(value, isItem ? `${indent}  ` : deeper)}`
    const text = block(value, deeper)
    return text.startsWith(`${deeper}#`) || text.startsWith('\n')
      ? `\n${text}`
      : ` ${text.slice(deeper.length)}`
  }
  return block(root, '').replaceAll('\n', newline)
}

function parsedOf(text: string) {
  const document = { file: 'a.yaml', line: 1, separator: Buffer.alloc(0), body: Buffer.from(text) }
  const parsed = parse(document)
  return 'value' in parsed ? parsed.value : undefined
}

/** A random operation that fits a value. */
function operationFor(
  value: Json,
  [pick, where, kind]: readonly number[],
  fresh: Json,
): PatchOperation {
  const places: (readonly (string | number)[])[] = []
  const collect = (each: Json, path: readonly (string | number)[]) => {
    if (path.length > 0) places.push(path)
    if (typeof each !== 'object' || each === null) return
    for (const [key, item] of Object.entries(each))
      collect(item, [...path, Array.isArray(each) ? Number(key) : key])
  }
  collect(value, [])
  const path = places[(pick ?? 0) % places.length] ?? ['a']
  const parent: unknown = path
    .slice(0, -1)
    .reduce<unknown>((each, step) => Reflect.get(Object(each), step), value)
  if ((kind ?? 0) % 3 === 0) return { op: 'remove', path: pointerOf(path) }
  if ((kind ?? 0) % 3 === 1) return { op: 'replace', path: pointerOf(path), value: fresh }
  const step = Array.isArray(parent)
    ? (where ?? 0) % (parent.length + 1)
    : ['new', 'a', 'z.z/z'][(where ?? 0) % 3]
  return { op: 'add', path: pointerOf([...path.slice(0, -1), step ?? 'a']), value: fresh }
}

/** From where to where the text is about what an operation removes or replaces. */
function stretchOf(
  { yaml, text }: ParsedDocument,
  { op, path }: PatchOperation,
): readonly [number, number] {
  const steps = stepsOf(path) ?? []
  const parent: unknown = steps.length > 1 ? yaml.getIn(steps.slice(0, -1), true) : yaml.contents
  const last = steps.at(-1)
  const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === last) : undefined
  const item: unknown = isSeq(parent) && op !== 'add' ? parent.items[Number(last)] : pair?.value
  if (!isNode(item)) return [text.length, text.length]
  const begin = item.range?.[0] ?? 0
  const dash = isSeq(parent) && !parent.flow ? text.lastIndexOf('-', begin - 1) : begin
  const start = isNode(pair?.key) ? pair.key.range?.[0] : dash
  return [start ?? 0, Math.max(item.range?.[2] ?? 0, text.indexOf('\n', item.range?.[1]))]
}

/** Whether all lines are the same but for those of one stretch, and two around it. */
function keepsLines(before: string, after: string, from: number, to: number): boolean {
  const [old, young] = [before.split('\n'), after.split('\n')]
  const most = Math.min(old.length, young.length)
  let [head, tail] = [0, 0]
  while (head < most && old[head] === young[head]) head += 1
  while (tail < most - head && old.at(-1 - tail) === young.at(-1 - tail)) tail += 1
  const stretch = before.slice(from, to).split('\n').length
  return head + tail >= old.length - stretch - 2
}

const numbers = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000))

test('the text says what the patch makes of the value, and keeps everything else', () => {
  fc.assert(
    fc.property(roots, styles, numbers, json, (root, style, picks, fresh) => {
      const text = print(root, style)
      const parsed = parsedOf(text)
      assert.ok(parsed !== undefined, text)
      const before = plainValue(parsed)
      assert.ok('value' in before)
      assert.deepEqual(before.value, root, text)
      const operation = operationFor(root, picks, fresh)
      const isBanned = operation.path.includes('__proto__')
      const edited = editObject(parsed, [], [operation])
      if ('misfit' in edited) {
        assert.ok(isBanned, `${edited.misfit}: ${JSON.stringify(operation)}\n${text}`)
        return
      }
      const after = plainValue(edited.parsed)
      assert.ok('value' in after)
      const wanted = jsonPatch.applyPatch(
        structuredClone(root),
        [structuredClone(operation) as never],
        true,
      ).newDocument
      assert.deepEqual(after.value, wanted)
      const [from, to] = stretchOf(parsed, operation)
      for (const { index, 0: comment } of text.matchAll(/# c\d+\./g)) {
        const isOutside = index < from || index >= to
        assert.ok(
          !isOutside || edited.parsed.text.includes(comment),
          `${comment} of\n${text}\n${edited.parsed.text}`,
        )
      }
      assert.ok(keepsLines(text, edited.parsed.text, from, to), `${text}\n${edited.parsed.text}`)
    }),
    { numRuns: 1000 },
  )
})
