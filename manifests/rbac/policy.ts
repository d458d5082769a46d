// Roles and bindings, those of the manifests and those that Kubernetes creates, in; a policy that can be
// asked out, with what is odd about it: bindings without a role, objects that are there twice.
import { quotedName } from '../names.ts'
import type { Position, Problem } from '../problem.ts'
import type { Grant } from './aggregate.ts'
import { AggregationError, aggregate } from './aggregate.ts'
import { builtIn } from './built-in.ts'
import type { Binding, RbacObjects, Role } from './model.ts'

/** Who may do what. */
export interface Policy {
  readonly bindings: readonly Binding[]
  /** The rules that a binding gives; none if its role is not there. */
  grantsOf(binding: Binding): readonly Grant[]
  /** Bindings of the manifests whose role is neither in the manifests nor built in. */
  readonly unresolved: readonly Binding[]
}

/** A policy and what there is to say. With an error among the problems, it grants less than the cluster would. */
export interface PolicyReading {
  readonly policy: Policy
  readonly problems: readonly Problem[]
}

/** @param minor the minor version of Kubernetes, for the roles that it brings. */
export function buildPolicy(manifests: RbacObjects, minor: number): PolicyReading {
  const base = builtIn(minor)
  const roles = [...base.roles, ...manifests.roles]
  const bindings = [...base.bindings, ...manifests.bindings]
  const problems = [
    ...repeated(base.roles, manifests.roles),
    ...repeated(base.bindings, manifests.bindings),
  ]
  const local = Map.groupBy(
    roles.filter(({ kind }) => kind === 'Role'),
    ({ namespace, name }) => keyOf(namespace, name),
  )
  const cluster = clusterGrants(roles, problems)
  const grants = new Map<string, readonly Grant[]>()
  for (const [key, entries] of local) {
    grants.set(
      key,
      entries.flatMap((source) => source.rules.map((rule) => ({ source, rule }))),
    )
  }
  const find = ({ role, namespace }: Binding): readonly Grant[] | undefined =>
    role.kind === 'ClusterRole' ? cluster.get(role.name) : grants.get(keyOf(namespace, role.name))
  const unresolved = manifests.bindings.filter((binding) => find(binding) === undefined)
  problems.push(...unresolved.map(dangling))
  return {
    policy: { bindings, grantsOf: (binding) => find(binding) ?? [], unresolved },
    problems,
  }
}

function clusterGrants(
  roles: readonly Role[],
  problems: Problem[],
): ReadonlyMap<string, readonly Grant[]> {
  const clusterRoles = Map.groupBy(
    roles.filter(({ kind }) => kind === 'ClusterRole'),
    ({ name }) => name,
  )
  try {
    return aggregate(clusterRoles)
  } catch (error) {
    if (!(error instanceof AggregationError)) throw error
    const message = 'the cluster roles select each other too often to be aggregated'
    const hint = 'use fewer aggregationRules, or matchLabels that select fewer roles'
    problems.push({ severity: 'error', fault: 'input', message, hint })
    return new Map()
  }
}

/** No name can be mistaken for another: the parts are quoted. */
function keyOf(namespace: string | undefined, name: string): string {
  return JSON.stringify([namespace ?? '', name])
}

type Named = {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
  readonly at?: Position | undefined
}

function repeated(base: readonly Named[], manifests: readonly Named[]): Problem[] {
  const identity = ({ kind, namespace, name }: Named) => `${kind} ${keyOf(namespace, name)}`
  const known = new Set(base.map(identity))
  const seen = new Set<string>()
  return manifests.flatMap((object) => {
    const key = identity(object)
    if (seen.has(key)) return [said(object, 'is in the manifests twice: both count here', TWICE)]
    seen.add(key)
    return known.has(key) ? [said(object, 'is one of Kubernetes itself: both count', ITS_OWN)] : []
  })
}

const TWICE = 'remove one of the two'
const ITS_OWN = 'use a name of your own: the API server restores what its own object grants'

function dangling(binding: Binding): Problem {
  const { kind, name } = binding.role
  const message = `its ${kind} ${quotedName(name)} is neither here nor built in: what it grants is not known`
  return said(binding, message, 'add the manifest of the role to the input')
}

function said({ kind, namespace, name, at }: Named, message: string, hint: string): Problem {
  const object = { kind, namespace, name }
  return { severity: 'warning', fault: 'input', at, object, message, hint }
}
