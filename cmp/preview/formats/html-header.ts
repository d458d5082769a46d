// A page in, its headline out: what is compared, how much differs, and where to read on.
import type { Preview } from '../../../render/preview/model.ts'
import { countsOf } from './counts.ts'
import type { Markup } from './html-markup.ts'
import { counted, html } from './html-markup.ts'
import type { Page } from './html-page.ts'
import type { State } from './html-words.ts'
import { sideWords, wordsOf } from './html-words.ts'
import { podsStateOf } from './pods.ts'

/** Number of things in each state. */
type Counts = ReadonlyMap<State, number>

export function header(page: Page, sections: readonly (readonly [string, string])[]): Markup {
  const { preview, hasBase } = page
  const { head, base } = preview
  const against =
    base === undefined
      ? html`<p class="against">What a render of it does, without a base to compare it with.</p>`
      : html`<p class="against">compared with ${sideWords(base)} <code>${base.label}</code></p>`
  const links = sections.map(([id, words]) => html`<li><a href="#${id}">${words}</a></li>`)
  return html`<header><p class="eyebrow">Preview of ${sideWords(head)}</p>
<h1><code>${head.label}</code></h1>
${against}
${hasBase ? changeCounts(page) : partCounts(page)}
<nav aria-label="Contents"><ul>${links}</ul></nav></header>
`
}

/** A sentence for the tab of a browser. */
export function titleOf({ head, base }: Preview): string {
  return base === undefined
    ? `Preview of ${head.label}`
    : `Preview of ${head.label} against ${base.label}`
}

const ORDER: readonly State[] = [
  'added',
  'changed',
  'renamed',
  'removed',
  'rolls',
  'rolls-on-delete',
  'may-roll',
  'misses',
  'may-miss',
  'unknown',
]

function changeCounts({ secrets, workloads, changed }: Page): Markup {
  const keys = secrets.flatMap(({ secret }) => secret?.keys ?? [])
  const pods = workloads.flatMap(({ workload }) => (workload && podsStateOf(workload)) ?? [])
  return html`<dl class="counts">
${row('Secrets', count(secrets.map(({ change = 'same' }) => change)), 'none changes')}
${row('Keys', count(keys.map(({ change = 'same' }) => change)), 'none changes')}
${row('Workloads', count(pods), 'none rolls')}
${row('Other objects', count([...changed].map(({ change = 'changed' }) => change)), 'none changes')}</dl>`
}

function partCounts({ preview, secrets }: Page): Markup {
  const { emitted, stamped, passed } = countsOf(preview)
  const keys = secrets.reduce((sum, { secret }) => sum + (secret?.keys.length ?? 0), 0)
  const cell = (label: string, text: string) => html`<div><dt>${label}</dt><dd>${text}</dd></div>
`
  return html`<dl class="counts">
${cell('Made from PhaseSecrets', counted(emitted, 'object'))}${cell('Keys of all Secrets', counted(keys, 'key'))}${cell('Given a checksum', counted(stamped, 'workload'))}${cell('Passed on as they are', counted(passed, 'object'))}</dl>`
}

function count(states: readonly State[]): Counts {
  const counts = new Map<State, number>()
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

function row(label: string, counts: Counts, nothing: string): Markup {
  const cells = ORDER.flatMap((state) => {
    const number = counts.get(state)
    const { symbol, tone, words } = wordsOf(state)
    if (number === undefined) return []
    return [
      html`<dd class="${tone}"><span aria-hidden="true">${symbol}</span> ${number} ${words}</dd>`,
    ]
  })
  return html`<div><dt>${label}</dt>${cells.length > 0 ? cells : html`<dd class="none">${nothing}</dd>`}</div>
`
}
