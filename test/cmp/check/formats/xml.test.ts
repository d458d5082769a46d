// XML that a strict reader takes, with the texts that were put in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printXml } from '../../../../cmp/check/formats/xml.ts'
import { readXml } from '../../../support/strict-xml.ts'

const texts: readonly (readonly [text: string, want: string])[] = [
  ['a & b < c > d " e \' f', 'a & b < c > d " e \' f'],
  [']]><!--', ']]><!--'],
  ['&amp; &#60;', '&amp; &#60;'],
  ['a\u0000b\u0008c', 'a\\u{0}b\\u{8}c'],
  ['a\ufffeb\ud800', 'a\\u{fffe}b\\u{d800}'],
  ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
  ['##[error]a', '##[error]a'],
  ['鍵', '鍵'],
]
for (const [text, want] of texts) {
  test(`${JSON.stringify(text)} in an attribute and between tags`, () => {
    const inner = { name: 'b', attributes: {}, content: [text, 'x'] }
    const document = printXml({
      name: 'a',
      attributes: { c: text, d: undefined },
      content: [inner],
    })
    const root = readXml(document)
    assert.deepEqual(root.attributes, { c: want })
    assert.equal(root.children[0]?.text, `${want}\nx`)
    for (const line of document.trimEnd().split('\n')) assert.match(line, /^ *<[^!]/)
    assert.doesNotMatch(document, /##\w*\[/)
  })
}

const broken: readonly (readonly [what: string, body: string])[] = [
  ['an element that is not closed', '<a><b></a>'],
  ['two roots', '<a/><b/>'],
  ['a bare ampersand', '<a b="&"/>'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['the end of a CDATA section', '<a>]]></a>'],
  ['a control character', '<a>\u0001</a>'],
]
for (const [what, body] of broken) {
  test(`the reader refuses ${what}`, () => {
    assert.throws(() => readXml(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`))
  })
}
