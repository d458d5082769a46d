// A graph of any size in, one that a person can read out: all of a small one; of a large one what
// changes and what hangs on that; never more than a column can hold. What is left out is counted.
import type { Graph, GraphNode } from './graph.ts'
import { stands } from './graph.ts'

/** Nodes up to which all are drawn. */
const SMALL = 90
/** Nodes of one column. */
const LONGEST_COLUMN = 80

export interface Selection {
  readonly graph: Graph
  /** Nodes that are not drawn, by column. */
  readonly leftOut: readonly [number, number, number]
  /** How many of those change. */
  readonly changesLeftOut: number
}

export function selectGraph(graph: Graph): Selection {
  if (graph.nodes.length <= SMALL) return { graph, leftOut: [0, 0, 0], changesLeftOut: 0 }
  const kept = keep(graph)
  const out = graph.nodes.filter((node) => !kept.has(node))
  const count = (column: number) => out.filter((node) => node.column === column).length
  return {
    graph: {
      nodes: graph.nodes.filter((node) => kept.has(node)),
      edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    },
    leftOut: [count(0), count(1), count(2)],
    changesLeftOut: out.filter(stands).length,
  }
}

/** Secrets first: everything else is told by them. Where nothing changes, all are worth the same. */
function keep({ nodes, edges }: Graph): ReadonlySet<GraphNode> {
  const standing = new Set(nodes.some(stands) ? nodes.filter(stands) : nodes)
  const near = new Set(standing)
  for (const { from, to } of edges) {
    if (standing.has(from)) near.add(to)
    if (standing.has(to)) near.add(from)
  }
  const first = (among: ReadonlySet<GraphNode>) => {
    const all = nodes.filter((node) => among.has(node) && near.has(node))
    const sorted = [...all.filter((n) => standing.has(n)), ...all.filter((n) => !standing.has(n))]
    return sorted.slice(0, LONGEST_COLUMN)
  }
  const secrets = new Set(first(new Set(nodes.filter(({ column }) => column === 1))))
  const sources = edges.filter(({ from, to }) => from.column === 0 && secrets.has(to))
  const uses = edges.filter(({ from }) => secrets.has(from))
  return new Set([
    ...secrets,
    ...first(new Set(sources.map(({ from }) => from))),
    ...first(new Set(uses.map(({ to }) => to))),
  ])
}
