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
