// The graph of a preview: its nodes and lines, which of them are drawn, and where.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Graph, GraphEdge, GraphNode } from '../../../../cmp/preview/formats/graph.ts'
import { graphOf } from '../../../../cmp/preview/formats/graph.ts'
import { layOut } from '../../../../cmp/preview/formats/graph-layout.ts'
import { selectGraph } from '../../../../cmp/preview/formats/graph-selection.ts'
import type { PreviewObject } from '../../../../render/preview/model.ts'
import {
  originOf,
  pagePreview,
  secretOf,
  sizedPreview,
  workloadOf,
} from '../../../support/page-preview.ts'

const COLUMNS = ['PhaseSecret', 'Secret', 'workload'] as const
const nodeText = ({ column, name, state }: GraphNode) => `${COLUMNS[column]} ${name}: ${state}`
const edgeText = ({ from, to, state }: GraphEdge) => `${from.name} → ${to.name}: ${state}`

describe('what hangs on what', () => {
  const graph = graphOf(pagePreview().objects)

  test('nodes and their states', () => {
    assert.deepEqual(graph.nodes.map(nodeText), [
      'PhaseSecret cache: same',
      'PhaseSecret certificates: removed',
      'PhaseSecret database: same',
      'PhaseSecret old-token: removed',
      'PhaseSecret payments: added',
      'PhaseSecret tls: added',
      'Secret cache: same',
      'Secret database: changed',
      'Secret old-token: removed',
      'Secret payments: added',
      'Secret registry: same',
      'Secret smtp-of-another-team: outside',
      'Secret tls: unknown',
      'workload agent: rolls-on-delete',
      'workload cron-runner-for-the-nightly-reports-of-the-shop: removed',
      'workload ledger: may-roll',
      'workload mailer: same',
      'workload report: misses',
      'workload web: rolls',
    ])
    assert.deepEqual(
      graph.nodes.filter(({ isOwn }) => isOwn).map(({ name }) => name),
      ['registry'],
    )
  })

  test('lines and their states', () => {
    assert.deepEqual(graph.edges.map(edgeText), [
      'database → database: changed',
      'payments → payments: added',
      'cache → cache: same',
      'tls → tls: added',
      'certificates → tls: removed',
      'old-token → old-token: removed',
      'cache → web: same',
      'database → web: changed',
      'payments → web: added',
      'database → agent: changed',
      'database → ledger: changed',
      'database → report: missed',
      'registry → report: same',
      'smtp-of-another-team → mailer: same',
      'old-token → cron-runner-for-the-nightly-reports-of-the-shop: removed',
    ])
  })

  const uses = [{ secret: 'a', keys: 'all' as const }]
  const cases: readonly (readonly [string, readonly PreviewObject[], readonly string[]])[] = [
    [
      'a PhaseSecret that makes one Secret more has changed',
      [secretOf('a', 'same', [], originOf('one')), secretOf('b', 'added', [], originOf('one'))],
      ['PhaseSecret one: changed', 'Secret a: same', 'Secret b: added'],
    ],
    [
      'a PhaseSecret that asks Phase for something else has changed',
      [asksOtherwise()],
      ['PhaseSecret a: changed', 'Secret a: changed'],
    ],
    [
      'a changed value does not change the PhaseSecret',
      [secretOf('a', 'changed', [{ key: 'K', change: 'changed' }], originOf('a'))],
      ['PhaseSecret a: same', 'Secret a: changed'],
    ],
    [
      'a workload reads the Secret of its own namespace only',
      [
        secretOf('a', 'same', [], undefined),
        { ...workloadOf('w', 'same', { uses }), namespace: 'other' },
      ],
      ['Secret a: outside', 'Secret a: same', 'workload w: same'],
    ],
    [
      'a change that only may be one is missed only perhaps',
      [workloadOf('w', 'same', { uses, missed: [{ secret: 'a', key: 'K', change: 'unknown' }] })],
      ['Secret a: outside', 'workload w: may-miss'],
    ],
    ['a workload that reads nothing is not part of it', [workloadOf('w', 'added', {})], []],
  ]
  for (const [what, objects, nodes] of cases) {
    test(what, () => assert.deepEqual(graphOf(objects).nodes.map(nodeText), nodes))
  }

  test('names that hold separators are not taken for one another', () => {
    const one = { ...secretOf('b/c', 'same', [], undefined), namespace: 'a' }
    const other = { ...secretOf('c', 'same', [], undefined), namespace: 'a/b' }
    assert.equal(graphOf([one, other]).nodes.length, 2)
  })
})

function asksOtherwise(): PreviewObject {
  const object = secretOf('a', 'changed', [], originOf('a', 'New'))
  return {
    ...object,
    secret: object.secret && { ...object.secret, originBefore: originOf('a', 'Old') },
  }
}

describe('what is drawn', () => {
  test('all of a small graph', () => {
    const graph = graphOf(sizedPreview(20, 50).objects)
    assert.deepEqual(selectGraph(graph), { graph, leftOut: [0, 0, 0], changesLeftOut: 0 })
  })

  test('of a large one what changes, what hangs on it, and a count of the rest', () => {
    const all = graphOf(sizedPreview(200, 50).objects)
    const { graph, leftOut, changesLeftOut } = selectGraph(all)
    const changed = (nodes: readonly GraphNode[]) => nodes.filter(({ state }) => state !== 'same')
    assert.deepEqual(changed(graph.nodes), changed(all.nodes))
    assert.equal(changesLeftOut, 0)
    const out = leftOut.reduce((sum, count) => sum + count, 0)
    assert.equal(graph.nodes.length + out, all.nodes.length)
    for (const node of graph.nodes) {
      const around = graph.edges.flatMap(({ from, to }) =>
        from === node ? to : to === node ? from : [],
      )
      assert.ok(
        changed([node, ...around]).length > 0,
        `${node.name} has nothing to do with a change`,
      )
    }
  })

  test('never more than a column holds, and every line has both of its ends', () => {
    for (const nth of [1, 3, 5000]) {
      const { graph } = selectGraph(graphOf(sizedPreview(1700, nth).objects))
      assert.ok(graph.nodes.length <= 240, `${graph.nodes.length}`)
      assert.ok(graph.nodes.some(({ column }) => column === 2))
      for (const { from, to } of graph.edges) {
        assert.ok(graph.nodes.includes(from) && graph.nodes.includes(to))
      }
    }
  })
})

describe('where it is drawn', () => {
  const graphs = fc
    .tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.array(fc.tuple(fc.nat(1), fc.nat(), fc.nat())))
    .map(([a, b, c, pairs]) => {
      const column = (size: number, column: 0 | 1 | 2) =>
        Array.from(
          { length: size + 1 },
          (_, index): GraphNode => ({ column, kind: 'K', name: `${index}`, state: 'same' }),
        )
      const columns = [column(a, 0), column(b, 1), column(c, 2)] as const
      const at = (nodes: readonly GraphNode[], index: number) =>
        nodes[index % nodes.length] ?? assert.fail()
      const edges = pairs.map(([left, from, to]): GraphEdge => {
        const [before, after] = left === 0 ? [columns[0], columns[1]] : [columns[1], columns[2]]
        return { from: at(before, from), to: at(after, to), state: 'same' }
      })
      return { nodes: columns.flat(), edges }
    })

  test('no node lies on another, none above the picture, and the same graph lies the same', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const rows = layOut(graph)
        assert.deepEqual([...rows.values()], [...layOut(graph).values()])
        assert.equal(Math.min(...rows.values()), 0)
        for (const column of [0, 1, 2]) {
          const places = graph.nodes
            .filter((node) => node.column === column)
            .map((node) => rows.get(node) ?? -1)
          const sorted = places.toSorted((one, other) => one - other)
          for (const [index, place] of sorted.slice(1).entries()) {
            assert.ok(place - (sorted[index] ?? 0) > 0.98, sorted.join())
          }
        }
      }),
    )
  })

  test('never more lines cross than in the order of names', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const rows = layOut(graph)
        const named = new Map(graph.nodes.map((node) => [node, Number(node.name)]))
        assert.ok(crossings(graph, rows) <= crossings(graph, named))
      }),
    )
  })

  test('lines that need not cross do not', () => {
    const preview = sizedPreview(30, 10)
    const objects = preview.objects.slice(0, 30).concat(
      Array.from({ length: 30 }, (_, index) => {
        const secret = `service-${(index * 17) % 30}-credentials`
        return workloadOf(`w${index}`, 'same', { uses: [{ secret, keys: 'all' }] })
      }),
    )
    const graph = graphOf(objects)
    assert.equal(crossings(graph, layOut(graph)), 0)
  })
})

/** Pair by pair, unlike the code. */
function crossings({ edges }: Graph, rows: ReadonlyMap<GraphNode, number>): number {
  const row = (node: GraphNode) => rows.get(node) ?? 0
  let count = 0
  for (const [index, one] of edges.entries()) {
    for (const other of edges.slice(index + 1)) {
      if (one.from.column !== other.from.column) continue
      if ((row(one.from) - row(other.from)) * (row(one.to) - row(other.to)) < 0) count++
    }
  }
  return count
}
