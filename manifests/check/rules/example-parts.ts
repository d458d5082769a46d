// Documents that many examples are made of. Each begins with a `---` line.

/** The Secret that is to be guarded. */
export const PHASE_SECRET = `---
apiVersion: secrets.phase.dev/v1alpha1
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

/** Binds the Role secret-reader of the namespace keyspace. */
export const READER_BINDING = bindingOf('Role secret-reader', 'ServiceAccount keyspace-app')

/** The Role secret-reader of the namespace keyspace. @param rules in flow style, without brackets around all. */
export function readerRole(...rules: readonly string[]): string {
  return roleOf('Role secret-reader', ...rules)
}

/** @param role `KIND NAME`; a Role is in the namespace keyspace. @param rules each one map in flow style. */
export function roleOf(role: string, ...rules: readonly string[]): string {
  const [kind = '', name = ''] = role.split(' ')
  const namespace = kind === 'Role' ? '\n  namespace: keyspace' : ''
  return `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}${namespace}
rules:
${rules.map((rule) => `  - ${rule}\n`).join('')}`
}

/** A RoleBinding of the namespace keyspace, called as its role. @param subject `KIND [NAMESPACE/]NAME`. */
export function bindingOf(role: string, subject: string): string {
  return binding('RoleBinding', role, subject)
}

/** A ClusterRoleBinding, called as its role. */
export function clusterBindingOf(role: string, subject: string): string {
  return binding('ClusterRoleBinding', role, subject)
}

function binding(kind: string, role: string, subject: string): string {
  const [roleKind = '', roleName = ''] = role.split(' ')
  const [subjectKind = '', path = ''] = subject.split(' ')
  const slash = path.lastIndexOf('/')
  const [own, name] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)]
  const isCluster = kind === 'ClusterRoleBinding'
  const namespace = isCluster ? '' : '\n  namespace: keyspace'
  const account = own === '' ? '' : `, namespace: ${own}`
  const group = subjectKind === 'ServiceAccount' ? '' : ', apiGroup: rbac.authorization.k8s.io'
  return `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${roleName}${namespace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${roleKind}, name: ${roleName}}
subjects:
  - {kind: ${subjectKind}, name: '${name}'${account}${group}}
`
}

/** The ServiceAccount of `deployment`. */
export const ACCOUNT = `---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: keyspace-app
  namespace: keyspace
automountServiceAccountToken: false
`

/** Lets the ServiceAccount read the Secret by its name; READER_BINDING binds it. */
export const READER_ROLE = readerRole(
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

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
  return `---
apiVersion: apps/v1
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
