// A planned head in; how it differs from the live cluster out. Only objects of the head are asked for, each
// by its name, and the Application itself for what it manages beside them.

import type { ApplicationSpec, IgnoreDifference } from '../../manifests/argocd/application.ts'
import type { LiveOptions } from '../../manifests/diff/live.ts'
import { groupOf, objectKey } from '../../manifests/object-key.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Found, Gone } from '../../render/preview/live.ts'
import { compareWithLive } from '../../render/preview/live.ts'
import type { State } from '../../render/preview/preview.ts'
import { compareStates } from '../../render/preview/preview.ts'
import type { SnapshotObject } from '../../render/preview/snapshot.ts'
import { readClusterSettings } from '../environment.ts'
import type { Subject } from '../subject/subject.ts'
import type { Cluster, Wanted } from './cluster.ts'
import { openCluster } from './cluster.ts'
import type { Result, Run } from './state.ts'

/** Which cluster; absent: as kubectl would choose it. */
export interface LiveOptionsGiven {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

/** The cluster, and the namespace of objects that name none; absent: the context's. */
interface Destination extends LiveOptionsGiven {
  readonly namespace: string | undefined
}

/** Compares with a cluster. What may not be read is unknown, and an error beside the rest. */
export async function previewLive(
  head: State,
  subject: Subject,
  run: Run,
  { kubeconfig, context, namespace: destination }: Destination,
): Promise<Result> {
  const { io, deadline, fingerprint } = run
  const opened = await openCluster({
    kubeconfig,
    context,
    repository: subject.repository?.root,
    settings: readClusterSettings(io.env),
    signal: io.signal,
    deadline,
  })
  if ('problems' in opened) return opened
  const cluster = opened.value
  try {
    const { application } = subject
    const namespace = destination ?? cluster.namespace
    const [read, managed] = await Promise.all([
      readObjects(head.objects, cluster, namespace, application),
      readManaged(head, subject, cluster, namespace),
    ])
    const { base, head: objects } = compareWithLive(
      head.objects,
      read.found,
      managed.gone,
      fingerprint,
    )
    const side = { kind: 'live', label: cluster.label } as const
    const preview = compareStates({ ...base, side }, { ...head, objects }, namespace)
    return { preview, problems: [...read.problems, ...managed.problems] }
  } finally {
    cluster.close()
  }
}

async function readObjects(
  objects: readonly SnapshotObject[],
  cluster: Cluster,
  namespace: string,
  application: ApplicationSpec | undefined,
): Promise<{ readonly found: ReadonlyMap<SnapshotObject, Found>; readonly problems: Problem[] }> {
  // Words in the place of values can be compared with nothing; a generated name is always a new one.
  const asked = objects.filter(
    ({ secret, isGenerated }) => secret?.isComplete !== false && isGenerated !== true,
  )
  const wanted = new Map(asked.map((object) => [object, wantedOf(object, namespace)]))
  const answers = await cluster.read([...wanted.values()])
  const found = new Map<SnapshotObject, Found>()
  const problems: Problem[] = ignored(application)
  for (const object of objects) {
    const query = wanted.get(object)
    const answer = query === undefined ? undefined : answers.get(query)
    if (answer === undefined) {
      if (object.isGenerated) found.set(object, 'missing')
    } else if ('problem' in answer) {
      problems.push(answer.problem)
    } else if ('object' in answer) {
      const options = optionsFor(object, namespace, application)
      found.set(object, { object: answer.object, options })
    } else {
      found.set(object, 'missing')
      if (answer.notice !== undefined) problems.push(answer.notice)
    }
  }
  return { found, problems }
}

function wantedOf({ apiVersion, kind, namespace, name }: SnapshotObject, fallback: string): Wanted {
  return { apiVersion, kind, namespace: namespace || fallback, name }
}

/** What the Application manages and the head no longer has; only where the head is all of it. */
async function readManaged(
  head: State,
  { application, here, argocdNamespace }: Subject,
  cluster: Cluster,
  namespace: string,
): Promise<{ readonly gone: readonly Gone[]; readonly problems: readonly Problem[] }> {
  if (application === undefined) return { gone: [], problems: [untold(USE_APP)] }
  const sources = application.sources.filter(({ renderer }) => renderer !== 'none')
  if (sources.length !== here.sources.length) return { gone: [], problems: [untold()] }
  const managed = await cluster.managedBy({
    namespace: application.namespace ?? argocdNamespace,
    name: application.name,
  })
  if ('problem' in managed) return { gone: [], problems: [managed.problem] }
  const sealed = head.objects.filter(({ isSealed }) => isSealed === true)
  const leaving = sealed.map((object) => ({ ...object, ...SEALED_SECRET }))
  const kept = new Set([...head.objects, ...leaving].map((object) => objectKey(object, namespace)))
  // An object in no namespace is of a kind that has none; the head cannot know which kinds those are.
  const isGone = (each: Wanted) => !kept.has(objectKey(each, namespace))
  return { gone: managed.resources.filter(isGone), problems: [] }
}

const SEALED_SECRET = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret' }
const USE_APP = '--app FILE says which Application manages them'

function untold(hint?: string): Problem {
  const message = 'objects that are no longer rendered are not shown as removed'
  return { severity: 'notice', fault: 'input', message, hint }
}

function optionsFor(
  object: SnapshotObject,
  namespace: string,
  application: ApplicationSpec | undefined,
): LiveOptions {
  const rules = (application?.ignoreDifferences ?? []).filter((rule) =>
    applies(rule, object, namespace),
  )
  return {
    ignoredPointers: rules.flatMap(({ jsonPointers }) => jsonPointers),
    ignoredManagers: rules.flatMap(({ managedFieldsManagers }) => managedFieldsManagers),
  }
}

/** As Argo CD matches them (util/argo/diff, ignore normalizer): a lone `*` is any group or kind. */
function applies(rule: IgnoreDifference, object: SnapshotObject, fallback: string): boolean {
  const is = (pattern: string, text: string) => pattern === '*' || pattern === text
  return (
    is(rule.group, groupOf(object.apiVersion)) &&
    is(rule.kind, object.kind) &&
    is(rule.name || '*', object.name) &&
    is(rule.namespace || '*', object.namespace || fallback)
  )
}

function ignored(application: ApplicationSpec | undefined): Problem[] {
  const rules = application?.ignoreDifferences ?? []
  if (application === undefined || rules.every((rule) => rule.jqPathExpressions.length === 0))
    return []
  const message = 'jqPathExpressions of ignoreDifferences are not applied: their fields are shown'
  const object = { kind: 'Application', namespace: application.namespace, name: application.name }
  return [{ severity: 'notice', fault: 'input', at: application.at, object, message }]
}
