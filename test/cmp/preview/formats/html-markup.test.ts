// The template that every piece of a page goes through.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Part } from '../../../../cmp/preview/formats/html-markup.ts'
import { breakable, counted, html, yaml } from '../../../../cmp/preview/formats/html-markup.ts'

const cases: readonly (readonly [string, Part, string])[] = [
  [
    'what means something in HTML',
    `<a b="c" d='e' f=\`g\`>&`,
    '&lt;a b=&quot;c&quot; d=&#39;e&#39; f=&#96;g&#96;&gt;&amp;',
  ],
  ['what nobody can see', 'a\u202eb\u0000\n\ud800', 'a\\u{202e}b\\u{0}\\u{a}\\u{d800}'],
  ['markup stays what it is', html`<b>${'<i>'}</b>`, '<b>&lt;i&gt;</b>'],
  ['lists, numbers and nothing', ['<', 1, [undefined, html`<br>`]], '&lt;1<br>'],
  ['a name that may be broken', breakable('A_B/c.d-e<f'), 'A_<wbr>B/<wbr>c.<wbr>d-<wbr>e&lt;f'],
  [
    'YAML keeps its lines and tabs',
    yaml(['a: "<"', '\tb: \n\u202e']),
    'a: &quot;&lt;&quot;\n\tb: \\x0a\\u202e',
  ],
  ['one of a thing', counted(1, 'Secret'), '1 Secret'],
  ['many of a thing', counted(12_000, 'Secret'), '12,000 Secrets'],
]
for (const [what, part, expected] of cases) {
  test(what, () => assert.equal(String(html`${part}`), expected))
}

test('no text leaves an attribute or a tag, whatever the quotes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('"', "'", '`', '<', '>', '&', ' ', '=', 'a'))
      .map((all) => all.join('')),
  )
  fc.assert(
    fc.property(text, (evil) => {
      assert.match(String(html`<p a="${evil}">`), /^<p a="[^"'`<>]*">$/)
      assert.match(String(html`<p>${evil}</p>`), /^<p>[^<>]*<\/p>$/)
    }),
  )
})
