// An AppProject or an Application as a plain value in; what decides about where and what an Application may
// deploy out, as in argo-cd 3.6 pkg/apis/application/v1alpha1/types.go. What has a wrong shape reads as absent:
// refusing it is the API server's business.
import type { ManifestObject } from '../document.ts'
import { groupOf } from '../object-key.ts'
import { itemsAt, valueAt } from '../plain-value.ts'

/** A cluster and a namespace, or patterns of them; what is absent is the empty text. */
export interface Destination {
  readonly server: string
  readonly name: string
  readonly namespace: string
}

/** A kind that is permitted or not: patterns. `name` is empty for all; only cluster-wide kinds have one. */
export interface KindPattern {
  readonly group: string
  readonly kind: string
  readonly name: string
}

/** What of an AppProject decides. Items are in the places where they are written. */
export interface AppProject {
  readonly object: ManifestObject
  readonly name: string
  readonly destinations: readonly Destination[]
  readonly sourceNamespaces: readonly string[]
  readonly clusterResourceWhitelist: readonly KindPattern[]
  readonly clusterResourceBlacklist: readonly KindPattern[]
  /** Undefined, all, is another thing than the empty list, none. */
  readonly namespaceResourceWhitelist: readonly KindPattern[] | undefined
  readonly namespaceResourceBlacklist: readonly KindPattern[]
  readonly hasDestinationServiceAccounts: boolean
}

/** Where an Application deploys to, by which project. */
export interface ApplicationTarget {
  readonly project: string
  readonly destination: Destination
}

const GROUP = 'argoproj.io'
/** The project of Applications that name none (types.go: GetProject). */
export const DEFAULT_PROJECT = 'default'

/** Whether an object is of a kind of Argo CD. */
export function isArgoKind(
  { apiVersion, object }: Pick<ManifestObject, 'apiVersion' | 'object'>,
  kind: 'AppProject' | 'Application' | 'ApplicationSet',
): boolean {
  return object.kind === kind && groupOf(apiVersion) === GROUP
}

/** Reads an object of kind AppProject. */
export function readAppProject(object: ManifestObject): AppProject {
  const list = (field: string): readonly unknown[] => itemsAt(object.value, 'spec', field)
  const kinds = (field: string): KindPattern[] => list(field).map(readKind)
  const whitelist = valueAt(object.value, 'spec', 'namespaceResourceWhitelist')
  return {
    object,
    name: object.object.name ?? '',
    destinations: list('destinations').map(readDestination),
    sourceNamespaces: list('sourceNamespaces').map((item) => textOf(item)),
    clusterResourceWhitelist: kinds('clusterResourceWhitelist'),
    clusterResourceBlacklist: kinds('clusterResourceBlacklist'),
    namespaceResourceWhitelist: Array.isArray(whitelist)
      ? kinds('namespaceResourceWhitelist')
      : undefined,
    namespaceResourceBlacklist: kinds('namespaceResourceBlacklist'),
    hasDestinationServiceAccounts: list('destinationServiceAccounts').length > 0,
  }
}

/** Reads the project and destination of an object of kind Application. */
export function readApplicationTarget({ value }: ManifestObject): ApplicationTarget {
  return {
    project: textOf(valueAt(value, 'spec', 'project')) || DEFAULT_PROJECT,
    destination: readDestination(valueAt(value, 'spec', 'destination')),
  }
}

function readDestination(item: unknown): Destination {
  const { server, name, namespace } = fields(item, ['server', 'name', 'namespace'])
  return { server, name, namespace }
}

function readKind(item: unknown): KindPattern {
  const { group, kind, name } = fields(item, ['group', 'kind', 'name'])
  return { group, kind, name }
}

function fields<Name extends string>(item: unknown, names: readonly Name[]): Record<Name, string> {
  const entries = names.map((name) => [name, textOf(valueAt(item, name))] as const)
  return Object.fromEntries(entries) as Record<Name, string>
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
