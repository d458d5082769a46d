// An Application and what the plugin rendered of it in, the narrowest sync that brings changed values
// into the cluster out. It never deploys what nobody deployed yet: not another commit, not another
// source, and no object that the plugin has nothing to do with.
import { isPlainMap, itemsAt, valueAt } from '../../../manifests/plain-value.ts'
import { isAutomated } from './application.ts'
import type { RenderedObject } from './manifests.ts'

/** What is compared or deployed: one source and revision, or many; as Argo CD has them. */
interface Version {
  readonly source?: unknown
  readonly sources?: unknown
  readonly revision?: unknown
  readonly revisions?: unknown
}

/** The revisions to sync, as fields of the request. */
interface Pinned {
  readonly revision?: string
  readonly revisions?: readonly string[]
  /** Which source each of `revisions` is of, from 1 on. */
  readonly sourcePositions?: readonly number[]
}

/** An object to sync, as Argo CD's SyncOperationResource. */
export interface SyncResource {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Whether an operation was asked for or is running. */
export function isBusy(application: unknown): boolean {
  const phase = valueAt(application, 'status', 'operationState', 'phase')
  return (
    isPlainMap(valueAt(application, 'operation')) || phase === 'Running' || phase === 'Terminating'
  )
}

/**
 * What Argo CD compares the cluster with, to the commit and the source, as a text to compare;
 * undefined where it cannot be told.
 */
export function comparedVersion(application: unknown): string | undefined {
  // The hydrator's Applications apply what is in Git, which no refresh changes.
  if (valueAt(application, 'spec', 'sourceHydrator') !== undefined) return undefined
  return versionText(compared(application))
}

/** The same of the last whole sync that succeeded. */
export function deployedVersion(application: unknown): string | undefined {
  return versionText(lastDeployed(application))
}

/** The revisions that were compared: a newer commit must not come along. */
function pinned(application: unknown): Pinned {
  const { revision, revisions } = compared(application)
  if (Array.isArray(revisions) && revisions.length > 0) {
    const texts = revisions.map(String)
    return { revisions: texts, sourcePositions: texts.map((_, index) => index + 1) }
  }
  return typeof revision === 'string' ? { revision } : {}
}

/** The objects of the plugin that differ from the live ones. */
export function syncResources(
  application: unknown,
  rendered: readonly RenderedObject[],
): readonly SyncResource[] {
  const destination = valueAt(application, 'spec', 'destination', 'namespace')
  return itemsAt(application, 'status', 'resources').flatMap((resource) => {
    if (!isPlainMap(resource) || resource.status !== 'OutOfSync') return []
    // Neither deletes nor runs hooks.
    if (resource.requiresPruning === true || resource.hook === true) return []
    const { group = '', kind, namespace = '', name } = resource
    if (typeof group !== 'string' || typeof kind !== 'string') return []
    if (typeof namespace !== 'string' || typeof name !== 'string') return []
    const isOurs = rendered.some(
      (object) =>
        object.group === group &&
        object.kind === kind &&
        object.name === name &&
        (object.namespace ?? destination) === namespace,
    )
    return isOurs ? [{ group, kind, namespace, name }] : []
  })
}

/**
 * The body of the sync. Argo CD refuses to pin an Application with automated sync, which deploys
 * new commits by itself anyway.
 */
export function syncRequest(
  application: unknown,
  appNamespace: string,
  resources: readonly SyncResource[],
): unknown {
  const pins = isAutomated(application) ? {} : pinned(application)
  return { appNamespace, prune: false, resources, ...pins }
}

function compared(application: unknown): Version {
  const comparedTo = valueAt(application, 'status', 'sync', 'comparedTo')
  const { source, sources } = isPlainMap(comparedTo) ? comparedTo : {}
  const revision = valueAt(application, 'status', 'sync', 'revision')
  const revisions = valueAt(application, 'status', 'sync', 'revisions')
  return { source, sources, revision, revisions }
}

/**
 * The last whole sync that succeeded: the history has no others. Where none is kept
 * (`revisionHistoryLimit: 0`), the last operation says it, if it was one.
 */
function lastDeployed(application: unknown): Version {
  const history = itemsAt(application, 'status', 'history')
  const last = history.at(-1)
  if (last !== undefined) return isPlainMap(last) ? last : {}
  const state = valueAt(application, 'status', 'operationState')
  const isPartial = itemsAt(state, 'operation', 'sync', 'resources').length > 0
  const isDryRun = valueAt(state, 'operation', 'sync', 'dryRun') === true
  const result = valueAt(state, 'syncResult')
  if (isPartial || isDryRun || valueAt(state, 'phase') !== 'Succeeded') return {}
  return isPlainMap(result) ? result : {}
}

/** Argo CD writes the fields of both in the order of their Go types. */
function versionText({ source, sources, revision, revisions }: Version): string | undefined {
  if (Array.isArray(sources) && sources.length > 0) {
    return Array.isArray(revisions) ? JSON.stringify([sources, revisions]) : undefined
  }
  const isKnown = isPlainMap(source) && typeof revision === 'string' && revision !== ''
  return isKnown ? JSON.stringify([source, revision]) : undefined
}
