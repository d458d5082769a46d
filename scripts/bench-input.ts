// What the benchmark renders: fake manifests and a fake store, the same on every run.

/** A store with one environment of `count` secrets. */
export function store(count: number): string {
  const secrets = Array.from(
    { length: count },
    (_, index) => `            KEY_${index}: fake-value-of-key-number-${index}`,
  )
  return [
    'apps:',
    '  bench:',
    '    environments:',
    '      Production:',
    '        secrets:',
    '          /:',
    ...secrets,
    '',
  ].join('\n')
}

/** File names and texts: one PhaseSecret, a few workloads that use it, and other manifests. */
export function smallRepository(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${String(index).padStart(2, '0')}.yaml`
    if (index === 0) return [name, phaseSecret(0)]
    return [name, index < 4 ? deployment(index, 0) : configMap(index, 8)]
  })
}

/** One stream of `count` documents, `references` of them PhaseSecrets of one environment. */
export function largeStream(count: number, references: number): string {
  const every = Math.floor(count / references)
  const documents = Array.from({ length: count }, (_, index) => {
    if (index % every === 0) return phaseSecret(index)
    if (index % every === 1) return deployment(index, index - 1)
    return index % 3 === 0 ? service(index) : configMap(index, 22)
  })
  return documents.join('---\n')
}

/** One stream of `count` documents, `rbac` of them roles and bindings, a tenth of the roles aggregated. */
export function rbacStream(count: number, rbac: number): string {
  const every = Math.floor(count / rbac)
  const documents = Array.from({ length: count }, (_, index) => {
    const number = Math.floor(index / every)
    if (index % every !== 0 || number >= rbac) return configMap(index, 22)
    return number % 2 === 0 ? clusterRole(number) : binding(number)
  })
  return documents.join('---\n')
}

function clusterRole(number: number): string {
  const aggregation = `aggregationRule:\n  clusterRoleSelectors:\n    - matchLabels:\n        tier: "${number % 7}"\n`
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: role-${number}
  labels:
    tier: "${number % 11}"
${number % 20 === 0 ? aggregation : ''}rules:
  - apiGroups: [""]
    resources: [secrets, configmaps]
    verbs: [get, list, watch]
  - apiGroups: [apps]
    resources: [deployments, statefulsets]
    verbs: [get, list, watch, update]
`
}

function binding(number: number): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: binding-${number}
  namespace: team-${number % 50}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: role-${number - 1}
subjects:
  - kind: ServiceAccount
    name: app-${number}
  - kind: Group
    apiGroup: rbac.authorization.k8s.io
    name: group-${number % 20}
`
}

function phaseSecret(index: number): string {
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: bench-${index}
spec:
  phaseApp: bench
  managedSecretReferences:
    - secretName: bench-${index}
`
}

function deployment(index: number, secret: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: workload-${index}
  annotations:
    secrets.phase.dev/redeploy: "true"
spec:
  replicas: 3
  template:
    metadata:
      labels:
        app: workload-${index}
    spec:
      containers:
        - name: app
          image: example/app:1.2.3
          envFrom:
            - secretRef:
                name: bench-${secret}
`
}

function service(index: number): string {
  const ports = Array.from(
    { length: 12 },
    (_, port) =>
      `    - name: port-${port}\n      port: ${8000 + port}\n      targetPort: ${9000 + port}\n      protocol: TCP`,
  )
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: service-${index}\n  labels:\n    app: bench # with a comment\nspec:\n  ports:\n${ports.join('\n')}\n`
}

function configMap(index: number, lines: number): string {
  const text = Array.from(
    { length: lines },
    (_, line) => `    line ${line} of a block scalar that holds some ordinary text, ${index}`,
  )
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-${index}\ndata:\n  text: |\n${text.join('\n')}\n`
}

/** 50 PhaseSecrets, roles and bindings as in `rbacStream`, workloads that use the Secrets; the rest ConfigMaps. */
export function guardedStream(count: number, rbac: number, workloads: number): string {
  const secrets = Array.from({ length: 50 }, (_, n) => phaseSecretOf(n))
  const using = Array.from({ length: workloads }, (_, n) => deploymentOf(n))
  const roles = rbacStream(count - secrets.length - workloads, rbac)
  return [...secrets, ...using, roles].join('---\n')
}

function phaseSecretOf(n: number): string {
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: app-${n}
  namespace: team-${n}
spec:
  phaseApp: app
  phaseAppEnv: production
  managedSecretReferences:
    - secretName: app-${n}
`
}

function deploymentOf(n: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${n}
  namespace: team-${n % 50}
spec:
  selector:
    matchLabels: {app: web-${n}}
  template:
    metadata:
      labels: {app: web-${n}}
    spec:
      serviceAccountName: web-${n}
      containers:
        - name: web
          image: registry.example.com/web:1
          envFrom:
            - secretRef: {name: app-${n % 50}}
`
}
