// A page in, its other objects out: with a base those that differ, with their diffs; without one what
// the plugin does to each, and the stream.
import type { PreviewObject } from '../../../render/preview/model.ts'
import { diffBlock } from './html-diff.ts'
import type { Markup } from './html-markup.ts'
import { counted, html, yaml } from './html-markup.ts'
import type { Page } from './html-page.ts'
import { diffId } from './html-page.ts'
import { badge, place, title } from './html-words.ts'

/** Objects up to which their diffs are open. */
const MOST_OPEN = 20

export function changedSection(page: Page): Markup | undefined {
  const { changed } = page
  if (changed.size === 0) return undefined
  const isOpen = changed.size <= MOST_OPEN
  return html`<section aria-labelledby="objects"><h2 id="objects">Other objects that change</h2>
${[...changed].map((object) => article(page, object, isOpen))}</section>
`
}

function article(page: Page, object: PreviewObject, isOpen: boolean): Markup {
  const id = diffId(page, object)
  const { change, diff, at } = object
  return html`<article id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${title(object)}${change === undefined ? '' : badge(change)}</h3>
${at === undefined ? '' : html`<p class="muted">${place(at)}</p>`}
${diff === undefined ? withoutDiff(object) : html`<details${isOpen ? OPEN : ''}><summary>Fields</summary>${diffBlock(diff)}</details>`}
</article>
`
}

const OPEN = html` open`

function withoutDiff({ change }: PreviewObject): Markup {
  const words =
    change === 'unknown'
      ? 'One of the two states could not be seen.'
      : 'Nothing that may be shown differs.'
  return html`<p class="muted">${words}</p>`
}

const PARTS = [
  ['emitted', 'Made from a PhaseSecret'],
  ['stamped', 'Given a checksum'],
  ['passed', 'Passed on as they are'],
] as const

/** What a render does, where there is nothing to compare it with. */
export function partsSection({ preview, homes }: Page): Markup {
  const groups = PARTS.map(([part, heading]) => {
    const objects = preview.objects.filter((object) => object.part === part)
    if (objects.length === 0) return undefined
    const items = objects.map((object) =>
      item(object, hasPlace(object) ? homes.get(object) : undefined),
    )
    return html`<details${objects.length <= MOST_OPEN ? OPEN : ''}><summary>${heading}: ${counted(objects.length, 'object')}</summary>
<ul class="parts">${items}</ul></details>
`
  })
  return html`<section aria-labelledby="objects"><h2 id="objects">What the render does</h2>
${preview.objects.length === 0 ? html`<p>Nothing comes out.</p>` : groups}</section>
`
}

function hasPlace({ secret, workload }: PreviewObject): boolean {
  return secret !== undefined || workload !== undefined
}

function item(object: PreviewObject, home: string | undefined): Markup {
  const name = title(object)
  const linked = home === undefined ? name : html`<a href="#${home}">${name}</a>`
  return html`<li>${linked}${object.at === undefined ? '' : html` <span class="muted">${place(object.at)}</span>`}</li>
`
}

export function streamSection({ preview: { stream } }: Page): Markup | undefined {
  if (stream === undefined) return undefined
  return html`<section aria-labelledby="stream"><h2 id="stream">The stream</h2>
<details><summary>What Argo CD would be given, without the values</summary><pre class="stream">${yaml(stream.split(/\r?\n/))}</pre></details></section>
`
}
