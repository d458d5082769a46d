// Edits of samples as somebody makes them in Git, and where each has to be found.
import type { Sample } from './live-objects.ts'

/** Steps are names; an item of a list is named by its `name`, or its index. */
type Place = string

export interface Edit {
  /** `Kind/name`; `*` stands for the namespace. */
  readonly sample: string
  readonly at: Place
  /** Absent: it is removed. */
  readonly to?: unknown
  /** Absent: `at` itself. */
  readonly found?: readonly Place[]
  /** The API server refuses it, and Argo CD's server-side diff says no more than that. */
  readonly isRefused?: true
  /** Only where the two ways to apply differ. */
  readonly foundServerSide?: readonly Place[]
}

const POD = 'spec/template/spec'
const APP = `${POD}/containers/app`
const web = (at: Place, to?: unknown, found?: readonly Place[]): Edit => ({
  sample: 'Deployment/web',
  at,
  to,
  ...(found === undefined ? {} : { found }),
})

export const edits: readonly Edit[] = [
  { sample: 'ConfigMap/settings', at: 'data/NEW', to: 'x' },
  { sample: 'ConfigMap/settings', at: 'data/LEVEL' },
  { sample: 'ConfigMap/settings', at: 'data/sizeLimit', to: '1Gi' },
  { sample: 'ConfigMap/settings', at: 'binaryData/blob', to: 'AAAA' },
  { sample: 'ConfigMap/settings', at: 'data', found: ['data'] },
  { sample: 'Secret/db', at: 'data/password' },
  { sample: 'Secret/db', at: 'data/user', to: 'QUFB' },
  { sample: 'Secret/db', at: 'data/empty', to: null, found: [] },
  { sample: 'Secret/db', at: 'type', to: 'kubernetes.io/basic-auth', isRefused: true },
  { sample: 'Secret/db', at: 'type', found: [] },
  { sample: 'Secret/texts', at: 'stringData/user', to: 'other', found: ['data/user'] },
  { sample: 'Secret/texts', at: 'stringData/more', to: 'x', found: ['data/more'] },
  // What managed fields say of a text is under `stringData`, and a sync takes no key out either.
  { sample: 'Secret/texts', at: 'stringData/user', found: ['data/user'], foundServerSide: [] },
  web('metadata/labels/tier'),
  web('metadata/labels/more', 'x'),
  web('metadata/annotations', undefined, ['metadata/annotations']),
  web('spec/replicas', 3),
  web('spec/replicas'),
  { ...web('spec/strategy', { type: 'Recreate' }, ['spec/strategy/type']), isRefused: true },
  web('spec/strategy', { type: 'RollingUpdate' }, []),
  web(`${APP}/image`, 'registry.example/web:2.0'),
  web(`${APP}/env/LEVEL`),
  web(`${APP}/env/LEVEL/value`, 'debug'),
  web(`${APP}/env/EMPTY/value`, 'now'),
  web(`${APP}/env/EMPTY/value`, undefined, []),
  web(`${APP}/env/TOKEN/valueFrom/secretKeyRef/key`, 'other'),
  web(`${APP}/args`, ['--verbose']),
  web(`${APP}/ports/http/containerPort`, 8081),
  web(`${APP}/ports/dns-tcp`),
  web(`${APP}/ports/http/protocol`, 'TCP', []),
  web(`${APP}/livenessProbe/httpGet/port`, 8080),
  web(`${APP}/livenessProbe`),
  web(`${APP}/readinessProbe/periodSeconds`, 10),
  web(`${APP}/readinessProbe/periodSeconds`),
  web(`${APP}/resources/limits/cpu`, 1, []),
  web(`${APP}/resources/limits/cpu`, '1100m'),
  web(`${APP}/resources/limits/memory`, '2Gi', []),
  web(`${APP}/resources/requests/ephemeral-storage`, '1G', []),
  web(`${APP}/resources/requests/memory`),
  web(`${APP}/volumeMounts/certs/readOnly`),
  web(`${POD}/volumes/scratch`),
  web(`${POD}/volumes/scratch/emptyDir/sizeLimit`),
  web(`${POD}/volumes/certs`, { name: 'certs', emptyDir: {} }, [
    `${POD}/volumes/certs/emptyDir`,
    `${POD}/volumes/certs/secret`,
  ]),
  web(`${POD}/volumes/all/projected/sources/0/serviceAccountToken/audience`, 'x'),
  web(`${POD}/volumes/all/projected/sources/0/serviceAccountToken/expirationSeconds`, 3600, []),
  web(`${POD}/initContainers/wait`, undefined, [`${POD}/initContainers`]),
  web(`${POD}/nodeSelector/disk`, undefined, [`${POD}/nodeSelector`]),
  web(`${POD}/nodeSelector/zone`, 'a'),
  web(`${POD}/tolerations/0/effect`),
  web(`${POD}/topologySpreadConstraints/0/maxSkew`, 2),
  web(`${POD}/hostNetwork`, true),
  web(`${POD}/restartPolicy`, undefined, []),
  // The API server takes it from `serviceAccount`, which stays.
  web(`${POD}/serviceAccountName`, undefined, []),
  web(`${POD}/serviceAccountName`, 'other'),
  web(`${POD}/imagePullSecrets`),
  {
    sample: 'StatefulSet/data',
    at: 'spec/volumeClaimTemplates/0/spec/resources/requests/storage',
    to: '1Gi',
    found: [],
  },
  {
    sample: 'StatefulSet/data',
    at: 'spec/volumeClaimTemplates/0/spec/resources/requests/storage',
    to: '2Gi',
    isRefused: true,
  },
  { sample: 'StatefulSet/data', at: 'spec/replicas', to: 0 },
  { sample: 'StatefulSet/data', at: 'spec/replicas', to: 1, found: [] },
  { sample: 'Service/inside', at: 'spec/type', to: 'ClusterIP', found: [] },
  { sample: 'Service/inside', at: 'spec/clusterIP', to: '', found: [] },
  { sample: 'Service/inside', at: 'spec/ports/0/port', to: 81, found: ['spec/ports/0/port'] },
  { sample: 'CronJob/nightly', at: 'spec/schedule', to: '0 4 * * *' },
  { sample: 'CronJob/nightly', at: 'spec/suspend', to: true },
  { sample: 'CronJob/nightly', at: 'spec/suspend', to: false, found: [] },
  { sample: 'Service/web', at: 'spec/ports/http/port', to: 81 },
  { sample: 'Service/web', at: 'spec/ports/http/targetPort', to: 8080 },
  { sample: 'Service/web', at: 'spec/ports/dns' },
  { sample: 'Service/web', at: 'spec/selector/tier', to: 'x' },
  { sample: 'Service/web', at: 'spec/type' },
  { sample: 'Ingress/web', at: 'spec/rules/0/host', to: 'other.example' },
  { sample: 'Ingress/web', at: 'spec/tls' },
  {
    sample: 'Ingress/web',
    at: 'spec/rules/0/http/paths/0/backend/service/port',
    to: { name: 'http' },
    found: ['name', 'number'].map(
      (name) => `spec/rules/0/http/paths/0/backend/service/port/${name}`,
    ),
  },
  { sample: 'NetworkPolicy/web', at: 'spec/ingress/0/ports/0/endPort' },
  { sample: 'NetworkPolicy/web', at: 'spec/ingress/0/ports/0/port', to: 85 },
  { sample: 'NetworkPolicy/web', at: 'spec/ingress/0/from' },
  { sample: 'NetworkPolicy/web', at: 'spec/podSelector/matchLabels', to: { app: 'web' } },
  {
    sample: 'HorizontalPodAutoscaler/web',
    at: 'spec/metrics/0/resource/target/averageValue',
    to: '1.5',
    found: [],
  },
  {
    sample: 'HorizontalPodAutoscaler/web',
    at: 'spec/metrics/0/resource/target/averageValue',
    to: 2,
  },
  {
    sample: 'PersistentVolumeClaim/files',
    at: 'spec/resources/requests/storage',
    to: '512Mi',
    found: [],
  },
  { sample: 'PersistentVolumeClaim/files', at: 'spec/storageClassName', isRefused: true },
  { sample: 'ResourceQuota/most', at: 'spec/hard/pods', to: '10', found: [] },
  { sample: 'ResourceQuota/most', at: 'spec/hard/pods' },
  { sample: 'LimitRange/limits', at: 'spec/limits/0/default/cpu', to: '0.6' },
  {
    sample: 'ServiceAccount/web',
    at: 'imagePullSecrets/registry/name',
    to: 'other',
    found: ['imagePullSecrets/registry', 'imagePullSecrets/other'],
  },
  { sample: 'Role/web', at: 'rules/0/resourceNames' },
  { sample: 'Role/web', at: 'rules/1/verbs', to: ['get'], found: ['rules/1/verbs/1'] },
  { sample: 'RoleBinding/web', at: 'subjects/anna' },
  { sample: 'ClusterRole/part-*', at: 'rules/0/verbs/0', to: '*' },
  {
    sample: 'CustomResourceDefinition/widgets.*.example.org',
    at: 'spec/names/shortNames',
    to: ['w'],
  },
  { sample: 'StorageClass/fast-*', at: 'parameters/divisor', to: '1', isRefused: true },
  { sample: 'StorageClass/fast-*', at: 'parameters/empty', isRefused: true },
  {
    sample: 'ValidatingWebhookConfiguration/check-*',
    at: 'webhooks/check.example.org/clientConfig/caBundle',
    to: 'AAAA',
  },
  {
    sample: 'ValidatingWebhookConfiguration/check-*',
    at: 'webhooks/check.example.org/rules/0/apiVersions/0',
    to: 'v2',
  },
  {
    sample: 'ValidatingWebhookConfiguration/check-*',
    at: 'webhooks/check.example.org/clientConfig/caBundle',
  },
  { sample: 'Widget/one', at: 'spec/size', to: '1' },
  { sample: 'Widget/one', at: 'spec/size', to: 1 },
  { sample: 'Widget/one', at: 'spec/size' },
  { sample: 'Widget/one', at: 'spec/choice/self' },
  { sample: 'Widget/one', at: 'spec/choice/list' },
  { sample: 'Widget/one', at: 'spec/choice/other', to: {} },
  { sample: 'Widget/one', at: 'spec/plain/b/mode', to: 'on' },
  // A list that was applied as one piece: its defaults are not known, and look the same.
  { sample: 'Widget/one', at: 'spec/plain/b/mode', foundServerSide: [] },
  { sample: 'Widget/one', at: 'spec/plain/b' },
  { sample: 'Widget/one', at: 'spec/keyed/y/mode' },
  { sample: 'Widget/one', at: 'spec/keyed/y' },
]

/** A copy of the sample with the edit. @throws if the edit leads nowhere. */
export function edited(sample: Sample, { at, ...edit }: Edit): Sample {
  const copy = structuredClone(sample)
  const steps = at.split('/')
  const last = steps.pop() ?? ''
  const parent = steps.reduce<unknown>((value, step) => child(value, step), copy)
  const value = 'to' in edit ? edit.to : undefined
  if (Array.isArray(parent)) {
    const index = parent.indexOf(child(parent, last))
    if (index < 0) throw new Error(`${at} is not in the sample`)
    if (value === undefined) parent.splice(index, 1)
    else parent[index] = value
  } else if (typeof parent === 'object' && parent !== null) {
    if (value !== undefined) Reflect.set(parent, last, value)
    else if (!Reflect.deleteProperty(parent, last)) throw new Error(`${at} stays`)
  } else throw new Error(`${at} is not in the sample`)
  return copy
}

/** Where two values differ; a place that only one of them has is named as a whole. */
export function unlike(one: unknown, other: unknown, path = ''): readonly Place[] {
  if (!isBranch(one) || !isBranch(other) || Array.isArray(one) !== Array.isArray(other)) {
    return Object.is(one, other) ? [] : [path]
  }
  const [left, right] = [entriesOf(one), entriesOf(other)]
  const names = new Set([...left.keys(), ...right.keys()])
  return [...names].flatMap((name) =>
    unlike(left.get(name), right.get(name), path === '' ? name : `${path}/${name}`),
  )
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function child(value: unknown, step: string): unknown {
  return isBranch(value) ? entriesOf(value).get(step) : undefined
}

function entriesOf(value: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const names = value.map((item: unknown, index) => {
    const name = isBranch(item) ? Reflect.get(item, 'name') : undefined
    return typeof name === 'string' ? name : `${index}`
  })
  return new Map(value.map((item: unknown, index) => [names[index] ?? '', item]))
}
