// In: an object as it would be applied, and the same object as the cluster has it. Out: both reduced to
// what Argo CD compares.
import { groupOf } from '../object-key.ts'
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap, stringsAt, valueAt } from '../plain-value.ts'
import { withoutPointers } from './ignored-pointers.ts'
import { normalForm } from './normal-form.ts'
import type { Place } from './place.ts'
import { rootPlace } from './place.ts'
import { reduce } from './reduce.ts'

/** What an Application's spec.ignoreDifferences has for this object. */
export interface LiveOptions {
  /** JSON pointers. */
  readonly ignoredPointers: readonly string[]
  /** Field managers whose fields are ignored where both sides have them (managedFieldsManagers). */
  readonly ignoredManagers: readonly string[]
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const TRACKING_ID = 'argocd.argoproj.io/tracking-id'
const INSTANCE = 'app.kubernetes.io/instance'
/** Argo CD's own, and the one that holds the whole object, a Secret's values too. */
const ANNOTATIONS = [LAST_APPLIED, TRACKING_ID, 'argocd.argoproj.io/installation-id']
/** The API server's own. The namespace is part of what the object was found by. */
const METADATA = [
  ...['creationTimestamp', 'generation', 'managedFields', 'namespace', 'resourceVersion'],
  'selfLink',
]
/** Characters. A label's value ends there, where Argo CD cuts an Application's name. */
const LONGEST_LABEL = 63

/**
 * Groups of which Argo CD knows the types (k8s.io/client-go/kubernetes/scheme). A CustomResourceDefinition
 * is no such kind to it, and none to us.
 */
const BUILT_IN = new Set([
  ...['', 'apps', 'autoscaling', 'batch', 'extensions', 'policy'],
  ...['admissionregistration', 'certificates', 'coordination', 'discovery', 'events', 'networking']
    .concat('node', 'rbac.authorization', 'resource', 'scheduling', 'storage')
    .map((name) => `${name}.k8s.io`),
  'flowcontrol.apiserver.k8s.io',
])

/**
 * Both sides reduced to what Argo CD compares: whatever is left different between them is a difference.
 *
 * What is followed (gitops-engine/pkg/diff/diff.go and util/argo of Argo CD 3.6): a field that `desired`
 * sets is compared; a field that only `live` has is a difference only if it was applied before, that is,
 * if it is in the annotation of the last client-side apply, or if the manager `argocd-controller` has it by
 * server-side apply (other managers' fields, `kubectl`'s included, are not Argo CD's). Nulls, the status,
 * tracking metadata and what the API server leaves out of built-in kinds do not count; quantities and base64
 * are compared by what they mean, in built-in kinds and the pod template of a Rollout.
 *
 * Where this differs on purpose (test/argocd/live-argocd.test.ts has each case, with Argo CD's verdict):
 * - Argo CD looks at the managed fields only in its server-side diff. We always do: the sync would remove
 *   the field, whether the Application is shown OutOfSync or not.
 * - There is no dry run. In a list or map that was applied server-side as one piece, what only `live` has is
 *   a difference in built-in kinds, unless it is a default that we know; in custom resources, whose defaults
 *   we do not know, it is none.
 * - A field that is taken out and whose default is another value is a difference; the server-side diff of
 *   Argo CD 3.6 takes it for somebody else's.
 * - Quantities of one amount are the same, in whatever suffix (to Argo CD `2Gi` and `2147483648` are not).
 * - What is empty in Git and what the API server fills in (clusterIP, nodePort) is no difference.
 * - The rules of a ClusterRole with an aggregationRule are the controller's (as with ignoreAggregatedRoles).
 * - resourceVersion, generation and the like in `desired` are not compared: no sync can set them.
 *
 * Never throws, whatever the shapes; the results share nothing with the arguments, and never hold the
 * annotation of the last apply.
 */
export function comparable(
  desired: PlainMap,
  live: PlainMap,
  options: LiveOptions,
): { readonly desired: PlainMap; readonly live: PlainMap } {
  const kind = text(valueAt(desired, 'kind'))
  const isBuiltIn = BUILT_IN.has(groupOf(text(valueAt(desired, 'apiVersion'))))
  const bare = rootPlace({}, undefined, [], kind, isBuiltIn)
  const instance = instanceLabel(desired, live)
  const prepare = (object: PlainMap): PlainMap => {
    const { ignoredPointers } = options
    const form = withoutPointers(normalForm(object, bare), ignoredPointers)
    return normalForm(withoutForeign(form, instance, isAggregated(desired)), bare)
  }
  const wanted = prepare(desired)
  const found = prepare(live)
  const applied = lastApplied(live)
  const place: Place = rootPlace(
    live,
    applied === undefined ? undefined : prepare(applied),
    options.ignoredManagers,
    kind,
    isBuiltIn,
  )
  const pair = reduce(wanted, found, place)
  return { desired: mapOf(pair?.desired), live: mapOf(pair?.live) }
}

function lastApplied(live: PlainMap): PlainMap | undefined {
  const annotation = stringsAt(live, 'metadata', 'annotations')[LAST_APPLIED]
  if (annotation === undefined) return undefined
  try {
    const value: unknown = JSON.parse(annotation)
    return isPlainMap(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Without the status and what the API server, Argo CD and controllers keep for themselves. */
function withoutForeign(
  object: PlainMap,
  instance: 'compared' | 'ignored',
  isAggregatedRole: boolean,
): PlainMap {
  const { metadata, spec } = object
  const labels = instance === 'ignored' ? [INSTANCE] : []
  const fields = {
    ...without(object, isAggregatedRole ? ['rules', 'status'] : ['status']),
    ...(isPlainMap(metadata) ? { metadata: withoutOwn(metadata, labels) } : {}),
  }
  // The API server takes `false` only, and leaves it out.
  if (object.kind !== 'CustomResourceDefinition' || !isPlainMap(spec)) return fields
  return { ...fields, spec: without(spec, ['preserveUnknownFields']) }
}

function withoutOwn(metadata: PlainMap, ignoredLabels: readonly string[]): PlainMap {
  const { annotations, labels } = metadata
  return {
    ...without(metadata, METADATA),
    ...(isPlainMap(annotations) ? { annotations: without(annotations, ANNOTATIONS) } : {}),
    ...(isPlainMap(labels) ? { labels: without(labels, ignoredLabels) } : {}),
  }
}

/**
 * Argo CD sets the label itself when it tracks by labels, and ignores it when only the live object has it.
 * It set it if there is no tracking id, or if it says what the tracking id says.
 */
function instanceLabel(desired: PlainMap, live: PlainMap): 'compared' | 'ignored' {
  const wanted = stringsAt(desired, 'metadata', 'labels')[INSTANCE]
  if (wanted === undefined) return 'ignored'
  const label = stringsAt(live, 'metadata', 'labels')[INSTANCE]
  const id = stringsAt(live, 'metadata', 'annotations')[TRACKING_ID]
  const application = id?.split(':')[0]?.slice(0, LONGEST_LABEL)
  const isArgocds = id === undefined || label === application
  return label !== undefined && isArgocds ? 'ignored' : 'compared'
}

function isAggregated(desired: PlainMap): boolean {
  return desired.kind === 'ClusterRole' && isPlainMap(desired.aggregationRule)
}

function without(map: PlainMap, names: readonly string[]): PlainMap {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function mapOf(value: unknown): PlainMap {
  return isPlainMap(value) ? value : {}
}
