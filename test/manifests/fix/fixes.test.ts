// Whole files with several documents and several fixes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Fix, PatchOperation, TextEdit } from '../../../manifests/check/model.ts'
import { applyFixes, textEdits } from '../../../manifests/fix/fixes.ts'
import { fileOf, fixFor, objectsIn } from '../../support/fixes.ts'

const role = (name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: ${name}\nrules:\n  # first\n  - resources: [secrets]\n    verbs: [get, list, watch] # v\n  - resources: [pods]\n    verbs:\n      - get\n      - list # l\n`
const FILE = `# head\n---\n${role('a')}--- # next\n${role('b')}...\n`
const remove = (path: string): PatchOperation => ({ op: 'remove', path })
const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value })

function apply(text: string, fixes: (file: ReturnType<typeof fileOf>) => Fix[]) {
  const file = fileOf(text)
  const { bytes, applied, refused } = applyFixes(file, fixes(file))
  return {
    text: Buffer.from(bytes).toString(),
    applied: applied.length,
    refused: refused.map(({ message }) => message.replace(/.*: /, '')),
  }
}

test('two documents, and fixes of one rule that go together', () => {
  const result = apply(FILE, (file) => [
    fixFor(file, [remove('/rules/0/verbs/1')], 'a'),
    fixFor(file, [remove('/rules/0/verbs/2')], 'a'),
    fixFor(file, [add('/rules/0/resourceNames', ['x'])], 'a'),
    fixFor(file, [remove('/rules/0')], 'b'),
    fixFor(file, [remove('/rules/1/verbs/1')], 'b'),
  ])
  const a = role('a').replace('[get, list, watch] # v', '[get] # v\n    resourceNames: [x]')
  const b = role('b')
    .replace(/ {2}- resources: \[secrets\]\n.*\n/, '')
    .replace('      - list # l\n', '')
  assert.deepEqual(result, {
    text: `# head\n---\n${a}--- # next\n${b}...\n`,
    applied: 5,
    refused: [],
  })
})

test('what two fixes do is done once', () => {
  const result = apply(role('a'), (file) => [
    fixFor(file, [remove('/rules/0/verbs/1'), remove('/rules/0/verbs/1')]),
    fixFor(file, [remove('/rules/0/verbs/2')]),
    fixFor(file, [remove('/rules/0/verbs/2')]),
  ])
  assert.deepEqual(result, {
    text: role('a').replace(', list, watch', ''),
    applied: 3,
    refused: [],
  })
})

test('a fix for a place that another one has changed is left out and said', () => {
  const rule = { resources: ['secrets'], verbs: ['get'] }
  const result = apply(role('a'), (file) => [
    fixFor(file, [remove('/rules/0/verbs/2')]),
    fixFor(file, [{ op: 'replace', path: '/rules/0', value: rule }]),
  ])
  assert.equal(result.applied, 1)
  assert.deepEqual(result.refused, [
    'the fix is for a place that another fix has changed; run it again',
  ])
})

test('two rules are split, whatever the order', () => {
  const split = (file: ReturnType<typeof fileOf>, index: number) =>
    fixFor(file, [
      { op: 'replace', path: `/rules/${index}/verbs`, value: ['get'] },
      add(`/rules/${index + 1}`, { resources: [`new${index}`], verbs: ['list'] }),
    ])
  const one = apply(role('a'), (file) => [split(file, 0), split(file, 1)])
  const other = apply(role('a'), (file) => [split(file, 1), split(file, 0)])
  assert.deepEqual(one, other)
  assert.equal(one.applied, 2)
  const [object] = objectsIn(fileOf(one.text))
  const rules = object?.value.rules
  assert.deepEqual(rules, [
    { resources: ['secrets'], verbs: ['get'] },
    { resources: ['new0'], verbs: ['list'] },
    { resources: ['pods'], verbs: ['get'] },
    { resources: ['new1'], verbs: ['list'] },
  ])
})

test('a file that has changed is left alone', () => {
  const fix = fixFor(fileOf(FILE), [remove('/rules/0')], 'a')
  const now = fileOf(FILE.replace('watch', 'update'))
  const { bytes, refused } = applyFixes(now, [fix])
  assert.deepEqual(bytes, now.bytes)
  assert.match(refused[0]?.message ?? '', /a file that has changed since it was read/)
  assert.ok('problems' in textEdits(now, fix))
})

/** Bytes around a document that have to stay. */
const frames: readonly (readonly [name: string, text: string])[] = [
  ['a byte order mark', `\ufeff${role('a')}`],
  ['no final newline', role('a').trimEnd()],
  ['CRLF', role('a').replaceAll('\n', '\r\n')],
  ['CRLF, no final newline', role('a').trimEnd().replaceAll('\n', '\r\n')],
  ['a byte order mark before a separator', `\ufeff---\n${role('a')}`],
  ['blank lines and comments at the end', `${role('a')}\n# end\n\n`],
  ['characters beyond the plane', `# \u{1f600}\n${role('a')}`],
  ['a broken document beside', `${role('a')}---\na: [\n`],
  ['bytes beside that are no text', `${role('a')}---\n\u0000\n`],
]
for (const [name, text] of frames) {
  test(`keeps ${name}`, () => {
    const file = fileOf(text)
    const [object] = objectsIn(fileOf(text.split('---\na:')[0]?.split('---\n\0')[0] ?? ''))
    assert.ok(object !== undefined)
    const operations = [remove('/rules/1/verbs/1'), add('/rules/1/x', 'z')]
    const fix = { title: 't', object, operations, isSafe: true }
    const { bytes, refused } = applyFixes(file, [fix])
    assert.deepEqual(refused, [])
    const newline = text.includes('\r') ? '\r\n' : '\n'
    const wanted = text.replace(/\r?\n {6}- list # l/, `${newline}    x: z`)
    assert.equal(Buffer.from(bytes).toString(), wanted)
    const edits = textEdits(file, fix)
    assert.ok('value' in edits)
    assert.equal(edited(text, edits.value), wanted)
  })
}

/** As an editor would. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : ''
  const plain = text.slice(mark.length)
  const lines = plain.split('\n')
  const offset = ({ line, column }: TextEdit['start']) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1
  const put = (now: string, edit: TextEdit) =>
    now.slice(0, offset(edit.start)) + edit.text + now.slice(offset(edit.end))
  return mark + edits.toReversed().reduce(put, plain)
}

test('an edit is as short as it can be', () => {
  const file = fileOf(FILE)
  assert.deepEqual(textEdits(file, fixFor(file, [remove('/rules/0/verbs/1')], 'b')), {
    value: [
      {
        file: 'app.yaml',
        start: { line: 23, column: 18 },
        end: { line: 23, column: 24 },
        text: '',
      },
    ],
  })
})

test('in any order the same comes out, and a second time nothing does', () => {
  const operations = fc.constantFrom(
    [remove('/rules/0/verbs/0')],
    [remove('/rules/0/verbs/1')],
    [remove('/rules/0/verbs/2')],
    [remove('/rules/0/verbs/2'), remove('/rules/0/verbs/1')],
    [remove('/rules/0')],
    [remove('/rules/1')],
    [remove('/rules/1/verbs/0')],
    [add('/rules/0/resourceNames', ['x'])],
    [add('/rules/0/resourceNames', ['y'])],
    [add('/rules/0', { a: 1 })],
    [add('/rules/1', { b: 1 })],
    [add('/rules/-', { c: 1 })],
    [{ op: 'replace' as const, path: '/rules/1/verbs', value: ['x'] }, add('/rules/2', { d: 1 })],
    [add('/metadata/labels', { a: 'b' })],
    [remove('/metadata/name')],
  )
  fc.assert(
    fc.property(fc.array(operations, { minLength: 1, maxLength: 6 }), fc.nat(), (chosen, turn) => {
      const file = fileOf(role('a'))
      const fixes = chosen.map((each) => fixFor(file, each))
      const cut = turn % fixes.length
      const turned = [...fixes.slice(cut), ...fixes.slice(0, cut)].toReversed()
      const [one, other] = [applyFixes(file, fixes), applyFixes(file, turned)]
      assert.equal(Buffer.from(one.bytes).toString(), Buffer.from(other.bytes).toString())
      assert.equal(one.applied.length + one.refused.length, fixes.length)
      assert.equal(one.applied.length, other.applied.length)
      const again = applyFixes({ ...file, bytes: one.bytes }, fixes)
      const isSame = Buffer.compare(file.bytes, one.bytes) === 0
      assert.ok(isSame || Buffer.compare(again.bytes, one.bytes) === 0)
    }),
    { numRuns: 200 },
  )
})
