// Short manifests for tests of the rules about workloads, and what a rule says of them in one line each.

import { RULES } from '../../render/check/catalogue.ts'
import type { CheckSetting } from './check.ts'
import { factsOf, found } from './check.ts'

/** Documents as one text. */
export function stream(...documents: readonly string[]): string {
  return documents.join('---\n')
}

/** A PhaseSecret that renders Secrets in namespace `keyspace`, or in the open one. */
export function managed(names: string, namespace = 'keyspace'): string {
  const targets = names.split(' ').map((name) => `{secretName: ${name}}`)
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: ps${inNamespace(namespace)}}
spec: {phaseApp: a, managedSecretReferences: [${targets.join(', ')}]}
`
}

export function account(name: string, more = '', namespace = 'keyspace'): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}${inNamespace(namespace)}}\n${more}\n`
}

/** A Role and its RoleBinding, in namespace `keyspace`. */
export function grant(rules: string, subjects: string, name = 'reader'): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ${name}, namespace: keyspace}
rules: [${rules}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ${name}, namespace: keyspace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name}}
subjects: [${subjects}]
`
}

/** A rule that lets read Secrets by their names. */
export function reads(names: string, verbs = 'get'): string {
  return `{apiGroups: [''], resources: [secrets], resourceNames: [${names}], verbs: [${verbs}]}`
}

/** A ServiceAccount of namespace `keyspace`, as a subject. */
export function sa(name: string): string {
  return `{kind: ServiceAccount, name: ${name}}`
}

export interface Sample {
  readonly name?: string
  readonly kind?: string
  readonly apiVersion?: string
  readonly namespace?: string
  /** Fields of its `metadata`, in flow style. */
  readonly metadata?: string
  /** Fields of the pod template's metadata, in flow style. */
  readonly template?: string
  /** Lines of the pod's `spec`. */
  readonly pod?: readonly string[]
  /** A field of its container. */
  readonly use?: string
}

/** A workload; the pod's `spec` begins in line 6, the lines of `pod` in line 7. */
export function workload(sample: Sample = {}): string {
  const { name = 'web', kind = 'Deployment', apiVersion = 'apps/v1', pod = [], use = '' } = sample
  const { namespace = 'keyspace', metadata, template } = sample
  const lines = [...pod, `containers: [{name: web, image: web${use === '' ? '' : `, ${use}`}}]`]
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}${inNamespace(namespace)}${metadata === undefined ? '' : `, ${metadata}`}}
spec:
  template:${template === undefined ? '' : `\n    metadata: {${template}}`}
    spec:
${lines.map((line) => `      ${line}\n`).join('')}`
}

/** How a container gets the whole of a Secret. */
export function env(name: string): string {
  return `envFrom: [{secretRef: {name: ${name}}}]`
}

/** What a rule finds: `SEVERITY LINE OBJECT: MESSAGE`. */
export function saidOf(id: string, text: string, setting: CheckSetting = {}): string[] {
  const rule = RULES.find((each) => each.id === id)
  return found(id, factsOf(text, setting)).map(({ severity, at, object, message }) => {
    const { kind, name } = object ?? {}
    return `${severity ?? rule?.severity} ${at?.line} ${kind}/${name}: ${message}`
  })
}

function inNamespace(namespace: string): string {
  return namespace === '' ? '' : `, namespace: ${namespace}`
}
