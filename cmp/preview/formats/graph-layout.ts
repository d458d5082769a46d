// A graph in, a place for every node out: three columns, ordered so that few lines cross, each node as
// near to its neighbours as those above and below it allow. Same graph, same places.
import type { Graph, GraphEdge, GraphNode } from './graph.ts'

/** Rows of one node's height and gap; the first is 0. */
export type Rows = ReadonlyMap<GraphNode, number>

/** Passes over the columns; crossings do not get fewer after that. */
const SWEEPS = 6

/** @returns the row of every node, with fractions; in a column they are at least 1 apart. */
export function layOut({ nodes, edges }: Graph): Rows {
  const neighbours = neighboursOf(nodes, edges)
  const columns = [0, 1, 2].map((column) => nodes.filter((node) => node.column === column))
  const ordered = order(columns, edges, neighbours)
  const rows = new Map<GraphNode, number>()
  for (const column of ordered) for (const [row, node] of column.entries()) rows.set(node, row)
  // The middle column settles between the outer two, then they follow it.
  for (const column of [1, 0, 2, 1, 0, 2]) settle(ordered[column] ?? [], neighbours, rows)
  const top = Math.min(...rows.values())
  return new Map([...rows].map(([node, row]) => [node, Math.round((row - top) * 100) / 100]))
}

type Neighbours = ReadonlyMap<GraphNode, readonly GraphNode[]>

function neighboursOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Neighbours {
  const found = new Map<GraphNode, GraphNode[]>(nodes.map((node) => [node, []]))
  for (const { from, to } of edges) {
    found.get(from)?.push(to)
    found.get(to)?.push(from)
  }
  return found
}

type Columns = readonly (readonly GraphNode[])[]

/** The order of the fewest crossings among those that barycentres lead to; the first of equals. */
function order(columns: Columns, edges: readonly GraphEdge[], neighbours: Neighbours): Columns {
  let current = columns
  let best = columns
  let fewest = crossings(columns, edges)
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    for (const column of sweep % 2 === 0 ? [1, 2, 1, 0] : [1, 0, 1, 2]) {
      current = current.with(column, sortByCentre(current, column, neighbours))
    }
    const count = crossings(current, edges)
    if (count < fewest) [best, fewest] = [current, count]
  }
  return best
}

/** Nodes without neighbours go to the end, in their own order. */
function sortByCentre(columns: Columns, column: number, neighbours: Neighbours): GraphNode[] {
  const place = new Map(
    columns.flatMap((each) => each.map((node, index) => [node, (index + 0.5) / each.length])),
  )
  const centre = (node: GraphNode) =>
    mean((neighbours.get(node) ?? []).map((other) => place.get(other) ?? 0)) ?? 2
  const keys = new Map((columns[column] ?? []).map((node) => [node, centre(node)]))
  return [...keys.keys()].sort((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0))
}

function crossings(columns: Columns, edges: readonly GraphEdge[]): number {
  const place = new Map(columns.flatMap((each) => each.map((node, index) => [node, index])))
  let count = 0
  for (const column of [0, 1]) {
    const ends = edges
      .filter(({ from }) => from.column === column)
      .map(({ from, to }) => [place.get(from) ?? 0, place.get(to) ?? 0] as const)
      .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    count += inversions(ends.map(([, to]) => to))
  }
  return count
}

/** How many pairs stand in the wrong order: a Fenwick tree counts them in n log n. */
function inversions(values: readonly number[]): number {
  const size = Math.max(0, ...values) + 1
  const tree = new Array<number>(size + 1).fill(0)
  let count = 0
  for (const [index, value] of values.entries()) {
    let before = 0
    for (let at = value + 1; at > 0; at -= at & -at) before += tree[at] ?? 0
    count += index - before
    for (let at = value + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1
  }
  return count
}

/**
 * Moves the nodes of a column to the mean row of their neighbours, as near as their order and a
 * distance of 1 allow (least squares: pool adjacent violators).
 */
function settle(
  column: readonly GraphNode[],
  neighbours: Neighbours,
  rows: Map<GraphNode, number>,
): void {
  const blocks: { sum: number; size: number }[] = []
  for (const [index, node] of column.entries()) {
    const own = rows.get(node) ?? 0
    const wish = mean((neighbours.get(node) ?? []).map((other) => rows.get(other) ?? own)) ?? own
    blocks.push({ sum: wish - index, size: 1 })
    for (;;) {
      const [above, below] = blocks.slice(-2)
      if (above === undefined || below === undefined) break
      if (above.sum / above.size <= below.sum / below.size) break
      blocks.splice(-2, 2, { sum: above.sum + below.sum, size: above.size + below.size })
    }
  }
  const starts = blocks.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size))
  for (const [index, node] of column.entries()) rows.set(node, (starts[index] ?? 0) + index)
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
