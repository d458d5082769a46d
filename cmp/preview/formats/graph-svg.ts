// A graph with its places in, an SVG out: one picture, and over it the links of its nodes, so that
// a screen reader hears one image and then links, and a keyboard reaches them.
import stringWidth from 'string-width'
import { visible } from '../../visible.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import type { Rows } from './graph-layout.ts'
import type { Markup } from './html-markup.ts'
import { html } from './html-markup.ts'
import { nameOf, wordsOf } from './html-words.ts'

/** Lengths in pixels. */
const NODE = { height: 46, gap: 12, padding: 14, narrowest: 168, widest: 296 }
/** Between columns: more, if the picture does not fill a page then. */
const GAP = { narrowest: 88, widest: 190 }
const PAGE = 1072
const HEAD = 34
const EDGE = 2

/**
 * Pixels of one column of text, at most: of 13 px monospace, and of 11.5 px of the widest usual
 * sans-serif. What is wider nevertheless (another script) is clipped by its node.
 */
const NAME_COLUMN = 7.93
const WORDS_COLUMN = 7.4

const BETWEEN = ' · '

const HEADINGS = ['PhaseSecrets', 'Secrets', 'Workloads'] as const

/** A node on the page. */
interface Box {
  readonly node: GraphNode
  readonly name: string
  /** What is said below the name; the state comes first, if there is one. */
  readonly says: readonly string[]
  readonly x: number
  readonly y: number
  readonly width: number
}

export interface Picture {
  /** What the drawing is about, for those who do not see it. */
  readonly title: string
  readonly description: string
  /** Where a node leads to: an id of the page. */
  readonly target: (node: GraphNode) => string | undefined
}

export function drawGraph(graph: Graph, rows: Rows, picture: Picture): Markup {
  const boxes = boxesOf(graph, rows)
  const all = [...boxes.values()]
  const width = EDGE + Math.max(...all.map((box) => box.x + box.width))
  const height = EDGE + Math.max(...all.map(({ y }) => y + NODE.height))
  const size = html`viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`
  // What changes lies above what does not.
  const [quiet, loud] = [true, false].map((isSame) =>
    graph.edges
      .filter(({ state }) => (state === 'same') === isSame)
      .map((edge) => line(edge, boxes)),
  )
  return html`<div class="picture"><svg ${size} role="img" aria-labelledby="graph-name graph-text"><title id="graph-name">${picture.title}</title><desc id="graph-text">${picture.description}</desc>
${headings(all)}
${quiet}${loud}
${all.map(draw)}</svg>
<svg ${size} class="links" role="group" aria-label="Links of the picture">
${all.map((box) => link(box, picture.target(box.node)))}</svg></div>
`
}

/** A column is as wide as its widest node, within bounds; one without nodes takes no room. */
function boxesOf({ nodes }: Graph, rows: Rows): ReadonlyMap<GraphNode, Box> {
  const isOneNamespace = new Set(nodes.map(({ namespace }) => namespace)).size === 1
  const columns = [0, 1, 2]
    .map((column) => nodes.filter((node) => node.column === column))
    .filter((column) => column.length > 0)
    .map((column) => {
      const texts = column.map((node) => textOf(node, isOneNamespace))
      const widest = Math.max(...texts.map(widthOf), NODE.narrowest)
      return { texts, width: Math.min(Math.ceil(widest), NODE.widest) }
    })
  const room = PAGE - 2 * EDGE - columns.reduce((sum, { width }) => sum + width, 0)
  const gap = Math.floor(room / Math.max(columns.length - 1, 1))
  const boxes = new Map<GraphNode, Box>()
  let x = EDGE
  for (const { texts, width } of columns) {
    for (const text of texts) {
      const y = Math.round(HEAD + (rows.get(text.node) ?? 0) * (NODE.height + NODE.gap))
      boxes.set(text.node, { ...text, x, y, width })
    }
    x += width + Math.min(Math.max(gap, GAP.narrowest), GAP.widest)
  }
  return boxes
}

type Text = Pick<Box, 'node' | 'name' | 'says'>

function textOf(node: GraphNode, isOneNamespace: boolean): Text {
  return { node, name: visible(node.name), says: saysOf(node, isOneNamespace) }
}

/** State, kind and namespace; the kind of a PhaseSecret or Secret is that of its column. */
function saysOf(node: GraphNode, isOneNamespace: boolean): string[] {
  const { symbol, words } = wordsOf(node.state)
  const state = node.state === 'same' ? [] : [`${symbol} ${words}`]
  const kind = node.column === 2 ? [node.kind] : node.isOwn ? ['not from Phase'] : []
  const namespace = isOneNamespace || node.namespace === undefined ? [] : [node.namespace]
  const said = [...state, ...kind, ...namespace]
  return (said.length === 0 ? [node.kind] : said).map((text) => visible(text))
}

function widthOf({ name, says }: Text): number {
  const widths = [stringWidth(name) * NAME_COLUMN, stringWidth(says.join(BETWEEN)) * WORDS_COLUMN]
  return 2 * NODE.padding + Math.max(...widths)
}

function headings(boxes: readonly Box[]): Markup {
  const places = new Map(boxes.map(({ node, x }) => [node.column, x]))
  return html`${[...places].map(([column, x]) => html`<text class="head" x="${x}" y="18">${HEADINGS[column]}</text>`)}`
}

function line({ from, to, state }: GraphEdge, boxes: ReadonlyMap<GraphNode, Box>): Markup {
  const [start, end] = [boxes.get(from), boxes.get(to)]
  if (start === undefined || end === undefined) return html``
  const [x1, y1] = [start.x + start.width, start.y + NODE.height / 2]
  const [x2, y2] = [end.x, end.y + NODE.height / 2]
  const middle = (x1 + x2) / 2
  return html`<path class="edge ${state}" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`
}

function draw({ node, name, says, x, y, width }: Box): Markup {
  const room = width - 2 * NODE.padding
  const words = cut(says.join(BETWEEN), Math.floor(room / WORDS_COLUMN))
  // The state may be cut itself.
  const state = node.state === 'same' ? 0 : Math.min(says[0]?.length ?? 0, words.length)
  // An inner svg clips: no name, however it is drawn, leaves its node.
  return html`<svg class="node ${wordsOf(node.state).tone} is-${node.state}" x="${x}" y="${y}" width="${width}" height="${NODE.height}"><rect x="1" y="1" width="${width - 2}" height="${NODE.height - 2}" rx="6"/><text class="name" x="${NODE.padding}" y="20">${cut(name, Math.floor(room / NAME_COLUMN))}</text><text class="says" x="${NODE.padding}" y="36">${state === 0 ? undefined : html`<tspan class="state">${words.slice(0, state)}</tspan>`}${words.slice(state)}</text></svg>
`
}

/** Links, and names that may have been cut, lie over the picture, where the pointer finds them. */
function link({ node, x, y, width }: Box, target: string | undefined): Markup {
  const area = html`<rect x="${x + 1}" y="${y + 1}" width="${width - 2}" height="${NODE.height - 2}" rx="6"/>`
  const full = html`<title>${node.kind} ${nameOf(node)}${afterName(node)}</title>`
  if (target !== undefined)
    return html`<a href="#${target}">${full}${area}</a>
`
  return html`<g aria-hidden="true">${full}${area}</g>
`
}

/** What is said of a node after its name. */
export function afterName({ state }: GraphNode): string {
  return state === 'same' ? '' : `, ${wordsOf(state).words}`
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** As much of a text as fits into so many columns, with an ellipsis where something is missing. */
function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let kept = ''
  let width = 1
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment)
    if (width > columns) break
    kept += segment
  }
  return `${kept}…`
}
