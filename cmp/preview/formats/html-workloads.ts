// A page in, what becomes of the pods out: which workloads roll and why, and which miss a change.
import type { PreviewObject, RollReason, SecretUse } from '../../../render/preview/model.ts'
import type { Markup } from './html-markup.ts'
import { breakable, counted, html } from './html-markup.ts'
import type { Page } from './html-page.ts'
import { diffId, isPodsStory } from './html-page.ts'
import { title, wordsOf } from './html-words.ts'
import type { PodsState } from './pods.ts'
import { podsStateOf } from './pods.ts'
import { rolloutsOf } from './rollouts.ts'

export function workloadsSection(page: Page): Markup | undefined {
  if (page.workloads.length === 0) return undefined
  return page.hasBase ? rollsSection(page) : usesSection(page)
}

function rollsSection(page: Page): Markup {
  const told = page.workloads.filter(isPodsStory)
  const hints = new Map(rolloutsOf(page.preview).map(({ object, hint }) => [object, hint]))
  const rest = page.workloads.length - told.length
  const table = html`<table class="pods"><caption>Workloads whose pods change, and why</caption><thead><tr><th scope="col">Workload</th><th scope="col">Its pods</th><th scope="col">Why</th></tr></thead><tbody>
${told.map((object) => rollRow(page, object, hints.get(object)))}</tbody></table>`
  return html`<section aria-labelledby="rolls"><h2 id="rolls">What rolls</h2>
${told.length === 0 ? html`<p>No pod is replaced.</p>` : table}
${rest > 0 && told.length > 0 ? html`<p class="muted">The pods of ${counted(rest, 'other workload')} stay as they are.</p>` : ''}</section>
`
}

function rollRow(page: Page, object: PreviewObject, hint: string | undefined): Markup {
  const { workload } = object
  const state = workload && podsStateOf(workload)
  if (workload === undefined || state === undefined) return html``
  const { because, missed } = workload
  const name = title(object)
  const linked = page.changed.has(object)
    ? html`<a href="#${diffId(page, object)}">${name}</a>`
    : name
  return html`<tr id="${page.homes.get(object)}"><th scope="row">${linked}</th><td>${pods(state)}</td><td>${reasons(because)}${
    missed.length === 0
      ? ''
      : html`<p class="warning">Running pods do not see:</p>${reasons(missed)}`
  }${hint === undefined ? '' : html`<p class="muted">What helps: ${hint}.</p>`}</td></tr>
`
}

const PODS: Readonly<Record<PodsState, string>> = {
  rolls: 'are replaced',
  'rolls-on-delete': 'are replaced once somebody deletes them',
  'may-roll': 'may be replaced',
  misses: 'stay: nothing replaces them',
  'may-miss': 'stay: nothing replaces them',
}

function pods(state: PodsState): Markup {
  const { symbol, tone } = wordsOf(state)
  return html`<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${PODS[state]}</span>`
}

/** Reasons of one workload: each is told with the keys of its Secret, or in a diff, as well. */
const MOST_REASONS = 8

function reasons(all: readonly RollReason[]): Markup {
  if (all.length === 0) return html``
  const items = all.slice(0, MOST_REASONS).map((reason) => html`<li>${sentence(reason)}</li>`)
  const more = all.length - MOST_REASONS
  return html`<ul>${items}${more > 0 ? html`<li>and ${counted(more, 'more', 'more')}</li>` : ''}</ul>`
}

function sentence(reason: RollReason): Markup {
  if ('pointer' in reason) return html`<code>${breakable(reason.pointer)}</code> changes`
  const { secret, key, change } = reason
  const of = html`of <code>${breakable(secret)}</code>`
  if (key === '*') return html`keys ${of} that are not known may change`
  return html`<code>${breakable(key)}</code> ${of} ${VERBS[change]}`
}

const VERBS = {
  added: 'is added',
  removed: 'is removed',
  changed: 'changes',
  renamed: 'is renamed',
  same: 'stays the same',
  unknown: 'may change',
} as const

function usesSection(page: Page): Markup {
  const rows = page.workloads.map((object) => {
    const { uses = [], isStamped = false } = object.workload ?? {}
    return html`<tr id="${page.homes.get(object)}"><th scope="row">${title(object)}</th><td>${usesList(uses)}</td><td>${
      isStamped ? 'yes: a changed value rolls it' : 'no'
    }</td></tr>
`
  })
  return html`<section aria-labelledby="rolls"><h2 id="rolls">Workloads</h2>
<table class="pods"><caption>Workloads, and the Secrets they read</caption><thead><tr><th scope="col">Workload</th><th scope="col">Reads</th><th scope="col">Has a checksum</th></tr></thead><tbody>
${rows}</tbody></table></section>
`
}

function usesList(uses: readonly SecretUse[]): Markup {
  if (uses.length === 0) return html`<span class="muted">no Secret</span>`
  return html`<ul>${uses.map(({ secret, keys }) => {
    const which =
      keys === 'all'
        ? 'all keys'
        : keys.map((key, index) => html`${index === 0 ? '' : ', '}<code>${key}</code>`)
    return html`<li><code>${secret}</code>: ${which}</li>`
  })}</ul>`
}
