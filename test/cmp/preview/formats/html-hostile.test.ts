// Whatever names hold, the page has the same elements and attributes as with harmless ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatHtml } from '../../../../cmp/preview/formats/html.ts'
import { HOSTILE } from '../../../support/hostile-names.ts'
import { hostileText } from '../../../support/hostile-texts.ts'
import { pagePreview, pageWithoutBase } from '../../../support/page-preview.ts'
import { withTexts } from '../../../support/preview-texts.ts'

const previews = { compared: pagePreview(), 'without a base': pageWithoutBase() }

/** Every tag with its attributes, but for the values that may hold a name: what a parser would act on. */
function skeleton(page: string): string[] {
  const tags = page.match(/<[^>]*>/g) ?? []
  return tags.filter((tag) => tag !== '<wbr>').map((tag) => tag.replace(/="[^"]*"/g, '=""'))
}

for (const [what, preview] of Object.entries(previews)) {
  const harmless = skeleton(formatHtml(withTexts(preview, (text) => `x${text}`)))

  for (const [name, evil] of HOSTILE) {
    test(`${what}: ${name} in every name changes no tag`, () => {
      const page = formatHtml(withTexts(preview, (text) => `${evil}${text}`))
      assert.deepEqual(skeleton(page), harmless)
      assertText(page)
    })
  }

  test(`${what}: no text at all changes a tag`, () => {
    const piece = fc.oneof(
      hostileText,
      fc.constantFrom(...HOSTILE.map(([, evil]) => evil)),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '`',
        '&',
        '=',
        '/',
        '\\',
        '\n',
        ' onload=',
        '-->',
        '${',
        '&lt;',
      ),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    )
    const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, (evil) => {
        const page = formatHtml(withTexts(preview, (old) => `${evil}${old}`))
        assert.deepEqual(skeleton(page), harmless)
        assertText(page)
      }),
      { numRuns: 150 },
    )
  })
}

/** What no page may hold, wherever it came from: all that hides or turns text, and what no UTF-8 can say. */
function assertText(page: string): void {
  const hidden = page.match(/[^\n\t\P{C}]|\p{Zl}|\p{Zp}|\p{DI}/u)
  assert.equal(hidden?.[0].codePointAt(0)?.toString(16), undefined)
}
