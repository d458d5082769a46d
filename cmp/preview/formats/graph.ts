// A preview in, what hangs on what out: PhaseSecret → Secret → workload, and what changes on the way.
// It knows nothing of how it is drawn.
import type { ObjectName } from '../../../manifests/problem.ts'
import type {
  Change,
  PreviewObject,
  PreviewWorkload,
  RollReason,
  SecretOrigin,
  SecretUse,
} from '../../../render/preview/model.ts'
import type { PodsState } from './pods.ts'
import { podsStateOf } from './pods.ts'

/** `outside`: a workload reads it, and neither state has it. */
export type NodeState = Change | 'outside' | PodsState

/** `missed`: a change that reaches the workload's Secret but not its running pods. */
export type EdgeState = 'same' | 'added' | 'removed' | 'changed' | 'missed'

export interface GraphNode {
  /** PhaseSecret, Secret, workload. */
  readonly column: 0 | 1 | 2
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
  readonly state: NodeState
  /** A Secret that no PhaseSecret makes. */
  readonly isOwn?: boolean | undefined
  /** Absent for a PhaseSecret, and for a Secret that is outside. */
  readonly object?: PreviewObject | undefined
}

export interface GraphEdge {
  readonly from: GraphNode
  readonly to: GraphNode
  readonly state: EdgeState
}

/** Each column is sorted by namespace and name. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Workloads that read no Secret are not part of it. */
export function graphOf(objects: readonly PreviewObject[]): Graph {
  const secrets = new Map<string, GraphNode>()
  for (const object of objects) {
    if (object.secret !== undefined) secrets.set(keyOf(object), secretNode(object))
  }
  const origins = originsOf([...secrets.values()])
  const edges: GraphEdge[] = [...origins.edges]
  const workloads: GraphNode[] = []
  for (const object of objects) {
    const { workload } = object
    if (workload === undefined || workload.uses.length === 0) continue
    const node = workloadNode(object, workload)
    workloads.push(node)
    for (const use of workload.uses) {
      const from = secretOf(secrets, object.namespace, use)
      edges.push({ from, to: node, state: useState(from, object, workload, use) })
    }
  }
  const columns = [origins.nodes, [...secrets.values()], workloads]
  return { nodes: columns.flatMap((column) => column.toSorted(byName)), edges }
}

/** Whether there is something to say about it. */
export function stands(node: GraphNode): boolean {
  return node.state !== 'same' && node.state !== 'outside'
}

function secretNode(object: PreviewObject): GraphNode {
  const { kind, namespace, name, secret } = object
  const isOwn = secret?.origin === undefined && secret?.originBefore === undefined
  return { column: 1, kind, namespace, name, state: secretState(object), isOwn, object }
}

/** What a Secret's values and its other fields say together. */
function secretState({ change = 'same', secret }: PreviewObject): Change {
  if (change !== 'same') return change
  const isChanged = secret?.keys.some((key) => (key.change ?? 'same') !== 'same')
  return isChanged ? 'changed' : 'same'
}

function workloadNode(object: PreviewObject, workload: PreviewWorkload): GraphNode {
  const { kind, namespace, name } = object
  return { column: 2, kind, namespace, name, state: workloadState(object, workload), object }
}

function workloadState({ change = 'same' }: PreviewObject, workload: PreviewWorkload): NodeState {
  if (change === 'added' || change === 'removed') return change
  return podsStateOf(workload) ?? change
}

/** The Secret that is read; one that no state has joins the others. */
function secretOf(
  secrets: Map<string, GraphNode>,
  namespace: string | undefined,
  { secret: name }: SecretUse,
): GraphNode {
  const key = keyOf({ namespace, name })
  const known = secrets.get(key)
  if (known !== undefined) return known
  const node: GraphNode = { column: 1, kind: 'Secret', namespace, name, state: 'outside' }
  secrets.set(key, node)
  return node
}

function useState(
  from: GraphNode,
  { change }: PreviewObject,
  { because, missed }: PreviewWorkload,
  use: SecretUse,
): EdgeState {
  if (change === 'added' || change === 'removed') return change
  if (from.state === 'added' || from.state === 'removed') return from.state
  const isOfUse = (reason: RollReason) => 'secret' in reason && reason.secret === use.secret
  if (because.some(isOfUse)) return 'changed'
  return missed.some(isOfUse) ? 'missed' : 'same'
}

/** The PhaseSecrets, whose own state is told by what becomes of their Secrets. */
function originsOf(secrets: readonly GraphNode[]): Graph {
  const found = new Map<
    string,
    { origin: SecretOrigin; marks: { to: GraphNode; mark: Change }[] }
  >()
  const mark = (origin: SecretOrigin, to: GraphNode, mark: Change) => {
    const key = `${origin.phaseSecret.kind} ${keyOf(origin.phaseSecret)}`
    const entry = found.get(key) ?? { origin, marks: [] }
    entry.marks.push({ to, mark })
    found.set(key, entry)
  }
  for (const node of secrets) {
    const { origin, originBefore } = node.object?.secret ?? {}
    const isMoved = originBefore !== undefined && !isSamePhaseSecret(origin, originBefore)
    if (origin !== undefined) mark(origin, node, isMoved ? 'added' : (node.state as Change))
    if (isMoved) mark(originBefore, node, 'removed')
  }
  const nodes: GraphNode[] = []
  const edges: GraphEdge[] = []
  for (const { origin, marks } of found.values()) {
    const { kind, namespace, name = '' } = origin.phaseSecret
    const from: GraphNode = { column: 0, kind, namespace, name, state: stateOfOrigin(marks) }
    nodes.push(from)
    for (const { to, mark } of marks) {
      edges.push({ from, to, state: mark === 'unknown' ? 'same' : mark })
    }
  }
  return { nodes, edges }
}

function stateOfOrigin(marks: readonly { to: GraphNode; mark: Change }[]): Change {
  const [first] = marks
  const isPart = (mark: Change) => mark === 'added' || mark === 'removed'
  if (first !== undefined && isPart(first.mark) && marks.every(({ mark }) => mark === first.mark)) {
    return first.mark
  }
  const asksOtherwise = ({ to }: { to: GraphNode }) => to.object?.secret?.originBefore !== undefined
  return marks.some(({ mark }) => isPart(mark)) || marks.some(asksOtherwise) ? 'changed' : 'same'
}

function isSamePhaseSecret(one: SecretOrigin | undefined, other: SecretOrigin): boolean {
  return (
    one?.phaseSecret.kind === other.phaseSecret.kind &&
    keyOf(one.phaseSecret) === keyOf(other.phaseSecret)
  )
}

/** Names are the repository's and may hold any character, so a separator would not do. */
function keyOf({ namespace = '', name = '' }: Pick<ObjectName, 'namespace' | 'name'>): string {
  return JSON.stringify([namespace, name])
}

function byName(one: GraphNode, other: GraphNode): number {
  return compare(keyOf(one), keyOf(other)) || compare(one.kind, other.kind)
}

/** Code units: the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
