// The diff of one object in, lines that are marked as inserted and deleted out.
import type { ObjectDiff } from '../../../render/preview/model.ts'
import type { Markup } from './html-markup.ts'
import { html, yaml } from './html-markup.ts'

/** A unified diff; its lines wrap, so that nothing has to be scrolled sideways. */
export function diffBlock({ hunks }: ObjectDiff): Markup {
  if (hunks.length === 0) return html`<p class="muted">Nothing that may be shown differs.</p>`
  return html`<pre class="diff">${hunks.map(hunkBlock)}</pre>`
}

function hunkBlock(hunk: ObjectDiff['hunks'][number]): Markup {
  const range = `@@ -${hunk.beforeStart},${hunk.beforeLines} +${hunk.afterStart},${hunk.afterLines} @@`
  return html`<span class="range">${range}</span>${runsOf(hunk.lines).map(run)}`
}

/** Neighbouring lines of one kind: a screen reader says "deletion" once for all of them. */
function runsOf(all: readonly string[]): string[][] {
  const runs: string[][] = []
  for (const line of all) {
    const last = runs.at(-1)
    if (last?.[0]?.[0] === line[0]) last?.push(line)
    else runs.push([line])
  }
  return runs
}

function run(run: readonly string[]): Markup {
  const text = yaml(run)
  const sign = run[0]?.[0]
  if (sign === '+') return html`<ins>${text}</ins>`
  return sign === '-' ? html`<del>${text}</del>` : html`<span>${text}</span>`
}
