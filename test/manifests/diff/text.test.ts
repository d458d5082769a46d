import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPatch } from 'diff'
import fc from 'fast-check'
import type { TextChange } from '../../../manifests/diff/text.ts'
import { changesBetween, patchOf } from '../../../manifests/diff/text.ts'

/** As an editor would: from the last change to the first. */
function carriedOut(text: string, changes: readonly TextChange[]): string {
  const lines = text.split('\n')
  const offset = ({ line, column }: TextChange['start']) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1
  return changes.reduceRight(
    (now, change) =>
      now.slice(0, offset(change.start)) + change.text + now.slice(offset(change.end)),
    text,
  )
}

const words = fc.constantFrom(
  'a',
  'b',
  'a: b',
  '',
  '\r',
  '\u{1f600}',
  '\u{1f601}',
  '-- x',
  '++ y',
  '@@ -1 +1 @@',
  '\\',
)
const texts = fc
  .tuple(fc.array(words, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, newline, isEnded]) => lines.join(newline) + (isEnded ? newline : ''))

test('changes make the one text the other, and never split a character or a line end', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const changes = changesBetween(before, after)
      assert.equal(carriedOut(before, changes), after)
      for (const { text } of changes) assert.ok(text.isWellFormed())
      assert.equal(changes.length === 0, before === after)
    }),
    { numRuns: 1000 },
  )
})

test('a patch makes the one text the other', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const patch = patchOf('a.yaml', before, after)
      if (before === after) assert.equal(patch, '')
      else assert.equal(applyPatch(before, patch, { autoConvertLineEndings: false }), after, patch)
    }),
    { numRuns: 1000 },
  )
})

test('more changes than anybody wants to compare become one', () => {
  const before = Array.from({ length: 3000 }, (_, n) => `a${n}\n`).join('')
  const after = before.replaceAll('a', 'b').trimEnd()
  const changes = changesBetween(before, after)
  assert.equal(changes.length, 1)
  assert.equal(carriedOut(before, changes), after)
  assert.equal(applyPatch(before, patchOf('a.yaml', before, after)), after)
})

test('names are written as Git writes them', () => {
  const heads = ['a b.yaml', 'é".yaml', 'a\nb'].map(
    (name) => patchOf(name, 'a\n', 'b\n').split('\n')[0],
  )
  assert.deepEqual(
    heads,
    ['--- a/a b.yaml\t', '--- "a/\\303\\251\\".yaml"\t', '--- "a/a\\012b"\t'].map((each) =>
      each.replace('\\"', '\\042'),
    ),
  )
})
