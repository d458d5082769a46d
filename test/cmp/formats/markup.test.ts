// Names as code that nothing in them can end, sentences in which only plain words are bare.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellCode, code, fenced, html, prose } from '../../../cmp/formats/markup.ts'

const spans: readonly (readonly [text: string, want: string])[] = [
  ['a', '`a`'],
  ['', '`""`'],
  ['a`b', '``a`b``'],
  ['`a``', '``` `a`` ```'],
  ['``', '` `` `'],
  [' a', '`  a `'],
  ['@a #1 <b> [x](y) :z:', '`@a #1 <b> [x](y) :z:`'],
  ['a\nb', '`a\\u{a}b`'],
  [`${'`'.repeat(90)}x`, `\` ${'`'.repeat(90)}x \``],
  ['x'.repeat(201), `\`${'x'.repeat(200)}…\``],
]
for (const [text, want] of spans) {
  test(`a code span of ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(code(text), want))
}

const cells: readonly (readonly [text: string, want: string])[] = [
  ['a|b', '`a\\|b`'],
  ['a\\|b', '`a\\\\u{7c}b`'],
  ['a\\\\|', '`a\\\\\\u{7c}`'],
  ['a\\', '`a\\`'],
  ['||', '`\\|\\|`'],
]
for (const [text, want] of cells) {
  test(`a cell of ${text}`, () => assert.equal(cellCode(text), want))
}

const sentences: readonly (readonly [text: string, want: string])[] = [
  ['There is no token: Phase was not asked.', 'There is no token: Phase was not asked.'],
  ['a/b.yaml:3: a document', '`a/b.yaml:3:` a document'],
  ['see @org/team #1 now', 'see `@org/team #1` now'],
  ['(in brackets), yes', '(in brackets), yes'],
  ['commit deadbeef is', 'commit `deadbeef` is'],
  ['  spaced   out ', 'spaced out'],
  ['- a', '`-` a'],
  [':rocket: :a', '`:rocket: :a`'],
  ['', ''],
]
for (const [text, want] of sentences) {
  test(`a sentence of ${JSON.stringify(text)}`, () => assert.equal(prose(text), want))
}

test('text in raw HTML', () => {
  assert.equal(html('<a href="x">&\'`'), '&#60;a href=&#34;x&#34;&#62;&#38;&#39;&#96;')
})

test('a fence is longer than any run of backticks in it, and shorter than parsers count', () => {
  assert.equal(fenced([' a'], 'diff'), '```diff\n a\n```')
  assert.equal(fenced([' ````', '+`'], 'diff'), '`````diff\n ````\n+`\n`````')
  const [fence = '', line = ''] = fenced([` ${'`'.repeat(300)}`], 'diff').split('\n')
  assert.equal(fence, `${'`'.repeat(61)}diff`)
  assert.equal(line, ` ${'`'.repeat(60)}${'\\u{60}'.repeat(240)}`)
})

test('no line of a block is a command of GitLab', () => {
  assert.equal(fenced(['/merge', '+/close'], 'yaml'), '```yaml\n /merge\n+/close\n```')
})
