// A page in, its Secrets out: where each comes from, its keys, and how they differ. Values are
// fingerprints, or words where none was read.
import type {
  PreviewKey,
  PreviewObject,
  PreviewSecret,
  SecretOrigin,
  ShownValue,
} from '../../../render/preview/model.ts'
import { diffBlock } from './html-diff.ts'
import type { Markup } from './html-markup.ts'
import { breakable, counted, html } from './html-markup.ts'
import type { Page } from './html-page.ts'
import { badge, nameOf, place, title } from './html-words.ts'

export function secretsSection(page: Page): Markup | undefined {
  const { secrets, homes, hasBase } = page
  if (secrets.length === 0) return undefined
  const told = secrets.filter((secret) => homes.has(secret))
  const rest = secrets.filter((secret) => !homes.has(secret))
  return html`<section aria-labelledby="secrets"><h2 id="secrets">Secrets</h2>
${page.preview.isPlaceholder ? WITHOUT_VALUES : FINGERPRINTS}
${told.length === 0 ? html`<p>No Secret changes.</p>` : ''}
${told.map((object) => card(page, object))}
${hasBase ? unchanged(rest) : undefined}</section>
`
}

const FINGERPRINTS = html`<p class="muted">Twelve digits stand for a value. Where two are equal on this page, so are the values.</p>`

const WITHOUT_VALUES = html`<p class="muted">No value was read. The words stand for what Phase will be asked for.</p>`

/** Names only, and not too many: nothing happens to them. */
const MOST_NAMES = 100

function unchanged(secrets: readonly PreviewObject[]): Markup | undefined {
  if (secrets.length === 0) return undefined
  const names = secrets
    .slice(0, MOST_NAMES)
    .map((each) => html`<li><code>${nameOf(each)}</code></li>`)
  const more = secrets.length - MOST_NAMES
  return html`<details><summary>${counted(secrets.length, 'Secret')} unchanged</summary>
<ul class="names">${names}${more > 0 ? html`<li>and ${counted(more, 'more', 'more')}</li>` : ''}</ul></details>`
}

function card(page: Page, object: PreviewObject): Markup {
  const { secret, change } = object
  if (secret === undefined) return html``
  const isSame = ({ change = 'same' }: PreviewKey) => page.hasBase && change === 'same'
  const differing = secret.keys.filter((key) => !isSame(key))
  const same = secret.keys.filter(isSame)
  const name = nameOf(object)
  return html`<article id="${page.homes.get(object)}" aria-labelledby="${page.homes.get(object)}-name">
<h3 id="${page.homes.get(object)}-name">${title(object)}${change === undefined ? '' : badge(change)}</h3>
${facts(secret, object)}
${keyTable(differing, `Keys of ${name}`, page.hasBase)}
${secret.keys.length === 0 ? html`<p class="muted">No key is known.</p>` : ''}
${secret.isComplete ? '' : html`<p class="muted">Phase was not asked, and may hold more keys than these.</p>`}
${same.length === 0 ? '' : html`<details><summary>${counted(same.length, 'key')} unchanged</summary>${keyTable(same, `Unchanged keys of ${name}`, false)}</details>`}
${object.diff === undefined ? '' : html`<details><summary>Its other fields</summary>${diffBlock(object.diff)}</details>`}
</article>
`
}

function facts({ type, origin, originBefore }: PreviewSecret, { at }: PreviewObject): Markup {
  const rows: Markup[] = [html`<div><dt>Type</dt><dd><code>${type}</code></dd></div>`]
  if (origin !== undefined) {
    rows.push(html`<div><dt>Made from</dt><dd>${madeFrom(origin)}</dd></div>`)
    rows.push(html`<div><dt>Asks Phase for</dt><dd>${question(origin)}</dd></div>`)
  } else if (at !== undefined) {
    rows.push(html`<div><dt>Written in</dt><dd>${place(at)}</dd></div>`)
  }
  if (originBefore !== undefined) {
    rows.push(
      html`<div><dt>Before</dt><dd>${madeFrom(originBefore)}, which asked for ${question(originBefore)}</dd></div>`,
    )
  }
  return html`<dl class="facts">${rows}</dl>`
}

function madeFrom({ phaseSecret, at }: SecretOrigin): Markup {
  return html`${title(phaseSecret)} at ${place(at)}`
}

function question({ app, environment, path, tag, host }: SecretOrigin): Markup {
  const parts = [
    html`app <code>${app}</code>`,
    html`environment <code>${environment}</code>`,
    html`path <code>${path}</code>`,
    ...(tag === undefined ? [] : [html`tag <code>${tag}</code>`]),
    ...(host === undefined ? [] : [html`host <code>${host}</code>`]),
  ]
  return html`${parts.map((part, index) => html`${index === 0 ? '' : ', '}${part}`)}`
}

function keyTable(keys: readonly PreviewKey[], caption: string, withChanges: boolean): Markup {
  if (keys.length === 0) return html``
  const head = withChanges
    ? html`<th scope="col">Key</th><th scope="col"><span class="words">Change</span></th><th scope="col">Before</th><th scope="col">After</th>`
    : html`<th scope="col">Key</th><th scope="col">Value</th>`
  const rows = keys.map((key) => (withChanges ? changedRow(key) : plainRow(key)))
  return html`<table class="keys${withChanges ? ' four' : ''}"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody></table>`
}

function plainRow({ key, value }: PreviewKey): Markup {
  return html`<tr><th scope="row"><code>${breakable(key)}</code></th><td>${shown(value)}</td></tr>
`
}

function changedRow(each: PreviewKey): Markup {
  const { key, change = 'unknown', renamedFrom, value } = each
  const old =
    renamedFrom === undefined
      ? ''
      : html` <span class="muted">was</span> <code>${breakable(renamedFrom)}</code>`
  const absent = change === 'unknown' ? UNKNOWN : NOTHING
  return html`<tr><th scope="row"><code>${breakable(key)}</code>${old}</th><td>${badge(change)}</td><td>${shown(beforeOf(each), absent)}</td><td>${shown(value, absent)}</td></tr>
`
}

/** A preview tells it only where it differs. */
function beforeOf({ change, before, value }: PreviewKey): ShownValue | undefined {
  return before ?? (change === 'same' || change === 'renamed' ? value : undefined)
}

const NOTHING = html`<span class="muted">–</span>`
const UNKNOWN = html`<span class="muted">unknown</span>`

function shown(value: ShownValue | undefined, absent = NOTHING): Markup {
  if (value === undefined) return absent
  if ('fingerprint' in value) return html`<code>${value.fingerprint}</code>`
  return html`<span class="placeholder">${value.placeholder}</span>`
}
