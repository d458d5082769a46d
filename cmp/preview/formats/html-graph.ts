// A page in, the way of its values out, from PhaseSecret over Secret to workload: drawn, and as a table.
import type { EdgeState, Graph, GraphNode } from './graph.ts'
import { graphOf } from './graph.ts'
import { layOut } from './graph-layout.ts'
import type { Selection } from './graph-selection.ts'
import { selectGraph } from './graph-selection.ts'
import { afterName, drawGraph } from './graph-svg.ts'
import type { Markup } from './html-markup.ts'
import { counted, html } from './html-markup.ts'
import type { Page } from './html-page.ts'
import { title, wordsOf } from './html-words.ts'

export function graphSection(page: Page): Markup | undefined {
  const all = graphOf(page.preview.objects)
  if (all.nodes.length === 0) return undefined
  const selection = selectGraph(all)
  const { graph } = selection
  const target = (node: GraphNode) =>
    node.object === undefined ? undefined : page.homes.get(node.object)
  const picture = drawGraph(graph, layOut(graph), {
    title: 'PhaseSecrets, the Secrets made from them, and the workloads that read those',
    description: description(graph, page.hasBase),
    target,
  })
  return html`<section aria-labelledby="graph"><h2 id="graph">From Phase to the pods</h2>
<p><a class="skip" href="#graph-table">Skip the picture</a></p>
${legend(graph)}
<div class="scroll" role="region" aria-label="The picture" tabindex="0">${picture}</div>
${leftOut(selection)}
<details id="graph-table"><summary>The same as a table</summary>${table(graph, target)}</details></section>
`
}

function description({ nodes, edges }: Graph, hasBase: boolean): string {
  const count = (column: number) => nodes.filter((node) => node.column === column).length
  const sizes = [
    counted(count(0), 'PhaseSecret'),
    counted(count(1), 'Secret'),
    counted(count(2), 'workload'),
  ]
  const lines = counted(edges.length, 'line')
  const changes = edges.filter(({ state }) => state !== 'same').length
  const changing = hasBase ? `, ${changes === 0 ? 'none' : changes} of which carry a change` : ''
  return `Three columns: ${sizes.join(', ')}; ${lines} between them${changing}. A table with the same content follows.`
}

const LEGEND: readonly (readonly [EdgeState, string])[] = [
  ['changed', 'carries a change'],
  ['added', 'is added'],
  ['removed', 'is removed'],
  ['missed', 'change that running pods do not see'],
]

/** Only of what can be seen. */
function legend({ edges }: Graph): Markup | undefined {
  const seen = LEGEND.filter(([state]) => edges.some((edge) => edge.state === state))
  if (seen.length === 0) return undefined
  const items = seen.map(
    ([state, words]) =>
      html`<li><svg width="40" height="10" aria-hidden="true"><path class="edge ${state}" d="M1 5H39"/></svg> ${words}</li>`,
  )
  return html`<ul class="legend">${items}</ul>`
}

function leftOut({
  leftOut: [origins, secrets, workloads],
  changesLeftOut,
}: Selection): Markup | undefined {
  const all = [
    [origins, 'PhaseSecret'],
    [secrets, 'Secret'],
    [workloads, 'workload'],
  ] as const
  const parts = all.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun))
  if (parts.length === 0) return undefined
  const changes =
    changesLeftOut === 0
      ? 'None of them changes.'
      : `${changesLeftOut.toLocaleString('en')} of them change: the other parts of this page have them all.`
  return html`<p class="muted">Not drawn: ${parts.join(', ')}. ${changes}</p>`
}

function table({ nodes, edges }: Graph, target: (node: GraphNode) => string | undefined): Markup {
  const before = Map.groupBy(edges, ({ to }) => to)
  const after = Map.groupBy(edges, ({ from }) => from)
  const rows = nodes
    .filter(({ column }) => column === 1)
    .map((secret) => {
      const from = (before.get(secret) ?? []).map((edge) => entry(edge.from, edge.state, target))
      const to = (after.get(secret) ?? []).map((edge) => entry(edge.to, edge.state, target))
      return html`<tr><th scope="row">${reference(secret, target)}</th><td>${list(from)}</td><td>${list(to)}</td></tr>
`
    })
  return html`<table class="pods"><caption>Secrets, what they are made from, and what reads them</caption><thead><tr><th scope="col">Secret</th><th scope="col">Made from</th><th scope="col">Read by</th></tr></thead><tbody>
${rows}</tbody></table>`
}

function entry(
  node: GraphNode,
  state: EdgeState,
  target: (node: GraphNode) => string | undefined,
): Markup {
  const connection =
    state === 'same' ? '' : html` <span class="muted">(connection: ${wordsOf(state).words})</span>`
  return html`<li>${reference(node, target)}${connection}</li>`
}

function reference(node: GraphNode, target: (node: GraphNode) => string | undefined): Markup {
  const id = target(node)
  const words = title(node)
  return html`${id === undefined ? words : html`<a href="#${id}">${words}</a>`}${afterName(node)}`
}

function list(items: readonly Markup[]): Markup {
  return items.length === 0
    ? html`<span class="muted">nothing here</span>`
    : html`<ul>${items}</ul>`
}
