// A finished preview in, one HTML page out: nothing is loaded from elsewhere, nothing runs in it, and
// its own policy forbids both.
import { createHash } from 'node:crypto'
import type { Measurements, Preview } from '../../../render/preview/model.ts'
import { graphSection } from './html-graph.ts'
import { header, titleOf } from './html-header.ts'
import { counted, html, Markup } from './html-markup.ts'
import { changedSection, partsSection, streamSection } from './html-objects.ts'
import type { Page } from './html-page.ts'
import { pageOf } from './html-page.ts'
import { secretsSection } from './html-secrets.ts'
import { STYLE } from './html-style.ts'
import { workloadsSection } from './html-workloads.ts'

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The page as a whole document, in UTF-8; the same preview is always the same text. */
export function formatHtml(preview: Preview): string {
  const page = pageOf(preview)
  const sections = sectionsOf(page).filter((each) => each.body !== undefined)
  const links = sections.map(({ id, words }) => [id, words] as const)
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleOf(preview)}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${header(page, links)}
<main id="main" tabindex="-1">
${sections.map(({ body }) => body)}</main>
${footer(preview.measurements)}
</body>
</html>
`)
}

interface Section {
  readonly id: string
  readonly words: string
  readonly body: Markup | undefined
}

/** In the order of the page. */
function sectionsOf(page: Page): readonly Section[] {
  const { hasBase } = page
  const objects = hasBase
    ? { id: 'objects', words: 'Other objects', body: changedSection(page) }
    : { id: 'objects', words: 'What the render does', body: partsSection(page) }
  return [
    { id: 'notes', words: 'Notes', body: notes(page.preview) },
    { id: 'secrets', words: 'Secrets', body: secretsSection(page) },
    { id: 'rolls', words: hasBase ? 'What rolls' : 'Workloads', body: workloadsSection(page) },
    { id: 'graph', words: 'From Phase to the pods', body: graphSection(page) },
    objects,
    { id: 'stream', words: 'The stream', body: streamSection(page) },
  ]
}

function notes({ notes }: Preview): Markup | undefined {
  if (notes.length === 0) return undefined
  return html`<section class="notes" aria-labelledby="notes"><h2 id="notes">Notes</h2>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>
`
}

function footer(measurements: Measurements | undefined): Markup | undefined {
  if (measurements === undefined) return undefined
  const { requests, secrets, milliseconds } = measurements
  const cost = `${counted(requests, 'request')} to Phase, ${counted(secrets, 'secret')} opened, ${Math.round(milliseconds)} ms`
  return html`<footer><p>${cost}</p></footer>`
}
