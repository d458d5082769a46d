// An AppProject and a destination or a kind in; whether the project permits it out, as Argo CD 3.6 decides
// (app_project_types.go: IsDestinationPermitted, IsGroupKindNamePermitted).
import type { AppProject, Destination, KindPattern } from '../argocd/app-project.ts'
import { filePatternFits } from '../argocd/file-pattern.ts'
import { destinationFits, isDenial } from '../argocd/glob.ts'

/** Argo CD's own cluster, which has this name and address unless somebody changed them. */
export const IN_CLUSTER = { server: 'https://kubernetes.default.svc', name: 'in-cluster' } as const

/** A kind as a cluster knows it. */
export interface PermittedKind {
  readonly group: string
  readonly kind: string
  readonly isNamespaced: boolean
  /** Counts for cluster-wide kinds only; absent: whether any name is permitted. */
  readonly name?: string | undefined
}

/**
 * Whether a project may permit a destination. Argo CD knows name and address of a cluster; a manifest has one
 * of them: what depends on the other is taken to fit, and a denial not to. So `false` is certain. Clusters of
 * the project's own are not known here either.
 */
export function mayPermitDestination(project: AppProject, wanted: Destination): boolean {
  const { namespace } = wanted
  const { server, name } = withOwnCluster(wanted)
  let isPermitted = false
  for (const item of project.destinations) {
    const fitsName = fitsKnown(item.name, name)
    const fitsServer = fitsKnown(item.server, server)
    const fitsNamespace = destinationFits(item.namespace, namespace)
    if (fitsNamespace && (fitsName !== 'no' || fitsServer !== 'no')) isPermitted = true
    else if (fitsNamespace && [item.name, item.server].some(isDenial)) return false
    else if (!fitsNamespace && isDenial(item.namespace) && fitsServer === 'yes') return false
  }
  return isPermitted
}

/** An empty text stands for what nobody knows. */
function fitsKnown(pattern: string, text: string): 'yes' | 'no' | 'unknown' {
  if (text !== '') return destinationFits(pattern, text) ? 'yes' : 'no'
  // A cluster has both, and neither is empty.
  if (pattern === '') return 'no'
  return pattern === '*' ? 'yes' : 'unknown'
}

function withOwnCluster(wanted: Destination): Pick<Destination, 'server' | 'name'> {
  const isOwn =
    (wanted.server === IN_CLUSTER.server && wanted.name === '') ||
    (wanted.name === IN_CLUSTER.name && wanted.server === '')
  // Its name can be changed, its address cannot.
  return isOwn ? { server: IN_CLUSTER.server, name: wanted.name } : wanted
}

/** Whether a project permits a kind. */
export function permitsKind(project: AppProject, kind: PermittedKind): boolean {
  if (kind.isNamespaced) {
    const { namespaceResourceWhitelist: white, namespaceResourceBlacklist: black } = project
    const isWhite = white === undefined || white.some((item) => fitsKind(item, kind))
    return isWhite && !black.some((item) => fitsKind(item, kind))
  }
  const { name } = kind
  const white = project.clusterResourceWhitelist.filter((item) => fitsKind(item, kind))
  const black = project.clusterResourceBlacklist.filter((item) => fitsKind(item, kind))
  if (name !== undefined) {
    const isIn = (list: readonly KindPattern[]) => list.some((item) => fitsName(item, name))
    return isIn(white) && !isIn(black)
  }
  return white.some((item) => !black.some((denied) => ['', '*', item.name].includes(denied.name)))
}

function fitsKind(item: KindPattern, { group, kind }: PermittedKind): boolean {
  return filePatternFits(item.kind, kind) && filePatternFits(item.group, group)
}

function fitsName(item: KindPattern, name: string): boolean {
  return item.name === '' || filePatternFits(item.name, name)
}
