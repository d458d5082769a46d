// Markdown in, what a real parser of GitHub-flavoured Markdown makes of it out: its elements.
import assert from 'node:assert/strict'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** The elements of a comment that is as it should be; `align` is what a table has. */
const ALLOWED =
  /^<\/?(?:details|summary|h[34]|p|strong|em|ul|li|table|thead|tbody|tr|th|td|code|pre|sub|br|hr)(?: align="left")?>$|^<code class="language-(?:diff|yaml|mermaid)">$|^<!-- argocd-phase-plugin (?:preview|check)[^<>]*-->$/

/** Asserts that nothing in it is a link, an image, a mention's markup or any element but ours. */
export function assertOnlyOurElements(markdown: string): void {
  const html = micromark(markdown, {
    // As the platforms do, which filter afterwards: what gets through here is looked at.
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
  for (const [tag] of html.matchAll(/<!--.*?-->|<[^>]*>/gs)) assert.match(tag, ALLOWED)
  for (const name of ['details', 'table', 'pre', 'code', 'summary', 'strong']) {
    const count = (pattern: string) => html.match(new RegExp(pattern, 'g'))?.length ?? 0
    assert.equal(count(`<${name}[ >]`), count(`</${name}>`), name)
  }
}
