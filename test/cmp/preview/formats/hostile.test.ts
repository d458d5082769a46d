// Whatever a repository, a cluster or Phase names anything: no format lets it act, and none breaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import { formatJson } from '../../../../cmp/preview/formats/json.ts'
import { formatMarkdown } from '../../../../cmp/preview/formats/markdown.ts'
import schema from '../../../../cmp/preview/formats/preview.schema.json' with { type: 'json' }
import { formatText } from '../../../../cmp/preview/formats/text.ts'
import type { Preview } from '../../../../render/preview/model.ts'
import { assertOnlyOurElements } from '../../../support/gfm.ts'
import { HOSTILE_TEXTS, hostileText } from '../../../support/hostile-texts.ts'
import { assertInert } from '../../../support/inert-markdown.ts'
import { schemaMistakes } from '../../../support/json-schema.ts'
import { withTexts } from '../../../support/preview-texts.ts'
import { samplePreview, sampleWithoutBase } from '../../../support/sample-preview.ts'

const CONTROL = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{DI}]/u

function checkText(preview: Preview): void {
  for (const width of [undefined, 40]) {
    const plain = formatText(preview, { colour: false, width })
    assert.doesNotMatch(plain, CONTROL)
    assert.ok(plain.endsWith('\n'))
    const coloured = formatText(preview, { colour: true, width })
    for (const line of coloured.split('\n')) {
      // Each line leaves the terminal as it was.
      const [, ...sequences] = line.split('\x1b[')
      assert.equal(sequences.length % 2, 0)
      for (const [index, text] of sequences.entries()) {
        assert.match(text, index % 2 === 0 ? /^\d\d?m./ : /^m/)
      }
    }
    const parts = coloured
      .split('\x1b[')
      .map((part, at) => (at > 0 ? part.replace(/^\d*m/, '') : part))
    assert.equal(parts.join(''), plain)
  }
}

function checkMarkdown(preview: Preview): void {
  const text = formatMarkdown(preview)
  assert.ok(text.length <= 65_536)
  assertInert(text)
  assertOnlyOurElements(text)
}

function checkJson(preview: Preview): void {
  const text = formatJson(preview)
  assert.doesNotMatch(text, /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
  const read = JSON.parse(text)
  assert.deepEqual(schemaMistakes(schema, read), [])
  assert.deepEqual(read, { version: 1, ...JSON.parse(JSON.stringify(preview)) })
}

const CHECKS = { text: checkText, markdown: checkMarkdown, json: checkJson }
for (const [name, check] of Object.entries(CHECKS)) {
  for (const [what, preview] of [
    ['a comparison', samplePreview()],
    ['one state', sampleWithoutBase()],
  ] as const) {
    test(`${name} of ${what}: every hostile text in every place`, () => {
      for (const text of HOSTILE_TEXTS) check(withTexts(preview, () => text))
    })

    test(`${name} of ${what}: anything at all`, () => {
      fc.assert(
        fc.property(fc.array(hostileText, { minLength: 1, maxLength: 8 }), (texts) => {
          let next = 0
          check(withTexts(preview, () => texts[next++ % texts.length] ?? ''))
        }),
        { numRuns: 150 },
      )
    })
  }
}

test('text of one state is the same YAML, with comments after it', () => {
  const streams = [
    sampleWithoutBase().stream ?? '',
    'a: |+\n  text\n\n',
    'a: "\u202e\x85"\r\nb: 1\r\n',
    'kind: A\n---\nkind: B',
    '',
  ]
  for (const stream of streams) {
    const objects = withTexts(sampleWithoutBase(), () => 'x\n---\nkind: Evil').objects
    const preview = { ...sampleWithoutBase(), objects, stream }
    const text = formatText(preview, { colour: false, width: 40 })
    const values = (yaml: string) =>
      parseAllDocuments(yaml).map((document) => {
        assert.deepEqual(document.errors, [])
        return document.toJS()
      })
    const before = values(stream)
    assert.deepEqual(
      values(text).filter((value) => value !== null),
      before,
    )
  }
})

test('the parser sees an element where there is one', () => {
  for (const text of [
    '<b>x</b>',
    '[x](https://example.com)',
    '![x](y)',
    'https://example.com',
    '# x',
  ]) {
    assert.throws(() => assertOnlyOurElements(text), text)
  }
})
