// In: a place in a built-in object and what stands there. Out: whether the API server would have put the
// same there by itself, so that to leave it out changes nothing.
// Source: SetDefaults_* in k8s.io/kubernetes, pkg/apis/*/v1/defaults.go. A default that depends on
// another field (imagePullPolicy) is not here: to leave it out is shown.
import type { Path } from './merge-keys.ts'

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']

/** The last steps of a path, and the value. */
export const DEFAULTS: readonly (readonly [steps: string, value: string | number | boolean])[] = [
  ['ports.protocol', 'TCP'],
  ['httpGet.scheme', 'HTTP'],
  ...PROBES.flatMap((probe): (readonly [string, number])[] => [
    [`${probe}.failureThreshold`, 3],
    [`${probe}.periodSeconds`, 10],
    [`${probe}.successThreshold`, 1],
    [`${probe}.timeoutSeconds`, 1],
  ]),
  ...['containers', 'initContainers'].flatMap((list): (readonly [string, string])[] => [
    [`${list}.terminationMessagePath`, '/dev/termination-log'],
    [`${list}.terminationMessagePolicy`, 'File'],
  ]),
  ['spec.dnsPolicy', 'ClusterFirst'],
  ['spec.restartPolicy', 'Always'],
  ['spec.schedulerName', 'default-scheduler'],
  ['spec.terminationGracePeriodSeconds', 30],
  ['fieldRef.apiVersion', 'v1'],
  ['resourceFieldRef.divisor', '0'],
  ...['configMap', 'downwardAPI', 'projected', 'secret'].map(
    (source): readonly [string, number] => [`${source}.defaultMode`, 420],
  ),
  ['serviceAccountToken.expirationSeconds', 3600],
  ['Deployment.spec.replicas', 1],
  ['StatefulSet.spec.replicas', 1],
  ['spec.revisionHistoryLimit', 10],
  ['Deployment.spec.progressDeadlineSeconds', 600],
  ['strategy.type', 'RollingUpdate'],
  ['updateStrategy.type', 'RollingUpdate'],
  ['Deployment.spec.strategy.rollingUpdate.maxSurge', '25%'],
  ['Deployment.spec.strategy.rollingUpdate.maxUnavailable', '25%'],
  ['StatefulSet.spec.podManagementPolicy', 'OrderedReady'],
  ['StatefulSet.spec.updateStrategy.rollingUpdate.partition', 0],
  ['Service.spec.type', 'ClusterIP'],
  ['Service.spec.sessionAffinity', 'None'],
  ['Service.spec.internalTrafficPolicy', 'Cluster'],
  ['Secret.type', 'Opaque'],
  ['spec.volumeMode', 'Filesystem'],
  ['volumeClaimTemplates.apiVersion', 'v1'],
  ['volumeClaimTemplates.kind', 'PersistentVolumeClaim'],
  ['volumeClaimTemplates.status.phase', 'Pending'],
  ['CronJob.spec.concurrencyPolicy', 'Allow'],
  ['CronJob.spec.suspend', false],
  ['CronJob.spec.successfulJobsHistoryLimit', 3],
  ['CronJob.spec.failedJobsHistoryLimit', 1],
  ['HorizontalPodAutoscaler.spec.minReplicas', 1],
  ['StorageClass.reclaimPolicy', 'Delete'],
  ['StorageClass.volumeBindingMode', 'Immediate'],
  ['webhooks.rules.scope', '*'],
  ['subjects.apiGroup', 'rbac.authorization.k8s.io'],
  ['roleRef.apiGroup', 'rbac.authorization.k8s.io'],
]

const FILLED_IN = new Set([
  ...['LimitRange.spec.limits.default', 'LimitRange.spec.limits.defaultRequest'],
  ...['Service.spec.clusterIP', 'Service.spec.clusterIPs', 'Service.spec.ports.nodePort'],
  ...['Service.spec.healthCheckNodePort', 'PersistentVolumeClaim.spec.volumeName'],
])

/**
 * Whether the API server fills this in, and keeps what it filled in: a manager who applied it empty
 * has it in its tree all the same.
 */
export function isFilledIn(path: Path): boolean {
  return FILLED_IN.has(path.join('.'))
}

/**
 * Whether to leave this out changes nothing: the API server takes it from the deprecated `serviceAccount`,
 * which it has filled in and nobody applied.
 */
export function isKept(path: Path): boolean {
  return path.at(-1) === 'serviceAccountName' && path.at(-2) === 'spec'
}

const BY_NAME = Map.groupBy(
  DEFAULTS.map(([steps, value]) => ({ steps: steps.split('.'), value })),
  ({ steps }) => steps.at(-1),
)

/** @param path of a built-in kind, its kind first. */
export function isKnownDefault(path: Path, value: unknown): boolean {
  return (BY_NAME.get(path.at(-1)) ?? []).some(
    (known) =>
      known.value === value &&
      known.steps.length <= path.length &&
      known.steps.every((step, index) => path[path.length - known.steps.length + index] === step),
  )
}
