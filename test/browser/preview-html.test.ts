// The html format in a real browser: what it loads and runs, who can use it, and how wide it gets.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import fc from 'fast-check'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { formatHtml } from '../../cmp/preview/formats/html.ts'
import type { Preview } from '../../render/preview/model.ts'
import type { Watched } from '../support/browser.ts'
import { launchBrowser, watch } from '../support/browser.ts'
import { HOSTILE } from '../support/hostile-names.ts'
import { pagePreview, pageWithoutBase, sizedPreview } from '../support/page-preview.ts'
import { withTexts } from '../support/preview-texts.ts'
import { temporaryTree } from '../support/tree.ts'

const WIDTHS = [1280, 360]
const SCHEMES = ['light', 'dark'] as const
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
const LONG = 'a-name-of-a-length-that-kubernetes-allows-and-hardly-anybody-uses-'

const PREVIEWS: Readonly<Record<string, Preview>> = {
  compared: pagePreview(),
  'without a base': pageWithoutBase(),
  large: sizedPreview(60, 10),
  'with long names': withTexts(pagePreview(), (text) => `${LONG.repeat(3)}${text}`),
  'in another script': withTexts(pagePreview(), (text) => `秘密の値${text}👩‍👩‍👧 ﷽ שלום`),
}

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())

/** Opens a page, and asserts in the end that it did nothing of its own. */
async function withPage(
  html: string,
  options: BrowserContextOptions,
  use: (page: Watched['page']) => Promise<void>,
): Promise<void> {
  const file = pathToFileURL(join(temporaryTree({ 'preview.html': html }), 'preview.html'))
  const { page, complaints } = await watch(browser, file, options)
  try {
    await use(page)
    assert.deepEqual(await complaints(), [])
  } finally {
    await page.context().close()
  }
}

for (const [what, preview] of Object.entries(PREVIEWS)) {
  const html = formatHtml(preview)

  for (const width of WIDTHS) {
    const viewport = { width, height: 800 }

    for (const colorScheme of SCHEMES) {
      test(`${what}: axe finds nothing at ${width} px, ${colorScheme}`, async () => {
        await withPage(html, { viewport, colorScheme }, async (page) => {
          await page.evaluate('inPage.openAll()')
          await page.evaluate(axe.source)
          const found = await page.evaluate<{ violations: string[]; passes: string[] }>(
            `inPage.axe(${JSON.stringify(RULES)})`,
          )
          assert.deepEqual(found.violations, [])
          assert.ok(found.passes.includes('color-contrast'), found.passes.join())
          assert.deepEqual(await page.evaluate('inPage.badNodes()'), [])
        })
      })
    }

    test(`${what}: nothing is wider than a screen of ${width} px`, async () => {
      await withPage(html, { viewport }, async (page) => {
        await page.evaluate('inPage.openAll()')
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
        assert.deepEqual(await page.evaluate('inPage.cutOff()'), [])
      })
    })
  }
}

for (const what of ['compared', 'without a base'] as const) {
  test(`${what}: Tab reaches everything in its order, and one sees where it is`, async () => {
    await withPage(formatHtml(PREVIEWS[what] ?? assert.fail()), {}, async (page) => {
      await page.evaluate('inPage.openAll()')
      const count = await page.evaluate<number>('inPage.countStops()')
      assert.ok(count > 10, `${count}`)
      for (let stop = 0; stop < count; stop++) {
        await page.keyboard.press('Tab')
        assert.deepEqual(await page.evaluate('inPage.focus()'), { stop, isSeen: true })
      }
      await page.keyboard.press('Tab')
      assert.deepEqual(await page.evaluate('inPage.focus().stop'), -1)
    })
  })
}

test('without scripts, the keyboard opens what is closed and the picture leads to its parts', async () => {
  await withPage(formatHtml(pagePreview()), { javaScriptEnabled: false }, async (page) => {
    const summary = page.getByText('1 key unchanged')
    const key = page
      .getByRole('cell', { name: 'HOST' })
      .or(page.getByRole('rowheader', { name: 'HOST' }))
    assert.equal(await key.isVisible(), false)
    await summary.focus()
    await page.keyboard.press('Enter')
    assert.equal(await key.isVisible(), true)
    const node = page.getByRole('link', { name: 'Secret payments/payments, added' }).first()
    await node.click()
    assert.match(page.url(), /#o\d+$/)
    const target = page.locator(':target')
    assert.match((await target.textContent()) ?? '', /payments\/payments/)
    const { y = 800 } = (await target.boundingBox()) ?? {}
    assert.ok(y < 800, `${y}`)
  })
})

test('on paper nothing is closed, and the colours are those of light', async () => {
  await withPage(formatHtml(pagePreview()), { colorScheme: 'dark' }, async (page) => {
    const background = () =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    const key = page.getByRole('rowheader', { name: 'HOST' })
    assert.notEqual(await background(), 'rgb(255, 255, 255)')
    assert.equal(await key.isVisible(), false)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await background(), 'rgb(255, 255, 255)')
    assert.equal(await key.isVisible(), true)
  })
})

for (const [reducedMotion, behaviour] of [
  ['reduce', 'auto'],
  ['no-preference', 'smooth'],
] as const) {
  test(`scrolling is ${behaviour} where the preference of motion is ${reducedMotion}`, async () => {
    await withPage(formatHtml(pagePreview()), { reducedMotion }, async (page) => {
      const found = await page.evaluate('getComputedStyle(document.documentElement).scrollBehavior')
      assert.equal(found, behaviour)
    })
  })
}

test('a picture is one image with words, then links', async () => {
  await withPage(formatHtml(pagePreview()), {}, async (page) => {
    const image = page.getByRole('img', { name: /PhaseSecrets, the Secrets made from them/ })
    assert.equal(await image.count(), 1)
    assert.match(
      (await image.ariaSnapshot()) ?? '',
      /Three columns: 6 PhaseSecrets, 7 Secrets, 6 workloads/,
    )
  })
})

const harmless = { compared: pagePreview(), 'without a base': pageWithoutBase() }
for (const [what, preview] of Object.entries(harmless)) {
  test(`${what}: no name becomes an element, an attribute, a request or a dialog`, async () => {
    let expected: unknown
    await withPage(formatHtml(withTexts(preview, (text) => `x${text}`)), {}, async (page) => {
      expected = await page.evaluate('inPage.skeleton()')
      assert.deepEqual(await page.evaluate('inPage.active()'), [])
    })
    const every = HOSTILE.map(([, evil]) => evil)
    for (const evil of [...every, every.join(''), every.toReversed().join(' ')]) {
      const html = formatHtml(withTexts(preview, (text) => `${evil}${text}`))
      await withPage(html, {}, async (page) => {
        assert.deepEqual(await page.evaluate('inPage.active()'), [], evil)
        assert.deepEqual(await page.evaluate('inPage.skeleton()'), expected, evil)
        await page.evaluate('inPage.openAll()')
        await page.mouse.move(300, 300)
        await page.mouse.wheel(0, 2000)
      })
    }
  })
}

test('a browser reads any names as text', async () => {
  const preview = pagePreview()
  const html = (evil: string) => formatHtml(withTexts(preview, (text) => `${evil}${text}`))
  const piece = fc.oneof(
    fc.constantFrom(...HOSTILE.map(([, evil]) => evil)),
    fc.string({ unit: 'binary' }),
  )
  const evils = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
  await withPage(html('x'), {}, async (page) => {
    const expected = await page.evaluate('inPage.skeletonOf(document)')
    await fc.assert(
      fc.asyncProperty(evils, async (evil) => {
        const parsed = await page.evaluate(
          `inPage.skeletonOf(inPage.parse(${JSON.stringify(html(evil))}))`,
        )
        assert.deepEqual(parsed, expected)
      }),
      { numRuns: 60 },
    )
  })
})

// These tests could pass by not seeing anything: what they look for is seen in pages that have it.
const planted: readonly (readonly [string, string, RegExp])[] = [
  ['a script', '<script>alert(1)</script>', /policy: script-src-elem inline/],
  ['a handler', '<img src=x onerror=alert(1)>', /policy: img-src file/],
  ['a style', '<p style="color:red">', /policy: style-src-attr inline/],
  ['a style sheet', '<style>p{color:red}</style>', /policy: style-src-elem inline/],
  ['a request', '<img src="https://evil.example/x.png">', /policy: img-src https:\/\/evil.example/],
  [
    'a frame',
    '<iframe src="https://evil.example/"></iframe>',
    /policy: frame-src https:\/\/evil.example/,
  ],
]
for (const [what, markup, complaint] of planted) {
  test(`the page's policy refuses ${what} that got into it, and the test sees that`, async () => {
    const html = formatHtml(pagePreview()).replace('</main>', `${markup}</main>`)
    const file = pathToFileURL(join(temporaryTree({ 'preview.html': html }), 'preview.html'))
    const { page, complaints } = await watch(browser, file)
    const seen = await complaints()
    assert.match(seen.join('\n'), complaint)
    assert.doesNotMatch(seen.join('\n'), /^(dialog|loaded)/m)
    await page.context().close()
  })
}
