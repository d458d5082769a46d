// YAML in, the policy that its roles and bindings make out, for tests of manifests/rbac.
import type { Position, Problem } from '../../manifests/problem.ts'
import { NEWEST_MINOR } from '../../manifests/rbac/built-in.ts'
import type { Holder } from '../../manifests/rbac/evaluate.ts'
import type { RbacObjects, Subject } from '../../manifests/rbac/model.ts'
import type { Policy } from '../../manifests/rbac/policy.ts'
import { buildPolicy } from '../../manifests/rbac/policy.ts'
import type { Question } from '../../manifests/rbac/question.ts'
import { whoCan } from '../../manifests/rbac/question.ts'
import { readRbac } from '../../manifests/rbac/read.ts'
import { readDocuments } from '../../manifests/stream.ts'

export interface Made {
  readonly policy: Policy
  readonly objects: RbacObjects
  readonly problems: readonly Problem[]
}

const API = 'apiVersion: rbac.authorization.k8s.io/v1'

/** Roles and bindings of a file `rbac.yaml`; documents without an apiVersion are of RBAC. */
export function policyOf(text: string, namespace?: string, minor = NEWEST_MINOR): Made {
  const whole = text
    .split(/^---\n/m)
    .map((part) => (/^apiVersion:/m.test(part) ? part : `${API}\n${part}`))
    .join('---\n')
  const { documents } = readDocuments([{ path: 'rbac.yaml', bytes: Buffer.from(whole) }])
  const { objects, problems } = readRbac(documents, namespace)
  const built = buildPolicy(objects, minor)
  return { policy: built.policy, objects, problems: [...problems, ...built.problems] }
}

/** A role and a binding of it to one subject, in namespace `here` or cluster-wide. */
export function granting(rule: string, subject = '{kind: User, name: eve}', isCluster = false) {
  const scope = isCluster ? '' : ', namespace: here'
  const kind = isCluster ? 'Cluster' : ''
  return `kind: ${kind}Role
metadata: {name: r${scope}}
rules: [${rule}]
---
kind: ${kind}RoleBinding
metadata: {name: b${scope}}
roleRef: {kind: ${kind}Role, name: r}
subjects: [${subject}]
`
}

/** Who can, without those that Kubernetes brings, as `Kind namespace/name`. */
export function names({ policy }: Made, question: Partial<Question>): string[] {
  return whoCan({ ...SECRETS, ...question }, policy)
    .holders.filter(isOurs)
    .map(nameOf)
}

/** The same of those who can for some names only. */
export function namesOfSome({ policy }: Made, question: Partial<Question>): string[] {
  return whoCan({ ...SECRETS, ...question }, policy)
    .byName.filter(isOurs)
    .map(nameOf)
}

/** Where the rules of all of our paths are written, as `line`. */
export function linesOf(holders: readonly Holder[]): number[] {
  return holders
    .filter(isOurs)
    .flatMap(({ paths }) =>
      paths.flatMap(({ grants }) => grants.map(({ rule }) => lineOf(rule.at))),
    )
}

export const SECRETS: Question = {
  verb: 'get',
  group: '',
  resource: 'secrets',
  scope: 'any namespace',
}

function isOurs({ paths }: Holder): boolean {
  return paths.some(
    ({ binding, grants }) =>
      binding.at !== undefined || grants.some(({ rule }) => rule.at !== undefined),
  )
}

function nameOf({ subject: { kind, namespace, name } }: { readonly subject: Subject }): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

function lineOf(at: Position | undefined): number {
  return at?.line ?? 0
}
