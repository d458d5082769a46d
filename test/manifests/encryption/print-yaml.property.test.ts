// Whatever the values are, both versions of YAML read back exactly them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import {
  printComment,
  printDocuments,
  printYaml,
} from '../../../manifests/encryption/print-yaml.ts'
import { isPlainMap } from '../../../manifests/plain-value.ts'

/** What YAML 1.1 and 1.2 take for something else than text. */
const TRICKY = [
  'no',
  'on',
  'y',
  '~',
  'null',
  '1e3',
  '0b11',
  '0x1',
  '12:30:00',
  '2026-11-25',
  '.inf',
]

const text = fc.oneof(
  fc.constantFrom(
    ...TRICKY,
    '',
    ' ',
    '- a',
    'a: b',
    '#a',
    '*.*',
    '&a',
    '!a',
    '"',
    "'",
    'a\nb',
    '---',
  ),
  fc.string({ unit: 'binary' }),
)

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

test('reads back as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { noNullPrototype: true }), (map) => {
      fc.pre(isPlainMap(map) && Object.keys(map).length > 0 && !hasOddText(map))
      for (const version of ['1.1', '1.2'] as const) {
        assert.deepEqual(parse(printYaml(map), { version, uniqueKeys: false }), map, version)
      }
    }),
    { numRuns: 300 },
  )
})

/** Halves of characters are no text; `<<` and `__proto__` mean something to the reader. */
function hasOddText(from: unknown): boolean {
  if (typeof from === 'string') return !from.isWellFormed() || from === '<<' || from === '__proto__'
  if (Array.isArray(from)) return from.some(hasOddText)
  return isPlainMap(from) && Object.entries(from).flat().some(hasOddText)
}

test('items stand below their dash', () => {
  const text = printYaml({
    a: [{ b: [1, [2, 3]], c: {} }, [], 'no'],
    d: undefined,
    e: { f: undefined },
  })
  assert.equal(
    text,
    'a:\n  - b:\n      - 1\n      - - 2\n        - 3\n    c: {}\n  - []\n  - "no"\ne: {}\n',
  )
})

test('a comment is one line, whatever is in it', () => {
  assert.equal(printComment(['a\nb: c', 'd']), '# a b: c\n# d\n')
  assert.equal(printDocuments(['a: 1\n', 'b: 2\n']), 'a: 1\n---\nb: 2\n')
})
