// What nobody can see, spelled out: for people, in YAML, in JSON.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { printable, visible, visibleJson, visibleYaml } from '../../cmp/visible.ts'

const characters: readonly (readonly [name: string, text: string, braces: string, yaml: string])[] =
  [
    ['a terminal escape', '\x1b[31m', '\\u{1b}[31m', '\\x1b[31m'],
    ['an eight-bit escape', '\x9b', '\\u{9b}', '\\x9b'],
    ['a new line', 'a\nb', 'a\\u{a}b', 'a\\x0ab'],
    ['a carriage return', 'a\rb', 'a\\u{d}b', 'a\\x0db'],
    ['text that runs backwards', '\u202e', '\\u{202e}', '\\u202e'],
    ['a zero-width joiner', '\u200d', '\\u{200d}', '\\u200d'],
    ['a variation selector', '\ufe0f', '\\u{fe0f}', '\\ufe0f'],
    ['a filler', '\u3164', '\\u{3164}', '\\u3164'],
    ['an empty Braille cell', '\u2800', '\\u{2800}', '\\u2800'],
    ['a tag', '\u{e0041}', '\\u{e0041}', '\\U000e0041'],
    ['half a character', '\ud83d', '\\u{d83d}', '\\ud83d'],
    ['letters of the world', 'ключ 鍵 🔑 é', 'ключ 鍵 🔑 é', 'ключ 鍵 🔑 é'],
  ]
for (const [name, text, braces, yaml] of characters) {
  test(name, () => {
    assert.equal(visible(text), braces)
    assert.equal(visibleYaml(text), yaml)
    assert.equal(JSON.parse(visibleJson(JSON.stringify(text))), text)
  })
}

test('a tab of YAML stays', () => assert.equal(visibleYaml('a\tb'), 'a\tb'))

test('a cut leaves whole characters, and says that there was more', () => {
  assert.equal(printable('abc', 3), 'abc')
  assert.equal(printable('abcd', 3), 'abc…')
  assert.equal(printable('ab🔑', 3), 'ab…')
})

test('a quoted text of YAML and of JSON stays what it is', () => {
  const unit = fc.constantFrom('a', '\x85', '\u202e', '\u{e0041}', '\u200d', '\u2028', '"', 'é')
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const quoted = JSON.stringify(text)
      assert.equal(parse(visibleYaml(quoted)), text)
      assert.equal(JSON.parse(visibleJson(quoted)), text)
      assert.doesNotMatch(visibleJson(quoted), /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
    }),
  )
})
