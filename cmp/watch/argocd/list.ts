// Argo CD's list of Applications in, what watch needs to know of each out. Names and annotations come
// from the cluster, where tenants write them: what is no name is left out.
import { createHash } from 'node:crypto'
import type { PlainMap } from '../../../manifests/plain-value.ts'
import { isPlainMap, itemsAt, valueAt } from '../../../manifests/plain-value.ts'
import type { Exclusion, ListedApplication } from '../model.ts'
import { isApplicationId } from '../model.ts'
import { eachItem } from './items.ts'

/** On an Application: `"false"` leaves it alone. */
const WATCH = 'secrets.phase.dev/watch'
/** The controller passes such an Application over: a refresh of it would never end. */
const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile'
/** What Go's strconv.ParseBool takes for true, as the controller does. */
const TRUE: readonly unknown[] = ['1', 't', 'T', 'TRUE', 'true', 'True']

/**
 * Only these can be chosen (pkg/apiclient/application/forwarder_overwrite.go), what is not in its list is
 * silently absent. 3.2 has `spec` as a whole only, and no revision at all; 3.6 has the revision.
 */
export const LIST_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'spec',
  'status.sync.status',
  'status.sync.revision',
  'status.operationState.finishedAt',
]
  .map((field) => `items.${field}`)
  .join(',')

/** @returns undefined if it is no list of Applications. */
export function readList(body: Buffer): readonly ListedApplication[] | undefined {
  const list: ListedApplication[] = []
  let [items, applications] = [0, 0]
  const isList = eachItem(body, (item) => {
    items += 1
    if (isApplication(item)) applications += 1
    const application = readApplication(item)
    if (application !== undefined) list.push(application)
  })
  return isList && (items === 0 || applications > 0) ? list : undefined
}

function isApplication(item: unknown): boolean {
  return typeof valueAt(item, 'metadata', 'name') === 'string' && isPlainMap(valueAt(item, 'spec'))
}

function readApplication(item: unknown): ListedApplication | undefined {
  const { name, namespace, creationTimestamp } = mapAt(item, 'metadata')
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined
  const id = { namespace, name }
  if (!isApplicationId(id)) return undefined
  const createdAt = typeof creationTimestamp === 'string' ? Date.parse(creationTimestamp) : 0
  const excluded = exclusionOf(item)
  return {
    id,
    createdAt: Number.isNaN(createdAt) ? 0 : createdAt,
    origin: originOf(item),
    mayUsePlugin: sourcesOf(item).some(mayUsePlugin),
    project: projectOf(item),
    ...(excluded === undefined ? {} : { excluded }),
  }
}

/** As Argo CD takes one that says nothing. */
function projectOf(item: unknown): string {
  const { project } = mapAt(item, 'spec')
  return typeof project === 'string' && project !== '' ? project : 'default'
}

function exclusionOf(item: unknown): Exclusion | undefined {
  // Argo CD writes `null` for an Application that is not being deleted.
  if (typeof valueAt(item, 'metadata', 'deletionTimestamp') === 'string') return 'deleted'
  const annotations = mapAt(item, 'metadata', 'annotations')
  if (TRUE.includes(annotations[SKIP_RECONCILE])) return 'skip-reconcile'
  return annotations[WATCH] === 'false' ? 'annotation' : undefined
}

/**
 * With the revision, nothing else is needed. Where Argo CD does not list it (before 3.6, and for
 * an Application of many sources in any version), the end of the last sync and whether the
 * Application is in sync stand for it: a commit that is neither synced nor makes an Application
 * out of sync that was in sync before is not seen.
 */
function originOf(item: unknown): string {
  const revision = valueAt(item, 'status', 'sync', 'revision')
  const { project, destination, source, sources, sourceHydrator } = mapAt(item, 'spec')
  const what = [project, destination, source, sources, sourceHydrator]
  const when =
    typeof revision === 'string' && revision !== ''
      ? [revision]
      : [
          valueAt(item, 'status', 'operationState', 'finishedAt'),
          valueAt(item, 'status', 'sync', 'status'),
        ]
  // 96 bits: two origins of one Application, not two in the world.
  return createHash('sha256')
    .update(JSON.stringify([what, when]))
    .digest('base64url')
    .slice(0, 16)
}

function sourcesOf(item: unknown): readonly unknown[] {
  const dry = valueAt(item, 'spec', 'sourceHydrator', 'drySource')
  if (dry !== undefined) return [dry]
  const sources = itemsAt(item, 'spec', 'sources')
  return sources.length > 0 ? sources : [valueAt(item, 'spec', 'source')]
}

/**
 * Without a word on its type, a plugin may discover a source as its own, even a chart's, and
 * `.argocd-source.yaml` may name one. Beside another type, that is an error of Argo CD's.
 * An empty `directory: {}` counts as nothing there, too.
 */
function mayUsePlugin(source: unknown): boolean {
  if (!isPlainMap(source)) return false
  if (isPlainMap(source.plugin)) return true
  // Nothing is rendered from a source that only lends its files to others.
  if (says(source, 'ref') && !says(source, 'path') && !says(source, 'chart')) return false
  return !['helm', 'kustomize', 'directory'].some((type) => says(source, type))
}

/** Looks two levels deep and no deeper: an author may nest Helm values until recursion overflows. */
function says(source: PlainMap, field: string): boolean {
  const value = source[field]
  return isPlainMap(value) ? Object.values(value).some(isSomething) : isSomething(value)
}

function isSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isPlainMap(value) ? Object.keys(value).length > 0 : Boolean(value)
}

function mapAt(value: unknown, ...path: readonly string[]): PlainMap {
  const found = valueAt(value, ...path)
  return isPlainMap(found) ? found : {}
}
