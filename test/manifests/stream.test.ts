import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import type { InputFile } from '../../manifests/document.ts'
import { joinDocuments, readDocuments } from '../../manifests/stream.ts'

const file = (text: string, path = 'a.yaml'): InputFile => ({ path, bytes: Buffer.from(text) })
const through = (...files: InputFile[]) =>
  joinDocuments(readDocuments(files).documents.map((document) => ({ document }))).toString()

/** Splitting rules: YAML 1.2.2 (c-forbidden) and the reader that Argo CD uses. */
const splits: readonly [name: string, text: string, bodies: readonly string[]][] = [
  ['one document', 'a: 1\n', ['a: 1\n']],
  ['two', 'a: 1\n---\nb: 2\n', ['a: 1\n', 'b: 2\n']],
  ['a leading separator', '---\na: 1\n', ['a: 1\n']],
  ['CRLF', 'a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', 'b: 2\r\n']],
  ['a comment on the line', '--- # note\na: 1\n', ['a: 1\n']],
  ['blanks on the line', '---\t \na: 1\n', ['a: 1\n']],
  ['indented in a block scalar', 'a: |\n  ---\n  x\n', ['a: |\n  ---\n  x\n']],
  ['at column 0 in a block scalar', 'a: |\n  x\n---\nb: 2\n', ['a: |\n  x\n', 'b: 2\n']],
  ['at column 0 in quotes', 'a: "x\n---\ny"\n', ['a: "x\n', 'y"\n']],
  ['comments only', 'a: 1\n---\n# b\n', ['a: 1\n', '# b\n']],
  ['empty ones', '---\n---\n', ['', '']],
  ['an end marker', 'a: 1\n...\n---\nb: 2\n', ['a: 1\n...\n', 'b: 2\n']],
  ['no final newline', 'a: 1\n---\nb: 2', ['a: 1\n', 'b: 2']],
]

for (const [name, text, bodies] of splits) {
  test(`splits: ${name}`, () => {
    const { documents, problems } = readDocuments([file(text)])
    assert.deepEqual(problems, [])
    assert.deepEqual(
      documents.map(({ body }) => Buffer.from(body).toString()),
      bodies,
    )
    assert.equal(through(file(text)), text.endsWith('\n') ? text : `${text}\n`)
  })
}

test('lines are counted in the file', () => {
  const { documents } = readDocuments([file('# one\na: 1\n---\nb: 2\n---\nc: 3\n')])
  assert.deepEqual(
    documents.map(({ line }) => line),
    [1, 4, 6],
  )
})

const refused: readonly [name: string, files: readonly InputFile[], line: number, words: RegExp][] =
  [
    ['content on the line', [file('a: 1\n--- {b: 2}\n')], 2, /begins with '---'/],
    ['a scalar on the line', [file('--- |\n  x\n')], 1, /begins with '---'/],
    ['four dashes', [file('a: 1\n----\n')], 2, /begins with '---'/],
    ['content after the end', [file('a: 1\n...\nb: 2\n')], 2, /after a '\.\.\.'/],
    ['a directive', [file('%YAML 1.1\n---\nb: 2\n')], 1, /cannot read a % directive/],
    [
      'a directive in a later file',
      [file('a: 1\n'), file('%YAML 1.1\n---\nb: 2\n', 'b.yaml')],
      1,
      /cannot read a % directive/,
    ],
  ]

for (const [name, files, line, words] of refused) {
  test(`refuses: ${name}`, () => {
    const [problem, ...others] = readDocuments(files).problems
    assert.match(problem?.message ?? '', words)
    assert.equal(problem?.at?.line, line)
    assert.deepEqual(others, [])
  })
}

const joins: readonly [name: string, files: readonly InputFile[], stream: string][] = [
  ['a separator between files', [file('a: 1\n'), file('b: 2\n')], 'a: 1\n---\nb: 2\n'],
  ['not a second one', [file('a: 1\n'), file('---\nb: 2\n')], 'a: 1\n---\nb: 2\n'],
  ['a newline between files', [file('a: 1'), file('b: 2')], 'a: 1\n---\nb: 2\n'],
  ['a byte order mark stays first', [file('\ufeffa: 1\n')], '\ufeffa: 1\n'],
  ['and goes inside the stream', [file('a: 1\n'), file('\ufeffb: 2\n')], 'a: 1\n---\nb: 2\n'],
  ['JSON alone', [file('{"a": 1}', 'a.json')], '{"a": 1}\n'],
  ['JSON first', [file('{"a": 1}\n', 'a.json'), file('b: 2\n')], '---\n{"a": 1}\n---\nb: 2\n'],
  ['an empty file', [file(''), file('b: 2\n')], 'b: 2\n'],
]

for (const [name, files, stream] of joins) {
  test(`joins: ${name}`, () => assert.equal(through(...files), stream))
}

test('new bodies stand in the place of a document, a dropped one leaves nothing', () => {
  const { documents } = readDocuments([file('a: 1\n---\nb: 2\n---\nc: 3\n')])
  const parts = documents.map((document, index) => {
    if (index === 0) return { document, bodies: ['x: 1\n', 'y: 2\n'] }
    return index === 1 ? { document, bodies: [] } : { document }
  })
  assert.equal(joinDocuments(parts).toString(), 'x: 1\n---\ny: 2\n---\nc: 3\n')
})

test('any stream of lines comes through, and splits as the parser splits it', () => {
  const line = fc.constantFrom(
    'a: 1',
    '---',
    '# c',
    '  --- x',
    '----',
    '',
    'b: |',
    '  text',
    '---\t',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.map((each) => `${each}\n`).join('')
      assert.equal(through(file(text)), text)
      const { documents } = readDocuments([file(text)])
      const parsed = parseAllDocuments(text)
      const filled = (values: readonly unknown[]) => values.filter((value) => value !== null)
      if (!Array.isArray(parsed) || parsed.some(({ errors }) => errors.length > 0)) return
      const ours = documents.map(({ body }) => parseAllDocuments(Buffer.from(body).toString()))
      const values = ours.flatMap((each) =>
        Array.isArray(each) ? each.map((one) => one.toJS()) : [],
      )
      assert.deepEqual(filled(values), filled(parsed.map((each) => each.toJS())))
    }),
  )
})
