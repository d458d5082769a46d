import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Document } from '../../manifests/document.ts'
import { plainValue } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'

const documentOf = (body: string | Uint8Array, line = 1): Document => ({
  file: 'a.yaml',
  line,
  separator: Buffer.alloc(0),
  body: Buffer.from(body),
})
const plainOf = (text: string): unknown => {
  const parsed = parse(documentOf(text))
  assert.ok('value' in parsed, text)
  const plain = plainValue(parsed.value)
  assert.ok('value' in plain, text)
  return plain.value
}

/** What sigs.k8s.io/yaml 1.6.0 makes of each scalar. */
const scalars: readonly [text: string, value: unknown][] = [
  ...['y', 'Yes', 'on', 'TRUE'].map((word): [string, unknown] => [word, true]),
  ...['n', 'NO', 'Off', 'false'].map((word): [string, unknown] => [word, false]),
  ...['~', 'null', ''].map((word): [string, unknown] => [word, null]),
  ['yEs', 'yEs'],
  ['12', 12],
  ['+1', 1],
  ['-_5', -5],
  ['+a', '+a'],
  ['-0o7', -7],
  ['0777', 511],
  ['0o17', 15],
  ['0_7', 7],
  ['089', 89],
  ['0x1F', 31],
  ['0B11', 3],
  ['1_000', 1000],
  ['18446744073709551615', 18446744073709551615n],
  ['9007199254740991', 9007199254740991],
  ['1e3', 1000],
  ['12e03', 12000],
  ['.5', 0.5],
  ['1.', 1],
  ['685.230_15e+03', 685230.15],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
  ['e3', 'e3'],
  ['1.2.3', '1.2.3'],
  ['12:30:00', '12:30:00'],
  ['2026-11-23', '2026-11-23'],
  ['=', '='],
  ['!!str 12', '12'],
  ['!!float 1', 1],
  ['!!binary aGk=', 'hi'],
  ['!custom 12', '12'],
  ['"12"', '12'],
]

for (const [text, value] of scalars) {
  test(`reads ${text} as Kubernetes does`, () => {
    assert.deepEqual(plainOf(`a: ${text}\n`), { a: value })
  })
}

test('merge keys give way to keys that are written out', () => {
  const text = 'p: &p {a: 1, b: 1}\nq:\n  <<: *p\n  b: 2\n  <<: {c: 3}\n'
  assert.deepEqual(plainOf(text), { p: { a: 1, b: 1 }, q: { a: 1, b: 2, c: 3 } })
})

test('__proto__ is a key like any other', () => {
  const value = Object(plainOf('__proto__: {polluted: true}\n'))
  assert.deepEqual(Object.keys(value), ['__proto__'])
  assert.equal(value.polluted, undefined)
})

test('positions are those of the file', () => {
  const parsed = parse(documentOf('\ufeff# c\r\na:\r\n  b: x\r\n', 10))
  assert.ok('value' in parsed)
  const node = parsed.value.yaml.getIn(['a', 'b'], true)
  assert.ok(typeof node === 'object' && node !== null)
  assert.deepEqual(parsed.value.positionOf(node), { file: 'a.yaml', line: 12, column: 6 })
  assert.deepEqual(parsed.value.positionOf(0), { file: 'a.yaml', line: 10, column: 1 })
})

test('the text ends with a newline, as it will in the stream', () => {
  const parsed = parse(documentOf('a: |\n  x'))
  assert.ok('value' in parsed)
  assert.equal(parsed.value.text, 'a: |\n  x\n')
})

const broken: readonly [name: string, body: string | Uint8Array, line: number, words: RegExp][] = [
  ['an open quote', 'a: 1\nb: "fake-secret\n', 7, /missing/],
  ['an open bracket', 'a: [fake-secret\n', 6, /indentation|missing/],
  ['a tab', 'a:\n\tb: fake-secret\n', 6, /tab/],
  ['a nested colon', 'a: fake-secret: c\n', 5, /line of its key/],
  [
    'a list that hides behind a line separator',
    'a: 1\n# b\u2028b: fake-secret\n',
    6,
    /ends the line/,
  ],
  ['a key that hides behind NEL', 'a: 1\n# b\u0085b: fake-secret\n', 6, /ends the line/],
  ['a key that hides behind CR', 'a: 1\n# b\rb: fake-secret\n', 6, /ends the line/],
  ['a merge below its key', 'a: 1\n<<: {a: fake-secret}\n', 6, /a << below/],
  [
    'a merge below its key, by alias',
    'b: &b {a: fake-secret}\nc:\n  a: 1\n  <<: [{}, *b]\n',
    8,
    /a << below/,
  ],
  ['two merges of one key', '<<: {a: 1}\n<<: {a: fake-secret}\n', 6, /a << below/],
  ['a duplicate key', 'a: 1\na: fake-secret\n', 6, /already in the same map/],
  ['keys that are one in JSON', '1: 1\n"1": fake-secret\n', 6, /already in the same map/],
  ['an unknown escape', 'a: "fake-secret\\q"\n', 5, /escape/],
  ['two JSON values', '{"a": 1}\n{"b": "fake-secret"}\n', 6, /does not allow/],
  ['nesting', `${'{a: '.repeat(5000)}fake-secret${'}'.repeat(5000)}`, 5, /nesting/],
  ['Latin-1', Buffer.from('a: fake-secret \xe9\n', 'latin1'), 5, /UTF-8/],
  ['UTF-16', Buffer.from('\ufeffa: fake-secret\n', 'utf16le'), 5, /UTF-8/],
]

for (const [name, body, line, words] of broken) {
  test(`refuses ${name} without quoting it`, () => {
    const parsed = parse(documentOf(body, 5))
    assert.ok('problems' in parsed)
    const [problem] = parsed.problems
    assert.equal(problem?.at?.line, line)
    assert.match(problem?.message ?? '', words)
    assert.doesNotMatch(JSON.stringify(parsed.problems), /fake-secret/)
  })
}

test('an alias bomb and a missing anchor are problems, a well-used anchor is not', () => {
  const refuse = (text: string) => {
    const parsed = parse(documentOf(text))
    assert.ok('value' in parsed)
    assert.ok('problems' in plainValue(parsed.value), text.slice(0, 20))
  }
  const level = (n: number) =>
    `a${n}: &a${n} [${Array(9)
      .fill(`*a${n - 1}`)
      .join(', ')}]\n`
  refuse(`a0: &a0 [x]\n${Array.from({ length: 9 }, (_, n) => level(n + 1)).join('')}`)
  refuse('a: *nobody\n')
  refuse('a: &a 1\nb:\n  <<: *a\n')
  assert.deepEqual(Object(plainOf(`a: &a [1]\nb: [${'*a, '.repeat(500)}]\n`)).b.length, 500)
})

test('no input throws, and no problem repeats it', () => {
  const piece = fc.constantFrom(
    ...['fake-secret', '"', "'", '{', '}', '[', ']', ': ', '- ', '\n', '  ', '\t', '&', '*', '!'],
    ...['|', '>', '%', '@', '#', '? ', ',', '\\', '\r', '\0', '\u2028', '...', '<<'],
  )
  const property = fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
    const parsed = parse(documentOf(pieces.join('')))
    const plain = 'value' in parsed ? plainValue(parsed.value) : parsed
    if ('problems' in plain) assert.doesNotMatch(JSON.stringify(plain.problems), /fake-secret/)
  })
  fc.assert(property, { numRuns: 500 })
})
