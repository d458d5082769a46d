// Documents that many examples begin or end with.

/** The Secret that is to be guarded. */
export const PHASE_SECRET = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseApp: keyspace
  phaseAppEnv: production
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
`

/** Binds the Role secret-reader. */
export const READER_BINDING = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: secret-reader
  namespace: keyspace
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: secret-reader
subjects:
  - kind: ServiceAccount
    name: keyspace-app
`

/** The ServiceAccount of `deployment`. */
export const ACCOUNT = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: keyspace-app
  namespace: keyspace
automountServiceAccountToken: false
`

/** Lets the ServiceAccount read the Secret by its name; READER_BINDING binds it. */
export const READER_ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: secret-reader
  namespace: keyspace
rules:
  - apiGroups: ['']
    resources: [secrets]
    resourceNames: [keyspace-cloud-prod-secret]
    verbs: [get]
`

/** How pods get the whole Secret. */
const USE = `envFrom:
            - secretRef:
                name: keyspace-cloud-prod-secret`

/**
 * A Deployment that uses the Secret.
 * @param podField a line of the pod's `spec`; may be empty.
 * @param use a field of its container.
 * @param annotation a line of its annotations.
 */
export function deployment(podField: string, use = USE, annotation = '', name = 'web'): string {
  const annotations = annotation === '' ? '' : `\n  annotations:\n    ${annotation}`
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: keyspace${annotations}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:${podField === '' ? '' : `\n      ${podField}`}
      containers:
        - name: web
          image: keyspace/cloud:1.4.2
          ${use}
`
}
