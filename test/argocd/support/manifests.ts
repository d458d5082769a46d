// Texts of manifests that the suites commit, and how to look into what Argo CD made of them.

/** A PhaseSecret that makes Secret `<name>` of an environment of app `shop`. */
export function phaseSecret(name: string, environment = 'Production', spec = ''): string {
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: ${name}
spec:
  phaseApp: shop
  phaseAppEnv: ${environment}
${spec}  managedSecretReferences:
    - secretName: ${name}
`
}

/** A Deployment whose pods get the keys of a Secret, and are rolled when these change. */
export function deployment(name: string, secret: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  annotations:
    secrets.phase.dev/redeploy: 'true'
spec:
  replicas: 1
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: main
          image: example.com/shop:1
          envFrom:
            - secretRef:
                name: ${secret}
`
}

export function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })}\n`
}

/** A Kubernetes object, as far as the suites look into it. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly resourceVersion?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}

export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
      readonly spec: { readonly containers: readonly { readonly image: string }[] }
    }
  }
}

export const CHECKSUM = 'secrets.phase.dev/checksum'

/** The objects of a render by `Kind/name`. */
export function objectsOf(manifests: readonly string[]): ReadonlyMap<string, KubernetesObject> {
  const objects = manifests.map((text) => JSON.parse(text) as KubernetesObject)
  return new Map(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]))
}

/** The values of a Secret, decoded. */
export function decoded({ data = {} }: KubernetesObject): Readonly<Record<string, string>> {
  const entries = Object.entries(data)
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  )
}
