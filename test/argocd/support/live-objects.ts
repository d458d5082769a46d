// Objects as people write them: odd quantities, empty and null values, every sort of list. One of each for a
// namespace; what belongs to no namespace has its name.
import type { KubeClient } from './kube-client.ts'
import { waitFor } from './wait.ts'

export interface Sample {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

const probe = () => ({ httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 0 })
const base64 = (text: string): string => Buffer.from(text).toString('base64')

function podSpec(): object {
  return {
    serviceAccountName: 'web',
    restartPolicy: 'Always',
    hostNetwork: false,
    securityContext: {},
    nodeSelector: { disk: 'ssd' },
    imagePullSecrets: [{ name: 'registry' }],
    hostAliases: [{ ip: '10.0.0.9', hostnames: ['db.internal'] }],
    tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
    initContainers: [{ name: 'wait', image: 'busybox', command: ['sh', '-c', 'true'] }],
    containers: [
      {
        name: 'app',
        image: 'registry.example/web:1.0',
        args: [],
        env: [
          { name: 'EMPTY', value: '' },
          { name: 'LEVEL', value: 'info' },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        ],
        envFrom: [{ configMapRef: { name: 'settings' } }],
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 53 },
        ],
        resources: {
          requests: { cpu: 0.5, memory: '1048576Ki', 'ephemeral-storage': '1e9' },
          limits: { cpu: '1000m', memory: 2147483648 },
        },
        livenessProbe: probe(),
        readinessProbe: { ...probe(), periodSeconds: 5 },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'certs', mountPath: '/certs', readOnly: true },
          { name: 'all', mountPath: '/all', readOnly: false },
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'scratch', emptyDir: { sizeLimit: '0.5Gi' } },
      { name: 'certs', secret: { secretName: 'tls' } },
      {
        name: 'all',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token' } },
            {
              downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
            },
            { configMap: { name: 'settings' } },
          ],
        },
      },
    ],
  }
}

const template = (): object => ({
  metadata: { creationTimestamp: null, labels: { app: 'web' }, annotations: {} },
  spec: podSpec(),
})

function workloads(): readonly Sample[] {
  const selector = { matchLabels: { app: 'web' } }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web', tier: 'front' }, annotations: { owner: 'a' } },
      spec: { replicas: 2, selector, strategy: {}, template: template() },
      status: {},
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'scaled' },
      spec: {
        selector: { matchLabels: { app: 'scaled' } },
        template: {
          metadata: { labels: { app: 'scaled' } },
          spec: { containers: [{ name: 'app', image: 'scaled:1' }] },
        },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'data' },
      spec: {
        serviceName: 'data',
        replicas: 0,
        selector,
        template: template(),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', creationTimestamp: null },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1024Mi' } },
            },
            status: {},
          },
        ],
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly' },
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: { restartPolicy: 'OnFailure', containers: [{ name: 'job', image: 'job:1' }] },
            },
          },
        },
      },
    },
  ]
}

function network(): readonly Sample[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        type: 'NodePort',
        clusterIP: '',
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 'http', nodePort: 0 },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ],
      },
      status: { loadBalancer: {} },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: {
        rules: [
          {
            host: 'shop.example',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
        tls: [{ hosts: ['shop.example'], secretName: 'tls' }],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'web' },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: 'edge' } } }],
            ports: [{ port: 80, endPort: 90 }],
          },
        ],
        egress: [],
      },
    },
  ]
}

function configuration(): readonly Sample[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { LEVEL: 'info', sizeLimit: '1024Mi', EMPTY: '' },
      binaryData: { blob: `${base64('some bytes of a blob')}\n` },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db' },
      type: 'Opaque',
      data: { user: base64('shop'), password: base64('sample-password'), empty: '' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'texts' },
      stringData: { user: 'shop', password: 'sample-text' },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'web' },
      imagePullSecrets: [{ name: 'registry' }],
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'files' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: '',
        resources: { requests: { storage: '0.5Gi' } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'most' },
      spec: { hard: { 'requests.cpu': '4000m', pods: 10 } },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits' },
      spec: { limits: [{ type: 'Container', default: { cpu: '500m', memory: '1024Mi' } }] },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: {
        maxReplicas: 5,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1500m' } },
          },
        ],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    },
  ]
}

function access(namespace: string): readonly Sample[] {
  const rules = [
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['db'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
  ]
  const rbac = 'rbac.authorization.k8s.io/v1'
  return [
    { apiVersion: rbac, kind: 'Role', metadata: { name: 'web' }, rules },
    {
      apiVersion: rbac,
      kind: 'RoleBinding',
      metadata: { name: 'web' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
      subjects: [
        { kind: 'ServiceAccount', name: 'web', namespace },
        { kind: 'User', name: 'anna' },
      ],
    },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: `all-${namespace}` },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { all: namespace } }] },
      rules: [],
    },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: `part-${namespace}`, labels: { all: namespace } },
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    },
  ]
}

function custom(namespace: string): readonly Sample[] {
  const group = `${namespace}.example.org`
  const text = { type: 'string' }
  const item = {
    type: 'object',
    properties: { name: text, mode: { type: 'string', default: 'on' } },
  }
  const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }
  const spec = {
    type: 'object',
    properties: {
      size: { anyOf: [{ type: 'integer' }, text], 'x-kubernetes-int-or-string': true },
      strategy: { type: 'string', default: 'fast' },
      choice: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      plain: { type: 'array', items: item },
      keyed: { type: 'array', items: { ...item, required: ['name'] }, ...keyed },
    },
  }
  return [
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        preserveUnknownFields: false,
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
          },
        ],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      metadata: { name: 'one', labels: { app: 'web' } },
      spec: {
        size: '1000m',
        choice: { self: {}, list: [], nothing: null },
        plain: [{ name: 'a' }, { name: 'b', mode: 'off' }],
        keyed: [{ name: 'x' }, { name: 'y', mode: 'off' }],
      },
    },
  ]
}

/** In an order in which they can be applied. */
export function samples(namespace: string): readonly Sample[] {
  return [
    ...configuration(),
    ...workloads(),
    ...network(),
    ...access(namespace),
    ...custom(namespace),
  ]
}

/** `Kind/name`. */
export const nameOf = ({ kind, metadata }: Sample): string => `${kind}/${metadata.name}`

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
}
const CLUSTER_SCOPED = ['ClusterRole', 'CustomResourceDefinition']

/** Where the API server has it. */
export function pathOf(
  { apiVersion, kind, metadata: { name } }: Sample,
  namespace: string,
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const home = CLUSTER_SCOPED.includes(kind) ? '' : `/namespaces/${namespace}`
  return `${root}${home}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${name}`
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** As Argo CD does it: with its tracking id, by its field manager; once by each way to apply. */
export async function applyAsArgocd(
  admin: KubeClient,
  sample: Sample,
  namespace: string,
  way: 'client-side' | 'server-side',
): Promise<void> {
  const path = pathOf(sample, namespace)
  const { kind, apiVersion, metadata } = sample
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  const id = `app:${group}/${kind}:${namespace}/${metadata.name}`
  const annotations = { ...(metadata.annotations ?? {}), 'argocd.argoproj.io/tracking-id': id }
  const tracked = { ...sample, metadata: { ...metadata, annotations } }
  const query = 'fieldManager=argocd-controller'
  if (way === 'server-side') {
    await sure(
      admin,
      'PATCH',
      `${path}?${query}&force=true`,
      tracked,
      'application/apply-patch+yaml',
    )
  } else {
    const applied = { ...annotations, [LAST_APPLIED]: `${JSON.stringify(tracked)}\n` }
    const object = { ...tracked, metadata: { ...metadata, annotations: applied } }
    await sure(admin, 'POST', `${path.replace(/\/[^/]+$/, '')}?${query}`, object)
  }
  if (kind !== 'CustomResourceDefinition') return
  const list = `/apis/${metadata.name.replace(/^[^.]+\./, '')}/v1/widgets`
  await waitFor('the CRD is served', async () => (await admin.get(list)) !== undefined)
}

/** @throws at any other answer than a good one. */
export async function sure(
  admin: KubeClient,
  method: string,
  path: string,
  body?: object,
  contentType?: string,
): Promise<void> {
  const { status, text } = await admin.request(method, path, body, contentType)
  if (status !== 200 && status !== 201) throw new Error(`${method} ${path}: ${status} ${text}`)
}
