// A graph with its places in, an SVG out: one picture, and over it the links of its nodes, so that
// a screen reader hears one image and then links, and a keyboard reaches them.
import stringWidth from 'string-width'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import type { Rows } from './graph-layout.ts'
import type { Markup } from './html-markup.ts'
import { html } from './html-markup.ts'
import { nameOf, wordsOf } from './html-words.ts'
import { visible } from './visible.ts'

/** Lengths in pixels. */
const NODE = { height: 46, gap: 12, padding: 14, narrowest: 168, widest: 300 }
const COLUMN_GAP = 92
const HEAD = 34
const EDGE = 2

/**
 * Pixels of one column of text, at most: of 13 px monospace, and of 11.5 px of the widest usual
 * sans-serif. What is wider nevertheless (another script) is clipped by its node.
 */
const NAME_COLUMN = 7.93
const WORDS_COLUMN = 7.4

const HEADINGS = ['PhaseSecrets', 'Secrets', 'Workloads'] as const

interface Box {
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

export function drawGraph({ nodes, edges }: Graph, rows: Rows, picture: Picture): Markup {
  const columns = columnsOf(nodes)
  const boxes = new Map(nodes.map((node) => [node, boxOf(node, rows, columns)]))
  const last = columns[2]
  const width = EDGE + last.x + last.width
  const height = EDGE + Math.max(...[...boxes.values()].map(({ y }) => y + NODE.height))
  const size = html`viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`
  const heads = columns.map(
    ({ x }, column) => html`<text class="head" x="${x}" y="18">${HEADINGS[column]}</text>`,
  )
  // What changes lies above what does not.
  const drawn = [
    ...edges.filter(({ state }) => state === 'same'),
    ...edges.filter(({ state }) => state !== 'same'),
  ]
  return html`<div class="picture"><svg ${size} role="img" aria-labelledby="graph-name graph-text"><title id="graph-name">${picture.title}</title><desc id="graph-text">${picture.description}</desc>
${heads}
${drawn.map((edge) => line(edge, boxes))}
${nodes.map((node) => box(node, boxes))}</svg>
<svg ${size} class="links" role="group" aria-label="Links of the picture">
${nodes.map((node) => link(node, boxes, picture.target(node)))}</svg></div>
`
}

type Columns = readonly [Column, Column, Column]
interface Column {
  readonly x: number
  readonly width: number
}

/** As wide as its longest name, within bounds. */
function columnsOf(nodes: readonly GraphNode[]): Columns {
  const width = (column: number) => {
    const longest = Math.max(
      ...nodes.filter((node) => node.column === column).map((node) => widthOf(node)),
      NODE.narrowest,
    )
    return Math.min(Math.ceil(longest), NODE.widest)
  }
  const [first, second, third] = [width(0), width(1), width(2)]
  const x = EDGE + first + COLUMN_GAP
  return [
    { x: EDGE, width: first },
    { x, width: second },
    { x: x + second + COLUMN_GAP, width: third },
  ]
}

function widthOf(node: GraphNode): number {
  const name = stringWidth(visible(node.name)) * NAME_COLUMN
  const words = stringWidth(visible(plainWords(node))) * WORDS_COLUMN
  return 2 * NODE.padding + Math.max(name, words)
}

function boxOf(node: GraphNode, rows: Rows, columns: Columns): Box {
  const { x, width } = columns[node.column]
  return { x, width, y: Math.round(HEAD + (rows.get(node) ?? 0) * (NODE.height + NODE.gap)) }
}

function line({ from, to, state }: GraphEdge, boxes: ReadonlyMap<GraphNode, Box>): Markup {
  const [start, end] = [boxes.get(from), boxes.get(to)]
  if (start === undefined || end === undefined) return html``
  const [x1, y1, x2, y2] = [
    start.x + start.width,
    start.y + NODE.height / 2,
    end.x,
    end.y + NODE.height / 2,
  ]
  const bend = (x2 - x1) / 2
  const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
  return html`<path class="edge ${state}" d="${path}"/>`
}

function box(node: GraphNode, boxes: ReadonlyMap<GraphNode, Box>): Markup {
  const { x = 0, y = 0, width = 0 } = boxes.get(node) ?? {}
  const room = width - 2 * NODE.padding
  const name = cut(visible(node.name), Math.floor(room / NAME_COLUMN))
  const words = cut(visible(plainWords(node)), Math.floor(room / WORDS_COLUMN))
  const state = stateWords(node)
  const said = words.startsWith(state) ? state : ''
  // An inner svg clips: no name, however it is drawn, leaves its node.
  return html`<svg class="node ${wordsOf(node.state).tone} ${node.state}" x="${x}" y="${y}" width="${width}" height="${NODE.height}"><rect x="1" y="1" width="${width - 2}" height="${NODE.height - 2}" rx="6"/><text class="name" x="${NODE.padding}" y="20">${name}</text><text class="says" x="${NODE.padding}" y="36"><tspan class="state">${said}</tspan>${words.slice(said.length)}</text></svg>
`
}

/** State, kind and namespace in one line; the kind of a PhaseSecret or Secret is its column's. */
function plainWords(node: GraphNode): string {
  const parts = [stateWords(node)]
  if (node.column === 2) parts.push(node.kind)
  if (node.isOwn === true) parts.push('not from Phase')
  parts.push(node.namespace ?? '')
  const said = parts.filter((part) => part !== '')
  return said.length === 0 ? node.kind : said.join(' · ')
}

function stateWords({ state }: GraphNode): string {
  const { symbol, words } = wordsOf(state)
  return state === 'same' ? '' : `${symbol} ${words}`
}

/** Links and the names that were too long lie over the picture, where the pointer finds them. */
function link(
  node: GraphNode,
  boxes: ReadonlyMap<GraphNode, Box>,
  target: string | undefined,
): Markup {
  const { x = 0, y = 0, width = 0 } = boxes.get(node) ?? {}
  const area = html`<rect x="${x + 1}" y="${y + 1}" width="${width - 2}" height="${NODE.height - 2}" rx="6"/>`
  const full = html`<title>${describe(node)}</title>`
  if (target !== undefined)
    return html`<a href="#${target}">${full}${area}</a>
`
  return html`<g aria-hidden="true">${full}${area}</g>
`
}

/** A node in words: `Secret shop/db, changed`. */
function describe(node: GraphNode): string {
  return `${node.kind} ${nameOf(node)}${afterName(node)}`
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
